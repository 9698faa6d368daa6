//! A flat table of days: one cell a day, found without arithmetic on dates.

use std::sync::Arc;

use jiff::civil::{Date, Weekday};

/// What a cell says; the names live beside the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    Unknown,
    Working { makeup: Option<NameId> },
    Rest { name: NameId, statutory: bool },
}

/// Index of a holiday's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameId(u16);

pub(crate) const SATURDAY: NameId = NameId(1);
pub(crate) const SUNDAY: NameId = NameId(2);

const REST: u16 = 0x8000;
const WORKING: u16 = 0x4000;
const STATUTORY: u16 = 0x2000;
const NAME: u16 = 0x1fff;
const DAYS_A_MONTH: usize = 32;
const DAYS_A_YEAR: usize = 12 * DAYS_A_MONTH;

/// The days of some years. A day outside them, or of a year not filled, is unknown.
#[derive(Debug, Clone)]
pub(crate) struct DayTable {
    first_year: i16,
    cells: Vec<u16>,
    names: Vec<Arc<str>>,
}

impl DayTable {
    /// A table with room for the years `first..=last`, every day unknown.
    pub(crate) fn spanning(first: i16, last: i16) -> DayTable {
        let n_years = usize::try_from(last - first + 1).unwrap_or(0);
        let names = ["", "周六", "周日"].map(Arc::from).to_vec();
        DayTable { first_year: first, cells: vec![0; n_years * DAYS_A_YEAR], names }
    }

    /// Makes every day of `year` a plain working day or a plain weekend.
    pub(crate) fn fill_plain(&mut self, year: i16) {
        let Ok(first) = Date::new(year, 1, 1) else { return };
        for day in first.series(jiff::ToSpan::day(1)).take_while(|day| day.year() == year) {
            self.set(day, plain(day));
        }
    }

    /// The cell of a day.
    #[inline]
    pub(crate) fn cell(&self, day: Date) -> Cell {
        let bits = self.slot(day).and_then(|slot| self.cells.get(slot)).copied().unwrap_or(0);
        let name = NameId(bits & NAME);
        match bits & (REST | WORKING) {
            REST => Cell::Rest { name, statutory: bits & STATUTORY != 0 },
            WORKING => Cell::Working { makeup: (name.0 != 0).then_some(name) },
            _ => Cell::Unknown,
        }
    }

    /// Sets the cell of a day; a day outside the table stays unknown.
    pub(crate) fn set(&mut self, day: Date, cell: Cell) {
        let bits = match cell {
            Cell::Unknown => 0,
            Cell::Working { makeup } => WORKING | makeup.map_or(0, |name| name.0),
            Cell::Rest { name, statutory } => REST | name.0 | if statutory { STATUTORY } else { 0 },
        };
        if let Some(cell) = self.slot(day).and_then(|slot| self.cells.get_mut(slot)) {
            *cell = bits;
        }
    }

    /// The id of a name, remembered once; nothing when there are too many names to number.
    pub(crate) fn intern(&mut self, name: &str) -> Option<NameId> {
        let known = self.names.iter().position(|other| &**other == name);
        let index = known.unwrap_or(self.names.len());
        let id = u16::try_from(index).ok().filter(|id| *id <= NAME)?;
        if known.is_none() {
            self.names.push(Arc::from(name));
        }
        Some(NameId(id))
    }

    /// The name behind an id.
    pub(crate) fn name(&self, id: NameId) -> &Arc<str> {
        &self.names[usize::from(id.0).min(self.names.len() - 1)]
    }

    fn slot(&self, day: Date) -> Option<usize> {
        let year = usize::try_from(i32::from(day.year()) - i32::from(self.first_year)).ok()?;
        let month = usize::try_from(day.month() - 1).ok()?;
        let day_of_month = usize::try_from(day.day() - 1).ok()?;
        Some(year * DAYS_A_YEAR + month * DAYS_A_MONTH + day_of_month)
    }
}

/// A day as its weekday alone makes it.
pub(crate) fn plain(day: Date) -> Cell {
    match day.weekday() {
        Weekday::Saturday => Cell::Rest { name: SATURDAY, statutory: false },
        Weekday::Sunday => Cell::Rest { name: SUNDAY, statutory: false },
        _ => Cell::Working { makeup: None },
    }
}
