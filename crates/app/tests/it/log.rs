//! The notary: what is signed, what is refused, what a bundle proves.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use app::log::{Kept, Log, LogError};
use app::people::seal::SealKey;
use app::{App, Chance, Clock, Error, NoChance, Parts};
use jiff::Timestamp;
use ledger::bundle::{Element, Verdict, verify};
use ledger::checkpoint::{Checkpoint, ForkError, Trust, verify_continues};
use ledger::key::{Role, SigningKey};
use ledger::note::Note;
use serde_json::json;
use sm3::Sm3;
use store::MatterKey;
use store_sqlite::{Options, SqliteStore};

use crate::world::{UNIT, World, book};

/// A place outside the database that forgets nothing while the test runs.
#[derive(Default)]
struct Shelf(Mutex<Option<Vec<u8>>>);

impl Kept for Shelf {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn save(&self, note: &[u8]) -> io::Result<()> {
        *self.0.lock().unwrap() = Some(note.to_vec());
        Ok(())
    }
}

fn key(name: &str, role: Role, secret: u8) -> SigningKey {
    SigningKey::from_secret(name.parse().unwrap(), role, &[secret; 32]).unwrap()
}

fn log_key() -> SigningKey {
    key("log.example/guiju", Role::Log, 7)
}

fn log(app: &App, shelf: &Arc<Shelf>) -> Log {
    let witness = key("justice.example", Role::Witness, 9).public().clone();
    Log::new(app.clone(), log_key(), shelf.clone(), vec![witness])
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2022-09-30T05:00:00Z".parse().unwrap()
    }
}

impl Chance for Still {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
        bytes.fill(5);
        Ok(())
    }
}

/// The same agency on another database file.
async fn on_file(path: &Path) -> App {
    let store = Arc::new(SqliteStore::open(path, Options::default()).await.unwrap());
    let seal_key = SealKey::new([7; 16]);
    App::new(Parts { book: book(), store, clock: Arc::new(Still), chance: Arc::new(Still), seal_key })
}

/// A person's file with one act; the name in it is personal.
async fn file(world: &World, system: &app::Caller, person: &str) -> MatterKey {
    let line = json!({ "act": "staff-registered", "about": { "person": [person] }, "fields": {
        "person-name": format!("示例{person}"), "establishment-type": "reference-managed",
    } });
    world.open(system, "staff-file", line).await.unwrap().key
}

async fn started() -> (World, app::Caller, MatterKey) {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    world.unit(&system).await;
    let key = file(&world, &system, "p-1").await;
    (world, system, key)
}

#[tokio::test]
async fn a_checkpoint_follows_what_is_new_and_continues_the_last() {
    let (world, system, _) = started().await;
    let shelf = Arc::new(Shelf::default());
    let notary = log(&world.app, &shelf);
    assert!(matches!(notary.checkpoint().await, Err(LogError::NoSuch(_))));
    let first = notary.attest().await.unwrap();
    assert_eq!(first.size, 2);
    let note = notary.checkpoint().await.unwrap();
    assert_eq!(notary.attest().await.unwrap(), first, "nothing new, nothing signed");
    file(&world, &system, "p-2").await;
    let second = notary.attest().await.unwrap();
    assert_eq!(second.size, 3);
    let proof = notary.consistency(first.size, second.size).await.unwrap();
    verify_continues::<Sm3>(&first, &second, &proof).unwrap();
    let trust = Trust::log(log_key().public().clone());
    assert!(trust.open(note.to_string().as_bytes()).unwrap().is_signed());
    let kept = shelf.load().unwrap().unwrap();
    assert_eq!(trust.open(&kept).unwrap().checkpoint(), &second, "it is kept outside the database");
    // A server started again goes on from there.
    let again = log(&world.app, &shelf);
    assert_eq!(again.attest().await.unwrap(), second);
    assert_eq!(again.state().await.signed, 3);
    assert!(matches!(again.inclusion(3, 3).await, Err(LogError::NoSuch(_))));
}

#[tokio::test]
async fn a_database_that_was_set_back_is_never_signed() {
    let (world, system, _) = started().await;
    let shelf = Arc::new(Shelf::default());
    let notary = log(&world.app, &shelf);
    notary.attest().await.unwrap();
    let backup = world.folder.path().join("backup");
    world.app.store().backup(&backup).await.unwrap();
    file(&world, &system, "p-2").await;
    let newest = notary.attest().await.unwrap();
    // The old state under the newer checkpoint: it is shorter, then as long with other acts, then longer.
    let old = on_file(&world.folder.path().join("old.db")).await;
    old.store().restore(&backup).await.unwrap();
    let notary = log(&old, &shelf);
    let refused = notary.attest().await;
    assert!(matches!(refused, Err(LogError::Fork(ForkError::Shrunk { old: 3, new: 2 }))), "{refused:?}");
    let state = notary.state().await;
    assert!(state.refused.unwrap().contains("已停止签署"));
    let old_world = |person: &str| {
        json!({ "act": "staff-registered", "about": { "person": [person] }, "fields": {
            "person-name": "另一人", "establishment-type": "reference-managed",
        } })
    };
    for (person, expected) in [("p-8", ForkError::Forked { size: 3 }), ("p-9", fork_proof())] {
        let line = crate::world::proposal(&MatterKey::new(UNIT, ""), old_world(person));
        old.open(&system, "staff-file", line).await.unwrap();
        match notary.attest().await {
            Err(LogError::Fork(found)) => {
                assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&expected), "{found}");
            }
            other => panic!("{other:?}"),
        }
    }
    let of_old = MatterKey::new(UNIT, "2022-000002");
    assert!(matches!(notary.bundle_of(&of_old).await, Err(Error::Log(LogError::Fork(_)))));
    let kept = Note::parse(&shelf.load().unwrap().unwrap()).unwrap();
    assert_eq!(kept.text().parse::<Checkpoint>().unwrap(), newest, "what was kept stays");
    // Where it cannot be helped, a new epoch is begun with another key, and the log goes on.
    let other = key("log.example/guiju/2", Role::Log, 8);
    let next = Log::new(old.clone(), other, shelf.clone(), Vec::new());
    assert!(matches!(next.attest().await, Err(LogError::Kept { .. })), "the kept one is not of this key");
    assert_eq!(next.begin_epoch().await.unwrap().size, 4);
    assert_eq!(next.attest().await.unwrap().size, 4);
    assert_eq!(next.state().await.refused, None);
}

