//! Each rule of counting: the usual case, the edge, the exception; and that turning its switch changes the answer.

use calendar::{DayKind, LimitError, Period, Start, Step, Unit};

use jiff::civil::Date;

use crate::law::{CALENDAR, after, before, day, due, limit, load, opens};

/// The due day when the value `from` in `counting.toml` reads `to`.
#[track_caller]
fn due_if(from: &str, to: &str, period: &Period) -> String {
    let changed = load(|file, text| {
        Some(if file == "counting.toml" { text.replacen(from, to, 1) } else { text.to_owned() })
    });
    period.compute(&changed.unwrap()).unwrap().due.to_string()
}

#[test]
fn t1_day_and_calendar_day_are_one_unit() {
    for length in [1, 3, 15, 60, 90] {
        let (a, b) = (after("2022-01-20", length, Unit::Day), after("2022-01-20", length, Unit::CalendarDay));
        assert_eq!(due(&a), due(&b));
    }
}

#[test]
fn t2_the_starting_day_is_not_counted() {
    let period = after("2022-03-01", 90, Unit::Day);
    assert_eq!(due(&period), "2022-05-30");
    assert_eq!(due_if("\"not-counted\"", "\"counted\"", &after("2022-03-02", 90, Unit::Day)), "2022-05-30");
    let working = after("2022-03-01", 5, Unit::WorkingDay);
    assert_eq!(
        (due(&working), due_if("\"not-counted\"", "\"counted\"", &working)),
        ("2022-03-08".into(), "2022-03-07".into())
    );
}

#[test]
fn t2_an_instant_counts_as_its_day_in_the_agency_zone() {
    assert_eq!(due(&after("2022-03-01T23:59:00+08:00", 3, Unit::Day)), "2022-03-04");
    assert_eq!(due(&after("2022-03-01T16:00:00Z", 2, Unit::Day)), "2022-03-04");
}

#[test]
fn t3_the_last_day_rolls_past_a_rest_day() {
    assert_eq!(due(&after("2022-03-01", 3, Unit::Day)), "2022-03-04"); // Friday
    assert_eq!(due(&after("2022-03-01", 4, Unit::Day)), "2022-03-07"); // Saturday → Monday
    assert_eq!(due(&after("2022-03-01", 6, Unit::Day)), "2022-03-07"); // Monday itself
    assert_eq!(due(&after("2022-03-01", 7, Unit::Day)), "2022-03-08");
    assert_eq!(
        due_if("[\"day\", \"month\", \"year\"]", "[\"month\"]", &after("2022-03-01", 4, Unit::Day)),
        "2022-03-05"
    );
}

#[test]
fn t3_a_worked_saturday_is_a_working_day() {
    assert_eq!(CALENDAR.day_kind(day("2022-01-29")), DayKind::Working { makeup: Some("春节") });
    assert_eq!(due(&after("2022-01-26", 3, Unit::Day)), "2022-01-29");
}

#[test]
fn t3_months_and_years_roll_too() {
    assert_eq!(due(&after("2022-03-03", 6, Unit::Month)), "2022-09-05"); // Saturday 09-03
    assert_eq!(due(&after("2020-10-02", 2, Unit::Year)), "2022-10-08");
}

#[test]
fn t4_a_month_without_the_day_ends_on_its_last_day() {
    let period = after("2022-03-31", 6, Unit::Month);
    assert_eq!(due(&period), "2022-09-30");
    assert_eq!(due(&after("2022-03-30", 6, Unit::Month)), "2022-09-30");
    assert_eq!(due(&after("2022-08-29", 6, Unit::Month)), "2023-02-28");
    assert_eq!(due(&after("2024-02-29", 1, Unit::Year)), "2025-02-28");
    assert_eq!(due(&after("2023-11-29", 3, Unit::Month)), "2024-02-29");
    assert_eq!(due_if("\"last-day\"     ", "\"first-day-after\"", &period), "2022-10-08"); // 10-01 rolls
    assert!(limit(&period).steps.iter().any(|step| matches!(step, Step::Clamped { asked: 31, .. })));
    // Counted on from a month end, the shorter month does not stick: 30 September + 3 months is 30 December.
    assert_eq!(due(&after("2022-09-30", 3, Unit::Month)), "2022-12-30");
}

#[test]
fn t6_working_days_skip_rest_days_and_need_no_roll() {
    let limit = limit(&after("2022-09-29", 5, Unit::WorkingDay));
    assert_eq!((limit.soft, limit.hard), (None, None));
    assert!(!limit.steps.iter().any(|step| matches!(step, Step::Rolled { .. })));
}

#[test]
fn t7_hours_keep_the_clock() {
    assert_eq!(due(&after("2022-01-30T23:30:00+08:00", 24, Unit::Hour)), "2022-01-31T23:30:00+08:00");
    assert_eq!(due(&after("2022-01-30T15:30:00Z", 1, Unit::Hour)), "2022-01-31T00:30:00+08:00");
    let period = after("2022-01-30T23:30:00+08:00", 24, Unit::Hour);
    assert_eq!(due_if("\"exact\"", "\"next-full-hour\"", &period), "2022-02-01T00:00:00+08:00");
    assert_eq!(due(&before("2022-02-01T09:00:00+08:00", 24, Unit::Hour)), "2022-01-31T09:00:00+08:00");
    let no_time = after("2022-01-30", 24, Unit::Hour).compute(&CALENDAR);
    assert_eq!(no_time, Err(LimitError::HourNeedsInstant { day: day("2022-01-30") }));
}

