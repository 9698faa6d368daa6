//! Many clients at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::sample::{append, key, keyed, numbered};
use super::{Site, log, record};
use crate::{AppendError, Store};

const N_CLIENTS: u32 = 64;

/// Nobody who has a matter of their own loses, and numbers come out without a gap.
pub async fn clients_of_different_matters_all_win(site: &dyn Site) {
    let store = site.open().await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..N_CLIENTS {
        let store = store.clone();
        clients.spawn(async move {
            let key = key(&format!("m{client:02}"));
            let mut answers = Vec::new();
            for round in 0..4 {
                answers.push(record(&*store, numbered(append(&key, round * 2, 2), "罚")).await);
            }
            answers
        });
    }
    let answers: Vec<_> = clients.join_all().await.into_iter().flatten().collect();
    let leaves: BTreeSet<u64> = answers.iter().map(|answer| answer.first_leaf).collect();
    assert_eq!(leaves.len(), 4 * N_CLIENTS as usize);
    let mut serials: Vec<u32> =
        answers.iter().flat_map(|answer| &answer.numbers).flatten().map(|number| serial(number)).collect();
    serials.sort_unstable();
    assert_eq!(serials, (1..=4 * N_CLIENTS).collect::<Vec<_>>());
    log::check_tree(&*store, u64::from(8 * N_CLIENTS)).await;
}

/// Everyone wants to be first; one is, and the others see what happened and go on from there.
pub async fn clients_of_one_matter_take_turns(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, append(&key("a"), 0, 1)).await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..N_CLIENTS {
        let store = store.clone();
        clients.spawn(async move { insist(store, client).await });
    }
    clients.join_all().await;
    assert_eq!(store.version(&key("a")).await.unwrap(), 1 + N_CLIENTS);
    log::check_tree(&*store, u64::from(1 + N_CLIENTS)).await;
}

/// Repeats a command until it is recorded, each time from what the refusal showed.
async fn insist(store: Arc<dyn Store>, client: u32) {
    let mut seen = 1;
    loop {
        let command = keyed(append(&key("a"), seen, 1), &format!("c{client}"), "content");
        match store.append(command).await {
            Ok(_) => return,
            Err(AppendError::Conflict { current, since, .. }) => {
                assert_eq!(
                    since.len() as u32,
                    current - seen,
                    "the refusal shows everything that was not seen"
                );
                seen = current;
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Two servers on one database: no leaf and no number twice, no append lost.
pub async fn two_stores_share_one_database(site: &dyn Site) {
    let stores = [site.open().await, site.open().await];
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..16_usize {
        let store = stores[client % 2].clone();
        clients.spawn(async move {
            let key = key(&format!("m{client}"));
            for round in 0..8 {
                record(&*store, numbered(append(&key, round, 1), "罚")).await;
            }
        });
    }
    clients.join_all().await;
    for store in &stores {
        log::check_tree(&**store, 128).await;
    }
    assert!(stores[0].numbered("豫永交罚〔2026〕128号").await.unwrap().is_some());
    assert_eq!(stores[1].numbered("豫永交罚〔2026〕129号").await.unwrap(), None);
}

fn serial(number: &str) -> u32 {
    number.trim_end_matches('号').rsplit('〕').next().unwrap().parse().unwrap()
}
