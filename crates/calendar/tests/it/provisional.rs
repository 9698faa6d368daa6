//! Limits that reach into a year whose notice is not loaded.

use calendar::{Calendar, Direction, Period, Unit};

use crate::law::{CALENDAR, after, before, day, limit, load, opens};

#[test]
fn a_limit_into_an_unannounced_year_is_a_range() {
    let limit = limit(&after("2026-12-28", 5, Unit::WorkingDay));
    let range = limit.range.unwrap();
    assert_eq!(range.unannounced_year, 2027);
    // Plain weeks: 29, 30, 31 December, 1 and 4 January. With days off around New Year: 29 December, 4 to 7 January.
    assert_eq!((range.earliest, range.latest), (day("2027-01-04"), day("2027-01-07")));
    assert_eq!(limit.due.day(), range.earliest);
}

#[test]
fn a_limit_within_announced_years_is_certain() {
    assert!(!limit(&after("2026-12-28", 3, Unit::WorkingDay)).is_provisional());
    assert!(!limit(&after("2026-12-01", 30, Unit::Day)).is_provisional());
    let hours = limit(&after("2030-12-31T10:00:00+08:00", 24, Unit::Hour));
    assert!(!hours.is_provisional()); // hours ask no calendar
}

#[test]
fn a_roll_over_in_an_unannounced_year_is_a_range() {
    // 60 days from 2026-12-08 end on Saturday 2027-02-06, the first day of the year by the lunar calendar.
    let limit = limit(&after("2026-12-08", 60, Unit::Day));
    let range = limit.range.unwrap();
    assert_eq!(limit.soft, Some(day("2027-02-06")));
    assert_eq!((range.earliest, range.latest), (day("2027-02-08"), day("2027-02-15")));
}

#[test]
fn even_a_plain_weekday_of_an_unannounced_year_is_provisional() {
    let limit = limit(&after("2027-03-01", 15, Unit::Day));
    let range = limit.range.unwrap();
    assert_eq!((range.earliest, range.latest), (day("2027-03-16"), day("2027-03-16")));
}

#[test]
fn what_waits_is_told_the_later_day_and_what_binds_the_earlier() {
    let limit = limit(&opens("2027-01-29", 5, Unit::WorkingDay));
    let range = limit.range.unwrap();
    assert_eq!((range.earliest, range.latest), (day("2027-02-05"), day("2027-02-16")));
    assert_eq!(limit.due.day(), range.earliest);
    assert_eq!(limit.first_allowed.unwrap().day(), day("2027-02-17"));
}

#[test]
fn counting_back_takes_the_earlier_day_to_act() {
    let limit = limit(&before("2027-10-15", 7, Unit::WorkingDay));
    let range = limit.range.unwrap();
    assert_eq!((range.earliest, range.latest), (day("2027-09-23"), day("2027-10-05")));
    assert_eq!(limit.due.day(), range.earliest);
}

#[test]
fn a_year_before_the_first_notice_is_provisional_too() {
    assert!(limit(&after("1996-05-02", 5, Unit::WorkingDay)).is_provisional());
    assert!(limit(&after("2077-05-02", 5, Unit::WorkingDay)).is_provisional());
}

/// Hides the notices of `year` and later.
fn known_until(year: i16) -> Calendar {
    load(|file, text| {
        let of = file.trim_end_matches(".toml").parse::<i16>().ok();
        of.is_none_or(|of| of < year).then(|| text.to_owned())
    })
    .unwrap()
}

/// Against every notice there was, seen from the year before: the true day never lies past the later bound, and it
/// comes before the earlier bound only by worked weekends (at most 3 days: a weekend and the day it displaces).
#[test]
fn past_notices_fall_within_the_range() {
    // Starts near the victory day of 2015 and the emergency extension of 2020.
    let once_only =
        [("2015-08-01", "2015-10-15"), ("2020-01-01", "2020-03-05")].map(|(from, to)| (day(from), day(to)));
    let (mut n_limits, mut n_earlier) = (0, 0);
    for year in 2008..=2026 {
        let hidden = known_until(year);
        for first in
            day(&format!("{year}-01-01")).series(jiff::ToSpan::days(5)).take_while(|day| day.year() == year)
        {
            for length in [1, 2, 3, 5, 7, 10, 15, 20] {
                for (unit, direction) in [
                    (Unit::WorkingDay, Direction::After),
                    (Unit::WorkingDay, Direction::Before),
                    (Unit::Day, Direction::After),
                ] {
                    let period = Period { direction, ..after(&first.to_string(), length, unit) };
                    let Some(range) = period.compute(&hidden).unwrap().range else { continue };
                    let truth = period.compute(&CALENDAR).unwrap();
                    if truth.is_provisional() {
                        continue;
                    }
                    let (due, moved) =
                        (truth.due.day(), once_only.iter().any(|(from, to)| (*from..=*to).contains(&first)));
                    n_limits += 1;
                    match direction {
                        // What happened once is not expected of any year.
                        Direction::After if !moved => {
                            assert!(due <= range.latest, "{period:?} {due} {range:?}")
                        }
                        Direction::Before if !moved => {
                            assert!(due >= range.earliest, "{period:?} {due} {range:?}")
                        }
                        Direction::After | Direction::Before => {}
                    }
                    n_earlier += i32::from(due < range.earliest || due > range.latest);
                }
            }
        }
    }
    println!("{n_earlier} of {n_limits} limits were moved out of their range by worked weekends");
    assert!(n_earlier * 20 < n_limits, "{n_earlier} of {n_limits}");
}
