//! Files reviewed for the tests: written to a folder of their own, read, counted.

use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use lawbook::Lawbook;
use record::Surroundings;
use review::import::{Mapping, Threads};
use review::{Finding, ReviewError, ReviewOptions, Reviewed, review_file};

/// Whether to go on behind a problem.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Problems {
    Stop,
    Pass,
}

/// A file reviewed.
pub struct Outcome {
    pub reviewed: Reviewed,
    pub done: Result<(), ReviewError>,
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// The counts as JSON, without rules that speak about nothing.
    pub fn tally(&self) -> serde_json::Value {
        let mut tally = self.reviewed.tally.clone();
        tally.keep(|_| false);
        serde_json::to_value(tally).unwrap()
    }

    /// The findings as lines, sorted.
    pub fn sorted_findings(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.findings.iter().map(|finding| serde_json::to_string(finding).unwrap()).collect();
        lines.sort();
        lines
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// Reviews bytes as a file of that name.
pub fn review(book: &Lawbook, name: &str, bytes: &[u8], mapping: &str, problems: Problems) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    review_path(book, &path, mapping, problems)
}

/// Reviews a file.
pub fn review_path(book: &Lawbook, path: &Path, mapping: &str, problems: Problems) -> Outcome {
    let mapping = Mapping::parse(mapping, "map.toml").unwrap();
    let options = ReviewOptions {
        as_of: Date::constant(2022, 12, 31),
        mapping: Some(&mapping),
        procedure: Some("small"),
        surroundings: Surroundings::none(),
        keep_going: problems == Problems::Pass,
        threads: Threads::One,
        n_read: None,
    };
    let mut findings = Vec::new();
    let (reviewed, done) = review_file(book, path, &options, &mut |finding| findings.push(finding));
    Outcome { reviewed, done, findings }
}