fn fork_proof() -> ForkError {
    ForkError::Proof(
        ledger::merkle::verify_consistency::<Sm3>(0, &ledger::Hash([0; 32]), 0, &ledger::Hash([0; 32]), &[])
            .unwrap_err(),
    )
}

#[tokio::test]
async fn without_what_was_kept_nothing_is_signed() {
    let (world, system, _) = started().await;
    log(&world.app, &Arc::new(Shelf::default())).attest().await.unwrap();
    file(&world, &system, "p-2").await;
    let lost = log(&world.app, &Arc::new(Shelf::default()));
    assert!(matches!(lost.attest().await, Err(LogError::KeptMissing { size: 2 })));
    let garbled = Arc::new(Shelf(Mutex::new(Some(b"garbled".to_vec()))));
    assert!(matches!(log(&world.app, &garbled).attest().await, Err(LogError::Kept { .. })));
}

#[tokio::test]
async fn only_a_known_witness_of_our_own_checkpoint_is_taken() {
    let (world, system, _) = started().await;
    let notary = log(&world.app, &Arc::new(Shelf::default()));
    notary.attest().await.unwrap();
    let ours = notary.checkpoint().await.unwrap();
    let signed_by = |secret: u8, note: &Note| {
        let mut note = note.clone();
        key("justice.example", Role::Witness, secret).cosign(&mut note, 1_664_500_000);
        note.to_string()
    };
    let stranger = signed_by(3, &ours);
    assert!(notary.cosign(stranger.as_bytes()).await.is_err());
    assert!(notary.cosign(ours.to_string().as_bytes()).await.is_err(), "no witness signed it");
    // A root the log never had, even under the log's own key.
    let mut other: Checkpoint = ours.text().parse().unwrap();
    other.root = ledger::Hash([1; 32]);
    let forged = signed_by(9, &other.sign(&log_key()).unwrap());
    assert!(notary.cosign(forged.as_bytes()).await.is_err());
    let witnessed = signed_by(9, &ours);
    assert_eq!(notary.cosign(witnessed.as_bytes()).await.unwrap(), ["justice.example"]);
    assert_eq!(notary.checkpoint().await.unwrap().to_string(), witnessed);
    // An older checkpoint may still be signed, and the newer one does not show it.
    file(&world, &system, "p-2").await;
    notary.attest().await.unwrap();
    assert_eq!(notary.cosign(witnessed.as_bytes()).await.unwrap(), ["justice.example"]);
    assert_eq!(notary.checkpoint().await.unwrap().signatures().len(), 1);
}

#[tokio::test]
async fn a_bundle_verifies_and_one_changed_byte_is_found() {
    let (world, system, key) = started().await;
    let moved = json!({ "act": "staff-moved", "fields": { "staff-unit": UNIT } });
    world.act(&system, &key, moved).await.unwrap();
    let notary = log(&world.app, &Arc::new(Shelf::default()));
    let bundle = notary.bundle_of(&key).await.unwrap();
    let trust = Trust::log(log_key().public().clone());
    let report = verify(&bundle[..], &trust).unwrap();
    assert!(report.is_proved(), "{report}");
    assert_eq!((report.records, report.matter.as_deref()), (2, Some(key.matter.as_str())));
    assert!(report.openings > 0, "the name is opened");
    assert!(report.issuer.is_some());
    for place in (0..bundle.len()).step_by(37) {
        let mut changed = bundle.clone();
        changed[place] ^= 1;
        let report = verify(&changed[..], &trust).unwrap();
        assert_eq!(report.verdict, Verdict::Wrong, "byte {place}");
        assert!(!report.wrong.is_empty());
    }
    // In a record, it is the record that is named.
    let needle = b"\"act\":\"staff-moved\"";
    let place = bundle.windows(needle.len()).position(|part| part == needle).unwrap();
    let mut changed = bundle.clone();
    changed[place + 8] ^= 1;
    let report = verify(&changed[..], &trust).unwrap();
    assert!(
        report.wrong.iter().any(|wrong| matches!(wrong.element, Element::Record { record: 2, .. })),
        "{report}"
    );
}

#[tokio::test]
async fn a_bundle_is_for_those_who_may_read_all_of_it() {
    let (world, system, key) = started().await;
    let security = world.administrator("security-administrator").await;
    let personnel = world.person(&system, &security, "p-072", &["personnel"]).await;
    let notary = log(&world.app, &Arc::new(Shelf::default()));
    assert!(notary.bundle(&personnel, &key).await.is_ok());
    let audit = world.administrator("audit-administrator").await;
    let refused = notary.bundle(&audit, &key).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    let unknown = notary.bundle(&personnel, &MatterKey::new(UNIT, "none")).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}
