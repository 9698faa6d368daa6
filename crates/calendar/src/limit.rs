//! A computed limit with its derivation.

use jiff::civil::Date;
use terms::Moment;

use crate::day::Why;
use crate::unit::Unit;

/// When a period ends (届满), and how that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The last day or instant in time (届满日). For a period counted back, the latest day to act.
    ///
    /// While [`Limit::range`] is given this is its earlier bound, the safer one for what must be done by then.
    pub due: Moment,
    /// The bounds of `due` while a year it depends on is unannounced (暂定).
    pub range: Option<DueRange>,
    /// The nominal end before roll-over (名义届满日), for units that roll: warn and plan by it.
    pub soft: Option<Date>,
    /// The end after roll-over (顺延后的届满日), for units that roll.
    pub hard: Option<Date>,
    /// For a period counted back: the latest day under the lenient reading, between which and `due` one only warns.
    pub lenient: Option<Date>,
    /// For a period that opens something: the first day or instant at which it is allowed. While provisional, the
    /// later of the two bounds: who waits for it is never too early.
    pub first_allowed: Option<Moment>,
    /// The days that were not counted, oldest first. Days rolled over stand in [`Step::Rolled`].
    pub excluded: Vec<Excluded>,
    /// The derivation, in order.
    pub steps: Vec<Step>,
}

/// The bounds of a provisional limit, from two readings of the days of unannounced years.
///
/// Plain weeks: Monday to Friday are worked, Saturday and Sunday are not. Expected holidays: as plain weeks, and every
/// day is off that `[[expected]]` in `counting.toml` gives to a holiday (with the last days of December before an
/// unannounced year). No weekend is taken to be worked, so for a period forward the later bound holds whatever the
/// notice gives short of an emergency, while a weekend it makes a working day may still move the end some days before
/// the earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueRange {
    /// The earlier end of the two.
    pub earliest: Date,
    /// The later end of the two.
    pub latest: Date,
    /// The first unannounced year the count met.
    pub unannounced_year: i16,
}

/// A day that was not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The day.
    pub day: Date,
    /// Why it does not count.
    pub why: Why,
}

/// One step of the derivation.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The period starts; `first` is the first day that can count (起算).
    Starts {
        /// The act it runs from.
        at: Moment,
        /// Day 1; nothing for hours.
        first: Option<Date>,
    },
    /// An extension (延长) is added to the length; the count still runs from the start.
    Extended {
        /// Units added.
        by: i64,
        /// Length with all extensions so far.
        total: i64,
    },
    /// `n` units are counted forward and end at `last`.
    Counted {
        /// Units.
        n: i64,
        /// Their unit.
        unit: Unit,
        /// Where they end.
        last: Moment,
    },
    /// `n` full units are counted back from the event; they begin at `first`.
    CountedBack {
        /// Units.
        n: i64,
        /// Their unit.
        unit: Unit,
        /// The event.
        event: Moment,
        /// Where they begin, going forward.
        first: Moment,
    },
    /// The last month has no such day (无对应日).
    Clamped {
        /// The day of month that is lacking.
        asked: i8,
        /// The day taken.
        last: Date,
    },
    /// Suspended days (不计入的期间) moved the end.
    Suspended {
        /// How many days.
        n_days: i64,
        /// The end with them.
        last: Moment,
    },
    /// The last day is a rest day and rolls (顺延) to the next working day.
    Rolled {
        /// The nominal end.
        from: Date,
        /// The first working day after it.
        to: Date,
        /// The rest days in between, `from` included.
        rest: Vec<Excluded>,
    },
    /// The waiting act is allowed from here (期满之后方可办理).
    Opens {
        /// The first day or instant.
        at: Moment,
    },
    /// The end depends on an unannounced year (暂定).
    Provisional(DueRange),
}

impl Limit {
    /// Whether the end depends on a year whose holidays are not announced (暂定).
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.range.is_some()
    }
}

impl Step {
    /// The rule of counting this step applies; [`crate::Calendar::rule`] gives its citation and gist.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Step::Starts { first: Some(_), .. } => "starting-day",
            Step::Starts { first: None, .. } => "hours-run-on",
            Step::Extended { .. } => "extension",
            Step::Counted { unit, .. } => match unit {
                Unit::Hour => "hours-run-on",
                Unit::WorkingDay => "working-days",
                Unit::Day | Unit::CalendarDay | Unit::Month | Unit::Year => "units",
            },
            Step::CountedBack { .. } => "before-reading",
            Step::Clamped { .. } => "month-end",
            Step::Suspended { .. } => "excluded-time",
            Step::Rolled { .. } => "last-day-rolls",
            Step::Opens { .. } => "opens-after",
            Step::Provisional(_) => "unannounced-year",
        }
    }
}
