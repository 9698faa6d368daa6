//! A period as a law or a notice states it.

use jiff::civil::Date;
use terms::Moment;

use crate::calendar::Calendar;
use crate::compute;
use crate::limit::Limit;
use crate::unit::Unit;

/// Which way a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From an act forward: the act that answers it is due by the end.
    After,
    /// Back from an event (X日前): the act must lie so far before it.
    Before,
}

/// A period to be computed (期限).
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// The act it runs from, or the event it is counted back from.
    pub start: Moment,
    /// How many units; at least 1.
    pub length: i64,
    /// The unit.
    pub unit: Unit,
    /// Forward from an act, or back from an event.
    pub direction: Direction,
    /// Whether something is allowed only when the period is over (期满之后方可办理).
    pub opens: bool,
    /// Periods that do not count (不计入的期间), first and last day, in any order; they may overlap.
    pub excluded: Vec<(Date, Date)>,
    /// Extensions (延长) in the same unit; they lengthen the period from its start.
    pub extensions: Vec<i64>,
}

/// Why a period cannot be computed.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum LimitError {
    /// The length is not positive.
    #[error("期限长度为 {length}，须不小于 1")]
    NotPositive {
        /// The length given.
        length: i64,
    },
    /// An extension is not positive.
    #[error("延长 {by} 不能计算，延长的长度须不小于 1")]
    ExtensionNotPositive {
        /// The extension given.
        by: i64,
    },
    /// Hours need an instant.
    #[error("以小时计算的期限须有起算时刻，只给出了日期 {day}，请写成 `{day}T09:00:00+08:00` 的样子")]
    HourNeedsInstant {
        /// The day given.
        day: Date,
    },
    /// A suspended period ends before it begins.
    #[error("不计入的期间 {from} 至 {to} 首尾颠倒，起日不能晚于止日")]
    ExclusionReversed {
        /// First day given.
        from: Date,
        /// Last day given.
        to: Date,
    },
    /// A period counted back opens nothing.
    #[error("倒数的期限（X日前）没有“期满之后方可办理”的日期，两者不能同时要求")]
    OpensBackward,
    /// The end lies outside what can be computed.
    #[error("从 {start} 起 {length} {unit} 超出可计算的范围（约一千年，公元 9999 年以内）", unit = .unit.chinese())]
    TooFar {
        /// The start given.
        start: Moment,
        /// The length given, without extensions.
        length: i64,
        /// The unit given.
        unit: Unit,
    },
}

impl Period {
    /// A period counted forward, with nothing excluded and no extension.
    #[must_use]
    pub fn new(start: Moment, length: i64, unit: Unit) -> Period {
        Period {
            start,
            length,
            unit,
            direction: Direction::After,
            opens: false,
            excluded: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// When the period ends, with the derivation.
    ///
    /// # Errors
    /// A period that cannot be computed; see [`LimitError`]. A year without a notice is no error: the limit is
    /// then provisional.
    pub fn compute(&self, calendar: &Calendar) -> Result<Limit, LimitError> {
        compute::limit(self, calendar)
    }
}
