//! Kill -9 at random points under load: the program, and every other time the whole database server.

use std::process::Command;
use std::sync::Arc;

use store::Store as _;
use store::conformance::kill;
use store_postgres::{Options, PostgresStore};

use crate::cluster::Cluster;

/// Where the process to be killed finds its database.
const DATABASE: &str = "GUIJU_TEST_DATABASE";

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test starts this program again and tells it its database")]
async fn the_process_that_is_killed() {
    let Ok(address) = std::env::var(DATABASE) else { return };
    let store = PostgresStore::open(&address, Options::default()).await.unwrap();
    kill::record_until_killed(Arc::new(store)).await;
}

#[tokio::test]
async fn twenty_kills_lose_nothing_that_was_answered() {
    let cluster = Cluster::start();
    let address = cluster.database("killed");
    let mut n_answers = 0;
    for (round, wait) in kill::waits(20).enumerate() {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["kill::the_process_that_is_killed", "--exact", "--nocapture"]);
        let victim = kill::Victim::start(program.env(DATABASE, &address));
        let kills_server = round % 2 == 1;
        let answers = victim.kill_after(wait, || {
            if kills_server {
                cluster.kill();
            }
        });
        if kills_server {
            cluster.start_again();
        }
        n_answers += answers.len();
        let store = PostgresStore::open(&address, Options::default()).await.unwrap();
        kill::check(&store, &answers).await;
        store.close().await;
    }
    println!("{n_answers} answers");
}
