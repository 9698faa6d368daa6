//! The calendar: what kind of day each day is, and how days are counted.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::counting::{Counting, CountingRule, Status};
use crate::day::DayKind;
use crate::table::{Cell, DayTable};

/// Legal days (节假日和工作日) of the years whose notices are loaded, with the rules of counting.
///
/// Built once, then only read; share it by reference.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(crate) table: DayTable,
    pub(crate) years: BTreeMap<i16, YearSource>,
    pub(crate) counting: Counting,
}

/// Where the days of a year were read.
#[derive(Debug, Clone)]
pub(crate) struct YearSource {
    pub(crate) notices: Vec<Notice>,
    pub(crate) status: Status,
}

/// A notice on the holidays of a year (节假日安排的通知).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// 标题.
    pub title: String,
    /// 文号, where it is known.
    pub number: Option<String>,
    /// The day it was issued, where it is known.
    pub from: Option<Date>,
    /// Where it was published.
    pub url: Option<String>,
}

impl Calendar {
    /// What kind of day `day` is.
    #[must_use]
    pub fn day_kind(&self, day: Date) -> DayKind<'_> {
        match self.table.cell(day) {
            Cell::Unknown => DayKind::Unknown,
            Cell::Working { makeup } => DayKind::Working { makeup: makeup.map(|id| &**self.table.name(id)) },
            Cell::Rest { name, statutory } => DayKind::Rest { name: self.table.name(name), statutory },
        }
    }

    /// Whether `day` is a working day (工作日); nothing when the notice of its year is not loaded.
    ///
    /// A later notice may still move days at the very end of the last known year (2018-12-31 was such a day).
    #[must_use]
    pub fn is_working(&self, day: Date) -> Option<bool> {
        match self.table.cell(day) {
            Cell::Unknown => None,
            Cell::Working { .. } => Some(true),
            Cell::Rest { .. } => Some(false),
        }
    }

    /// Whether `day` is one of the statutory holidays themselves (法定节假日); nothing when its year is not loaded.
    #[must_use]
    pub fn is_statutory_holiday(&self, day: Date) -> Option<bool> {
        match self.table.cell(day) {
            Cell::Unknown => None,
            Cell::Working { .. } => Some(false),
            Cell::Rest { statutory, .. } => Some(statutory),
        }
    }

    /// The first year whose notice is loaded.
    #[must_use]
    pub fn first_known_year(&self) -> Option<i16> {
        self.years.keys().next().copied()
    }

    /// The last year whose notice is loaded.
    #[must_use]
    pub fn last_known_year(&self) -> Option<i16> {
        self.years.keys().next_back().copied()
    }

    /// The notices the days of `year` were taken from, the amending ones last.
    #[must_use]
    pub fn notices(&self, year: i16) -> &[Notice] {
        self.years.get(&year).map_or(&[], |source| &source.notices)
    }

    /// How far the days of `year` are confirmed; nothing when the year is not loaded.
    #[must_use]
    pub fn year_status(&self, year: i16) -> Option<Status> {
        self.years.get(&year).map(|source| source.status)
    }

    /// The rules of counting, in the order of `counting.toml`.
    #[must_use]
    pub fn rules(&self) -> &[CountingRule] {
        &self.counting.rules
    }

    /// The rule of counting with this id, such as `last-day-rolls`; [`crate::Step::rule`] names them.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&CountingRule> {
        self.counting.rules.iter().find(|rule| rule.id == id)
    }
}
