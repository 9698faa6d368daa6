//! The worked examples, each checked to the day.

use calendar::{Period, Unit};

use crate::law::{CALENDAR, after, before, day, due, limit, opens};

#[track_caller]
fn check_working(start: &str, length: i64, expect: &str) {
    assert_eq!(due(&after(start, length, Unit::WorkingDay)), expect);
}

#[track_caller]
fn check_rolled(period: &Period, soft: &str, hard: &str) {
    let limit = limit(period);
    assert_eq!((limit.soft, limit.hard), (Some(day(soft)), Some(day(hard))));
    assert_eq!(limit.due.to_string(), hard);
    assert!(!limit.is_provisional());
}

#[track_caller]
fn first_allowed(period: &Period) -> String {
    limit(period).first_allowed.unwrap().to_string()
}

#[test]
fn example_01_hearing_request_over_spring_festival() {
    check_working("2022-01-26", 5, "2022-02-07");
    assert_eq!(first_allowed(&opens("2022-01-26", 5, Unit::WorkingDay)), "2022-02-08");
    let left_out = limit(&after("2022-01-26", 5, Unit::WorkingDay)).excluded;
    assert_eq!(left_out.len(), 7);
    assert_eq!((left_out[0].day, left_out[0].why.to_string()), (day("2022-01-31"), "春节".to_owned()));
}

#[test]
fn example_02_hearing_request_over_national_day() {
    check_working("2022-09-29", 5, "2022-10-11");
}

#[test]
fn example_03_preservation_over_national_day() {
    check_working("2022-09-28", 7, "2022-10-12");
}

#[test]
fn example_04_preservation_over_spring_festival() {
    check_working("2023-01-18", 7, "2023-02-01");
}

#[test]
fn example_05_payment_rolls_to_a_worked_saturday() {
    check_rolled(&after("2022-09-20", 15, Unit::CalendarDay), "2022-10-05", "2022-10-08");
}

#[test]
fn example_06_an_extension_counts_from_filing() {
    let plain = after("2022-07-05", 90, Unit::Day);
    check_rolled(&plain, "2022-10-03", "2022-10-08");
    check_rolled(&Period { extensions: vec![30], ..plain }, "2022-11-02", "2022-11-02");
}

#[test]
fn example_07_ninety_days_over_the_long_spring_festival() {
    check_rolled(&after("2025-11-18", 90, Unit::Day), "2026-02-16", "2026-02-24");
}

#[test]
fn example_08_an_appraisal_does_not_count_in_a_seizure() {
    let plain = after("2022-12-27", 30, Unit::Day);
    check_rolled(&plain, "2023-01-26", "2023-01-28");
    let tested = Period { excluded: vec![(day("2023-01-04"), day("2023-01-15"))], ..plain };
    check_rolled(&tested, "2023-02-07", "2023-02-07");
    assert_eq!(limit(&tested).excluded.len(), 12);
    check_rolled(&after("2022-12-27", 42, Unit::Day), "2023-02-07", "2023-02-07");
}

#[test]
fn example_09_hours_run_through_the_holiday() {
    let backfill = after("2022-09-30T18:00:00+08:00", 24, Unit::Hour);
    assert_eq!(due(&backfill), "2022-10-01T18:00:00+08:00");
}

#[test]
fn example_10_hearing_notice_is_counted_back() {
    let notice = limit(&before("2022-10-18", 7, Unit::WorkingDay));
    assert_eq!(notice.due.to_string(), "2022-10-08");
    assert_eq!(notice.lenient, Some(day("2022-10-09")));
    let left_out: Vec<_> = notice.excluded.iter().map(|left| left.day.to_string()).collect();
    assert_eq!(left_out, ["2022-10-15", "2022-10-16"]);
}

#[test]
fn example_11_publication_of_penalty_and_coercion() {
    check_working("2023-01-17", 7, "2023-01-31");
    check_working("2023-01-17", 20, "2023-02-17");
}

#[test]
fn example_12_withdrawal_over_mid_autumn_and_national_day() {
    check_working("2023-09-27", 3, "2023-10-08");
}

#[test]
fn example_13_application_opens_after_the_demand() {
    assert_eq!(first_allowed(&opens("2025-09-26", 10, Unit::WorkingDay)), "2025-10-17");
}

#[test]
fn example_14_the_window_for_applying_to_the_court() {
    assert_eq!(due(&after("2022-03-31", 15, Unit::Day)), "2022-04-15");
    assert_eq!(due(&after("2022-03-31", 60, Unit::Day)), "2022-05-30");
    let suit = limit(&opens("2022-03-31", 6, Unit::Month));
    assert_eq!((suit.due.to_string().as_str(), suit.soft), ("2022-09-30", Some(day("2022-09-30"))));
    assert_eq!(suit.first_allowed.unwrap().to_string(), "2022-10-01");
    assert_eq!(due(&after("2022-09-30", 3, Unit::Month)), "2022-12-30");
    assert_eq!(due(&before("2022-12-30", 10, Unit::WorkingDay)), "2022-12-15");
    assert_eq!(first_allowed(&opens("2022-12-15", 10, Unit::WorkingDay)), "2022-12-30");
    assert_eq!(first_allowed(&opens("2022-12-16", 10, Unit::WorkingDay)), "2022-12-31");
}

#[test]
fn example_15_late_fee_runs_from_the_day_after_the_rolled_end() {
    check_rolled(&after("2022-09-16", 15, Unit::Day), "2022-10-01", "2022-10-08");
    assert_eq!(first_allowed(&opens("2022-09-16", 15, Unit::Day)), "2022-10-09");
    // 10-09 is day 1 of the fee, so 10-20 is its day 12 and 11-11 its day 34.
    assert_eq!(day("2022-10-20").duration_since(day("2022-10-08")).as_hours() / 24, 12);
    assert_eq!(due(&after("2022-10-08", 34, Unit::Day)), "2022-11-11");
}

#[test]
fn example_16_hearing_request_over_spring_festival_2026() {
    check_working("2026-02-12", 5, "2026-02-26");
}

#[test]
fn example_17_on_spot_cash_and_bank() {
    check_working("2023-01-20", 2, "2023-01-29");
    check_working("2023-01-29", 2, "2023-01-31");
}

#[test]
fn example_18_serving_over_labor_day() {
    check_working("2022-04-29", 7, "2022-05-12");
}

#[test]
fn example_19_on_spot_filing_warns_by_calendar_days() {
    check_rolled(&after("2022-09-30", 5, Unit::CalendarDay), "2022-10-05", "2022-10-08");
    check_working("2022-09-30", 5, "2022-10-12");
}

#[test]
fn example_20_transfer_alarms_on_the_nominal_day() {
    check_rolled(&after("2022-09-29", 3, Unit::CalendarDay), "2022-10-02", "2022-10-08");
}

#[test]
fn example_21_service_by_announcement() {
    assert_eq!(limit(&after("2022-12-01", 60, Unit::Day)).soft, Some(day("2023-01-30")));
    check_working("2023-01-30", 5, "2023-02-06");
}

#[test]
fn example_22_reconsideration_over_national_day_2025() {
    check_rolled(&after("2025-08-05", 60, Unit::Day), "2025-10-04", "2025-10-09");
}

#[test]
fn the_examples_rest_on_announced_years() {
    assert_eq!((CALENDAR.first_known_year(), CALENDAR.last_known_year()), (Some(2007), Some(2026)));
}
