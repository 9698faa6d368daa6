//! Whole logs in folders: written, grown, verified, damaged.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ledger::checkpoint::{Checkpoint, Trust};
use ledger::key::{Role, SigningKey};
use ledger::tiles::{
    Appender, AppenderError, Folder, LogFault, LogPath, LogReport, LogWriter, Tile, TileReader, Tiles,
    prove_consistency, prove_inclusion, right_edge, root_at, tiles_of, verify_log,
};
use ledger::{Hash, Sm3, TreeHash};
use proptest::prelude::*;

const ORIGIN: &str = "log.example";

fn log_key() -> SigningKey {
    crate::key(ORIGIN, Role::Log, 1)
}

fn entry(index: u64) -> Vec<u8> {
    format!(r#"{{"matter":"豫永交执立〔2022〕15号","seq":{index}}}"#).into_bytes()
}

/// Writes a log of that size and gives its root.
fn write(folder: &Path, size: u64) -> Hash {
    let mut writer = LogWriter::<_, Sm3>::new(Folder::new(folder));
    for index in 0..size {
        assert_eq!(writer.append(&entry(index)).unwrap(), index);
    }
    let root = writer.root();
    let checkpoint = Checkpoint::new(ORIGIN.to_owned(), size, root).sign(&log_key()).unwrap();
    writer.finish(checkpoint.to_string().as_bytes()).unwrap();
    root
}

fn verify(folder: &Path) -> LogReport {
    let trust = Trust::log(log_key().public().clone());
    verify_log::<Sm3, _>(&Folder::new(folder), &trust, |_| {}).unwrap()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[test]
fn a_written_log_verifies_and_has_the_files_it_should() {
    for size in [0, 1, 255, 256, 257, 700] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), size);
        let report = verify(folder.path());
        assert!(report.is_proved(), "{size}: {:?}", report.faults);
        assert_eq!(report.entries, size);
        let mut expected: Vec<PathBuf> = tiles_of(size)
            .flat_map(|tile| {
                let entries = (tile.level == 0).then_some(LogPath::entries_of(tile));
                [Some(LogPath::Tile(tile)), entries].into_iter().flatten()
            })
            .chain([LogPath::Checkpoint])
            .map(|path| folder.path().join(path.to_string()))
            .collect();
        expected.sort();
        let partial_on_the_way =
            |path: &PathBuf| path.to_string_lossy().contains("/tile/1/000.p/") && size > 511;
        let found: Vec<PathBuf> = files_below(folder.path())
            .into_iter()
            .filter(|path| !partial_on_the_way(path) || expected.contains(path))
            .collect();
        assert_eq!(found, expected, "{size}");
    }
}

/// Every file of a log, each bit of its first bytes and some of the others: the fault names the place.
#[test]
fn one_flipped_bit_anywhere_is_found_and_named() {
    const SIZE: u64 = 600;
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), SIZE);
    let top = folder.path().to_string_lossy().into_owned();
    let mut noise = crate::Noise(1);
    for file in files_below(folder.path()) {
        let name = file.to_string_lossy().strip_prefix(&top).unwrap().trim_start_matches('/').to_owned();
        let path: LogPath = name.parse().unwrap();
        if path == LogPath::Checkpoint || path.to_string() == "tile/1/000.p/1" {
            continue; // the checkpoint has a test of its own, and the other is of an earlier size
        }
        let good = fs::read(&file).unwrap();
        for _ in 0..12 {
            let (at, bit) = (noise.below(good.len() as u64) as usize, noise.below(8));
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            fs::write(&file, &bad).unwrap();
            let report = verify(folder.path());
            assert!(!report.is_proved(), "{name} byte {at} bit {bit}");
            check_named(path, at, &report.faults[0], &good);
        }
        fs::write(&file, good).unwrap();
    }
    assert!(verify(folder.path()).is_proved());
}

