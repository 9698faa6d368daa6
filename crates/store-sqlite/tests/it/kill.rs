//! Kill -9 at random points under load.

use std::process::Command;
use std::sync::Arc;

use store::conformance::{Site, kill};
use store_sqlite::{Options, SqliteStore};

use crate::site::Files;

/// Where the process to be killed finds its file.
const FILE: &str = "GUIJU_TEST_FILE";

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test starts this program again and tells it its file")]
async fn the_process_that_is_killed() {
    let Ok(file) = std::env::var(FILE) else { return };
    let store = SqliteStore::open(file, Options::default()).await.unwrap();
    kill::record_until_killed(Arc::new(store)).await;
}

#[tokio::test]
async fn twenty_kills_lose_nothing_that_was_answered() {
    let files = Files::new();
    let mut n_answers = 0;
    for wait in kill::waits(20) {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["kill::the_process_that_is_killed", "--exact", "--nocapture"]);
        let victim = kill::Victim::start(program.env(FILE, files.path("store.db")));
        let answers = victim.kill_after(wait, || {});
        n_answers += answers.len();
        let store = files.open().await;
        kill::check(&*store, &answers).await;
        store.close().await;
    }
    println!("{n_answers} answers");
}
