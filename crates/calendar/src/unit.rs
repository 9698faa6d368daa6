//! The units a period is counted in.

use std::fmt;
use std::str::FromStr;

/// The unit of a period (期限单位).
///
/// `Day` and `CalendarDay` count the same; both spellings are kept because texts and law files use both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// 小时: runs through nights and holidays.
    Hour,
    /// 日: a calendar day.
    Day,
    /// 工作日: only working days count.
    WorkingDay,
    /// 自然日: a calendar day, said plainly.
    CalendarDay,
    /// 月.
    Month,
    /// 年.
    Year,
}

/// A unit nobody knows.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("期限单位 `{given}` 不认识，请写 hour、day、working-day、calendar-day、month 或 year")]
pub struct UnitError {
    given: String,
}

const IDS: [(Unit, &str, &str); 6] = [
    (Unit::Hour, "hour", "小时"),
    (Unit::Day, "day", "日"),
    (Unit::WorkingDay, "working-day", "个工作日"),
    (Unit::CalendarDay, "calendar-day", "日"),
    (Unit::Month, "month", "个月"),
    (Unit::Year, "year", "年"),
];

impl Unit {
    /// The id used in law files and on the command line: `working-day`.
    #[must_use]
    pub fn id(self) -> &'static str {
        IDS[self as usize].1
    }

    /// The unit as it follows a number in Chinese: 5**个工作日**.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        IDS[self as usize].2
    }

    /// The unit under its plain spelling: `CalendarDay` is `Day`.
    #[must_use]
    pub fn plain(self) -> Unit {
        if self == Unit::CalendarDay { Unit::Day } else { self }
    }
}

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(given: &str) -> Result<Unit, UnitError> {
        let known = IDS.iter().find(|(_, id, _)| *id == given);
        known.map(|(unit, _, _)| *unit).ok_or_else(|| UnitError { given: given.to_owned() })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_what_it_prints() {
        for (unit, id, _) in IDS {
            assert_eq!((unit.id(), id.parse()), (id, Ok(unit)));
        }
        assert!("week".parse::<Unit>().is_err());
    }
}
