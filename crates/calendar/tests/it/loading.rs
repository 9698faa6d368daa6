//! What the loader refuses, and that it names the place.

use calendar::{Calendar, CalendarError, DayKind};

use crate::law::{CALENDAR, SOURCES, day, load};

fn counting() -> &'static str {
    &SOURCES.iter().find(|(file, _)| file == "counting.toml").unwrap().1
}

#[track_caller]
fn check_year(text: &str, at: &str, message: &str) {
    let errors = Calendar::from_sources(&[("law/calendar/2022.toml", text), ("counting.toml", counting())])
        .unwrap_err();
    let error =
        errors.iter().find(|error| error.message.contains(message)).unwrap_or_else(|| panic!("{errors:#?}"));
    assert_eq!(error.file, "law/calendar/2022.toml");
    assert!(text[error.span.clone()].contains(at), "{:?}", &text[error.span.clone()]);
    assert!(!error.hint.is_empty());
}

const HEAD: &str = "status = \"secondary\"\n[[notice]]\ntitle = \"通知\"\n[[holidays]]\nname = \"国庆节\"\n";

#[test]
fn a_mistake_in_a_year_is_named_with_its_place() {
    check_year(&format!("{HEAD}off = [\"2022-10-32\"]"), "2022-10-32", "不存在");
    check_year(&format!("{HEAD}off = [\"2022-10-1\"]"), "2022-10-1", "写法不对");
    check_year(&format!("{HEAD}off = [\"2023-10-01\"]"), "2023-10-01", "不属于 2022 年");
    check_year(&format!("{HEAD}off = [\"2022-10-01\", \"2022-10-01\"]"), "2022-10-01", "写了两次");
    check_year(
        &format!("{HEAD}off = [\"2022-10-01\"]\nwork = [\"2022-10-10\"]"),
        "2022-10-10",
        "不是周六或周日",
    );
    check_year(&format!("{HEAD}off = []\nstatutory = [\"2022-10-01\"]"), "2022-10-01", "不在放假日期之中");
    check_year(&format!("{HEAD}off = []\nrest = []"), "rest", "读不懂");
    check_year(&HEAD.replace("[[notice]]", "from = 2022-01-01\n[[notice]]"), "from", "读不懂");
}

#[test]
fn all_mistakes_are_told_in_one_run() {
    let bad = format!("{HEAD}off = [\"2022-10-32\", \"2022-11-31\"]");
    let rule = counting().replace("\"strict\"", "\"gentle\"").replacen("penalty-law#85", "penalty-law", 1);
    let errors = Calendar::from_sources(&[("2022.toml", &bad), ("notes.toml", ""), ("counting.toml", &rule)])
        .unwrap_err();
    let told: Vec<_> = errors.iter().map(CalendarError::to_string).collect();
    assert_eq!(told.len(), 5, "{told:#?}");
    let from = errors.iter().find(|error| error.message.contains("before-reading")).unwrap();
    assert_eq!(&rule[from.span.clone()], "\"gentle\"");
}

#[test]
fn counting_rules_must_be_there_and_be_read() {
    assert!(load(|file, text| (file != "counting.toml").then(|| text.to_owned())).is_err());
    for (from, to) in [
        ("id = \"before-reading\"", "id = \"before\""),
        ("id = \"number-included\"", "id = \"number-included\"\nvalue = \"yes\""),
        ("id = \"units\"", "id = \"extension\""),
        ("[\"day\", \"month\", \"year\"]", "[\"hour\"]"),
        ("value = \"exact\" ", ""),
        ("day = \"10-01\"", "day = \"10-32\""),
        ("from = 2018-02-08", "from = 2018-02-08T10:00:00"),
        ("gist = \"期限以时、日、月、年为单位\"\n", ""),
        ("\"2001-01-24\", \"2002-02-12\"", "\"2002-02-12\", \"2001-01-24\""),
    ] {
        let changed = |file: &str, text: &str| {
            Some(if file == "counting.toml" { text.replacen(from, to, 1) } else { text.to_owned() })
        };
        assert!(counting().contains(from), "{from}");
        assert!(load(changed).is_err(), "{from} → {to}");
    }
}

#[test]
fn a_notice_reaches_into_the_year_beside() {
    let only_2019 =
        load(|file, text| ["2019.toml", "counting.toml"].contains(&file).then(|| text.to_owned())).unwrap();
    assert_eq!(only_2019.day_kind(day("2018-12-31")), DayKind::Rest { name: "元旦", statutory: false });
    assert_eq!(only_2019.day_kind(day("2018-12-28")), DayKind::Unknown);
    assert_eq!(only_2019.is_working(day("2018-12-29")), Some(true));
    assert_eq!(only_2019.last_known_year(), Some(2019));
}

#[test]
fn every_year_names_its_notice() {
    for year in 2007..=2026 {
        let notices = CALENDAR.notices(year);
        assert!(notices.first().is_some_and(|notice| notice.title.contains(&year.to_string())), "{year}");
        assert!(notices.iter().all(|notice| notice.url.is_some()));
        assert_eq!(CALENDAR.year_status(year), Some(calendar::Status::Secondary));
    }
    assert_eq!(CALENDAR.notices(2020).len(), 2);
    assert!(CALENDAR.notices(2027).is_empty());
    assert_eq!(CALENDAR.is_working(day("2027-01-04")), None);
    assert_eq!(CALENDAR.is_statutory_holiday(day("2027-01-01")), None);
}
