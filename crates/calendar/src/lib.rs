//! Legal days and time limits (期限): which day is a working day, and on which day a period ends.
//!
//! A [`Calendar`] is read from the text of `law/calendar/*.toml`: one file a year with the holidays of that year's
//! notice, and `counting.toml` with the rules of counting. A [`Period`] computes against it to a [`Limit`], which
//! carries its whole derivation. Nothing here reads a file or a clock, and no statute is named here.

mod calendar;
mod compute;
mod counting;
mod day;
mod expected;
mod explain;
mod limit;
mod load;
mod period;
mod reader;
mod report;
mod table;
mod unit;

pub use calendar::{Calendar, Notice};
pub use counting::{CountingRule, Status};
pub use day::{DayKind, Why};
pub use limit::{DueRange, Excluded, Limit, Step};
pub use load::CalendarError;
pub use period::{Direction, LimitError, Period};
pub use report::{ExcludedReport, LimitReport};
pub use unit::{Unit, UnitError};

/// Where a period starts: the day or the instant of the act it runs from.
pub use terms::Moment as Start;
