//! The rules of counting as `counting.toml` states them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use terms::Citation;

use crate::expected::ExpectedHoliday;
use crate::unit::Unit;

/// How sure a legal value is (确认程度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Read in the text.
    Confirmed,
    /// Seen quoted.
    Secondary,
    /// The product's choice where the law is silent.
    Default,
    /// Not confirmed by anyone.
    Unconfirmed,
}

/// One rule of counting (期限计算规则), with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountingRule {
    /// `last-day-rolls`, ….
    pub id: String,
    /// Where it is said.
    pub cite: Vec<Citation>,
    /// What it says, in our own words.
    pub gist: String,
    /// How sure we are.
    pub status: Status,
    /// The day it is in force from.
    pub from: Date,
    /// A doubt, and who must answer it.
    pub note: Option<String>,
}

/// What the code reads from the rules.
#[derive(Debug, Clone)]
pub(crate) struct Counting {
    pub(crate) starting_day: StartingDay,
    pub(crate) rolling: Vec<Unit>,
    pub(crate) month_end: MonthEnd,
    pub(crate) hours: HoursReading,
    pub(crate) before: BeforeReading,
    pub(crate) opens: OpensReading,
    pub(crate) rules: Vec<CountingRule>,
    pub(crate) expected: Vec<ExpectedHoliday>,
}

/// Whether the day of the act is day 1 (起算当日).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartingDay {
    NotCounted,
    Counted,
}

/// Where a month count ends when the last month lacks the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MonthEnd {
    LastDay,
    FirstDayAfter,
}

/// Whether hours run from the minute or from the next full hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoursReading {
    Exact,
    NextFullHour,
}

/// How "X日前" is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BeforeReading {
    Strict,
    Lenient,
}

/// When the act that waits for the end of a period may first be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpensReading {
    DayAfter,
    LastDay,
}

impl Counting {
    /// Whether a last day of this unit rolls to the next working day (顺延).
    pub(crate) fn rolls(&self, unit: Unit) -> bool {
        self.rolling.contains(&unit.plain())
    }
}
