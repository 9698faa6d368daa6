//! Backups.

use super::sample::{append, key, keyed, numbered};
use super::{Site, log, record};
use crate::{DocsOf, Hash, NewDoc, Opening, Over, StoreError};

/// Everything is there again: acts, openings, numbers, keys, rows, documents, the log; and it goes on from there.
pub async fn a_backup_restores_to_the_same(site: &dyn Site) {
    let store = site.open().await;
    let mut first = keyed(numbered(append(&key("a"), 0, 2), "罚"), "click-1", "content");
    first.acts[0].openings =
        vec![Opening { path: "fields/name".into(), value: "李四".into(), salt: [3; 32] }];
    first.acts[1].blobs = vec![Hash::sm3(b"photo")];
    record(&*store, first.clone()).await;
    for n in 0..300 {
        record(&*store, append(&key(&format!("m{n}")), 0, 1)).await;
    }
    let json = serde_json::json!({"name": "王主任"});
    let doc = NewDoc {
        kind: "account".into(),
        key: "w".into(),
        over: Over::Nothing,
        json,
        index: None,
        expires: None,
    };
    store.put_doc(doc).await.unwrap();
    let path = site.path("backup");
    let written = store.backup(&path).await.unwrap();
    let other = site.elsewhere().await;
    assert_eq!(other.restore(&path).await.unwrap(), written);
    assert_eq!(written.size, 302);
    log::check_tree(&*other, 302).await;
    assert_eq!(other.log_head().await.unwrap(), store.log_head().await.unwrap());
    assert_eq!(other.load(&key("a")).await.unwrap(), store.load(&key("a")).await.unwrap());
    assert_eq!(other.rows_digest().await.unwrap(), store.rows_digest().await.unwrap());
    assert_eq!(other.blob_uses(&Hash::sm3(b"photo")).await.unwrap().len(), 1);
    let all = DocsOf::Prefix(String::new());
    assert_eq!(
        other.docs("account", &all, None, 9).await.unwrap(),
        store.docs("account", &all, None, 9).await.unwrap()
    );
    assert_eq!(other.tile(1, 0, 1).await.unwrap(), store.tile(1, 0, 1).await.unwrap());
    assert!(record(&*other, first).await.repeated);
    let next = record(&*other, numbered(append(&key("z"), 0, 1), "罚")).await;
    assert_eq!(next.numbers, [Some("豫永交罚〔2026〕2号".to_owned())]);
    let mut search = crate::MatterQuery::of(super::lists::everything());
    search.words = vec!["超限".into()];
    search.n = 500;
    assert_eq!(other.matters(&search).await.unwrap().rows.len(), 302);
    log::check_tree(&*other, 303).await;
}

/// What is written meanwhile does not disturb it: a backup is one moment.
pub async fn a_backup_is_taken_under_load(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, append(&key("first"), 0, 3)).await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..8 {
        let store = store.clone();
        clients.spawn(async move {
            let key = key(&format!("m{client}"));
            for round in 0..30 {
                record(&*store, append(&key, round, 1)).await;
            }
        });
    }
    let path = site.path("backup");
    let written = store.backup(&path).await.unwrap();
    clients.join_all().await;
    let other = site.elsewhere().await;
    let read = other.restore(&path).await.unwrap();
    assert_eq!(read, written);
    assert!((3..=243).contains(&read.size), "{read:?}");
    log::check_tree(&*other, read.size).await;
    for key in other.matter_keys(None, 100).await.unwrap() {
        let version = other.version(&key).await.unwrap();
        assert_eq!(other.rows(&key).await.unwrap().unwrap().row.n_acts, version, "{key}");
    }
}

/// Cut off, changed by a bit, or no backup at all: nothing of it is restored.
pub async fn a_damaged_backup_is_refused(site: &dyn Site) {
    let store = site.open().await;
    for n in 0..5 {
        record(&*store, append(&key(&format!("m{n}")), 0, 2)).await;
    }
    let path = site.path("backup");
    store.backup(&path).await.unwrap();
    assert!(matches!(store.backup(&path).await, Err(StoreError::Backup { .. })), "a backup replaces no file");
    let whole = std::fs::read(&path).unwrap();
    let other = site.elsewhere().await;
    let mut damaged: Vec<Vec<u8>> = vec![Vec::new(), b"guiju-backup 1\n".to_vec(), b"else".repeat(100)];
    damaged.extend((1..20).map(|part| whole[..whole.len() * part / 20].to_vec()));
    damaged.push([whole.as_slice(), b"more"].concat());
    damaged.extend((0..40).map(|part| {
        let mut bytes = whole.clone();
        bytes[whole.len() * part / 40] ^= 1 << (part % 8);
        bytes
    }));
    for (n, bytes) in damaged.into_iter().enumerate() {
        let path = site.path(&format!("damaged-{n}"));
        std::fs::write(&path, bytes).unwrap();
        let error = other.restore(&path).await.unwrap_err();
        assert!(!matches!(error, StoreError::NotEmpty), "{n}: something was kept of a damaged backup");
        assert_eq!(other.log_head().await.unwrap().size, 0, "{n}");
    }
    other.restore(&path).await.unwrap();
    log::check_tree(&*other, 10).await;
}

/// A backup does not overwrite what is there.
pub async fn a_backup_is_not_restored_over_anything(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, append(&key("a"), 0, 1)).await;
    let path = site.path("backup");
    store.backup(&path).await.unwrap();
    let error = store.restore(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty), "{error:?}");
    log::check_tree(&*store, 1).await;
}
