//! Signing, witnessing, and everything a log must not be able to do.

use ledger::checkpoint::{Checkpoint, CheckpointError, ForkError, Trust, verify_continues};
use ledger::key::{KeyError, PublicKey, Role, SigningKey};
use ledger::merkle::{CompactRange, consistency_plan};
use ledger::note::Note;
use ledger::{Hash, Sm3, TreeHash};
use proptest::prelude::*;

const ORIGIN: &str = "yongcheng.example.gov.cn/guiju";

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint::new(ORIGIN.to_owned(), size, Hash::sm3(b"root"))
}

fn witnesses() -> [SigningKey; 2] {
    [
        crate::key("justice.example.gov.cn", Role::Witness, 2),
        crate::key("city.example.gov.cn", Role::Witness, 3),
    ]
}

fn log() -> SigningKey {
    crate::key(ORIGIN, Role::Log, 1)
}

/// A note by the log and both witnesses.
fn witnessed() -> Note {
    let mut note = checkpoint(7).sign(&log()).unwrap();
    for (at, witness) in witnesses().iter().enumerate() {
        witness.cosign(&mut note, 1_700_000_000 + at as u64);
    }
    note
}

fn trust(quorum: usize) -> Trust {
    let witnesses = witnesses().iter().map(|key| key.public().clone()).collect();
    Trust { logs: vec![log().public().clone()], witnesses, quorum }
}

#[test]
fn a_checkpoint_says_who_signed_it_and_when_it_was_seen() {
    let opened = trust(2).open(witnessed().to_string().as_bytes()).unwrap();
    assert_eq!(*opened.checkpoint(), checkpoint(7));
    assert_eq!(opened.signer(), Some(ORIGIN));
    let seen: Vec<(&str, u64)> =
        opened.cosignatures().iter().map(|seen| (seen.witness.as_str(), seen.time)).collect();
    assert_eq!(seen, [("justice.example.gov.cn", 1_700_000_000), ("city.example.gov.cn", 1_700_000_001)]);
    assert_eq!(opened.unknown_signatures(), 0);
}

#[test]
fn signatures_of_strangers_are_carried_and_count_for_nothing() {
    let bytes = witnessed().to_string();
    let opened = Trust::log(log().public().clone()).open(bytes.as_bytes()).unwrap();
    assert!(opened.is_signed() && opened.cosignatures().is_empty());
    assert_eq!(opened.unknown_signatures(), 2);
    // The same name with another key is a stranger too.
    let other = crate::key(ORIGIN, Role::Log, 77);
    let opened = Trust::log(other.public().clone()).open(bytes.as_bytes()).unwrap();
    assert!(!opened.is_signed());
    assert_eq!(opened.unknown_signatures(), 3);
    // A key signs in its own role alone.
    let as_log = crate::key("justice.example.gov.cn", Role::Log, 2);
    assert!(!Trust::log(as_log.public().clone()).open(bytes.as_bytes()).unwrap().is_signed());
}

#[test]
fn witnesses_are_counted() {
    let mut note = checkpoint(7).sign(&log()).unwrap();
    let [first, _] = witnesses();
    first.cosign(&mut note, 1);
    first.cosign(&mut note, 2);
    assert_eq!(note.signatures().len(), 2);
    let error = trust(2).open(note.to_string().as_bytes()).unwrap_err();
    assert_eq!(error, CheckpointError::Quorum { expected: 2, given: 1 });
    assert!(trust(1).open(note.to_string().as_bytes()).is_ok());
    // Who is listed twice, or has two keys, is still one.
    let mut twice = trust(2);
    twice.witnesses.push(first.public().clone());
    twice.logs.push(log().public().clone());
    twice.witnesses.push(crate::key("justice.example.gov.cn", Role::Witness, 8).public().clone());
    crate::key("justice.example.gov.cn", Role::Witness, 8).cosign(&mut note, 3);
    let error = twice.open(note.to_string().as_bytes()).unwrap_err();
    assert_eq!(error, CheckpointError::Quorum { expected: 2, given: 1 });
    // Without a log that is known there is nothing the witnesses could be asked about.
    twice.logs.clear();
    assert!(!twice.open(note.to_string().as_bytes()).unwrap().is_signed());
}

