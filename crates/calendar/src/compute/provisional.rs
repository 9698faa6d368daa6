//! One limit out of two readings of an unannounced year.

use terms::Moment;

use crate::limit::{DueRange, Limit, Step};

/// The limit whose end is earlier, with the bounds of both; what it opens is allowed from the later one on.
pub(super) fn merge(plain: Limit, expected: Limit, unannounced_year: i16) -> Limit {
    let (mut earlier, later) =
        if plain.due.day() <= expected.due.day() { (plain, expected) } else { (expected, plain) };
    let range = DueRange { earliest: earlier.due.day(), latest: later.due.day(), unannounced_year };
    if let Some(at) = later.first_allowed {
        earlier.first_allowed = Some(at);
        earlier.steps.retain(|step| !matches!(step, Step::Opens { .. }));
        earlier.steps.push(Step::Opens { at });
    }
    earlier.lenient = earlier.lenient.into_iter().chain(later.lenient).min();
    earlier.due = Moment::Day(range.earliest);
    earlier.range = Some(range);
    earlier.steps.push(Step::Provisional(range));
    earlier
}