#[test]
fn t8_the_last_day_is_in_time_and_the_next_is_late() {
    let last = limit(&after("2022-03-01", 15, Unit::Day)).due.day();
    assert!(day("2022-03-16") <= last);
    assert!(day("2022-03-17") > last);
}

#[test]
fn t9_days_before_lie_fully_between() {
    let substitute = before("2023-03-16", 3, Unit::WorkingDay); // Thursday; 13, 14, 15 lie between
    assert_eq!(due(&substitute), "2023-03-12"); // a Sunday still leaves three full working days
    assert_eq!(limit(&substitute).lenient, Some(day("2023-03-13")));
    let calendar_days = limit(&before("2023-03-16", 3, Unit::Day));
    assert_eq!(
        (calendar_days.due.day(), calendar_days.lenient),
        (day("2023-03-12"), Some(day("2023-03-13")))
    );
    assert_eq!(due_if("\"strict\"", "\"lenient\"", &substitute), "2023-03-13");
    // An event on a rest day is on no unit: both readings agree.
    let sunday = limit(&before("2023-03-19", 3, Unit::WorkingDay));
    assert_eq!((sunday.due.day(), sunday.lenient), (day("2023-03-14"), Some(day("2023-03-14"))));
}

#[test]
fn t9_months_before_take_the_latest_day_whose_month_ends_in_time() {
    let limit = limit(&before("2023-03-01", 1, Unit::Month)); // a month must end by 28 February
    assert_eq!((limit.due.day(), limit.lenient), (day("2023-01-31"), Some(day("2023-02-01"))));
}

#[test]
fn t10_what_waits_is_allowed_the_day_after() {
    let demand = opens("2022-09-29", 10, Unit::WorkingDay);
    assert_eq!(
        (limit(&demand).due.day(), limit(&demand).first_allowed.unwrap().day()),
        (day("2022-10-18"), day("2022-10-19"))
    );
    let at_once = load(|_, text| Some(text.replacen("\"day-after\"", "\"last-day\"", 1))).unwrap();
    assert_eq!(demand.compute(&at_once).unwrap().first_allowed.unwrap().day(), day("2022-10-18"));
    let both = Period { opens: true, ..before("2022-10-18", 7, Unit::WorkingDay) };
    assert_eq!(both.compute(&CALENDAR), Err(LimitError::OpensBackward));
}

#[test]
fn t12_excluded_days_lengthen_every_unit() {
    let obstacle = vec![(day("2022-03-10"), day("2022-03-16"))];
    let with = |period: Period| due(&Period { excluded: obstacle.clone(), ..period });
    assert_eq!(with(after("2022-03-01", 15, Unit::Day)), "2022-03-23");
    assert_eq!(with(after("2022-03-01", 15, Unit::WorkingDay)), "2022-03-29"); // five of the seven were working days
    assert_eq!(with(after("2022-03-01", 3, Unit::Month)), "2022-06-08");
    assert_eq!(with(after("2022-03-09T12:00:00+08:00", 24, Unit::Hour)), "2022-03-17T12:00:00+08:00");
    assert_eq!(with(after("2022-03-10T12:00:00+08:00", 24, Unit::Hour)), "2022-03-18T00:00:00+08:00");
    assert_eq!(with(before("2022-03-18", 3, Unit::Day)), "2022-03-07");
    assert_eq!(with(before("2022-03-17T12:00:00+08:00", 24, Unit::Hour)), "2022-03-09T12:00:00+08:00");
    // Overlapping periods take a day off once.
    let twice = vec![(day("2022-03-12"), day("2022-03-16")), (day("2022-03-10"), day("2022-03-14"))];
    assert_eq!(due(&Period { excluded: twice, ..after("2022-03-01", 15, Unit::Day) }), "2022-03-23");
}

#[test]
fn what_cannot_be_counted_is_an_error() {
    let compute = |period: &Period| period.compute(&CALENDAR).unwrap_err();
    assert_eq!(compute(&after("2022-03-01", 0, Unit::Day)), LimitError::NotPositive { length: 0 });
    let start = after("2022-03-01", 5, Unit::Day);
    let shorter = Period { extensions: vec![-3], ..start.clone() };
    assert_eq!(compute(&shorter), LimitError::ExtensionNotPositive { by: -3 });
    let (from, to) = (day("2022-03-05"), day("2022-03-04"));
    let reversed = Period { excluded: vec![(from, to)], ..start };
    assert_eq!(compute(&reversed), LimitError::ExclusionReversed { from, to });
    for unit in [Unit::Day, Unit::WorkingDay, Unit::Month, Unit::Year] {
        for (start, length) in [("2022-03-01", i64::MAX), ("9999-12-31", 1), ("9999-12-30", 366_000)] {
            assert!(
                matches!(compute(&after(start, length, unit)), LimitError::TooFar { .. }),
                "{start} {length}"
            );
        }
        let from_the_first_day = Period { start: Start::Day(Date::MIN), ..before("2022-03-01", 1, unit) };
        assert!(matches!(compute(&from_the_first_day), LimitError::TooFar { .. }));
    }
    let forever = Period { excluded: vec![(Date::MIN, Date::MAX)], ..after("2022-03-01", 5, Unit::Month) };
    assert!(matches!(compute(&forever), LimitError::TooFar { .. }));
}
