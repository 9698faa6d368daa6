//! The whole road-traffic log, where it is at hand.

use std::ops::ControlFlow;
use std::path::Path;

use review::import::{
    ImportError, Level, Options, Projection, RawEvent, RawValue, Threads, ValueKind, Visitor, read_log,
};

const LOG: &str = "../../../shared/data/eventlogs/Road_Traffic_Fine_Management_Process.xes.gz";

const ACTIVITIES: [(&str, u64); 11] = [
    ("Add penalty", 79_860),
    ("Appeal to Judge", 555),
    ("Create Fine", 150_370),
    ("Insert Date Appeal to Prefecture", 4_188),
    ("Insert Fine Notification", 79_860),
    ("Notify Result Appeal to Offender", 896),
    ("Payment", 77_601),
    ("Receive Result Appeal from Prefecture", 999),
    ("Send Appeal to Prefecture", 4_141),
    ("Send Fine", 103_987),
    ("Send for Credit Collection", 59_013),
];

#[derive(Default)]
struct Counts {
    n_traces: u64,
    by_activity: Vec<(String, u64)>,
    n_amounts: u64,
}

impl Visitor for Counts {
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()> {
        let index = event.activity.0 as usize;
        if index == self.by_activity.len() {
            self.by_activity.push((event.activity_name.to_owned(), 0));
        }
        self.by_activity[index].1 += 1;
        self.n_amounts +=
            u64::from(event.attributes.iter().any(|(_, value)| matches!(value, RawValue::Money(_))));
        ControlFlow::Continue(())
    }

    fn trace_end(&mut self, _: &str) -> ControlFlow<()> {
        self.n_traces += 1;
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        Err(problem)
    }
}

#[test]
fn the_full_log_is_counted_as_others_count_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LOG);
    if !path.exists() {
        println!("skipped: ../shared/data not there");
        return;
    }
    // Once is slow enough where the libraries below are not optimized.
    let ways: &[Threads] =
        if cfg!(debug_assertions) { &[Threads::Two] } else { &[Threads::One, Threads::Two] };
    for threads in ways.iter().copied() {
        let started = std::time::Instant::now();
        check_counts(&path, threads);
        println!("{threads:?}: {:?}", started.elapsed());
    }
}

#[track_caller]
fn check_counts(path: &Path, threads: Threads) {
    let mut projection = Projection::new();
    projection.want("amount", Level::Event, ValueKind::Money { scale: 2 });
    let mut counts = Counts::default();
    let options = Options { threads, ..Options::default() };
    let summary = read_log(path, &projection, &options, &mut counts).unwrap();
    counts.by_activity.sort();
    let expect: Vec<(String, u64)> = ACTIVITIES.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
    assert_eq!(counts.by_activity, expect);
    assert_eq!((counts.n_traces, summary.read.matters), (150_370, 150_370));
    assert_eq!(summary.read.events, 561_470);
    assert!(counts.n_amounts >= 150_370);
}
