//! What kind of day a day is, and why a day does not count.

use std::fmt;
use std::sync::Arc;

/// What kind of day a day is (工作日、节假日).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'c> {
    /// 工作日; `makeup` names the holiday for which this Saturday or Sunday is worked (调休上班).
    Working {
        /// The holiday this weekend day is worked for.
        makeup: Option<&'c str>,
    },
    /// 节假日: a day off of the year's notice, or a plain Saturday or Sunday.
    Rest {
        /// 春节, 国庆节, …; 周六 or 周日 on a plain weekend.
        name: &'c str,
        /// Whether it is one of the statutory holidays themselves (法定节假日), not a day moved next to them.
        statutory: bool,
    },
    /// The year's notice is not loaded.
    Unknown,
}

/// Why a day was left out of a count or rolled over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A rest day of the calendar: 春节, 周六, ….
    Rest(Arc<str>),
    /// A rest day that is only expected, because the year's notice is not loaded.
    Expected(Arc<str>),
    /// A period that does not count (不计入的期间), such as an appraisal told in writing.
    Suspended,
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Rest(name) => out.write_str(name),
            Why::Expected(name) => write!(out, "{name}（预计）"),
            Why::Suspended => out.write_str("不计入的期间"),
        }
    }
}
