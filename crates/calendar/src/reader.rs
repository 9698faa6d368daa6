//! Reading days for a count: what a rest day is called, and what an unannounced year is taken to be.

use std::sync::Arc;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::compute::Suspended;
use crate::day::Why;
use crate::table::{Cell, plain};

/// How days of an unannounced year are read. A provisional limit is computed under both readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unannounced {
    /// Monday to Friday are worked, Saturday and Sunday are not: no holidays at all.
    PlainWeeks,
    /// As before, and every day that may be off for an expected holiday is off; no weekend is worked.
    ExpectedHolidays,
}

/// Reads days and remembers whether an unannounced year was touched.
#[derive(Debug)]
pub(crate) struct Reader<'c> {
    pub(crate) calendar: &'c Calendar,
    unannounced: Unannounced,
    touched: Option<i16>,
}

/// Which days a count counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    EveryDay,
    WorkingDays,
}

impl<'c> Reader<'c> {
    pub(crate) fn new(calendar: &'c Calendar, unannounced: Unannounced) -> Reader<'c> {
        Reader { calendar, unannounced, touched: None }
    }

    /// The unannounced year that was touched first.
    pub(crate) fn touched(&self) -> Option<i16> {
        self.touched
    }

    /// Why `day` is a rest day; nothing when it is worked.
    pub(crate) fn why_rest(&mut self, day: Date) -> Option<Why> {
        match self.calendar.table.cell(day) {
            Cell::Working { makeup: Some(_) } => None,
            Cell::Working { makeup: None } => self.why_next_year_may_take(day),
            Cell::Rest { name, .. } => Some(Why::Rest(Arc::clone(self.calendar.table.name(name)))),
            Cell::Unknown => {
                self.touched.get_or_insert(day.year());
                self.why_unannounced(day)
            }
        }
    }

    /// Why `day` is not counted; nothing when it counts. A suspended day needs no calendar.
    pub(crate) fn why_left_out(&mut self, day: Date, suspended: &Suspended, counts: Counts) -> Option<Why> {
        if suspended.contains(day) {
            return Some(Why::Suspended);
        }
        match counts {
            Counts::EveryDay => None,
            Counts::WorkingDays => self.why_rest(day),
        }
    }

    /// The notice of the next year may give the last days of December for New Year's Day, as those of 2008 and 2019
    /// did. Such a day alone makes no limit provisional, but the later bound reckons with it.
    fn why_next_year_may_take(&self, day: Date) -> Option<Why> {
        if day.month() != 12 || self.unannounced == Unannounced::PlainWeeks {
            return None;
        }
        let next_is_known =
            day.year().checked_add(1).is_some_and(|next| self.calendar.years.contains_key(&next));
        if next_is_known { None } else { self.why_expected_holiday(day) }
    }

    fn why_expected_holiday(&self, day: Date) -> Option<Why> {
        let expected = self.calendar.counting.expected.iter().find(|holiday| holiday.may_cover(day));
        expected.map(|holiday| Why::Expected(Arc::clone(&holiday.name)))
    }

    fn why_unannounced(&self, day: Date) -> Option<Why> {
        if self.unannounced == Unannounced::ExpectedHolidays {
            let expected = self.why_expected_holiday(day);
            if expected.is_some() {
                return expected;
            }
        }
        match plain(day) {
            Cell::Rest { name, .. } => Some(Why::Rest(Arc::clone(self.calendar.table.name(name)))),
            Cell::Working { .. } | Cell::Unknown => None,
        }
    }
}
