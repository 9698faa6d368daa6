//! The file of a year: its notices, its days off, its make-up working days.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::error::Reporter;
use crate::calendar::{Notice, YearSource};
use crate::counting::Status;
use crate::table::{Cell, DayTable};

/// A year's file, read.
#[derive(Debug)]
pub(super) struct YearFile {
    pub(super) file: String,
    pub(super) source: YearSource,
    pub(super) days: Vec<NoticeDay>,
}

/// A day as a notice sets it.
#[derive(Debug)]
pub(super) struct NoticeDay {
    day: Date,
    span: std::ops::Range<usize>,
    holiday: String,
    kind: NoticeDayKind,
}

/// What a notice makes of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoticeDayKind {
    Off,
    OffStatutory,
    Work,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    status: Status,
    notice: Vec<RawNotice>,
    holidays: Vec<RawHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNotice {
    title: String,
    number: Option<String>,
    from: Option<Spanned<Datetime>>,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    name: Spanned<String>,
    off: Vec<Spanned<String>>,
    #[serde(default)]
    statutory: Vec<Spanned<String>>,
    #[serde(default)]
    work: Vec<Spanned<String>>,
}

pub(super) fn read(year: i16, file: &str, text: &str, report: &mut Reporter<'_>) -> Option<YearFile> {
    let raw: Raw = toml::from_str(text).map_err(|error| report.toml(&error)).ok()?;
    let mut days = Vec::new();
    for holiday in &raw.holidays {
        read_holiday(year, holiday, &mut days, report);
    }
    let notices = raw.notice.into_iter().map(|notice| read_notice(notice, report)).collect();
    Some(YearFile { file: file.to_owned(), source: YearSource { notices, status: raw.status }, days })
}

fn read_notice(raw: RawNotice, report: &mut Reporter<'_>) -> Notice {
    let from = raw.from.and_then(|from| day_of(&from, report));
    Notice { title: raw.title, number: raw.number, from, url: raw.url }
}

fn read_holiday(year: i16, raw: &RawHoliday, days: &mut Vec<NoticeDay>, report: &mut Reporter<'_>) {
    let name = raw.name.get_ref();
    if name.trim().is_empty() {
        report.at(raw.name.span(), "节日没有名称", "写出通知中的名称，例如 春节");
    }
    let statutory: Vec<Date> = raw.statutory.iter().filter_map(|given| day_in(year, given, report)).collect();
    let mut off = Vec::new();
    for given in &raw.off {
        let Some(day) = day_in(year, given, report) else { continue };
        off.push(day);
        let kind = if statutory.contains(&day) { NoticeDayKind::OffStatutory } else { NoticeDayKind::Off };
        days.push(NoticeDay { day, span: given.span(), holiday: name.clone(), kind });
    }
    for given in
        raw.statutory.iter().filter(|given| !raw.off.iter().any(|off| off.get_ref() == given.get_ref()))
    {
        let message = format!("法定节假日 `{}` 不在放假日期之中", given.get_ref());
        report.at(given.span(), &message, "把这一天写进同一节日的 off");
    }
    for given in &raw.work {
        let Some(day) = day_in(year, given, report) else { continue };
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            let message = format!("调休上班日 `{day}` 不是周六或周日");
            report.at(given.span(), &message, "work 只写需要上班的周六、周日，平日本来就上班");
        }
        days.push(NoticeDay { day, span: given.span(), holiday: name.clone(), kind: NoticeDayKind::Work });
    }
}

/// A day of the notice of `year`. Notices reach from December of the year before to January of the year after.
fn day_in(year: i16, given: &Spanned<String>, report: &mut Reporter<'_>) -> Option<Date> {
    let text = given.get_ref();
    let Some(day) = text.parse::<Date>().ok().filter(|day| day.to_string() == *text) else {
        let hint = format!("写成 {year}-10-01 的样子，月、日都是两位");
        report.at(given.span(), &format!("日期 `{text}` 不存在或写法不对"), &hint);
        return None;
    };
    let (to_year_before, to_year_after) = (i32::from(day.year()) + 1, i32::from(day.year()) - 1);
    let year = i32::from(year);
    let near = to_year_before == year && day.month() == 12 || to_year_after == year && day.month() == 1;
    if i32::from(day.year()) != year && !near {
        let message = format!("日期 `{text}` 不属于 {year} 年的安排");
        report.at(given.span(), &message, "一年的安排只到上年十二月和下年一月，请核对年份或移到该年的文件");
        return None;
    }
    Some(day)
}

/// Sets a day in the table, once.
pub(super) fn set(
    table: &mut DayTable,
    given: &NoticeDay,
    set_by: &mut BTreeMap<Date, String>,
    report: &mut Reporter<'_>,
) {
    if let Some(other) = set_by.insert(given.day, given.holiday.clone()) {
        let message = format!("{} 写了两次（{other}、{}）", given.day, given.holiday);
        report.at(given.span.clone(), &message, "一天只能有一种安排，后发通知改变的，直接改为最后的安排");
        return;
    }
    let Some(name) = table.intern(&given.holiday) else {
        report.at(given.span.clone(), "节日名称太多", "合并相同的名称");
        return;
    };
    let cell = match given.kind {
        NoticeDayKind::Off => Cell::Rest { name, statutory: false },
        NoticeDayKind::OffStatutory => Cell::Rest { name, statutory: true },
        NoticeDayKind::Work => Cell::Working { makeup: Some(name) },
    };
    table.set(given.day, cell);
}

/// The civil day of a TOML date; a date with a time is refused.
pub(super) fn day_of(given: &Spanned<Datetime>, report: &mut Reporter<'_>) -> Option<Date> {
    let day = given.get_ref().to_string().parse::<Date>().ok().filter(|_| given.get_ref().time.is_none());
    if day.is_none() {
        let message = format!("`{}` 不是日期", given.get_ref());
        report.at(given.span(), &message, "写成 2021-07-15 的样子，不加引号、不带时刻");
    }
    day
}
