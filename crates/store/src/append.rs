//! What is asked of the store when something is to be recorded, and what it answers.

use serde_json::{Map, Value as Json};

use crate::canonical;
use crate::error::AppendError;
use crate::key::{IdempotencyKey, MatterKey};
use crate::plan::Sealed;
use crate::rows::MatterRows;
use crate::tree::Hash;

/// The longest act the log takes, in bytes: the entry bundles of tlog-tiles give two bytes to the length.
pub const ACT_BYTES_MAX: usize = ledger::tiles::ENTRY_BYTES_MAX;

/// Acts to be recorded in one matter, all or none of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    /// The matter.
    pub key: MatterKey,
    /// How many acts the caller saw; 0 begins a matter.
    pub expected: u32,
    /// Names the command; without one a lost answer cannot be asked for again.
    pub command: Option<IdempotencyKey>,
    /// The acts, in order; their `seq` go on from `expected`.
    pub acts: Vec<NewAct>,
    /// What the decision looked up in other matters and rests on: those must still be at this version.
    pub seen: Vec<SeenMatter>,
    /// What these acts erase in this matter.
    pub erase: Vec<Erase>,
    /// The read models of the matter after these acts; they replace what was there.
    pub rows: MatterRows,
}

/// A matter as a decision saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMatter {
    /// The matter.
    pub key: MatterKey,
    /// How many acts it had; 0 when it was not there.
    pub version: u32,
}

/// An act to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAct {
    /// The record line, with `unit`, `matter`, `seq` and `recorded`, personal values replaced by commitments.
    pub line: Map<String, Json>,
    /// The series its paper is numbered in; the store writes `number` into the line.
    pub series: Option<Series>,
    /// The values that stand as commitments in the line.
    pub openings: Vec<Opening>,
    /// Digests of the attachments it names.
    pub blobs: Vec<Hash>,
}

/// A series of paper numbers (文号) without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Names the series, such as unit, year and kind of paper.
    pub key: String,
    /// The number with `{}` where the serial stands: `豫永交罚〔2026〕{}号`.
    pub template: String,
    /// The serial the series begins with; 1, or where the paper files of an office stopped.
    pub first: u32,
}

/// What opens a commitment: the value and the salt that was hashed with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Where in the line the commitment stands, such as `fields/party-name`.
    pub path: String,
    /// The value.
    pub value: Json,
    /// The salt.
    pub salt: [u8; 32],
}

/// An opening to be forgotten; the commitment stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erase {
    /// The act.
    pub seq: u32,
    /// The path of the opening.
    pub path: String,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The leaf of the first act; the others follow it without a gap.
    pub first_leaf: u64,
    /// The numbers of the acts in the matter.
    pub seqs: Vec<u32>,
    /// The paper numbers given out, one place for each act.
    pub numbers: Vec<Option<String>>,
    /// How many leaves the log has with these acts.
    pub size_after: u64,
    /// Whether an earlier request with the same key had recorded it.
    pub repeated: bool,
}

impl Append {
    /// Whether the store can take it at all, whatever it holds, and the bytes of the acts that wait for no number.
    ///
    /// # Errors
    /// `AppendError::Invalid`, with the first thing that is wrong: a mistake of the program, not of an officer.
    pub(crate) fn check(&self) -> Result<Vec<Option<Sealed>>, AppendError> {
        let wrong = |why: String| Err(AppendError::Invalid { why });
        if self.acts.is_empty() {
            return wrong("没有要记录的环节".into());
        }
        let mut sealed = Vec::with_capacity(self.acts.len());
        for (act, seq) in self.acts.iter().zip(self.expected + 1..) {
            if act.line.get("unit").and_then(Json::as_str) != Some(&self.key.unit) {
                return wrong(format!("第 {seq} 行的 unit 不是 `{}`", self.key.unit));
            }
            if act.line.get("matter").and_then(Json::as_str) != Some(&self.key.matter) {
                return wrong(format!("第 {seq} 行的 matter 不是 `{}`", self.key.matter));
            }
            if act.line.get("seq").and_then(Json::as_u64) != Some(u64::from(seq)) {
                return wrong(format!("第 {seq} 行的 seq 不是 {seq}"));
            }
            if act.recorded().is_none() {
                return wrong(format!("第 {seq} 行没有 recorded"));
            }
            if act.series.is_some() && act.line.contains_key("number") {
                return wrong(format!("第 {seq} 行已有 number，又要求编号"));
            }
            if act.series.as_ref().is_some_and(|series| !series.template.contains("{}")) {
                return wrong(format!("第 {seq} 行的编号格式没有 {{}}"));
            }
            for opening in &act.openings {
                if let Err(why) = canonical::value(&opening.value) {
                    return wrong(format!("第 {seq} 行的 {}：{why}", opening.path));
                }
            }
            sealed.push(match &act.series {
                None => Some(Sealed::new(act.seal(None)?)),
                // No number is longer than this one.
                Some(series) => act.seal(Some(&series.number(u32::MAX))).map(|_| None)?,
            });
        }
        if self.rows.row.n_acts as usize != self.expected as usize + self.acts.len() {
            return wrong(format!("列表行说有 {} 个环节", self.rows.row.n_acts));
        }
        if self.rows.row.key != self.key {
            return wrong(format!("列表行属于 `{}`", self.rows.row.key));
        }
        Ok(sealed)
    }

    /// How many acts the matter has afterwards.
    #[must_use]
    pub fn version_after(&self) -> u32 {
        self.expected + u32::try_from(self.acts.len()).unwrap_or(u32::MAX)
    }
}

impl NewAct {
    /// The bytes that are stored and hashed: keys in byte order, integers only, UTF-8 NFC, with the paper's number.
    ///
    /// # Errors
    /// `AppendError::Invalid` for a number that is no integer, keys that fall together, or an act over [`ACT_BYTES_MAX`].
    pub fn seal(&self, number: Option<&str>) -> Result<Vec<u8>, AppendError> {
        let bytes = match number {
            None => canonical::object(&self.line),
            Some(number) => {
                let mut line = self.line.clone();
                line.insert("number".into(), number.into());
                canonical::object(&line)
            }
        };
        let bytes = bytes.map_err(|wrong| AppendError::Invalid { why: wrong.to_string() })?;
        if bytes.len() > ACT_BYTES_MAX {
            let why = format!("一个环节有 {} 字节，最多 {ACT_BYTES_MAX} 字节", bytes.len());
            return Err(AppendError::Invalid { why });
        }
        Ok(bytes)
    }

    /// When the program took it, as the line says.
    #[must_use]
    pub fn recorded(&self) -> Option<jiff::Timestamp> {
        self.line.get("recorded")?.as_str()?.parse().ok()
    }
}

impl Series {
    /// The number with its serial.
    #[must_use]
    pub fn number(&self, serial: u32) -> String {
        self.template.replacen("{}", &serial.to_string(), 1)
    }
}
