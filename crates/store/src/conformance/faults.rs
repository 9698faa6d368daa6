//! Faults between the statements: all of it is there, or nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::sample::{append, key, keyed, numbered};
use super::{Site, log, record};
use crate::fault::{Faults, Step};
use crate::{AppendError, StoreError};

/// Fails at a step as long as the switch is on.
fn failing(step: Step) -> (Faults, Arc<AtomicBool>) {
    let is_on = Arc::new(AtomicBool::new(false));
    let switch = is_on.clone();
    (Faults::at(move |at| at == step && switch.load(Ordering::SeqCst)), is_on)
}

/// Wherever a transaction ends, acts, rows, numbers and leaves are all there or none is.
pub async fn acts_and_rows_come_together_or_not_at_all(site: &dyn Site) {
    let steps = [Step::Locked, Step::Read, Step::Acts, Step::Truth, Step::Rows, Step::Written];
    let mut size = 0;
    for step in steps {
        let (faults, is_on) = failing(step);
        let store = site.open_with(faults).await;
        let key = key(&format!("{step:?}"));
        record(&*store, numbered(append(&key, 0, 2), "罚")).await;
        size += 2;
        let (rows, digest) = (store.rows(&key).await.unwrap(), store.rows_digest().await.unwrap());
        is_on.store(true, Ordering::SeqCst);
        let mut failed = numbered(append(&key, 2, 1), "罚");
        failed.rows.row.stage = "decision".into();
        let error = store.append(failed).await.unwrap_err();
        assert!(matches!(error, AppendError::Store(StoreError::Other(_))), "{step:?}: {error:?}");
        is_on.store(false, Ordering::SeqCst);
        assert_eq!(store.version(&key).await.unwrap(), 2, "{step:?}");
        assert_eq!(store.rows(&key).await.unwrap(), rows, "{step:?}");
        assert_eq!(store.rows_digest().await.unwrap(), digest, "{step:?}");
        log::check_tree(&*store, size).await;
        let next = record(&*store, numbered(append(&key, 2, 1), "罚")).await;
        size += 1;
        let expected = format!("豫永交罚〔2026〕{}号", size - size / 3);
        assert_eq!(next.numbers, [Some(expected)], "{step:?}: the number was not used up");
        store.close().await;
    }
}

/// A client that never got its answer asks again with its key and gets it.
pub async fn a_lost_answer_can_be_asked_again(site: &dyn Site) {
    let (faults, is_on) = failing(Step::Committed);
    let store = site.open_with(faults).await;
    let command = || keyed(numbered(append(&key("a"), 0, 1), "罚"), "click-1", "content");
    is_on.store(true, Ordering::SeqCst);
    match store.append(command()).await {
        // A back end may ask again by itself.
        Ok(answer) => assert!(answer.repeated),
        Err(error) => assert!(matches!(error, AppendError::Store(StoreError::Lost(_))), "{error:?}"),
    }
    let error = store.append(append(&key("b"), 0, 1)).await.unwrap_err();
    assert!(matches!(error, AppendError::Store(StoreError::Lost(_))), "without a key nobody can: {error:?}");
    is_on.store(false, Ordering::SeqCst);
    let again = record(&*store, command()).await;
    assert!(again.repeated);
    assert_eq!(again.numbers, [Some("豫永交罚〔2026〕1号".to_owned())]);
    log::check_tree(&*store, 2).await;
}

/// Of many waiting commands the stale ones lose and the others are recorded.
pub async fn a_loser_does_not_spoil_the_group(site: &dyn Site) {
    let store = site.open().await;
    let mut clients = tokio::task::JoinSet::new();
    for n in 0..100_u32 {
        let store = store.clone();
        clients.spawn(async move {
            let stale = if n % 3 == 0 { 5 } else { 0 };
            store.append(append(&key(&format!("m{n:03}")), stale, 1)).await.is_ok()
        });
    }
    let n_recorded = clients.join_all().await.into_iter().filter(|is_recorded| *is_recorded).count();
    assert_eq!(n_recorded, 66);
    log::check_tree(&*store, 66).await;
}
