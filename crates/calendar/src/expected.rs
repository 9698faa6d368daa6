//! Holidays that are expected in a year whose notice is not announced.

use std::sync::Arc;

use jiff::civil::Date;

/// A holiday with the days off that past notices have put around it.
#[derive(Debug, Clone)]
pub(crate) struct ExpectedHoliday {
    pub(crate) name: Arc<str>,
    pub(crate) anchor: Anchor,
    pub(crate) before_days: i64,
    pub(crate) after_days: i64,
}

/// The day of the holiday itself.
#[derive(Debug, Clone)]
pub(crate) enum Anchor {
    /// The same day every year.
    Fixed(MonthDay),
    /// A day listed year by year, sorted; the window holds it in every year that is not listed.
    Listed { days: Vec<Date>, window: (MonthDay, MonthDay) },
}

/// Month and day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MonthDay {
    pub(crate) month: i8,
    pub(crate) day: i8,
}

impl MonthDay {
    pub(crate) fn in_year(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }
}

impl ExpectedHoliday {
    /// Whether `day` may be off for this holiday. A block may reach over the turn of the year.
    pub(crate) fn may_cover(&self, day: Date) -> bool {
        let year = day.year();
        let years = [year.checked_sub(1), Some(year), year.checked_add(1)];
        years.into_iter().flatten().filter_map(|year| self.earliest_and_latest(year)).any(|(first, last)| {
            days_from(first, day) >= -self.before_days && days_from(last, day) <= self.after_days
        })
    }

    fn earliest_and_latest(&self, year: i16) -> Option<(Date, Date)> {
        match &self.anchor {
            Anchor::Fixed(day) => day.in_year(year).map(|day| (day, day)),
            Anchor::Listed { days, window } => {
                let listed = days.get(days.partition_point(|day| day.year() < year));
                match listed.filter(|day| day.year() == year) {
                    Some(day) => Some((*day, *day)),
                    None => Some((window.0.in_year(year)?, window.1.in_year(year)?)),
                }
            }
        }
    }
}

/// Calendar days from `a` to `b`; negative when `b` is earlier.
pub(crate) fn days_from(a: Date, b: Date) -> i64 {
    b.duration_since(a).as_hours() / 24
}
