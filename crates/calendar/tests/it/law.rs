//! The calendar of this repository, and short ways to ask it.

use std::path::PathBuf;
use std::sync::LazyLock;

use calendar::{Calendar, Direction, Limit, Period, Unit};
use jiff::civil::Date;

/// All files of `law/calendar`.
pub static SOURCES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../law/calendar");
    let mut sources: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    sources.sort();
    sources
});

/// The calendar as it stands.
pub static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| load(|_, text| Some(text.to_owned())).unwrap());

/// A calendar of the files that `keep` keeps, as it changed them.
pub fn load(keep: impl Fn(&str, &str) -> Option<String>) -> Result<Calendar, Vec<calendar::CalendarError>> {
    let kept: Vec<_> =
        SOURCES.iter().filter_map(|(file, text)| Some((file.as_str(), keep(file, text)?))).collect();
    let kept: Vec<_> = kept.iter().map(|(file, text)| (*file, text.as_str())).collect();
    Calendar::from_sources(&kept)
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A period forward.
pub fn after(start: &str, length: i64, unit: Unit) -> Period {
    Period::new(start.parse().unwrap(), length, unit)
}

/// A period back from an event.
pub fn before(event: &str, length: i64, unit: Unit) -> Period {
    Period { direction: Direction::Before, ..after(event, length, unit) }
}

/// A period whose end opens something.
pub fn opens(start: &str, length: i64, unit: Unit) -> Period {
    Period { opens: true, ..after(start, length, unit) }
}

/// The limit of a period under the calendar as it stands.
#[track_caller]
pub fn limit(period: &Period) -> Limit {
    period.compute(&CALENDAR).unwrap()
}

/// The due day or instant, in words.
#[track_caller]
pub fn due(period: &Period) -> String {
    limit(period).due.to_string()
}
