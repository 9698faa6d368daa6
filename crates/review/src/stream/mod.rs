//! Reviews a file from its beginning to its end in one pass: memory holds the open matters and nothing else.

mod desk;
mod lines;
mod log;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::civil::Date;
use lawbook::Lawbook;
use record::{LineError, Surroundings};
use serde::Serialize;

use crate::import::{Format, ImportError, Mapping, Summary, Threads};
use crate::tally::Tally;

use desk::Desk;

/// How a file is reviewed.
pub struct ReviewOptions<'a> {
    /// The day as of which limits are judged.
    pub as_of: Date,
    /// What the log's names mean; without it, activities are act ids.
    pub mapping: Option<&'a Mapping>,
    /// The procedure of the log's matters; that of the mapping otherwise.
    pub procedure: Option<&'a str>,
    /// Registers.
    pub surroundings: Surroundings<'a>,
    /// Whether to go on behind a problem.
    pub keep_going: bool,
    /// On how many threads the file is read.
    pub threads: Threads,
    /// Where to count the bytes read, for a progress bar.
    pub n_read: Option<Arc<AtomicU64>>,
}

/// A finding (问题): where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The matter.
    pub matter: String,
    /// The rule.
    pub rule: String,
    /// How grave it is.
    pub severity: &'static str,
    /// The strand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strand: Option<String>,
    /// The acts concerned, by number.
    pub acts: Vec<u32>,
    /// Their days; the second may be the due day.
    pub days: Vec<Date>,
    /// `broken`, or `cannot_tell`.
    pub verdict: &'static str,
    /// Why, in Chinese.
    pub reason: String,
    /// Only a correction made it disappear.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_corrected: bool,
}

/// Why a review could not be done, or not to the end.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The file could not be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A record line does not fit.
    #[error("{file} 第 {line} 行：{error}")]
    Line {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What is wrong.
        error: LineError,
    },
    /// No procedure is known for the log's matters.
    #[error(
        "不知道日志属于哪个程序：请用 --map 指明（map.toml 里写 procedure = \"…\"），或检查程序名 `{given}`"
    )]
    NoProcedure {
        /// What was given.
        given: String,
    },
    /// An activity is no act of the procedure.
    #[error("{place}：程序“{procedure}”没有环节 `{act}`{suggestion}")]
    NoAct {
        /// File and place.
        place: String,
        /// The procedure.
        procedure: String,
        /// The activity or act.
        act: String,
        /// The closest known act, as words.
        suggestion: String,
    },
    /// An act lies before the one recorded before it.
    #[error("{place}：事项 `{matter}` 的“{act}”发生于 {at}，早于前一环节（{before}），时间倒退")]
    Backwards {
        /// File and place.
        place: String,
        /// The matter.
        matter: String,
        /// The act.
        act: String,
        /// When it happened.
        at: String,
        /// When the one before it happened.
        before: String,
    },
}

/// What a review came to.
#[derive(Debug)]
pub struct Reviewed {
    /// The counts.
    pub tally: Tally,
    /// Problems that were passed over.
    pub problems: Vec<String>,
    /// How the reading went, for event logs.
    pub summary: Option<Summary>,
}

/// Reviews a file; every finding goes to `sink` as soon as its matter is done.
///
/// # Errors
/// The first problem; with `keep_going` only those behind which nothing can be read. What was readable has been
/// reviewed all the same, and stands in the second value.
pub fn review_file(
    book: &Lawbook,
    path: &Path,
    options: &ReviewOptions<'_>,
    sink: &mut dyn FnMut(Finding),
) -> (Reviewed, Result<(), ReviewError>) {
    let mut desk = Desk::new(book, options, sink);
    let mut summary = None;
    let done = match Format::of(path) {
        Some(Format::Jsonl) => lines::read(&mut desk, path),
        _ => log::read(&mut desk, path).map(|read| summary = Some(read)),
    };
    desk.finish();
    (Reviewed { tally: desk.tally, problems: desk.problems, summary }, done)
}
