//! The JSON shape of a limit.

use jiff::civil::Date;
use serde::Serialize;
use terms::Moment;

use crate::limit::Limit;

/// A limit as `guiju limit --format json` prints it; fields that do not apply are absent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LimitReport {
    /// 届满日: a day, or an RFC 3339 instant for hours.
    pub due: Moment,
    /// 暂定.
    pub provisional: bool,
    /// Earlier bound while provisional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Date>,
    /// Later bound while provisional.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Date>,
    /// Nominal end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft: Option<Date>,
    /// Rolled end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hard: Option<Date>,
    /// Latest day under the lenient reading, for a period counted back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lenient: Option<Date>,
    /// First day or instant at which the waiting act is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_allowed: Option<Moment>,
    /// Days not counted, oldest first.
    pub excluded: Vec<ExcludedReport>,
}

/// A day not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExcludedReport {
    /// The day.
    pub day: Date,
    /// 春节, 周六, ….
    pub why: String,
}

impl Limit {
    /// The limit in its JSON shape.
    #[must_use]
    pub fn report(&self) -> LimitReport {
        let excluded = self.excluded.iter();
        LimitReport {
            due: self.due,
            provisional: self.is_provisional(),
            earliest: self.range.map(|range| range.earliest),
            latest: self.range.map(|range| range.latest),
            soft: self.soft,
            hard: self.hard,
            lenient: self.lenient,
            first_allowed: self.first_allowed,
            excluded: excluded
                .map(|left| ExcludedReport { day: left.day, why: left.why.to_string() })
                .collect(),
        }
    }
}
