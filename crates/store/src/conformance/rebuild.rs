//! Read models are dropped and rebuilt.

use super::sample::{append, key, rows};
use super::{Site, record};
use crate::{MatterKey, MatterRows};

/// Dropped and rebuilt from the acts, in pages, they are the same to the byte; and nothing of the acts is touched.
pub async fn rebuilt_rows_are_identical(site: &dyn Site) {
    let store = site.open().await;
    let mut expected = Vec::new();
    for n in 0..25_u32 {
        let key = MatterKey::new(format!("unit-{}", n % 3), format!("m{n:02}"));
        let mut append = append(&key, 0, 1 + n % 3);
        append.rows.row.stage = format!("stage-{}", n % 4);
        if n % 5 == 0 {
            append.rows.row.closed = Some(super::sample::DAY);
            append.rows.limits.clear();
        }
        let mut rows = append.rows.clone();
        rows.words.sort();
        expected.push(rows);
        record(&*store, append).await;
    }
    expected.sort_by(|a, b| a.row.key.cmp(&b.row.key));
    let (digest, head) = (store.rows_digest().await.unwrap(), store.log_head().await.unwrap());
    let counters = store.counters(&[]).await.unwrap();
    store.drop_rows().await.unwrap();
    assert_ne!(store.rows_digest().await.unwrap(), digest);
    assert_eq!(store.counters(&[]).await.unwrap(), []);
    assert_eq!(store.rows(&expected[0].row.key).await.unwrap(), None);
    let mut after = None;
    let mut found = Vec::new();
    loop {
        let keys = store.matter_keys(after.as_ref(), 10).await.unwrap();
        let Some(last) = keys.last() else { break };
        after = Some(last.clone());
        let of_key = |key: &MatterKey| expected.iter().find(|rows| rows.row.key == *key).unwrap().clone();
        store.put_rows(keys.iter().map(of_key).collect()).await.unwrap();
        found.extend(keys);
    }
    assert_eq!(found, expected.iter().map(|rows| rows.row.key.clone()).collect::<Vec<_>>());
    assert_eq!(store.rows_digest().await.unwrap(), digest);
    assert_eq!(store.counters(&[]).await.unwrap(), counters);
    assert_eq!(store.log_head().await.unwrap(), head);
    for rows in &expected {
        assert_eq!(store.rows(&rows.row.key).await.unwrap().as_ref(), Some(rows));
    }
    // A matter whose rows are gone gets them back with its next act.
    store.drop_rows().await.unwrap();
    let key = &expected[0].row.key;
    record(&*store, append(key, expected[0].row.n_acts, 1)).await;
    assert!(store.rows(key).await.unwrap().is_some());
    // Written twice they are counted once.
    for _ in 0..2 {
        store.put_rows(expected[1..].to_vec()).await.unwrap();
    }
    let n: u64 = store.counters(&[]).await.unwrap().iter().map(|one| one.n_open + one.n_closed).sum();
    assert_eq!(n, 25);
}

/// A rebuild that was overtaken by an act leaves the newer rows alone.
pub async fn late_rows_do_not_replace_newer_ones(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, append(&key("a"), 0, 1)).await;
    record(&*store, append(&key("a"), 1, 1)).await;
    let late: Vec<MatterRows> = vec![rows(&key("a"), 1), rows(&key("none"), 1)];
    store.put_rows(late).await.unwrap();
    assert_eq!(store.rows(&key("a")).await.unwrap().unwrap().row.n_acts, 2);
    assert_eq!(store.rows(&key("none")).await.unwrap(), None);
}
