//! The days of `law/calendar` against three tables of others, day by day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use calendar::DayKind;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

use crate::law::{CALENDAR, day};

/// Days on which a table differs from ours, with the reason. All three agree with each other and with ours on every
/// day of 2007–2026, the emergency notices of 2015, 2019 and 2020 included, so the list is empty.
const DIFFERENCES: [(&str, &str, &str); 0] = [];

fn table(name: &str) -> Option<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/holidays");
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        println!("skipped: ../shared/data not there");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn all_days() -> impl Iterator<Item = Date> {
    day("2007-01-01").series(1.day()).take_while(|day| day.year() <= 2026)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Compares every day with what `is_off` and `is_worked` say of it; a day neither knows is as its weekday is.
#[track_caller]
fn check_every_day(table: &str, is_off: impl Fn(&str) -> bool, is_worked: impl Fn(&str) -> bool) {
    let mut n_days = 0;
    for day in all_days() {
        let text = day.to_string();
        let expect = is_worked(&text) || !is_off(&text) && !is_weekend(day);
        let listed = DIFFERENCES.iter().any(|(of, on, _)| *of == table && *on == text);
        assert_eq!(
            CALENDAR.is_working(day) == Some(expect),
            !listed,
            "{table} {day} {:?}",
            CALENDAR.day_kind(day)
        );
        n_days += 1;
    }
    assert_eq!(n_days, 7305);
}

fn keys(of: &Value) -> BTreeSet<String> {
    of.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_table_that_cites_the_notices_agrees() {
    let mut days = BTreeMap::new();
    for year in 2007..=2026 {
        let Some(read) = table(&format!("holiday-cn/{year}.json")) else { return };
        for entry in read["days"].as_array().unwrap() {
            let (date, off) = (entry["date"].as_str().unwrap(), entry["isOffDay"].as_bool().unwrap());
            days.insert(date.to_owned(), (off, entry["name"].as_str().unwrap().to_owned()));
        }
    }
    check_every_day(
        "holiday-cn",
        |day| days.get(day).is_some_and(|(off, _)| *off),
        |day| days.get(day).is_some_and(|(off, _)| !*off),
    );
    for (date, (off, theirs)) in &days {
        let ours = match CALENDAR.day_kind(day(date)) {
            DayKind::Working { makeup } => makeup,
            DayKind::Rest { name, .. } => Some(name),
            DayKind::Unknown => None,
        };
        // The notices of 2007 and 2008 call two holidays by older names.
        let theirs = match theirs.as_str() {
            "“五一”" | "“五一”国际劳动节" => "劳动节",
            "“十一”" => "国庆节",
            theirs => theirs,
        };
        // Reported as worked again after the extended holiday, on a Monday: a plain working day here.
        assert!(ours == Some(theirs) || (date == "2020-02-03" && !off), "{date} {ours:?} {theirs}");
    }
}

#[test]
fn the_first_independent_table_agrees() {
    let Some(read) = table("chinesecalendar-1.11.0.json") else { return };
    let (off, worked) = (keys(&read["holidays"]), keys(&read["workdays_made_up"]));
    check_every_day("chinesecalendar", |day| off.contains(day), |day| worked.contains(day));
}

#[test]
fn the_second_independent_table_agrees() {
    let Some(read) = table("pypi-holidays-0.109-CN.json") else { return };
    let off = keys(&read["holidays"]);
    let worked: BTreeSet<_> = read["weekend_workdays"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day.as_str().unwrap().to_owned())
        .collect();
    check_every_day("holidays", |day| off.contains(day), |day| worked.contains(day));
}

/// The second independent table tells a holiday itself from a day given for it.
#[test]
fn statutory_holidays_agree_with_the_second_table() {
    let Some(read) = table("pypi-holidays-0.109-CN.json") else { return };
    for day in all_days() {
        let name = read["holidays"].get(day.to_string()).and_then(Value::as_str).unwrap_or("(observed)");
        let given = ["(observed)", "substituted", "Extended Holiday", "70th Anniversary"];
        let expect = !given.iter().any(|word| name.contains(word));
        assert_eq!(CALENDAR.is_statutory_holiday(day), Some(expect), "{day} {name}");
    }
}

/// The number of statutory days by the text in force: 10, then 11 from 2008, then 13 from 2025.
#[test]
fn statutory_holidays_are_as_many_as_the_law_gives() {
    let mut n_days = BTreeMap::<i16, i32>::new();
    for day in all_days().filter(|day| CALENDAR.is_statutory_holiday(*day) == Some(true)) {
        *n_days.entry(day.year()).or_default() += 1;
    }
    for (year, n) in n_days {
        // In 2009 and 2020 mid-autumn fell on a National Day holiday: one day for two.
        let expect = if year == 2007 {
            10
        } else if year < 2025 {
            11
        } else {
            13
        } - i32::from([2009, 2020].contains(&year));
        assert_eq!(n, expect, "{year}");
    }
}
