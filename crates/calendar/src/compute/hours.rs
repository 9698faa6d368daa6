//! Periods of hours: they run through nights and holidays and keep the clock time.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use terms::{AGENCY_OFFSET, Moment};

use super::Checked;
use crate::counting::{Counting, HoursReading};
use crate::day::Why;
use crate::limit::{Excluded, Limit, Step};
use crate::period::{Direction, LimitError};

const SECONDS_AN_HOUR: i64 = 3600;
/// About a thousand years, as for days.
const SUSPENDED_DAYS_MAX: usize = 366_000;

pub(super) fn run(
    checked: &Checked<'_>,
    direction: Direction,
    counting: &Counting,
) -> Result<Limit, LimitError> {
    let (period, n) = (checked.period, checked.total);
    let given = period.start.instant().ok_or(LimitError::HourNeedsInstant { day: period.start.day() })?;
    let start = match (counting.hours, direction) {
        (HoursReading::NextFullHour, Direction::After) => {
            next_full_hour(given).ok_or_else(|| checked.too_far())?
        }
        (HoursReading::NextFullHour, Direction::Before) | (HoursReading::Exact, _) => given,
    };
    let (end, excluded) = run_hours(checked, start, direction).ok_or_else(|| checked.too_far())?;
    let due = Moment::Instant(end);

    let mut steps = Vec::new();
    if direction == Direction::After {
        steps.push(Step::Starts { at: Moment::Instant(start), first: None });
    }
    steps.extend(checked.extension_steps());
    steps.push(match direction {
        Direction::After => Step::Counted { n, unit: period.unit, last: due },
        Direction::Before => Step::CountedBack { n, unit: period.unit, event: period.start, first: due },
    });
    let first_allowed = period.opens.then_some(due);
    steps.extend(first_allowed.map(|at| Step::Opens { at }));
    Ok(Limit { due, range: None, soft: None, hard: None, lenient: None, first_allowed, excluded, steps })
}

/// Runs the hours, adding the time that lies in suspended days.
fn run_hours(
    checked: &Checked<'_>,
    start: Timestamp,
    direction: Direction,
) -> Option<(Timestamp, Vec<Excluded>)> {
    let hours = SignedDuration::from_secs(checked.total.checked_mul(SECONDS_AN_HOUR)?);
    let mut excluded = Vec::new();
    let end = match direction {
        Direction::After => {
            let mut end = start.checked_add(hours).ok()?;
            for (first, last) in checked.suspended.ranges() {
                let (from, to) = (midnight(first)?.max(start), midnight(last.tomorrow().ok()?)?);
                if from < end && from < to {
                    end = end.checked_add(to.duration_since(from)).ok()?;
                    list_days(&mut excluded, from, last)?;
                }
            }
            end
        }
        Direction::Before => {
            let mut end = start.checked_sub(hours).ok()?;
            for (first, last) in checked.suspended.ranges().rev() {
                let (from, to) = (midnight(first)?, midnight(last.tomorrow().ok()?)?.min(start));
                if end < to && from < to {
                    end = end.checked_sub(to.duration_since(from)).ok()?;
                    list_days(&mut excluded, from, last)?;
                }
            }
            excluded.sort_by_key(|left: &Excluded| left.day);
            end
        }
    };
    Some((end, excluded))
}

fn list_days(excluded: &mut Vec<Excluded>, from: Timestamp, last: Date) -> Option<()> {
    let mut day = AGENCY_OFFSET.to_datetime(from).date();
    while day <= last {
        if excluded.len() > SUSPENDED_DAYS_MAX {
            return None;
        }
        excluded.push(Excluded { day, why: Why::Suspended });
        day = day.tomorrow().ok()?;
    }
    Some(())
}

fn midnight(day: Date) -> Option<Timestamp> {
    AGENCY_OFFSET.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn next_full_hour(instant: Timestamp) -> Option<Timestamp> {
    let into_hour = instant.as_second().rem_euclid(SECONDS_AN_HOUR);
    if into_hour == 0 && instant.subsec_nanosecond() == 0 {
        return Some(instant);
    }
    Timestamp::from_second(instant.as_second() - into_hour + SECONDS_AN_HOUR).ok()
}
