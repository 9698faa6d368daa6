//! The log: tree, tiles, checkpoints.

use super::sample::{append, key};
use super::{Site, record};
use crate::tree::{CompactRange, Hash, NodeId, leaf_hash};
use crate::{Checkpoint, Cosignature, Store};

/// Rebuilds the tree from the entries and compares it with the head and with every act.
///
/// # Panics
/// When the log is not one of `size` leaves with the root of the head.
pub async fn check_tree(store: &dyn Store, size: u64) {
    let mut range = CompactRange::default();
    while range.size() < size {
        let entries = store.entries(range.size(), 100).await.unwrap();
        assert!(!entries.is_empty(), "the log ends at {} of {size} leaves", range.size());
        entries.iter().for_each(|bytes| range.push_with(leaf_hash(bytes), |_, _| {}));
    }
    let head = store.log_head().await.unwrap();
    assert_eq!((head.size, head.root), (range.size(), range.root()));
    assert_eq!(head.size, size);
}

/// The log is the acts, in the order in which they were answered.
pub async fn the_tree_rebuilt_from_the_entries_has_the_root(site: &dyn Site) {
    let store = site.open().await;
    let mut recorded = None;
    for matter in 0..20 {
        let key = key(&format!("m{matter}"));
        let append = append(&key, 0, 1 + matter % 5);
        let last = append.acts.last().unwrap().recorded();
        recorded = recorded.max(last);
        record(&*store, append).await;
    }
    check_tree(&*store, 60).await;
    assert_eq!(store.log_head().await.unwrap().recorded, recorded, "the latest instant, whatever the order");
    assert_eq!(store.entries(58, 10).await.unwrap().len(), 2);
    assert_eq!(store.entries(60, 10).await.unwrap(), Vec::<Vec<u8>>::new());
    assert_eq!(store.entries(u64::MAX, 10).await.unwrap(), Vec::<Vec<u8>>::new());
}

/// Full and partial tiles at every level are the nodes of the tree.
pub async fn tiles_are_those_of_the_tree(site: &dyn Site) {
    let store = site.open().await;
    let size: u32 = 256 * 3 + 17;
    let mut left = size;
    while left > 0 {
        let n = left.min(100);
        record(&*store, append(&key(&format!("m{left}")), 0, n)).await;
        left -= n;
    }
    check_tree(&*store, u64::from(size)).await;
    let mut levels = [Vec::new(), Vec::new()];
    let mut range = CompactRange::default();
    for bytes in store.entries(0, size).await.unwrap() {
        range.push_with(leaf_hash(&bytes), |id: NodeId, hash: &Hash| match id.level {
            0 => levels[0].extend(hash.0),
            8 => levels[1].extend(hash.0),
            _ => {}
        });
    }
    let tile = async |level, index, width| store.tile(level, index, width).await.unwrap();
    assert_eq!(tile(0, 1, 256).await.as_deref(), Some(&levels[0][256 * 32..512 * 32]));
    assert_eq!(tile(0, 3, 17).await.as_deref(), Some(&levels[0][768 * 32..]));
    assert_eq!(tile(1, 0, 3).await.as_deref(), Some(&levels[1][..]));
    assert_eq!(
        tile(1, 0, 2).await.as_deref(),
        Some(&levels[1][..64]),
        "an earlier tree's tile is a part of it"
    );
    for (level, index, width) in
        [(0, 3, 18), (0, 4, 1), (1, 0, 4), (2, 0, 1), (0, u64::MAX, 1), (0, 0, 0), (0, 0, 257)]
    {
        assert_eq!(tile(level, index, width).await, None, "{level}/{index} {width}");
    }
}

/// What was signed first for a size stays; witnesses are kept beside it.
pub async fn checkpoints_are_kept_once(site: &dyn Site) {
    let store = site.open().await;
    assert_eq!(store.checkpoint().await.unwrap(), None);
    let note = |size, text: &str| Checkpoint { size, note: text.as_bytes().to_vec() };
    assert!(store.save_checkpoint(&note(10, "ten")).await.unwrap());
    assert!(store.save_checkpoint(&note(9, "nine")).await.unwrap());
    assert!(!store.save_checkpoint(&note(10, "another ten")).await.unwrap());
    assert_eq!(store.checkpoint().await.unwrap(), Some(note(10, "ten")));
    let line = |witness: &str, line: &str| Cosignature {
        size: 10,
        witness: witness.into(),
        line: line.as_bytes().to_vec(),
    };
    for cosignature in [line("justice", "old"), line("city", "c"), line("justice", "new")] {
        store.save_cosignature(&cosignature).await.unwrap();
    }
    assert_eq!(store.cosignatures(10).await.unwrap(), [line("city", "c"), line("justice", "new")]);
    assert_eq!(store.cosignatures(9).await.unwrap(), []);
}
