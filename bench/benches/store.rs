//! Durable acts per second beside bare inserts of the same bytes with the same durability, and questions to a small and to
//! a large store. `bench/store` starts a PostgreSQL for it; without an address only SQLite is measured.
//!
//! `cargo bench -p bench --bench store -- [--postgres ADDRESS] [--matters N] [--rounds N] [--seconds N]`

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use store::conformance::sample::{DAY, append, key, keyed};
use store::{
    Append, FindingQuery, LimitQuery, MatterKey, MatterQuery, MatterSort, Part, Scope, Store, Whose,
};
use tokio::sync::{mpsc, oneshot};

const CLIENTS: [u32; 3] = [1, 8, 64];

/// Acts a client records in one matter before it begins another.
const N_ACTS: u32 = 10;

struct Wanted {
    postgres: Option<String>,
    n_matters: u32,
    n_rounds: u32,
    seconds: u64,
}

fn main() {
    let mut wanted = Wanted { postgres: None, n_matters: 0, n_rounds: 5, seconds: 2 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("an option has a value");
        match word.as_str() {
            "--postgres" => wanted.postgres = Some(value()),
            "--matters" => wanted.n_matters = value().parse().expect("a number"),
            "--rounds" => wanted.n_rounds = value().parse().expect("a number"),
            "--seconds" => wanted.seconds = value().parse().expect("a number"),
            _ => {}
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(measure(&wanted));
}

async fn measure(wanted: &Wanted) {
    let folder = tempfile::tempdir_in(bench::root().join("target")).expect("a folder on the disk");
    println!(
        "durable acts per second, medians of rounds that alternate: ours, bare inserts one by one, in groups"
    );
    for n_clients in CLIENTS {
        let mut rounds = Rounds::default();
        for round in 0..wanted.n_rounds {
            let path = |name: &str| folder.path().join(format!("{name}-{n_clients}-{round}.db"));
            let ours = acts(sqlite(&path("ours")).await, n_clients, wanted).await;
            let single = bare_sqlite(&path("single"), n_clients, 1, wanted).await;
            rounds.add(ours, single, bare_sqlite(&path("grouped"), n_clients, 256, wanted).await);
        }
        rounds.print("SQLite", n_clients);
    }
    for (address, n_clients) in wanted.postgres.iter().flat_map(|address| CLIENTS.map(|n| (address, n))) {
        let mut rounds = Rounds::default();
        for round in 0..wanted.n_rounds {
            let name = format!("ours{n_clients}r{round}");
            let ours = acts(postgres(address, &name).await, n_clients, wanted).await;
            let single = bare_postgres(address, n_clients, wanted).await;
            rounds.add(ours, single, bare_postgres_grouped(address, n_clients, wanted).await);
        }
        rounds.print("PostgreSQL", n_clients);
    }
    if wanted.n_matters > 0 {
        let small = sqlite(&folder.path().join("small.db")).await;
        let large = sqlite(&folder.path().join("large.db")).await;
        questions("SQLite", &*fill(small, 1000).await, &*fill(large, wanted.n_matters).await, wanted).await;
        if let Some(address) = &wanted.postgres {
            let (small, large) = (postgres(address, "small").await, postgres(address, "large").await);
            let (small, large) = (fill(small, 1000).await, fill(large, wanted.n_matters).await);
            for name in ["small", "large"] {
                client(address, name).await.batch_execute("vacuum analyze").await.expect("statistics");
            }
            questions("PostgreSQL", &*small, &*large, wanted).await;
        }
    }
}

/// Rates of rounds, and of each round how ours stands to the others: what else the machine does hits all three.
#[derive(Default)]
struct Rounds([Vec<f64>; 5]);

impl Rounds {
    fn add(&mut self, ours: f64, single: f64, grouped: f64) {
        let values = [ours, single, grouped, 100.0 * ours / single, 100.0 * ours / grouped];
        self.0.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
    }

    fn print(mut self, database: &str, n_clients: u32) {
        let [ours, single, grouped, of_single, of_grouped] = self.0.each_mut().map(|column| {
            column.sort_unstable_by(f64::total_cmp);
            column[column.len() / 2]
        });
        println!(
            "{database:<10} {n_clients:>2} clients  {ours:>7.0}/s  {single:>7.0}/s ({of_single:>4.0} %)  \
             {grouped:>7.0}/s ({of_grouped:>4.0} %)"
        );
    }
}

async fn sqlite(path: &Path) -> Arc<dyn Store> {
    let store = store_sqlite::SqliteStore::open(path, store_sqlite::Options::default()).await;
    Arc::new(store.expect("a file can be made"))
}

async fn postgres(address: &str, name: &str) -> Arc<dyn Store> {
    client(address, "postgres")
        .await
        .batch_execute(&format!("create database {name}"))
        .await
        .expect("a fresh database");
    let store =
        store_postgres::PostgresStore::open(&format!("{address} dbname={name}"), Default::default()).await;
    Arc::new(store.expect("it answers"))
}

async fn client(address: &str, name: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(&format!("{address} dbname={name}"), tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("it answers");
    tokio::spawn(connection);
    client
}

/// Runs clients until the time is over, and says how often they were answered a second.
async fn race<F: Future<Output = ()> + Send + 'static>(
    n_clients: u32,
    wanted: &Wanted,
    client: impl Fn(u32, Arc<Race>) -> F,
) -> f64 {
    let race = Arc::new(Race {
        until: Instant::now() + Duration::from_secs(wanted.seconds),
        n_answers: AtomicU64::new(0),
    });
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..n_clients {
        clients.spawn(client(number, race.clone()));
    }
    clients.join_all().await;
    race.n_answers.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

struct Race {
    until: Instant,
    n_answers: AtomicU64,
}

impl Race {
    fn goes_on(&self) -> bool {
        Instant::now() < self.until
    }

    fn answered(&self) {
        self.n_answers.fetch_add(1, Ordering::Relaxed);
    }
}

async fn acts(store: Arc<dyn Store>, n_clients: u32, wanted: &Wanted) -> f64 {
    let rate = race(n_clients, wanted, |number, race| {
        let store = store.clone();
        async move {
            for matter in 0.. {
                let key = key(&format!("client-{number}-{matter}"));
                for seen in 0..N_ACTS {
                    if !race.goes_on() {
                        return;
                    }
                    let next = keyed(append(&key, seen, 1), &format!("{key}/{seen}"), "content");
                    store.append(next).await.expect("it is recorded");
                    race.answered();
                }
            }
        }
    })
    .await;
    store.close().await;
    rate
}

/// The bytes of an act of a client.
fn bytes(number: u32, n: u32) -> (MatterKey, u32, Vec<u8>) {
    let key = key(&format!("client-{number}-{}", n / N_ACTS));
    let seq = n % N_ACTS + 1;
    let bytes = store::conformance::sample::act(&key, seq).seal(None).expect("a sample");
    (key, seq, bytes)
}

type Bare = ((MatterKey, u32, Vec<u8>), oneshot::Sender<()>);

/// One writer, at most `group` inserts in a transaction; one table with the same place of an act.
async fn bare_sqlite(path: &Path, n_clients: u32, group: usize, wanted: &Wanted) -> f64 {
    let mut connection = Connection::open(path).expect("a file can be made");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL");
    connection.pragma_update(None, "synchronous", "full").expect("durable");
    let table =
        "create table act (leaf integer primary key, unit text, matter text, seq integer, bytes blob) strict;
        create unique index place on act (unit, matter, seq)";
    connection.execute_batch(table).expect("a table");
    let (sender, mut waiting) = mpsc::channel::<Bare>(1024);
    let writer = std::thread::spawn(move || {
        while let Some(first) = waiting.blocking_recv() {
            let mut answers = Vec::new();
            let transaction = connection.transaction().expect("a transaction");
            let mut next = Some(first);
            while let Some(((key, seq, bytes), answer)) = next {
                let sql = "insert into act (unit, matter, seq, bytes) values (?1, ?2, ?3, ?4)";
                let mut statement = transaction.prepare_cached(sql).expect("a statement");
                statement.execute(params![key.unit, key.matter, seq, bytes]).expect("an insert");
                answers.push(answer);
                next = if answers.len() < group { waiting.try_recv().ok() } else { None };
            }
            transaction.commit().expect("a commit");
            answers.into_iter().for_each(|answer| answer.send(()).unwrap_or(()));
        }
    });
    let rate = bare(n_clients, wanted, sender).await;
    writer.join().expect("the writer ends");
    rate
}

/// Clients of a bare writer.
async fn bare(n_clients: u32, wanted: &Wanted, sender: mpsc::Sender<Bare>) -> f64 {
    race(n_clients, wanted, |number, race| {
        let sender = sender.clone();
        async move {
            for n in 0.. {
                if !race.goes_on() {
                    return;
                }
                let (answer, answered) = oneshot::channel();
                sender.send((bytes(number, n), answer)).await.expect("the writer works");
                answered.await.expect("it is inserted");
                race.answered();
            }
        }
    })
    .await
}

const BARE_TABLE: &str = "drop table if exists bare;
    create table bare (leaf bigserial, unit text, matter text, seq bigint, bytes bytea, primary key (unit, matter, seq))";

/// Each client has a connection and a transaction of its own for each insert.
async fn bare_postgres(address: &str, n_clients: u32, wanted: &Wanted) -> f64 {
    client(address, "postgres").await.batch_execute(BARE_TABLE).await.expect("a table");
    race(n_clients, wanted, |number, race| {
        let address = address.to_owned();
        async move {
            let client = client(&address, "postgres").await;
            let sql = "insert into bare (unit, matter, seq, bytes) values ($1, $2, $3, $4)";
            let statement = client.prepare(sql).await.expect("a statement");
            for n in 0.. {
                if !race.goes_on() {
                    return;
                }
                let (key, seq, bytes) = bytes(number, n);
                let row: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
                    [&key.unit, &key.matter, &i64::from(seq), &bytes];
                client.execute(&statement, &row).await.expect("an insert");
                race.answered();
            }
        }
    })
    .await
}

/// One writer and one statement for a group.
async fn bare_postgres_grouped(address: &str, n_clients: u32, wanted: &Wanted) -> f64 {
    let client = client(address, "postgres").await;
    client.batch_execute(BARE_TABLE).await.expect("a table");
    let (sender, mut waiting) = mpsc::channel::<Bare>(1024);
    let writer = tokio::spawn(async move {
        let sql = "insert into bare (unit, matter, seq, bytes)
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[])";
        let statement = client.prepare(sql).await.expect("a statement");
        let mut group = Vec::new();
        while waiting.recv_many(&mut group, 256).await > 0 {
            let (rows, answers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
            let units: Vec<&str> = rows.iter().map(|(key, ..)| key.unit.as_str()).collect();
            let matters: Vec<&str> = rows.iter().map(|(key, ..)| key.matter.as_str()).collect();
            let seqs: Vec<i64> = rows.iter().map(|(_, seq, _)| i64::from(*seq)).collect();
            let bytes: Vec<&[u8]> = rows.iter().map(|(.., bytes)| bytes.as_slice()).collect();
            client.execute(&statement, &[&units, &matters, &seqs, &bytes]).await.expect("an insert");
            answers.into_iter().for_each(|answer: oneshot::Sender<()>| answer.send(()).unwrap_or(()));
        }
    });
    let rate = bare(n_clients, wanted, sender).await;
    writer.await.expect("the writer ends");
    rate
}

/// A store with matters that differ, in ten units.
async fn fill(store: Arc<dyn Store>, n_matters: u32) -> Arc<dyn Store> {
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..128 {
        let store = store.clone();
        clients.spawn(async move {
            for n in (client..n_matters).step_by(128) {
                store.append(matter(n)).await.expect("it is recorded");
            }
        });
    }
    clients.join_all().await;
    println!("{n_matters} matters recorded in {:.1} s", began.elapsed().as_secs_f64());
    store
}

/// The `n`th matter: most are closed, some have findings, a few are rare in one way or another.
fn matter(n: u32) -> Append {
    let key = MatterKey::new(format!("unit-{}", n % 10), format!("m{n}"));
    let mut append = append(&key, 0, 1);
    let row = &mut append.rows.row;
    let is_open = n.is_multiple_of(50);
    row.stage = if is_open { format!("stage-{}", n / 50 % 8) } else { "closed".into() };
    row.closed = (!is_open).then_some(DAY);
    row.last += jiff::SignedDuration::from_secs(i64::from(n));
    row.next_due = is_open.then(|| DAY + jiff::Span::new().days(i64::from(n / 50 % 90)));
    row.officers = vec![format!("p-{}", n % 2000), format!("p-{}", n % 1999)];
    row.parties[0].id = format!("c-{}", n % 30_000);
    row.squad = Some(format!("squad-{}", n % 40));
    row.number = Some(format!("豫永交罚〔2026〕{n}号"));
    if !is_open {
        append.rows.limits.clear();
        append.rows.findings.clear();
    }
    append.rows.words = vec!["超限".into(), "运输".into(), format!("豫n{}", n % 100_000)];
    append
}

/// Asks the same questions of both stores, in turn, and prints the median and the 99th percentile.
async fn questions(database: &str, small: &dyn Store, large: &dyn Store, wanted: &Wanted) {
    println!(
        "{database}: question, 1,000 matters p50 p99, {} matters p50 p99, p99 grows by",
        wanted.n_matters
    );
    let mut times: BTreeMap<&str, [Vec<Duration>; 2]> = BTreeMap::new();
    for round in 0..400_u32 {
        for (at, store) in [small, large].into_iter().enumerate() {
            let n_matters = if at == 0 { 1000 } else { wanted.n_matters };
            let one = round.wrapping_mul(7919) % n_matters;
            ask(store, one, |question, time| times.entry(question).or_default()[at].push(time)).await;
        }
    }
    for (question, mut times) in times {
        // The first rounds warm caches and statements.
        let mut cut = |at: usize| {
            let times = &mut times[at];
            times.drain(..40);
            times.sort_unstable();
            (times[times.len() / 2], times[times.len() * 99 / 100])
        };
        let ((p50, p99), (large_p50, large_p99)) = (cut(0), cut(1));
        println!(
            "  {question:<24} {p50:>8.0?} {p99:>8.0?}   {large_p50:>8.0?} {large_p99:>8.0?}   {:>+5.0} %",
            100.0 * (large_p99.as_secs_f64() / p99.as_secs_f64() - 1.0)
        );
    }
}

async fn ask(store: &dyn Store, one: u32, mut took: impl FnMut(&'static str, Duration)) {
    let unit = format!("unit-{}", one % 10);
    let scope = || Scope::Of(vec![Part { unit: unit.clone(), whose: Whose::Unit }]);
    let key = MatterKey::new(&unit, format!("m{one}"));
    macro_rules! timed {
        ($question:literal, $ask:expr) => {{
            let began = Instant::now();
            $ask.await.expect("an answer");
            took($question, began.elapsed());
        }};
    }
    timed!("load", store.load(&key));
    timed!("rows", store.rows(&key));
    let matters = |change: &dyn Fn(&mut MatterQuery)| {
        let mut query = MatterQuery::of(scope());
        change(&mut query);
        query
    };
    timed!("last changed", store.matters(&matters(&|_| {})));
    timed!("due first", store.matters(&matters(&|query| query.sort = MatterSort::Due)));
    let stage = matters(&|query| {
        query.procedures = vec!["penalty-ordinary".into()];
        query.stages = vec!["stage-3".into()];
    });
    timed!("in a stage", store.matters(&stage));
    timed!("of a person", store.matters(&matters(&|query| query.person = Some(format!("p-{}", one % 2000)))));
    timed!(
        "with a party",
        store.matters(&matters(&|query| query.counterpart = Some(format!("c-{}", one % 30_000))))
    );
    timed!(
        "a rare word",
        store.matters(&matters(&|query| query.words = vec![format!("豫n{}", one % 100_000)]))
    );
    let frequent = matters(&|query| {
        query.words = vec!["超限".into()];
        query.sort = MatterSort::Begun;
    });
    timed!("a frequent word", store.matters(&frequent));
    let mut squad = MatterQuery::of(scope());
    squad.scope =
        Scope::Of(vec![Part { unit: unit.clone(), whose: Whose::Squad(format!("squad-{}", one % 40)) }]);
    timed!("of a squad", store.matters(&squad));
    timed!("everywhere", store.matters(&MatterQuery::of(Scope::All)));
    timed!("limits", store.limits(&LimitQuery::running(scope())));
    timed!("findings", store.findings(&FindingQuery::broken(scope(), DAY + jiff::Span::new().days(200))));
    timed!("counters", store.counters(std::slice::from_ref(&unit)));
    timed!("count to 1000", store.count_matters(&MatterQuery::of(scope()), 1000));
}
