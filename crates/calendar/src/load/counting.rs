//! The file `counting.toml`.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;
use terms::Citation;
use toml::Spanned;
use toml::value::Datetime;

use super::error::Reporter;
use super::year::day_of;
use crate::counting::{
    BeforeReading, Counting, CountingRule, HoursReading, MonthEnd, OpensReading, StartingDay, Status,
};
use crate::expected::{Anchor, ExpectedHoliday, MonthDay};
use crate::unit::Unit;

const SWITCHES: [&str; 6] =
    ["starting-day", "last-day-rolls", "month-end", "hours-run-on", "before-reading", "opens-after"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    rule: Vec<RawRule>,
    expected: Vec<RawExpected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    value: Option<Spanned<RawValue>>,
    cite: Vec<Spanned<String>>,
    gist: String,
    status: Status,
    from: Spanned<Datetime>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawValue {
    Word(String),
    Words(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExpected {
    name: Spanned<String>,
    day: Option<Spanned<String>>,
    #[serde(default)]
    days: Vec<Spanned<String>>,
    window: Option<Spanned<[String; 2]>>,
    before: u16,
    after: u16,
    #[expect(dead_code, reason = "demanded of every legal value; shown from the file itself")]
    cite: Vec<String>,
    #[expect(dead_code, reason = "as `cite`")]
    gist: String,
    #[expect(dead_code, reason = "as `cite`")]
    status: Status,
    #[expect(dead_code, reason = "as `cite`")]
    from: Datetime,
}

pub(super) fn read(text: &str, report: &mut Reporter<'_>) -> Option<Counting> {
    let raw: Raw = toml::from_str(text).map_err(|error| report.toml(&error)).ok()?;
    check_ids(&raw.rule, report);
    let starting_day = word(
        &raw.rule,
        "starting-day",
        &[("not-counted", StartingDay::NotCounted), ("counted", StartingDay::Counted)],
        report,
    );
    let rolling = rolling(&raw.rule, report);
    let month_end = word(
        &raw.rule,
        "month-end",
        &[("last-day", MonthEnd::LastDay), ("first-day-after", MonthEnd::FirstDayAfter)],
        report,
    );
    let hours = word(
        &raw.rule,
        "hours-run-on",
        &[("exact", HoursReading::Exact), ("next-full-hour", HoursReading::NextFullHour)],
        report,
    );
    let before = word(
        &raw.rule,
        "before-reading",
        &[("strict", BeforeReading::Strict), ("lenient", BeforeReading::Lenient)],
        report,
    );
    let opens = word(
        &raw.rule,
        "opens-after",
        &[("day-after", OpensReading::DayAfter), ("last-day", OpensReading::LastDay)],
        report,
    );
    let rules: Vec<_> = raw.rule.iter().filter_map(|rule| read_rule(rule, report)).collect();
    let expected: Vec<_> = raw.expected.iter().filter_map(|holiday| read_expected(holiday, report)).collect();
    Some(Counting {
        starting_day: starting_day?,
        rolling: rolling?,
        month_end: month_end?,
        hours: hours?,
        before: before?,
        opens: opens?,
        rules,
        expected,
    })
}

fn check_ids(rules: &[RawRule], report: &mut Reporter<'_>) {
    let mut seen = BTreeSet::new();
    for rule in rules {
        let id = rule.id.get_ref().as_str();
        if !seen.insert(id) {
            report.at(rule.id.span(), &format!("规则 `{id}` 写了两次"), "一个 id 只写一条");
        }
        if let Some(value) = rule.value.as_ref().filter(|_| !SWITCHES.contains(&id)) {
            let hint = format!("去掉 value，或者改用程序读取的条目：{}", SWITCHES.join("、"));
            report.at(value.span(), &format!("规则 `{id}` 的 value 没有程序读取"), &hint);
        }
    }
}

/// The value of a switch, with the rule's id for its place.
fn value<'r>(rules: &'r [RawRule], id: &str, report: &mut Reporter<'_>) -> Option<&'r Spanned<RawValue>> {
    let Some(rule) = rules.iter().find(|rule| rule.id.get_ref() == id) else {
        report.whole_file(&format!("缺少规则 `{id}`"), "补上这一条及其 value、cite、gist、status、from");
        return None;
    };
    if rule.value.is_none() {
        report.at(rule.id.span(), &format!("规则 `{id}` 缺少 value"), "补上 value");
    }
    rule.value.as_ref()
}

fn word<T: Copy>(rules: &[RawRule], id: &str, allowed: &[(&str, T)], report: &mut Reporter<'_>) -> Option<T> {
    let given = value(rules, id, report)?;
    let known = match given.get_ref() {
        RawValue::Word(given) => allowed.iter().find(|(word, _)| word == given),
        RawValue::Words(_) => None,
    };
    if known.is_none() {
        let words: Vec<_> = allowed.iter().map(|(word, _)| *word).collect();
        report.at(
            given.span(),
            &format!("规则 `{id}` 的 value 不认识"),
            &format!("可以写 {}", words.join(" 或 ")),
        );
    }
    known.map(|(_, meaning)| *meaning)
}

fn rolling(rules: &[RawRule], report: &mut Reporter<'_>) -> Option<Vec<Unit>> {
    let given = value(rules, "last-day-rolls", report)?;
    let words = match given.get_ref() {
        RawValue::Words(words) => words.as_slice(),
        RawValue::Word(word) => std::slice::from_ref(word),
    };
    let read = |word: &String| match word.parse() {
        Ok(unit @ (Unit::Day | Unit::CalendarDay | Unit::Month | Unit::Year)) => Some(unit.plain()),
        Ok(Unit::Hour | Unit::WorkingDay) | Err(_) => None,
    };
    let units: Option<Vec<Unit>> = words.iter().map(read).collect();
    if units.is_none() {
        report.at(given.span(), "规则 `last-day-rolls` 的 value 不认识", "列出 day、month、year 中的几个");
    }
    units
}

fn read_rule(raw: &RawRule, report: &mut Reporter<'_>) -> Option<CountingRule> {
    let mut cite: Vec<Citation> = Vec::new();
    for given in &raw.cite {
        match given.get_ref().parse() {
            Ok(citation) => cite.push(citation),
            Err(error) => report.at(given.span(), &format!("{error}"), "规范键见 law/norms.toml"),
        }
    }
    if raw.cite.is_empty() || raw.gist.trim().is_empty() {
        let message = format!("规则 `{}` 缺少出处或要旨", raw.id.get_ref());
        report.at(raw.id.span(), &message, "补上 cite 和 gist");
    }
    let from = day_of(&raw.from, report)?;
    let (id, gist, note) = (raw.id.get_ref().clone(), raw.gist.clone(), raw.note.clone());
    Some(CountingRule { id, cite, gist, status: raw.status, from, note })
}

fn read_expected(raw: &RawExpected, report: &mut Reporter<'_>) -> Option<ExpectedHoliday> {
    let anchor = match (&raw.day, &raw.window) {
        (Some(day), None) if raw.days.is_empty() => {
            Anchor::Fixed(month_day(day.get_ref(), day.span(), report)?)
        }
        (None, Some(window)) => {
            let [first, last] = window.get_ref();
            let window = (month_day(first, window.span(), report)?, month_day(last, window.span(), report)?);
            Anchor::Listed { days: listed(&raw.days, report), window }
        }
        _ => {
            let hint = "固定的节日写 day；逐年不同的写 days 和 window";
            report.at(raw.name.span(), &format!("`{}` 的日期没有写明", raw.name.get_ref()), hint);
            return None;
        }
    };
    Some(ExpectedHoliday {
        name: Arc::from(raw.name.get_ref().as_str()),
        anchor,
        before_days: i64::from(raw.before),
        after_days: i64::from(raw.after),
    })
}

fn listed(given: &[Spanned<String>], report: &mut Reporter<'_>) -> Vec<Date> {
    let mut days: Vec<Date> = Vec::new();
    for text in given {
        match text.get_ref().parse::<Date>() {
            Ok(day) if days.last().is_none_or(|last| last.year() < day.year()) => days.push(day),
            Ok(_) => report.at(text.span(), "日期没有按年份先后排列", "每年一个，从早到晚"),
            Err(_) => {
                report.at(text.span(), &format!("日期 `{}` 不存在", text.get_ref()), "写成 2027-02-06 的样子")
            }
        }
    }
    days
}

fn month_day(text: &str, span: std::ops::Range<usize>, report: &mut Reporter<'_>) -> Option<MonthDay> {
    // A leap year admits every day a month can have.
    let read = format!("2000-{text}").parse::<Date>().ok().filter(|day| day.to_string().ends_with(text));
    if read.is_none() {
        report.at(span, &format!("月日 `{text}` 不存在"), "写成 10-01 的样子");
    }
    read.map(|day| MonthDay { month: day.month(), day: day.day() })
}
