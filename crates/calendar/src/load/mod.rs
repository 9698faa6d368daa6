//! Loading the calendar from the texts of `law/calendar/*.toml`.

mod counting;
mod error;
mod year;

pub use error::CalendarError;

use std::collections::BTreeMap;

use crate::calendar::Calendar;
use crate::counting::Counting;
use crate::table::DayTable;
use error::Reporter;
use year::YearFile;

const COUNTING_FILE: &str = "counting";

impl Calendar {
    /// Reads a calendar from `(file name, text)` pairs: `2022.toml`, …, and one `counting.toml`.
    ///
    /// # Errors
    /// Everything that is wrong in all the files, each with file, place and a hint.
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Calendar, Vec<CalendarError>> {
        let mut errors = Vec::new();
        let mut counting = None;
        let mut years = BTreeMap::new();
        for (file, text) in sources {
            let mut report = Reporter::new(file, &mut errors);
            match stem(file) {
                COUNTING_FILE => read_counting(text, &mut counting, &mut report),
                stem => read_year(stem, file, text, &mut years, &mut report),
            }
        }
        if !sources.iter().any(|(file, _)| stem(file) == COUNTING_FILE) {
            Reporter::new("counting.toml", &mut errors)
                .whole_file("缺少 counting.toml", "期限怎样计算写在这个文件里，请放回 law/calendar/");
        }
        let table = fill(&years, &mut errors);
        match counting {
            Some(counting) if errors.is_empty() => {
                let years = years.into_iter().map(|(year, read)| (year, read.source)).collect();
                Ok(Calendar { table, years, counting })
            }
            _ => Err(errors),
        }
    }
}

fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

fn read_counting(text: &str, counting: &mut Option<Counting>, report: &mut Reporter<'_>) {
    if counting.is_some() {
        report.whole_file("counting.toml 给出了两次", "只保留一份");
    }
    *counting = counting::read(text, report).or(counting.take());
}

fn read_year(
    stem: &str,
    file: &str,
    text: &str,
    years: &mut BTreeMap<i16, YearFile>,
    report: &mut Reporter<'_>,
) {
    let Some(year) = stem.parse::<i16>().ok().filter(|year| stem.len() == 4 && *year > 0) else {
        report.whole_file(
            &format!("文件名 `{stem}` 不是年份"),
            "每年一个文件，以四位年份为名，例如 2022.toml；计算规则写在 counting.toml",
        );
        return;
    };
    if years.contains_key(&year) {
        report.whole_file(&format!("{year} 年给出了两次"), "一年只保留一个文件");
        return;
    }
    if let Some(read) = year::read(year, file, text, report) {
        years.insert(year, read);
    }
}

/// The table of all years: plain weeks first, then the days of each notice, which may reach into the year beside.
fn fill(years: &BTreeMap<i16, YearFile>, errors: &mut Vec<CalendarError>) -> DayTable {
    let first = years.keys().next().copied().unwrap_or(1);
    let last = years.keys().next_back().copied().unwrap_or(0);
    let mut table = DayTable::spanning(first.saturating_sub(1), last.saturating_add(1));
    for year in years.keys() {
        table.fill_plain(*year);
    }
    let mut set_by = BTreeMap::new();
    for read in years.values() {
        let mut report = Reporter::new(&read.file, errors);
        for day in &read.days {
            year::set(&mut table, day, &mut set_by, &mut report);
        }
    }
    table
}
