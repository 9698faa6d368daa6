//! What the measurements share: lawbooks, logs in memory, generated cases.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use lawbook::{LawFiles, Lawbook};
use record::{Act, Head, Record};
use review::import::{Mapping, Options, RawEvent, Visitor, read_log};
use terms::Moment;

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Loads a lawbook from a folder below the root.
///
/// # Panics
/// When it does not load: there is nothing to measure then.
#[must_use]
pub fn lawbook(folder: &str) -> Lawbook {
    let files = LawFiles::from_dir(&root().join(folder)).expect("the law folder is there");
    lawbook::load(files).expect("the lawbook loads")
}

/// The real road-fine log, where the data folder is there.
#[must_use]
pub fn road_fine_log() -> Option<PathBuf> {
    let path = root().join("../shared/data/eventlogs/Road_Traffic_Fine_Management_Process.xes.gz");
    path.is_file().then_some(path)
}

struct Collect<'b> {
    book: &'b Lawbook,
    records: Vec<Record<'b>>,
}

impl Visitor for Collect<'_> {
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()> {
        let day = event.time.local_day();
        if self.records.last().is_none_or(|record| *record.head.matter != *event.case) {
            let head = Head { matter: event.case.into(), procedure: "road-fine".into(), ..Head::default() };
            self.records.extend(Record::new(self.book, head, day));
        }
        if let Some(record) = self.records.last_mut()
            && let Some(act) = record.procedure.act(event.act.unwrap_or(event.activity_name))
        {
            record.push(Act::bare(act, Moment::Day(day), None));
        }
        ControlFlow::Continue(())
    }
}

/// The road-fine log as records in memory.
///
/// # Panics
/// When the log or its mapping cannot be read.
#[must_use]
pub fn road_fines<'b>(book: &'b Lawbook, log: &Path) -> Vec<Record<'b>> {
    let text =
        std::fs::read_to_string(root().join("examples/road-fines/map.toml")).expect("the mapping is there");
    let mapping = Mapping::parse(&text, "map.toml").expect("the mapping is read");
    let mut collect = Collect { book, records: Vec::new() };
    read_log(log, mapping.projection(), &Options::default(), &mut collect).expect("the log is read");
    collect.records
}
