//! What holds for every period.

use calendar::{Direction, Limit, Period, Start, Unit};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use crate::law::CALENDAR;

fn any_unit() -> impl Strategy<Value = Unit> {
    use Unit::{CalendarDay, Day, Hour, Month, WorkingDay, Year};
    prop::sample::select(vec![Hour, Day, WorkingDay, CalendarDay, Month, Year])
}

/// A day the calendar knows, with some years of room before its end.
fn known_day() -> impl Strategy<Value = Date> {
    (0..5800i32).prop_map(|n| Date::constant(2009, 1, 1) + n.days())
}

fn any_day() -> impl Strategy<Value = Date> {
    (-9999i16..=9999, 1i8..=12, 1i8..=31)
        .prop_filter_map("no such day", |(year, month, day)| Date::new(year, month, day).ok())
}

fn any_start() -> impl Strategy<Value = Start> {
    let second = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    prop_oneof![
        any_day().prop_map(Start::Day),
        prop::sample::select(vec![Date::MIN, Date::MAX]).prop_map(Start::Day),
        second.prop_map(|second| Start::Instant(Timestamp::from_second(second).unwrap())),
        known_day().prop_map(|day| Start::Instant(format!("{day}T10:20:30+08:00").parse().unwrap())),
    ]
}

fn any_length() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -2i64..400, 1 => 300_000i64..400_000, 1 => any::<i64>()]
}

fn some_ranges() -> impl Strategy<Value = Vec<(Date, Date)>> {
    let near = (known_day(), 0..40i32).prop_map(|(first, n)| (first, first + n.days()));
    prop::collection::vec(near, 0..4)
}

fn forward(start: Date, length: i64, unit: Unit) -> Limit {
    Period::new(Start::Day(start), length, unit).compute(&CALENDAR).unwrap()
}

fn is_working(day: Date) -> bool {
    CALENDAR.is_working(day).unwrap()
}

/// Days strictly after `a` up to and with `b`.
fn days_in(a: Date, b: Date) -> impl Iterator<Item = Date> {
    a.series(1.day()).skip(1).take_while(move |day| *day <= b)
}

proptest! {
    #[test]
    fn any_input_gives_a_limit_or_an_error(
        start in any_start(), length in any_length(), unit in any_unit(), back in any::<bool>(), opens in any::<bool>(),
        excluded in prop::collection::vec((any_day(), any_day()), 0..3),
        extensions in prop::collection::vec(any_length(), 0..3),
    ) {
        let direction = if back { Direction::Before } else { Direction::After };
        let period = Period { start, length, unit, direction, opens, excluded, extensions };
        if let Ok(limit) = period.compute(&CALENDAR) {
            prop_assert!(!limit.explain().is_empty());
            prop_assert_eq!(limit.report().provisional, limit.is_provisional());
        }
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(
        start in known_day(), length in 1i64..200, more in 1i64..200, excluded in some_ranges(),
        unit in prop::sample::select(vec![Unit::Day, Unit::WorkingDay, Unit::Month]),
    ) {
        let (length, more) = if unit == Unit::Month { (length / 12 + 1, more / 12 + 1) } else { (length, more) };
        let short = Period { excluded, ..Period::new(Start::Day(start), length, unit) };
        let long = Period { length: length + more, ..short.clone() };
        let extended = Period { extensions: vec![more], ..short.clone() };
        let due = |period: &Period| period.compute(&CALENDAR).unwrap().due.day();
        prop_assert!(due(&short) <= due(&long));
        prop_assert_eq!(due(&long), due(&extended));
    }

    #[test]
    fn an_excluded_day_never_makes_a_limit_due_earlier(
        start in known_day(), length in 1i64..90, excluded in some_ranges(),
        unit in prop::sample::select(vec![Unit::Day, Unit::WorkingDay]),
    ) {
        let with = Period { excluded, ..Period::new(Start::Day(start), length, unit) };
        prop_assert!(forward(start, length, unit).due.day() <= with.compute(&CALENDAR).unwrap().due.day());
    }

    #[test]
    fn the_end_of_a_limit_is_a_working_day(start in known_day(), length in 1i64..120) {
        for unit in [Unit::Day, Unit::WorkingDay, Unit::Month] {
            let length = if unit == Unit::Month { length / 12 + 1 } else { length };
            prop_assert!(is_working(forward(start, length, unit).due.day()));
        }
    }

    #[test]
    fn left_out_days_are_listed_exactly(start in known_day(), length in 1i64..60, excluded in some_ranges()) {
        let suspended = |day: Date| excluded.iter().any(|(first, last)| *first <= day && day <= *last);
        let working = Period { excluded: excluded.clone(), ..Period::new(Start::Day(start), length, Unit::WorkingDay) };
        let limit = working.compute(&CALENDAR).unwrap();
        let (out, counted): (Vec<_>, Vec<_>) =
            days_in(start, limit.due.day()).partition(|day| suspended(*day) || !is_working(*day));
        prop_assert_eq!(limit.excluded.iter().map(|left| left.day).collect::<Vec<_>>(), out);
        prop_assert_eq!(i64::try_from(counted.len()).unwrap(), length);

        let calendar_days = Period { unit: Unit::Day, ..working };
        let limit = calendar_days.compute(&CALENDAR).unwrap();
        let out: Vec<_> = days_in(start, limit.soft.unwrap()).filter(|day| suspended(*day)).collect();
        prop_assert_eq!(limit.excluded.iter().map(|left| left.day).collect::<Vec<_>>(), out);
        let passed: Vec<_> = limit.soft.unwrap().series(1.day()).take_while(|day| *day < limit.hard.unwrap()).collect();
        prop_assert!(passed.iter().all(|day| !is_working(*day)));
    }

    /// The strict day back is the latest from which the same period forward ends before the event; the lenient one
    /// ends on the event at the latest.
    #[test]
    fn counting_back_is_the_inverse_of_counting_forward(
        event in known_day(), length in 1i64..60,
        unit in prop::sample::select(vec![Unit::Day, Unit::WorkingDay, Unit::Month]),
    ) {
        let length = if unit == Unit::Month { length / 12 + 1 } else { length };
        let back = Period { direction: Direction::Before, ..Period::new(Start::Day(event), length, unit) };
        let back = back.compute(&CALENDAR).unwrap();
        let nominal = |start: Date| {
            let limit = forward(start, length, unit);
            limit.soft.unwrap_or(limit.due.day())
        };
        let (strict, lenient) = (back.due.day(), back.lenient.unwrap());
        prop_assert!(nominal(strict) < event && nominal(strict.tomorrow().unwrap()) >= event);
        prop_assert!(nominal(lenient) <= event && nominal(lenient.tomorrow().unwrap()) > event);
    }

    #[test]
    fn units_read_what_they_print(unit in any_unit()) {
        prop_assert_eq!(unit.to_string().parse::<Unit>(), Ok(unit));
    }
}
