//! A small agency in a temporary folder: a clock that stands still until it is moved, and chance that is none.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use app::people::seal::SealKey;
use app::people::{FirstLogin, Login, NewAccount};
use app::{App, Caller, Chance, Clock, NoChance, Parts, Proposal, Recorded, Result};
use jiff::{SignedDuration, Timestamp};
use lawbook::Lawbook;
use serde_json::{Value as Json, json};
use sm3::{Digest, Sm3};
use store::MatterKey;
use store_sqlite::{Options, SqliteStore};

pub const UNIT: &str = "u-brigade";
pub const PASSWORD: &str = "correct horse 7 battery";

/// The time of a test.
pub struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Numbers in a row, hashed: never twice the same, and the same in every run.
struct TestChance(AtomicU64);

impl Chance for TestChance {
    fn fill(&self, bytes: &mut [u8]) -> std::result::Result<(), NoChance> {
        for part in bytes.chunks_mut(32) {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            part.copy_from_slice(&Sm3::digest(number.to_be_bytes())[..part.len()]);
        }
        Ok(())
    }
}

pub fn book() -> Arc<Lawbook> {
    static BOOK: OnceLock<Arc<Lawbook>> = OnceLock::new();
    let load = || {
        let files = lawbook::LawFiles::from_dir(Path::new("../../law")).unwrap();
        Arc::new(lawbook::load(files).unwrap_or_else(|report| panic!("{report}")))
    };
    BOOK.get_or_init(load).clone()
}

pub struct World {
    pub app: App,
    clock: Arc<TestClock>,
    pub administrators: Vec<FirstLogin>,
    pub folder: tempfile::TempDir,
}

impl World {
    /// An agency at its first start.
    pub async fn new() -> World {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("guiju.db"), Options::default()).await.unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2022-09-30T01:00:00Z".parse().unwrap())));
        let app = App::new(Parts {
            book: book(),
            store: Arc::new(store),
            clock: clock.clone(),
            chance: Arc::new(TestChance(AtomicU64::new(0))),
            seal_key: SealKey::new([7; 16]),
        });
        let administrators = app.first_start(UNIT).await.unwrap().unwrap();
        World { app, clock, administrators, folder }
    }

    pub fn pass(&self, minutes: i64) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
    }

    pub fn set(&self, instant: &str) {
        *self.clock.0.lock().unwrap() = instant.parse().unwrap();
    }

    pub fn login(login: &str, password: &str) -> Login {
        Login {
            login: login.into(),
            password: password.into(),
            code: None,
            address: "127.0.0.1".into(),
            agent: "test".into(),
        }
    }

    /// Logs in for the first time and changes the password.
    pub async fn enter(&self, first: &FirstLogin) -> Caller {
        let (secret, _) = self.app.log_in(&World::login(&first.login, &first.password)).await.unwrap();
        let (caller, _) = self.app.caller_of_session(&secret).await.unwrap();
        self.app.change_password(&caller, &secret, &first.password, PASSWORD).await.unwrap();
        self.app.caller_of_session(&secret).await.unwrap().0
    }

    /// Logs in with the changed password.
    pub async fn caller(&self, login: &str) -> Caller {
        let (secret, _) = self.app.log_in(&World::login(login, PASSWORD)).await.unwrap();
        self.app.caller_of_session(&secret).await.unwrap().0
    }

    pub async fn administrator(&self, login: &str) -> Caller {
        let first = self.administrators.iter().find(|first| first.login == login).unwrap();
        self.enter(first).await
    }

    /// Begins a matter.
    pub async fn open(&self, by: &Caller, procedure: &str, line: Json) -> Result<Recorded> {
        self.app.open(by, procedure, proposal(&MatterKey::new(by.unit.clone(), ""), line)).await
    }

    /// Does an act; what is asked to be acknowledged is.
    pub async fn act(&self, by: &Caller, key: &MatterKey, line: Json) -> Result<Recorded> {
        self.app.act(by, &proposal(key, line)).await
    }

    /// The unit, registered.
    pub async fn unit(&self, system: &Caller) {
        let line = json!({ "act": "unit-registered", "about": { "unit": [UNIT] }, "fields": {
            "unit-level": "brigade", "unit-name": "永城市交通运输综合行政执法大队（示例）", "unit-short-word": "豫永交",
            "unit-region": "永城市", "unit-basis": "示例〔2021〕1号",
        } });
        self.open(system, "unit-file", line).await.unwrap();
    }

    /// A person with an account and posts.
    pub async fn person(&self, system: &Caller, security: &Caller, person: &str, posts: &[&str]) -> Caller {
        let line = json!({ "act": "staff-registered", "about": { "person": [person] }, "fields": {
            "person-name": format!("示例{person}"), "establishment-type": "reference-managed",
        } });
        let file = self.open(system, "staff-file", line).await.unwrap().key;
        let moved = json!({ "act": "staff-moved", "fields": { "staff-unit": UNIT } });
        self.act(system, &file, moved).await.unwrap();
        for post in posts {
            let given = json!({ "act": "post-given", "strand": format!("{post}@{UNIT}"), "fields": {
                "post-name": post, "post-unit": UNIT, "post-basis": "示例任职文件",
            } });
            self.act(security, &file, given).await.unwrap();
        }
        let account = NewAccount {
            login: person.into(),
            person: person.into(),
            name: format!("示例{person}"),
            unit: UNIT.into(),
            squad: None,
        };
        let first = self.app.open_account(system, account).await.unwrap();
        self.enter(&first).await
    }
}

/// An act to be recorded, with the warnings of default values acknowledged.
pub fn proposal(key: &MatterKey, line: Json) -> Proposal {
    let Json::Object(line) = line else { panic!("a line is an object") };
    Proposal { key: key.clone(), expected: None, line, command: None }
}