fn check_named(path: LogPath, at: usize, fault: &LogFault, good: &[u8]) {
    match path {
        LogPath::Tile(tile) if tile.level == 0 => assert_eq!(*fault, LogFault::Tile(tile)),
        LogPath::Tile(tile) => {
            // A hash in a tile above and the tile below disagree.
            let below = Tile { level: 0, index: (at / 32) as u64, width: 256 };
            assert_eq!((tile.level, fault), (1, &LogFault::Tile(below)));
        }
        LogPath::Entries { index, .. } => {
            let (mut start, mut entry) = (0, 0);
            while start + 2 + usize::from(u16::from_be_bytes([good[start], good[start + 1]])) <= at {
                start += 2 + usize::from(u16::from_be_bytes([good[start], good[start + 1]]));
                entry += 1;
            }
            assert_eq!(*fault, LogFault::Entry { index: index * 256 + entry }, "byte {at}");
        }
        LogPath::Checkpoint => unreachable!("left out"),
    }
}

#[test]
fn missing_and_short_files_are_named_and_full_tiles_stand_in_for_partial_ones() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 300);
    let at = |path: &str| folder.path().join(path);
    let check = |path: &str, damage: &dyn Fn(&Path), expected: &str| {
        let good = fs::read(at(path)).unwrap();
        damage(&at(path));
        assert_eq!(verify(folder.path()).faults[0].to_string(), expected);
        fs::write(at(path), good).unwrap();
    };
    let remove = |path: &Path| fs::remove_file(path).unwrap();
    let cut = |path: &Path| fs::write(path, &fs::read(path).unwrap()[..100]).unwrap();
    check("tile/0/000", &remove, "文件 tile/0/000：不存在");
    check("tile/0/001.p/44", &cut, "文件 tile/0/001.p/44：应有 1408 字节，实有 100 字节");
    check("tile/entries/001.p/44", &remove, "文件 tile/entries/001.p/44：不存在");
    check("tile/entries/001.p/44", &cut, "日志序号 257 的记录与账本不符");
    check("tile/1/000.p/1", &remove, "文件 tile/1/000.p/1：不存在");
    let more = |path: &Path| fs::write(path, [fs::read(path).unwrap(), vec![0, 0]].concat()).unwrap();
    check("tile/entries/000", &more, "文件 tile/entries/000：多于 256 条记录");
    let huge = |path: &Path| fs::write(path, vec![0; 9000]).unwrap();
    check("tile/0/000", &huge, "文件 tile/0/000：超过 8192 字节");
    assert!(verify(folder.path()).is_proved());

    // The log has grown and its partial tiles have been tidied away; the old checkpoint still verifies.
    let old = fs::read(at("checkpoint")).unwrap();
    let grown = tempfile::tempdir().unwrap();
    write(grown.path(), 512);
    fs::write(grown.path().join("checkpoint"), old).unwrap();
    assert!(verify(grown.path()).is_proved());
}

#[test]
fn a_log_that_claims_to_be_endless_ends() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = Checkpoint::new(ORIGIN.to_owned(), u64::MAX, Hash::sm3(b""));
    fs::write(folder.path().join("checkpoint"), checkpoint.sign(&log_key()).unwrap().to_string()).unwrap();
    let report = verify(folder.path());
    assert_eq!(report.faults.len(), LogReport::FAULTS_MAX);
}

#[test]
fn a_log_signed_by_nobody_known_is_not_proved() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 3);
    let report = verify_log::<Sm3, _>(&Folder::new(folder.path()), &Trust::default(), |_| {}).unwrap();
    assert!(report.faults.is_empty() && !report.is_proved());
    let missing = verify_log::<Sm3, _>(&Folder::new(folder.path().join("no")), &Trust::default(), |_| {});
    assert_eq!(missing.unwrap_err().to_string(), "读取 checkpoint 失败");
}

/// A store that keeps one row a tile and replaces it as it grows.
#[derive(Default)]
struct Rows(BTreeMap<(u8, u64), Vec<u8>>);

