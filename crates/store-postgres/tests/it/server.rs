//! What only a server can suffer: lost connections, a database that takes no writes, a newer program, a full disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use store::conformance::Site;
use store::conformance::sample::{append, key, keyed, numbered};
use store::{AppendError, Replication, Store, StoreError};
use store_postgres::{Options, PostgresStore, SCHEMA};

use crate::cluster::Database;

fn impatient() -> Options {
    Options { patience: Duration::from_millis(300), ..Options::default() }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let database = Database::new();
    database.open().await.close().await;
    database.sql("update schema_version set version = version + 1");
    let error = PostgresStore::open(database.address(), impatient()).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found, known } if found == SCHEMA + 1 && known == SCHEMA));
    assert!(error.to_string().contains("更新的程序"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_lose_nothing_and_record_nothing_twice() {
    let database = Database::new();
    let store = database.open().await;
    let is_done = Arc::new(AtomicBool::new(false));
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..8 {
        let store = store.clone();
        clients.spawn(async move {
            let key = key(&format!("m{client}"));
            for round in 0..40 {
                let command =
                    || keyed(numbered(append(&key, round, 1), "罚"), &format!("{client}/{round}"), "content");
                // As a client does that never got its answer.
                while let Err(error) = store.append(command()).await {
                    assert!(matches!(error, AppendError::Store(_)), "{error:?}");
                }
            }
        });
    }
    let cutter = {
        let (is_done, database) = (is_done.clone(), database.clone());
        tokio::task::spawn_blocking(move || {
            let mut n_cut = 0;
            while !is_done.load(Ordering::SeqCst) {
                let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()";
                n_cut += database.sql(cut).parse::<u32>().unwrap();
                std::thread::sleep(Duration::from_millis(40));
            }
            n_cut
        })
    };
    clients.join_all().await;
    is_done.store(true, Ordering::SeqCst);
    assert!(cutter.await.unwrap() > 0, "no connection was cut");
    store::conformance::log::check_tree(&*store, 320).await;
    assert!(store.numbered("豫永交罚〔2026〕320号").await.unwrap().is_some());
    assert_eq!(store.numbered("豫永交罚〔2026〕321号").await.unwrap(), None);
    for client in 0..8 {
        assert_eq!(store.version(&key(&format!("m{client}"))).await.unwrap(), 40);
    }
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_told_and_found_again() {
    let database = Database::new();
    let store = PostgresStore::open(database.address(), impatient()).await.unwrap();
    store.append(append(&key("a"), 0, 1)).await.unwrap();
    database.sql(&format!("alter database {} set default_transaction_read_only = on", database.name()));
    database.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()",
    );
    let error = store.append(append(&key("a"), 1, 1)).await.unwrap_err();
    let is_told = matches!(error, AppendError::Store(StoreError::Unreachable(_) | StoreError::ReadOnly(_)));
    assert!(is_told, "{error:?}");
    database.sql(&format!(
        "begin; set transaction read write; alter database {} reset default_transaction_read_only; commit",
        database.name()
    ));
    store.append(append(&key("a"), 1, 1)).await.unwrap();
    store::conformance::log::check_tree(&store, 2).await;
    let health = store.health().await.unwrap();
    assert!(health.writable);
    assert_eq!((health.replication, health.schema, health.size), (Replication::None, SCHEMA, 2));
}

#[tokio::test]
async fn of_several_hosts_the_one_that_answers_is_used() {
    let database = Database::new();
    let port = database.port();
    // Nobody listens on the first port.
    let address = database.address().replace("host=127.0.0.1", "host=127.0.0.1,127.0.0.1");
    let address = address.replace(&format!("port={port}"), &format!("port=1,{port}"));
    let store = PostgresStore::open(&address, impatient()).await.unwrap();
    store.append(append(&key("a"), 0, 1)).await.unwrap();
    let nobody = PostgresStore::open("host=127.0.0.1 port=1 user=guiju dbname=x", impatient()).await;
    assert!(matches!(nobody, Err(StoreError::Unreachable(_))));
}

#[tokio::test]
async fn a_closed_store_finishes_what_it_took_and_takes_no_more() {
    let database = Database::new();
    let store = database.open().await;
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
    store::conformance::log::check_tree(&*database.open().await, n_recorded as u64).await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_half_there() {
    let database = Database::new();
    let Some(disk) = database.small_disk() else {
        println!("skipped: a small disk can be mounted by root only");
        return;
    };
    let store = PostgresStore::open(disk.address(), impatient()).await.unwrap();
    let mut version = 0;
    let error = loop {
        let mut next = append(&key("a"), version, 20);
        for act in &mut next.acts {
            act.line.insert("facts".into(), incompressible(version).into());
        }
        match store.append(next).await {
            Ok(_) => version += 20,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, AppendError::Store(StoreError::Full(_))), "{error:?}");
    assert!(error.to_string().contains("磁盘空间已满"), "{error}");
    disk.tidy_up();
    assert_eq!(store.version(&key("a")).await.unwrap(), version);
    assert_eq!(store.rows(&key("a")).await.unwrap().map_or(0, |rows| rows.row.n_acts), version);
    store::conformance::log::check_tree(&store, u64::from(version)).await;
    store.close().await;
}

/// Text that the database cannot make shorter.
fn incompressible(n: u32) -> String {
    let block = |at: u32| store::Hash::sm3(&[n.to_be_bytes(), at.to_be_bytes()].concat()).to_string();
    (0..900).map(block).collect()
}
