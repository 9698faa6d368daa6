//! The JSON shape and the words of a limit.

use calendar::{Period, Unit};

use crate::law::{after, before, day, limit, opens};

#[track_caller]
fn check_json(period: &Period, expect: &str) {
    assert_eq!(serde_json::to_string(&limit(period).report()).unwrap(), expect);
}

#[test]
fn working_days_name_what_was_left_out() {
    check_json(
        &opens("2022-03-03", 3, Unit::WorkingDay),
        r#"{"due":"2022-03-08","provisional":false,"first_allowed":"2022-03-09","excluded":[{"day":"2022-03-05","why":"周六"},{"day":"2022-03-06","why":"周日"}]}"#,
    );
}

#[test]
fn calendar_days_give_both_ends() {
    check_json(
        &after("2022-09-20", 15, Unit::Day),
        r#"{"due":"2022-10-08","provisional":false,"soft":"2022-10-05","hard":"2022-10-08","excluded":[]}"#,
    );
}

#[test]
fn hours_give_an_instant() {
    check_json(
        &after("2022-09-30T10:00:00Z", 24, Unit::Hour),
        r#"{"due":"2022-10-01T18:00:00+08:00","provisional":false,"excluded":[]}"#,
    );
}

#[test]
fn counting_back_gives_the_lenient_day() {
    check_json(
        &before("2022-10-14", 3, Unit::WorkingDay),
        r#"{"due":"2022-10-10","provisional":false,"lenient":"2022-10-11","excluded":[]}"#,
    );
}

#[test]
fn a_provisional_limit_gives_its_bounds() {
    check_json(
        &after("2026-12-30", 3, Unit::Day),
        r#"{"due":"2027-01-04","provisional":true,"earliest":"2027-01-04","latest":"2027-01-04","soft":"2027-01-02","hard":"2027-01-04","excluded":[]}"#,
    );
}

#[test]
fn the_derivation_reads_in_chinese() {
    let filed = after("2022-06-05", 90, Unit::Day);
    let extended = Period { extensions: vec![30], ..filed };
    let explained = limit(&extended).explain().join("\n");
    let expect = "\
自 2022-06-05（周日）起算，当日不计入，2022-06-06（周一）为第一日
延长 30，与原期限相加为 120，仍从原起算日计算
120 日，数至 2022-10-03（周一）
最后一日 2022-10-03（周一）逢节假日（2022-10-03 至 2022-10-07 国庆节），顺延至 2022-10-08（周六）
届满：2022-10-08（周六）";
    assert_eq!(explained, expect);
}

#[test]
fn the_derivation_of_a_count_back_and_of_a_range() {
    let notice = limit(&before("2022-10-18", 7, Unit::WorkingDay)).explain().join("\n");
    let expect = "\
从 2022-10-18（周二）倒数，其前须隔满 7 个工作日，从 2022-10-09（周日）起
其间不计入：2022-10-15 周六、2022-10-16 周日
最迟办理：2022-10-08（周六）
按宽松读法最迟为 2022-10-09（周日），晚于前一日期的只作提醒";
    assert_eq!(notice, expect);
    let range = limit(&after("2026-12-28", 5, Unit::WorkingDay)).explain().join("\n");
    assert!(range.contains("2027 年节假日安排尚未公布"), "{range}");
    assert!(range.contains("暂定 2027-01-04（周一）至 2027-01-07（周四）"), "{range}");
}

#[test]
fn every_step_names_a_rule_of_the_law_folder() {
    let suspended = vec![(day("2022-01-04"), day("2022-01-06"))];
    let periods = [
        Period {
            extensions: vec![1],
            excluded: suspended,
            opens: true,
            ..after("2021-12-31", 1, Unit::Month)
        },
        after("2021-01-31", 1, Unit::Month),
        after("2026-12-30", 3, Unit::Day),
        after("2022-09-30T18:00:00+08:00", 24, Unit::Hour),
        before("2022-10-18", 7, Unit::WorkingDay),
        after("2022-10-18", 7, Unit::WorkingDay),
        after("2022-09-20", 15, Unit::Day),
    ];
    for period in periods {
        for step in limit(&period).steps {
            let rule = crate::law::CALENDAR.rule(step.rule());
            assert!(rule.is_some_and(|rule| !rule.cite.is_empty()), "{step:?}");
        }
    }
}
