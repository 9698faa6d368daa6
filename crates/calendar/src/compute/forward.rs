//! Periods of days, months and years counted forward from an act.

use jiff::civil::Date;
use terms::Moment;

use super::Checked;
use super::months::months_after;
use super::walk::{Walk, roll, walk};
use crate::counting::{Counting, OpensReading, StartingDay};
use crate::limit::{Limit, Step};
use crate::period::{Direction, LimitError};
use crate::reader::{Counts, Reader};
use crate::unit::Unit;

pub(super) fn run(checked: &Checked<'_>, reader: &mut Reader<'_>) -> Result<Limit, LimitError> {
    let (period, counting) = (checked.period, &reader.calendar.counting);
    let anchor = anchor(checked, counting)?;
    let first = anchor.tomorrow().map_err(|_| checked.too_far())?;
    let mut steps = vec![Step::Starts { at: period.start, first: Some(first) }];
    steps.extend(checked.extension_steps());
    let Walk { last: nominal, excluded } = count(checked, reader, anchor, &mut steps)?;

    let mut limit = bare(nominal, steps);
    limit.excluded = excluded;
    if counting.rolls(period.unit) {
        let (hard, rest) = roll(checked, reader, nominal)?;
        if hard != nominal {
            limit.steps.push(Step::Rolled { from: nominal, to: hard, rest });
        }
        (limit.due, limit.soft, limit.hard) = (Moment::Day(hard), Some(nominal), Some(hard));
    }
    if period.opens {
        open(checked, counting, &mut limit)?;
    }
    Ok(limit)
}

/// The day before day 1.
fn anchor(checked: &Checked<'_>, counting: &Counting) -> Result<Date, LimitError> {
    let start = checked.period.start.day();
    match counting.starting_day {
        StartingDay::NotCounted => Ok(start),
        StartingDay::Counted => start.yesterday().map_err(|_| checked.too_far()),
    }
}

/// Counts to the nominal end.
fn count(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    anchor: Date,
    steps: &mut Vec<Step>,
) -> Result<Walk, LimitError> {
    let (n, unit) = (checked.total, checked.period.unit);
    let walk = match unit {
        Unit::WorkingDay => walk(checked, reader, anchor, n, Counts::WorkingDays, Direction::After)?,
        Unit::Month | Unit::Year => return count_months(checked, reader, anchor, steps),
        Unit::Day | Unit::CalendarDay | Unit::Hour => {
            walk(checked, reader, anchor, n, Counts::EveryDay, Direction::After)?
        }
    };
    steps.push(Step::Counted { n, unit, last: Moment::Day(walk.last) });
    Ok(walk)
}

/// Months first, then as many days more as were suspended.
fn count_months(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    anchor: Date,
    steps: &mut Vec<Step>,
) -> Result<Walk, LimitError> {
    let (n, unit) = (checked.total, checked.period.unit);
    let (last, lacking) =
        months_after(&reader.calendar.counting, anchor, n, unit).ok_or_else(|| checked.too_far())?;
    steps.push(Step::Counted { n, unit, last: Moment::Day(last) });
    if let Some(asked) = lacking {
        steps.push(Step::Clamped { asked, last });
    }
    if checked.suspended.is_empty() {
        return Ok(Walk { last, excluded: Vec::new() });
    }
    let n_days = crate::expected::days_from(anchor, last);
    let with_suspension = walk(checked, reader, anchor, n_days, Counts::EveryDay, Direction::After)?;
    let n_suspended = i64::try_from(with_suspension.excluded.len()).unwrap_or(i64::MAX);
    if n_suspended > 0 {
        steps.push(Step::Suspended { n_days: n_suspended, last: Moment::Day(with_suspension.last) });
    }
    Ok(with_suspension)
}

/// Adds the first allowed day.
fn open(checked: &Checked<'_>, counting: &Counting, limit: &mut Limit) -> Result<(), LimitError> {
    let last = limit.due.day();
    let day = match counting.opens {
        OpensReading::DayAfter => last.tomorrow().map_err(|_| checked.too_far())?,
        OpensReading::LastDay => last,
    };
    limit.first_allowed = Some(Moment::Day(day));
    limit.steps.push(Step::Opens { at: Moment::Day(day) });
    Ok(())
}

/// A limit of which only the end and the steps are known.
pub(super) fn bare(due: Date, steps: Vec<Step>) -> Limit {
    Limit {
        due: Moment::Day(due),
        range: None,
        soft: None,
        hard: None,
        lenient: None,
        first_allowed: None,
        excluded: Vec::new(),
        steps,
    }
}
