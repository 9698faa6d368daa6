//! Read models: what lists, reminders and counters show of a matter. Derived from its acts; can be dropped and rebuilt.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use terms::Moment;

use crate::key::MatterKey;

/// Everything the lists know of one matter, replaced as a whole when an act is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterRows {
    /// Its row in the list of matters.
    pub row: MatterRow,
    /// Its limits that run or were broken.
    pub limits: Vec<LimitRow>,
    /// Its findings, those too that are only threatening.
    pub findings: Vec<FindingRow>,
    /// What full-text search finds it by: words already cut. Paper numbers need not be among them.
    pub words: Vec<String>,
}

/// A matter in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatterRow {
    /// The matter.
    pub key: MatterKey,
    /// The id of its procedure.
    pub procedure: String,
    /// The day whose version of the procedure governs it.
    pub version_day: Date,
    /// Its title in words.
    pub title: String,
    /// The first paper number (文号) given in it. Left empty, the first one this append gives out is put here.
    pub number: Option<String>,
    /// The id of the stage it is in.
    pub stage: String,
    /// The day it was opened.
    pub opened: Date,
    /// The day it was closed; none while it is open.
    pub closed: Option<Date>,
    /// When its last act was recorded.
    pub last: Timestamp,
    /// How many acts it has.
    pub n_acts: u32,
    /// The persons of the agency who act in it.
    pub officers: Vec<String>,
    /// Its parties.
    pub parties: Vec<PartyName>,
    /// The squad that handles it, when one does.
    pub squad: Option<String>,
    /// The day its next limit is due, when one runs.
    pub next_due: Option<Date>,
    /// Its broken findings by severity.
    pub n_findings: Severities,
}

/// A party as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyName {
    /// The counterpart's id.
    pub id: String,
    /// The name to show; empty when it was erased.
    pub name: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A flaw, to be corrected (瑕疵).
    Low,
    /// Likely declared illegal (违法).
    Medium,
    /// Void, or serious liability (严重违法).
    High,
}

/// How many findings of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severities {
    /// 严重违法.
    pub high: u32,
    /// 违法.
    pub medium: u32,
    /// 瑕疵.
    pub low: u32,
}

/// A limit (期限) of a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRow {
    /// The id of the limit.
    pub limit: String,
    /// The strand it runs in.
    pub strand: Option<String>,
    /// The act it began with.
    pub start: u32,
    /// Until when: the whole day, or the instant.
    pub due: Moment,
    /// Where it stands.
    pub state: LimitState,
    /// Whom it binds.
    pub binds: Binds,
}

/// Where a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitState {
    /// It runs.
    Running,
    /// It does not run on for now.
    Suspended,
    /// It was met in time.
    Met,
    /// It was not met in time.
    Broken,
}

/// Whom a limit binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// The agency must act within it.
    Agency,
    /// It is the party's time, or protects the party.
    Party,
}

/// A finding (问题) of a matter. Its key is matter, rule, strand and starting act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRow {
    /// The id of the rule.
    pub rule: String,
    /// The strand it is in.
    pub strand: Option<String>,
    /// The act it began with.
    pub start: u32,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub state: FindingState,
    /// The day it began.
    pub since: Date,
    /// The last day on which a pending one can still be kept; on the day after it counts as broken.
    pub until: Option<Date>,
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// Not broken yet; with `until`, time alone breaks it.
    Pending,
    /// Broken, and nobody has dealt with it.
    Broken,
    /// Nobody can tell: something is missing or erased.
    CannotTell,
    /// Broken and explained.
    Explained,
    /// Broken and put right.
    Rectified,
    /// Broken and closed.
    Closed,
}

/// A limit found by a query, with the matter it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitHit {
    /// The matter.
    pub key: MatterKey,
    /// The limit.
    pub limit: LimitRow,
}

/// A finding found by a query, with the matter it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingHit {
    /// The matter.
    pub key: MatterKey,
    /// The finding; a pending one whose time is over says broken.
    pub finding: FindingRow,
}

/// How many matters of a unit and procedure are in a stage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counter {
    /// The unit.
    pub unit: String,
    /// The id of the procedure.
    pub procedure: String,
    /// The id of the stage.
    pub stage: String,
    /// Matters still open.
    pub n_open: u64,
    /// Matters closed.
    pub n_closed: u64,
}

impl MatterRows {
    /// The first day on which the matter shows a broken finding: every day when it has one, else the day after
    /// the first pending one can no longer be kept.
    #[must_use]
    pub fn alarm(&self) -> Option<Date> {
        let from = |finding: &FindingRow| match finding.state {
            FindingState::Broken => Some(Date::MIN),
            FindingState::Pending => finding.until?.tomorrow().ok(),
            FindingState::CannotTell
            | FindingState::Explained
            | FindingState::Rectified
            | FindingState::Closed => None,
        };
        self.findings.iter().filter_map(from).min()
    }
}

/// The instant up to which something due can still be done, in microseconds since 1970: a day lasts to its end
/// in the agency's zone.
#[must_use]
pub fn due_instant(due: Moment) -> i64 {
    match due {
        Moment::Instant(instant) => instant.as_microsecond(),
        Moment::Day(day) => {
            let end = day.at(23, 59, 59, 999_999_000);
            terms::AGENCY_OFFSET.to_timestamp(end).map_or(i64::MAX, Timestamp::as_microsecond)
        }
    }
}

/// Words are known by their first so many signs: an index has no room for more.
const WORD_SIGNS_MAX: usize = 64;

/// The words the index knows: lower case, cut at everything that is neither letter nor digit, each once, in order.
/// Both databases are given exactly these, so they find the same.
#[must_use]
pub fn index_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization as _;
    let mut found = std::collections::BTreeSet::new();
    for word in words {
        let plain: String = word.nfkc().flat_map(char::to_lowercase).collect();
        let parts = plain.split(|sign: char| !sign.is_alphanumeric());
        let parts = parts.filter(|part| !part.is_empty());
        found.extend(parts.map(|part| part.chars().take(WORD_SIGNS_MAX).collect::<String>()));
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_due_at_its_end_in_the_zone_of_the_agency() {
        let day = due_instant("2026-03-18".parse().unwrap());
        assert!(day > due_instant("2026-03-18T23:59:59+08:00".parse().unwrap()));
        assert!(day < due_instant("2026-03-19T00:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn words_of_the_index_are_plain() {
        assert_eq!(index_words(["超限", "豫U-1234A", "Ｂ2", ""]), ["1234a", "b2", "豫u", "超限"]);
    }
}
