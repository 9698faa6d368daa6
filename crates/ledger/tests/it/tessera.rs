//! A real log that another program wrote: 15 entries, 16 checkpoints, SHA-256 and Ed25519.

use std::fs;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, VerifyingKey};
use ledger::checkpoint::{Checkpoint, Trust, verify_continues};
use ledger::merkle::verify_inclusion;
use ledger::note::Note;
use ledger::tiles::{
    Entries, Folder, LogPath, LogWriter, Tile, prove_consistency, prove_inclusion, root_at, tiles_of,
    verify_log,
};
use sha2::{Digest, Sha256};

const LOG: &str = "tlog/tessera-testdata/testdata/log";
const SIZE: u64 = 15;
/// Published with the test data.
const KEY: &str = "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
const NAME: &str = "example.com/log/testdata";

#[test]
fn its_signatures_hold_and_print_as_they_were() {
    let Some(folder) = crate::shared(LOG) else { return };
    let key = Base64::decode_vec(KEY).unwrap();
    let verifier = VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
    let id = Sha256::digest([NAME.as_bytes(), b"\n", &key].concat());
    for size in 0..=SIZE {
        let bytes = fs::read(folder.join(format!("checkpoint.{size}"))).unwrap();
        let note = Note::parse(&bytes).unwrap();
        assert_eq!(note.to_string().as_bytes(), bytes);
        let [line] = note.signatures() else { panic!("one signature") };
        assert_eq!((line.name.as_str(), line.id.0.as_slice()), (NAME, &id[..4]));
        let signature = Signature::from_slice(&line.bytes).unwrap();
        verifier.verify_strict(note.text().as_bytes(), &signature).unwrap();
        let checkpoint: Checkpoint = note.text().parse().unwrap();
        assert_eq!((checkpoint.origin.as_str(), checkpoint.size), (NAME, size));
        assert_eq!(checkpoint.to_string(), note.text());
    }
}

#[test]
fn its_entries_and_tiles_give_the_roots_it_signed() {
    let Some(path) = crate::shared(LOG) else { return };
    let folder = Folder::new(&path);
    let report = verify_log::<Sha256, _>(&folder, &Trust::default(), |_| {}).unwrap();
    assert_eq!((report.entries, report.faults.as_slice()), (SIZE, &[][..]));
    assert!(!report.is_proved(), "nobody's key was given");
    assert_eq!(report.opened.unknown_signatures(), 1);

    let checkpoint = |size: u64| -> Checkpoint {
        let bytes = fs::read(path.join(format!("checkpoint.{size}"))).unwrap();
        Note::parse(&bytes).unwrap().text().parse().unwrap()
    };
    let bundle = fs::read(path.join("tile/entries/000.p/15")).unwrap();
    let entries: Vec<&[u8]> = Entries::new(&bundle).collect::<Result<_, _>>().unwrap();
    for size in 1..=SIZE {
        let new = checkpoint(size);
        assert_eq!(root_at::<Sha256, _>(&folder, size, SIZE).unwrap(), new.root);
        for (index, entry) in entries[..size as usize].iter().enumerate() {
            let leaf = <Sha256 as ledger::TreeHash>::leaf(entry);
            let proof = prove_inclusion::<Sha256, _>(&folder, index as u64, size).unwrap();
            verify_inclusion::<Sha256>(&leaf, index as u64, size, &new.root, &proof).unwrap();
        }
        for old in 1..=size {
            let proof = prove_consistency::<Sha256, _>(&folder, old, size).unwrap();
            verify_continues::<Sha256>(&checkpoint(old), &new, &proof).unwrap();
        }
        verify_continues::<Sha256>(&checkpoint(0), &new, &[]).unwrap();
    }
}

#[test]
fn we_write_the_same_files() {
    let Some(path) = crate::shared(LOG) else { return };
    let written = tempfile::tempdir().unwrap();
    let bundle = fs::read(path.join("tile/entries/000.p/15")).unwrap();
    let mut writer = LogWriter::<_, Sha256>::new(Folder::new(written.path()));
    for entry in Entries::new(&bundle) {
        writer.append(entry.unwrap()).unwrap();
    }
    writer.finish(&fs::read(path.join("checkpoint")).unwrap()).unwrap();
    let entries = LogPath::Entries { index: 0, width: SIZE as u16 };
    let tiles: Vec<Tile> = tiles_of(SIZE).collect();
    assert_eq!(tiles.len(), 1);
    for file in [LogPath::Checkpoint, entries, LogPath::Tile(tiles[0])] {
        let read = |folder: &std::path::Path| fs::read(folder.join(file.to_string())).unwrap();
        assert_eq!(read(written.path()), read(&path), "{file}");
    }
}
