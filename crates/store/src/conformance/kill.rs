//! A process that records under load and is killed: every act that was answered is there, none is half there.
//!
//! The process writes a line for every answer it got; whoever started it kills it, reads the lines, and looks.

use std::io::{BufRead as _, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::log;
use super::sample::{append, key, keyed, numbered};
use crate::{Hash, Opening, Store};

const N_CLIENTS: u32 = 8;

/// Acts of one append: with fewer of them in the store an append is half there.
const N_ACTS: u32 = 2;

/// Records until the process is killed, or the store fails; a line for every answer.
pub async fn record_until_killed(store: Arc<dyn Store>) {
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..N_CLIENTS {
        let store = store.clone();
        clients.spawn(async move {
            let key = key(&format!("client-{client}"));
            let mut seen = store.version(&key).await.unwrap_or(0);
            loop {
                let mut next = numbered(append(&key, seen, N_ACTS), "罚");
                for act in &mut next.acts {
                    act.openings =
                        vec![Opening { path: "fields/name".into(), value: "赵六".into(), salt: [5; 32] }];
                    act.blobs = vec![Hash::sm3(&seen.to_be_bytes())];
                }
                let next = keyed(next, &format!("{client}/{seen}"), "content");
                let Ok(answer) = store.append(next).await else { return };
                let number = answer.numbers[0].clone().unwrap_or_default();
                // One write for a line, so that a line that is read was written whole.
                let line = format!("\nanswered {client} {seen} {} {number}\n", answer.first_leaf);
                let mut out = std::io::stdout().lock();
                out.write_all(line.as_bytes()).and_then(|()| out.flush()).expect("somebody reads");
                seen += N_ACTS;
            }
        });
    }
    clients.join_all().await;
}

/// A process that is to be killed.
pub struct Victim(Child);

impl Victim {
    /// Starts it; its standard output is the lines.
    pub fn start(command: &mut Command) -> Victim {
        let victim = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        Victim(victim.expect("the program of the tests can be started"))
    }

    /// Waits for its first answer, lets it go on for a while, kills it without any warning, and gives its answers.
    pub fn kill_after(mut self, wait: Duration, meanwhile: impl FnOnce()) -> Vec<Answered> {
        let mut out = std::io::BufReader::new(self.0.stdout.take().expect("it was piped"));
        let mut lines = String::new();
        while !lines.contains("answered") {
            let n = out.read_line(&mut lines).expect("its output can be read");
            assert!(n > 0, "it ended without any answer: {lines}");
        }
        // Its output is read all the time, or it would wait for us.
        let reader = std::thread::spawn(move || {
            out.read_to_string(&mut lines).expect("its output can be read");
            lines
        });
        std::thread::sleep(wait);
        meanwhile();
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it was killed");
        let lines = reader.join().expect("its output can be read");
        lines.lines().filter_map(Answered::read).collect()
    }
}

/// An answer the process got.
#[derive(Debug)]
pub struct Answered {
    client: u32,
    seen: u32,
    first_leaf: u64,
    number: String,
}

impl Answered {
    fn read(line: &str) -> Option<Answered> {
        let mut words = line.strip_prefix("answered ")?.split(' ');
        Some(Answered {
            client: words.next()?.parse().ok()?,
            seen: words.next()?.parse().ok()?,
            first_leaf: words.next()?.parse().ok()?,
            number: words.next()?.to_owned(),
        })
    }
}

/// Looks at the store after the kill.
///
/// # Panics
/// When an answered act is missing, one is half there, a number is missing or given twice, or the tree is not that
/// of the entries.
pub async fn check(store: &dyn Store, answers: &[Answered]) {
    for answer in answers {
        let place = Some((key(&format!("client-{}", answer.client)), answer.seen + 1));
        assert_eq!(store.leaf(answer.first_leaf).await.unwrap(), place, "{answer:?}");
        assert_eq!(store.numbered(&answer.number).await.unwrap(), place, "{answer:?}");
    }
    let (mut n_acts, mut n_numbers) = (0, 0);
    for client in 0..N_CLIENTS {
        let key = key(&format!("client-{client}"));
        let Some(matter) = store.load(&key).await.unwrap() else { continue };
        assert_eq!(matter.version() % N_ACTS, 0, "{key} is half there");
        assert_eq!(matter.acts.len() as u32, matter.version());
        let rows = store.rows(&key).await.unwrap().unwrap();
        assert_eq!(rows.row.n_acts, matter.version(), "the list shows another state of {key}");
        for act in &matter.acts {
            assert_eq!(act.openings.len(), 1, "{key} {}", act.seq);
            assert_eq!(act.hash, crate::tree::leaf_hash(&act.bytes), "{key} {}", act.seq);
            n_numbers += u32::from(act.line().unwrap().contains_key("number"));
        }
        n_acts += u64::from(matter.version());
    }
    log::check_tree(store, n_acts).await;
    assert_eq!(u64::from(n_numbers * N_ACTS), n_acts);
    let number = |serial| format!("豫永交罚〔2026〕{serial}号");
    assert!(
        store.numbered(&number(n_numbers)).await.unwrap().is_some(),
        "a number is missing before {n_numbers}"
    );
    assert_eq!(store.numbered(&number(n_numbers + 1)).await.unwrap(), None);
}

/// How long the rounds last: different each time, the same in each run.
pub fn waits(n: u32) -> impl Iterator<Item = Duration> {
    (1..=n).map(|round| Duration::from_millis(u64::from(round * 7919 % 1000)))
}
