//! Lengths in calendar days, whatever the day they begin.

use std::cell::RefCell;

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
    /// The fewest and the most days of each length asked for so far.
    known: RefCell<Vec<(Asked, Option<Range>)>>,
}

/// A length, how it is counted, and whether it is a window.
type Asked = (Length, Direction, bool);

/// The fewest and the most days.
type Range = (i64, i64);

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
        Days { book, starts, known: RefCell::default() }
    }

    /// The fewest and the most days, over all start days, until the period is over.
    fn range(&self, length: &Length, direction: Direction, opens: bool) -> Option<Range> {
        let asked = (length.clone(), direction, opens);
        let known = self.known.borrow().iter().find(|(known, _)| *known == asked).map(|(_, range)| *range);
        known.unwrap_or_else(|| {
            let spans = self.spans(length, direction, opens);
            let range = spans.iter().min().copied().zip(spans.iter().max().copied());
            self.known.borrow_mut().push((asked, range));
            range
        })
    }

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
        self.range(length, Direction::After, false).map(|(fewest, _)| fewest)
    }

    /// The most days until a window is over.
    pub fn most(&self, length: &Length, opens: bool) -> Option<i64> {
        self.range(length, Direction::After, opens).map(|(_, most)| most)
    }

    /// The most days that something must lie ahead.
    pub fn most_before(&self, length: &Length) -> Option<i64> {
        self.range(length, Direction::Before, false).map(|(_, most)| most)
    }
}