#[test]
fn a_key_speaks_for_the_log_whose_name_it_bears() {
    let other = crate::key("other.example.gov.cn/guiju", Role::Log, 4);
    let error = checkpoint(7).sign(&other).unwrap_err();
    assert!(error.to_string().contains("两者名称应相同"), "{error}");
    // A hostile log signs for another one.
    let mut note = Note::new(checkpoint(7).to_string()).unwrap();
    other.sign(&mut note);
    let opened = Trust::log(other.public().clone()).open(note.to_string().as_bytes()).unwrap();
    assert!(!opened.is_signed());
    assert_eq!(opened.unknown_signatures(), 0);
}

#[test]
fn a_forged_line_of_a_known_key_spoils_the_note() {
    let [witness, _] = witnesses();
    let mut stolen = checkpoint(8).sign(&log()).unwrap();
    // The line of another checkpoint.
    witnessed().signatures()[1..].iter().for_each(|line| stolen.add(line.clone()));
    let error = trust(0).open(stolen.to_string().as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} 的签名无效", witness.public().name()));
    // The time belongs to what is signed.
    let mut late = witnessed();
    let mut line = late.signatures()[1].clone();
    line.bytes[7] ^= 1;
    late.add(line);
    assert!(trust(0).open(late.to_string().as_bytes()).is_err());
}

