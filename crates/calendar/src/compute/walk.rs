//! Counting days one by one.

use jiff::Span;
use jiff::civil::Date;

use super::{Checked, DAYS_MAX};
use crate::limit::Excluded;
use crate::period::{Direction, LimitError};
use crate::reader::{Counts, Reader};

/// Where a walk ended and what it left out.
#[derive(Debug)]
pub(crate) struct Walk {
    /// The last day counted; the starting point when nothing was to be counted.
    pub(crate) last: Date,
    /// The days left out between the start and `last`, oldest first.
    pub(crate) excluded: Vec<Excluded>,
}

/// Counts `n` days from `from`, which is not counted itself.
pub(crate) fn walk(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    from: Date,
    n: i64,
    counts: Counts,
    direction: Direction,
) -> Result<Walk, LimitError> {
    if counts == Counts::EveryDay && checked.suspended.is_empty() {
        return Ok(Walk {
            last: leap(from, n, direction).ok_or_else(|| checked.too_far())?,
            excluded: Vec::new(),
        });
    }
    let mut walk = Walk { last: from, excluded: Vec::new() };
    let (mut n_left, mut day) = (n, from);
    for _ in 0..2 * DAYS_MAX {
        if n_left == 0 {
            break;
        }
        day = step(day, direction).ok_or_else(|| checked.too_far())?;
        match reader.why_left_out(day, &checked.suspended, counts) {
            Some(why) => walk.excluded.push(Excluded { day, why }),
            None => (n_left, walk.last) = (n_left - 1, day),
        }
    }
    if n_left > 0 {
        return Err(checked.too_far());
    }
    if direction == Direction::Before {
        walk.excluded.reverse();
    }
    Ok(walk)
}

/// Rolls a rest day to the first working day after it; the rest days passed, `from` included.
pub(crate) fn roll(
    checked: &Checked<'_>,
    reader: &mut Reader<'_>,
    from: Date,
) -> Result<(Date, Vec<Excluded>), LimitError> {
    let (mut day, mut rest) = (from, Vec::new());
    while let Some(why) = reader.why_rest(day) {
        rest.push(Excluded { day, why });
        day = day.tomorrow().map_err(|_| checked.too_far())?;
    }
    Ok((day, rest))
}

fn leap(from: Date, n: i64, direction: Direction) -> Option<Date> {
    let days = Span::new().try_days(n).ok()?;
    match direction {
        Direction::After => from.checked_add(days).ok(),
        Direction::Before => from.checked_sub(days).ok(),
    }
}

fn step(day: Date, direction: Direction) -> Option<Date> {
    match direction {
        Direction::After => day.tomorrow().ok(),
        Direction::Before => day.yesterday().ok(),
    }
}
