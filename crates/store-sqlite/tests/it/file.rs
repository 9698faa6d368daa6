//! What only a file can suffer: a newer program, a full disk, no right to write, garbage.

use store::conformance::Site;
use store::conformance::sample::{append, key};
use store::{AppendError, Erase, MatterQuery, Opening, Replication, Store, StoreError};
use store_sqlite::{Options, SCHEMA, SqliteStore};

use crate::site::Files;

#[tokio::test]
async fn a_file_of_a_newer_program_is_refused_and_left_alone() {
    let files = Files::new();
    files.open().await.close().await;
    let path = files.path("store.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", SCHEMA + 1).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = SqliteStore::open(&path, Options::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found, known } if found == SCHEMA + 1 && known == SCHEMA));
    assert!(error.to_string().contains("更新的程序"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_told() {
    let files = Files::new();
    std::fs::write(files.path("store.db"), "这不是数据库".repeat(1000)).unwrap();
    let error = SqliteStore::open(files.path("store.db"), Options::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    let error = SqliteStore::open(files.path("no/such/folder.db"), Options::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_half_there() {
    let files = Files::new();
    let options = Options { n_pages_max: Some(400), ..Options::default() };
    let store = SqliteStore::open(files.path("store.db"), options).await.unwrap();
    let mut version = 0;
    let error = loop {
        match store.append(append(&key("a"), version, 10)).await {
            Ok(_) => version += 10,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::Store(StoreError::Full(_))), "{error:?}");
    assert!(error.to_string().contains("磁盘空间已满"), "{error}");
    assert!(version > 0);
    assert_eq!(store.version(&key("a")).await.unwrap(), version);
    assert_eq!(store.rows(&key("a")).await.unwrap().unwrap().row.n_acts, version);
    store::conformance::log::check_tree(&store, u64::from(version)).await;
    // Once there is room again, it goes on.
    store.close().await;
    let store = files.open().await;
    store.append(append(&key("a"), version, 10)).await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told() {
    let files = Files::new();
    let store = files.open().await;
    store.append(append(&key("a"), 0, 1)).await.unwrap();
    store.close().await;
    let path = files.path("store.db");
    // The marks of a file do not bind an administrator, so the file says itself that it is not to be written.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[18] = 3;
    std::fs::write(&path, bytes).unwrap();
    let error = SqliteStore::open(&path, Options::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    assert!(error.to_string().contains("只读"), "{error}");
}

#[tokio::test]
async fn another_program_that_holds_the_file_is_waited_for() {
    let files = Files::new();
    let options = Options { busy: std::time::Duration::from_millis(50), ..Options::default() };
    let store = SqliteStore::open(files.path("store.db"), options).await.unwrap();
    let other = rusqlite::Connection::open(files.path("store.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let error = store.append(append(&key("a"), 0, 1)).await.unwrap_err();
    assert!(matches!(error, AppendError::Store(StoreError::Unreachable(_))), "{error:?}");
    assert!(!store.health().await.unwrap().writable);
    other.execute_batch("rollback").unwrap();
    store.append(append(&key("a"), 0, 1)).await.unwrap();
    let health = store.health().await.unwrap();
    assert!(health.writable);
    assert_eq!((health.replication, health.schema, health.size), (Replication::None, SCHEMA, 1));
}

#[tokio::test]
async fn what_is_erased_is_not_in_the_file_any_more() {
    let files = Files::new();
    let store = files.open().await;
    let secret = "不应再出现的姓名";
    let mut first = append(&key("a"), 0, 1);
    first.acts[0].openings =
        vec![Opening { path: "fields/name".into(), value: secret.into(), salt: [9; 32] }];
    first.rows.words.push(secret.into());
    store.append(first).await.unwrap();
    for n in 0..50 {
        store.append(append(&key(&format!("m{n}")), 0, 1)).await.unwrap();
    }
    let word = secret.bytes().fold(String::new(), |word, byte| word + &format!("{byte:02x}"));
    let holds = |what: &str| {
        let names = std::fs::read_dir(files.path("")).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|name| name.is_file()).any(|name| {
            let bytes = std::fs::read(name).unwrap();
            bytes.windows(what.len()).any(|window| window == what.as_bytes())
        })
    };
    assert!(holds(secret) && holds(&word), "the test looks in the right place");
    let mut erasure = append(&key("a"), 1, 1);
    erasure.erase = vec![Erase { seq: 1, path: "fields/name".into() }];
    store.append(erasure).await.unwrap();
    assert!(!holds(secret), "the value is still in the file");
    assert!(!holds(&word), "the word of the index is still in the file");
}

#[tokio::test]
async fn a_closed_store_finishes_what_it_took_and_takes_no_more() {
    let files = Files::new();
    let store = files.open().await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..20 {
        let store = store.clone();
        clients.spawn(async move { store.append(append(&key(&format!("m{client}")), 0, 1)).await.is_ok() });
    }
    tokio::task::yield_now().await;
    store.close().await;
    let n_recorded = clients.join_all().await.into_iter().filter(|is_recorded| *is_recorded).count();
    let error = store.append(append(&key("late"), 0, 1)).await.unwrap_err();
    assert!(matches!(error, AppendError::Store(StoreError::Unreachable(_))), "{error:?}");
    let query = MatterQuery::of(store::Scope::All);
    assert!(matches!(store.matters(&query).await, Err(StoreError::Unreachable(_))));
    store::conformance::log::check_tree(&*files.open().await, n_recorded as u64).await;
}
