//! Lengths in calendar days, whatever the day they begin.

use calendar::{Direction, Period, Unit};
use jiff::ToSpan;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::model::Length;
use terms::Moment;

/// Lengths in calendar days, over all start days of the announced years.
pub struct Days<'a> {
    /// The lawbook, for its calendar.
    pub book: &'a Lawbook,
    starts: Vec<Date>,
}

impl<'a> Days<'a> {
    /// All days of the announced years, at most seven.
    pub fn of(book: &'a Lawbook) -> Days<'a> {
        let mut starts = Vec::new();
        let last = book.calendar().last_known_year().unwrap_or(0);
        let first = book.calendar().first_known_year().unwrap_or(last).max(last - 6);
        for year in first..=last {
            let Ok(begin) = Date::new(year, 1, 1) else { continue };
            starts.extend(begin.series(1.day()).take_while(|day| day.year() == year));
        }
        Days { book, starts }
    }

    /// For every start day, the days until the period is over.
    fn spans(&self, length: &Length, direction: Direction, opens: bool) -> Vec<i64> {
        if length.unit == Unit::Hour {
            let days = length.number.max(0) / 24 + i64::from(length.number % 24 != 0);
            return vec![days];
        }
        let span = |start: &Date| {
            let mut period = Period::new(Moment::Day(*start), length.number, length.unit);
            period.direction = direction;
            period.opens = opens;
            let found = period.compute(self.book.calendar()).ok().filter(|found| !found.is_provisional())?;
            let end = found.first_allowed.unwrap_or(found.due).day();
            let days = start.until(end).ok()?.get_days();
            Some(i64::from(days).abs())
        };
        self.starts.iter().filter_map(span).collect()
    }

    /// The fewest days of a limit.
    pub fn fewest(&self, length: &Length) -> Option<i64> {
        self.spans(length, Direction::After, false).into_iter().min()
    }

    /// The most days until a window is over.
    pub fn most(&self, length: &Length, opens: bool) -> Option<i64> {
        self.spans(length, Direction::After, opens).into_iter().max()
    }

    /// The most days that something must lie ahead.
    pub fn most_before(&self, length: &Length) -> Option<i64> {
        self.spans(length, Direction::Before, false).into_iter().max()
    }
}