impl Rows {
    fn write(&mut self, tiles: Vec<(Tile, Vec<u8>)>) {
        for (tile, bytes) in tiles {
            let before = self.0.insert((tile.level, tile.index), bytes.clone());
            assert!(before.is_none_or(|before| bytes.starts_with(&before)), "a tile only grows");
        }
    }
}

impl TileReader for Rows {
    type Error = io::Error;

    fn read(&self, tiles: &[Tile]) -> io::Result<Vec<Vec<u8>>> {
        let row = |tile: &Tile| self.0.get(&(tile.level, tile.index)).cloned();
        tiles.iter().map(|tile| row(tile).ok_or_else(|| io::ErrorKind::NotFound.into())).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_log_appended_in_groups_is_the_log_appended_at_once(groups in prop::collection::vec(0_u64..200, 1..12)) {
        let mut rows = Rows::default();
        let mut whole = Appender::<Sm3>::new();
        let mut heads = vec![(0, Sm3::empty())];
        for n_leaves in groups {
            let (size, root) = *heads.last().unwrap();
            let mut tiles = Tiles::default();
            for tile in right_edge(size) {
                tiles.insert(tile, &rows.0[&(tile.level, tile.index)]).unwrap();
            }
            let mut appender = Appender::<Sm3>::resume(size, &tiles, &root).unwrap();
            for index in size..size + n_leaves {
                let leaf = Sm3::leaf(&entry(index));
                prop_assert_eq!(appender.append(leaf), index);
                whole.append(leaf);
            }
            rows.write(appender.take_tiles());
            prop_assert_eq!(appender.take_tiles(), vec![]);
            prop_assert_eq!(appender.root(), whole.root());
            heads.push((appender.size(), appender.root()));
        }
        let (size, root) = *heads.last().unwrap();
        for tile in tiles_of(size) {
            prop_assert_eq!(rows.0[&(tile.level, tile.index)].len(), usize::from(tile.width) * 32);
        }
        for (old_size, old_root) in heads {
            prop_assert_eq!(root_at::<Sm3, _>(&rows, old_size, size).unwrap(), old_root);
            if old_size > 0 {
                let proof = prove_consistency::<Sm3, _>(&rows, old_size, size).unwrap();
                ledger::merkle::verify_consistency::<Sm3>(old_size, &old_root, size, &root, &proof).unwrap();
                let leaf = Sm3::leaf(&entry(old_size - 1));
                let proof = prove_inclusion::<Sm3, _>(&rows, old_size - 1, size).unwrap();
                ledger::merkle::verify_inclusion::<Sm3>(&leaf, old_size - 1, size, &root, &proof).unwrap();
            }
        }
    }
}

#[test]
fn a_log_does_not_go_on_from_damaged_tiles() {
    let mut appender = Appender::<Sm3>::new();
    (0..300).for_each(|index| {
        appender.append(Sm3::leaf(&entry(index)));
    });
    let rows: BTreeMap<(u8, u64), Vec<u8>> =
        appender.take_tiles().into_iter().map(|(tile, bytes)| ((tile.level, tile.index), bytes)).collect();
    let resume = |damage: &dyn Fn(u8, &mut Vec<u8>)| {
        let mut tiles = Tiles::default();
        for tile in right_edge(300) {
            let mut bytes = rows[&(tile.level, tile.index)].clone();
            damage(tile.level, &mut bytes);
            tiles.insert(tile, &bytes).map_err(AppenderError::from)?;
        }
        Appender::<Sm3>::resume(300, &tiles, &appender.root()).map(|appender| appender.size())
    };
    assert_eq!(resume(&|_, _| {}), Ok(300));
    assert!(matches!(resume(&|_, bytes| bytes[0] ^= 1), Err(AppenderError::Root { .. })));
    assert!(matches!(resume(&|_, bytes| bytes.truncate(31)), Err(AppenderError::Tiles(_))));
    let nothing = Appender::<Sm3>::resume(300, &Tiles::default(), &appender.root());
    assert_eq!(nothing.unwrap_err().to_string(), "缺少树块 tile/1/000.p/1");
}
