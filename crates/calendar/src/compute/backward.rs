//! Periods counted back from an event (X日前).

use jiff::civil::Date;
use terms::Moment;

use super::Checked;
use super::forward::bare;
use super::months::latest_months_before;
use super::walk::{Walk, walk};
use crate::counting::{BeforeReading, StartingDay};
use crate::limit::{Excluded, Limit, Step};
use crate::period::{Direction, LimitError};
use crate::reader::{Counts, Reader};
use crate::unit::Unit;

/// The latest day to act, and the days left out between it and the event.
#[derive(Debug)]
struct Latest {
    act: Date,
    first_unit: Date,
    excluded: Vec<Excluded>,
}

pub(super) fn run(checked: &Checked<'_>, reader: &mut Reader<'_>) -> Result<Limit, LimitError> {
    let period = checked.period;
    let strict = latest(checked, reader, BeforeReading::Strict)?;
    let lenient = latest(checked, reader, BeforeReading::Lenient)?;
    let (used, only_warns) = match reader.calendar.counting.before {
        BeforeReading::Strict => (strict, Some(lenient.act)),
        BeforeReading::Lenient => (lenient, None),
    };
    let mut steps: Vec<Step> = checked.extension_steps().collect();
    let (n, unit) = (checked.total, period.unit);
    steps.push(Step::CountedBack { n, unit, event: period.start, first: Moment::Day(used.first_unit) });
    let mut limit = bare(used.act, steps);
    limit.lenient = only_warns;
    limit.excluded = used.excluded;
    Ok(limit)
}

/// The latest day after which the units still fit: before the event (strict), or up to and with it (lenient).
///
/// It need not be a working day: what is done on a rest day before the first unit leaves the units full.
fn latest(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    reading: BeforeReading,
) -> Result<Latest, LimitError> {
    let event = checked.period.start.day();
    let walk = match checked.period.unit {
        Unit::Month | Unit::Year => return latest_by_months(checked, reader, event, reading),
        Unit::WorkingDay => count_back(checked, reader, event, Counts::WorkingDays, reading)?,
        Unit::Day | Unit::CalendarDay | Unit::Hour => {
            count_back(checked, reader, event, Counts::EveryDay, reading)?
        }
    };
    let anchor = walk.last.yesterday().map_err(|_| checked.too_far())?;
    Ok(Latest { act: act_day(checked, reader, anchor)?, first_unit: walk.last, excluded: walk.excluded })
}

fn count_back(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    event: Date,
    counts: Counts,
    reading: BeforeReading,
) -> Result<Walk, LimitError> {
    let event_counts = match reading {
        BeforeReading::Strict => false,
        BeforeReading::Lenient => reader.why_left_out(event, &checked.suspended, counts).is_none(),
    };
    walk(checked, reader, event, checked.total - i64::from(event_counts), counts, Direction::Before)
}

/// Months back, then as many days more as were suspended.
fn latest_by_months(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    event: Date,
    reading: BeforeReading,
) -> Result<Latest, LimitError> {
    let bound = match reading {
        BeforeReading::Strict => event.yesterday().map_err(|_| checked.too_far())?,
        BeforeReading::Lenient => event,
    };
    let anchor = latest_months_before(&reader.calendar.counting, bound, checked.total, checked.period.unit)
        .ok_or_else(|| checked.too_far())?;
    let n_days = crate::expected::days_from(anchor, bound);
    let after_bound = bound.tomorrow().map_err(|_| checked.too_far())?;
    let walk = walk(checked, reader, after_bound, n_days, Counts::EveryDay, Direction::Before)?;
    let anchor = walk.last.yesterday().map_err(|_| checked.too_far())?;
    Ok(Latest { act: act_day(checked, reader, anchor)?, first_unit: walk.last, excluded: walk.excluded })
}

/// The day of the act, from the day before the first unit.
fn act_day(checked: &Checked<'_>, reader: &Reader<'_>, anchor: Date) -> Result<Date, LimitError> {
    match reader.calendar.counting.starting_day {
        StartingDay::NotCounted => Ok(anchor),
        StartingDay::Counted => anchor.tomorrow().map_err(|_| checked.too_far()),
    }
}
