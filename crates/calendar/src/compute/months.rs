//! Months and years: the day of the same number, or the end of the month.

use jiff::Span;
use jiff::civil::Date;

use crate::counting::{Counting, MonthEnd};
use crate::unit::Unit;

/// The day `n` months or years after `anchor`, and the day of month that was lacking, if it was.
pub(crate) fn months_after(
    counting: &Counting,
    anchor: Date,
    n: i64,
    unit: Unit,
) -> Option<(Date, Option<i8>)> {
    let end = anchor.checked_add(span(n, unit)?).ok()?;
    if end.day() == anchor.day() {
        return Some((end, None));
    }
    let end = match counting.month_end {
        MonthEnd::LastDay => end,
        MonthEnd::FirstDayAfter => end.tomorrow().ok()?,
    };
    Some((end, Some(anchor.day())))
}

/// The latest day from which `n` months or years end on `bound` or before.
pub(crate) fn latest_months_before(counting: &Counting, bound: Date, n: i64, unit: Unit) -> Option<Date> {
    let mut latest = bound.checked_sub(span(n, unit)?).ok()?;
    let ends_in_time = |day: Date| months_after(counting, day, n, unit).is_some_and(|(end, _)| end <= bound);
    while !ends_in_time(latest) {
        latest = latest.yesterday().ok()?;
    }
    // Several days share one end where a month is short: 28 to 31 January all end on 28 February.
    while let Some(next) = latest.tomorrow().ok().filter(|day| ends_in_time(*day)) {
        latest = next;
    }
    Some(latest)
}

fn span(n: i64, unit: Unit) -> Option<Span> {
    match unit {
        Unit::Month => Span::new().try_months(n).ok(),
        Unit::Year => Span::new().try_years(n).ok(),
        Unit::Hour | Unit::Day | Unit::WorkingDay | Unit::CalendarDay => None,
    }
}