#[test]
fn no_byte_of_a_checkpoint_can_change_unseen() {
    let bytes = witnessed().to_string().into_bytes();
    let whole = trust(2);
    let mut noise = crate::Noise(2);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << noise.below(8);
        // A name that nobody knows is a stranger's; then a witness is missing.
        let opened = whole.open(&flipped);
        assert!(!opened.is_ok_and(|opened| opened.is_signed()), "byte {at}");
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_with_its_line() {
    let root = Hash::sm3(b"root").to_base64();
    let wrong = [
        (String::new(), 2),
        ("\n".to_owned(), 2),
        (format!("\n7\n{root}\n"), 1),
        (format!("{ORIGIN}\n07\n{root}\n"), 2),
        (format!("{ORIGIN}\n-7\n{root}\n"), 2),
        (format!("{ORIGIN}\n7\n{}\n", &root[1..]), 3),
        (format!("{ORIGIN}\n7\n{root}\n\n"), 4),
        (format!("{ORIGIN}\n7\n"), 3),
    ];
    for (text, expected) in wrong {
        let error = text.parse::<Checkpoint>().unwrap_err();
        assert!(matches!(error, CheckpointError::Text { line, .. } if line == expected), "{text:?}: {error}");
    }
    let more = format!("{ORIGIN}\n7\n{root}\nepoch 2\n");
    assert_eq!(more.parse::<Checkpoint>().unwrap().to_string(), more);
    let unsignable = Checkpoint::new("two\nlines".to_owned(), 1, Hash::sm3(b""));
    assert!(unsignable.sign(&log()).is_err());
}

#[test]
fn keys_print_as_verifier_keys_and_are_read_strictly() {
    for key in [log().public().clone(), witnesses()[0].public().clone()] {
        let text = key.to_string();
        assert_eq!(text.parse::<PublicKey>().unwrap(), key);
        assert!(text.starts_with(&format!("{}+{}+/2d1aWp1", key.name(), key.id())), "{text}");
        let head = &text[..text.find("+/2d1").unwrap()];
        let wrong_id = text.replacen(&key.id().to_string(), "00000000", 1);
        assert!(matches!(wrong_id.parse::<PublicKey>(), Err(KeyError::Id { .. })));
        let ed25519 = format!("{head}+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
        assert!(matches!(ed25519.parse::<PublicKey>(), Err(KeyError::Type { .. })));
        for wrong in ["", "a+b", head, "a b+00000000+AAAA"] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }
    assert_ne!(log().public().id(), crate::key(ORIGIN, Role::Witness, 1).public().id());
    let name = || ORIGIN.parse().unwrap();
    assert!(SigningKey::from_secret(name(), Role::Log, &[0; 32]).is_err());
    assert!(SigningKey::from_secret(name(), Role::Log, &[0xff; 32]).is_err());
    assert!(PublicKey::new(name(), Role::Log, &[4; 65]).is_err());
    assert!(SigningKey::from_pkcs8_pem(name(), Role::Log, "-----BEGIN PRIVATE KEY-----").is_err());
}

#[test]
fn a_log_that_forks_shrinks_or_swaps_is_not_continued() {
    let leaf = |index: u64| Sm3::leaf(&index.to_be_bytes());
    let at = |size: u64| {
        let mut range = CompactRange::<Sm3>::new();
        (0..size).for_each(|index| range.push(leaf(index)));
        Checkpoint::new(ORIGIN.to_owned(), size, range.root())
    };
    let proof = |old: u64, new: u64| {
        let node = |id: ledger::merkle::NodeId| {
            let mut range = CompactRange::<Sm3>::new();
            (id.index << id.level..(id.index + 1) << id.level).for_each(|index| range.push(leaf(index)));
            Ok::<Hash, std::convert::Infallible>(range.root())
        };
        consistency_plan(old, new).unwrap().proof::<Sm3, _>(node).unwrap()
    };
    let check = |old: &Checkpoint, new: &Checkpoint, proof: &[Hash]| verify_continues::<Sm3>(old, new, proof);
    assert_eq!(check(&at(5), &at(9), &proof(5, 9)), Ok(()));
    assert_eq!(check(&at(0), &at(9), &[]), Ok(()));
    assert_eq!(check(&at(9), &at(9), &[]), Ok(()));
    assert_eq!(check(&at(9), &at(5), &[]), Err(ForkError::Shrunk { old: 9, new: 5 }));
    let mut forked = at(9);
    forked.root = at(8).root;
    assert_eq!(check(&at(9), &forked, &[]), Err(ForkError::Forked { size: 9 }));
    assert!(matches!(check(&at(5), &forked, &proof(5, 9)), Err(ForkError::Proof(_))));
    let mut other = at(9);
    other.origin = "other.example".to_owned();
    assert!(matches!(check(&at(5), &other, &proof(5, 9)), Err(ForkError::Origin { .. })));
    let mut not_empty = at(0);
    not_empty.root = at(1).root;
    assert!(check(&not_empty, &at(9), &[]).is_err());
    assert!(check(&at(0), &at(9), &proof(5, 9)).is_err());
}

proptest! {
    #[test]
    fn garbage_is_no_note(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Note::parse(&bytes).map(|note| assert_eq!(note.to_string().as_bytes(), bytes));
        prop_assert!(trust(0).open(&bytes).is_err());
    }

    #[test]
    fn what_parses_prints_as_the_same_bytes(
        text in "(\n|[a-z0-9 —+]{0,12}\n){1,6}",
        names in prop::collection::vec("[^\\s+\\pC]{1,8}", 1..5),
        bytes in prop::collection::vec(any::<u8>(), 5..90),
    ) {
        use base64ct::{Base64, Encoding};
        let lines: String =
            names.iter().map(|name| format!("— {name} {}\n", Base64::encode_string(&bytes))).collect();
        let given = format!("{text}\n{lines}");
        let note = Note::parse(given.as_bytes()).unwrap();
        prop_assert_eq!(note.text(), text);
        prop_assert_eq!(note.to_string(), given);
    }
}
