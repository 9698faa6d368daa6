//! From a period to its limit.

mod backward;
mod forward;
mod hours;
mod months;
mod provisional;
mod suspended;
mod walk;

pub(crate) use suspended::Suspended;

use crate::calendar::Calendar;
use crate::limit::{Limit, Step};
use crate::period::{Direction, LimitError, Period};
use crate::reader::{Reader, Unannounced};
use crate::unit::Unit;

/// Lengths and walks beyond about a thousand years are refused, so that no input costs more than milliseconds.
const DAYS_MAX: i64 = 366_000;
const HOURS_A_DAY: i64 = 24;

/// A period whose numbers were checked.
#[derive(Debug)]
pub(crate) struct Checked<'p> {
    period: &'p Period,
    /// Length with extensions; 1 to [`DAYS_MAX`] (or as many days in hours).
    total: i64,
    suspended: Suspended,
}

/// Computes under plain weeks and, where an unannounced year was touched, under the expected holidays too.
pub(crate) fn limit(period: &Period, calendar: &Calendar) -> Result<Limit, LimitError> {
    let checked = check(period)?;
    let mut reader = Reader::new(calendar, Unannounced::PlainWeeks);
    let plain = run(&checked, &mut reader)?;
    let Some(year) = reader.touched() else { return Ok(plain) };
    let expected = run(&checked, &mut Reader::new(calendar, Unannounced::ExpectedHolidays))?;
    Ok(provisional::merge(plain, expected, year))
}

fn run(checked: &Checked<'_>, reader: &mut Reader<'_>) -> Result<Limit, LimitError> {
    match (checked.period.unit, checked.period.direction) {
        (Unit::Hour, direction) => hours::run(checked, direction, &reader.calendar.counting),
        (_, Direction::After) => forward::run(checked, reader),
        (_, Direction::Before) => backward::run(checked, reader),
    }
}

fn check(period: &Period) -> Result<Checked<'_>, LimitError> {
    if period.length < 1 {
        return Err(LimitError::NotPositive { length: period.length });
    }
    if let Some(by) = period.extensions.iter().find(|by| **by < 1) {
        return Err(LimitError::ExtensionNotPositive { by: *by });
    }
    if period.opens && period.direction == Direction::Before {
        return Err(LimitError::OpensBackward);
    }
    let total = period.extensions.iter().try_fold(period.length, |sum, by| sum.checked_add(*by));
    let max = if period.unit == Unit::Hour { DAYS_MAX * HOURS_A_DAY } else { DAYS_MAX };
    let total = total.filter(|total| *total <= max).ok_or_else(|| too_far(period))?;
    Ok(Checked { period, total, suspended: Suspended::of(&period.excluded)? })
}

impl Checked<'_> {
    fn too_far(&self) -> LimitError {
        too_far(self.period)
    }

    /// One step for each extension.
    fn extension_steps(&self) -> impl Iterator<Item = Step> {
        self.period.extensions.iter().scan(self.period.length, |total, by| {
            *total += by; // checked in `check`
            Some(Step::Extended { by: *by, total: *total })
        })
    }
}

fn too_far(period: &Period) -> LimitError {
    LimitError::TooFar { start: period.start, length: period.length, unit: period.unit }
}
