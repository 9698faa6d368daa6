//! The derivation in words, for people.

use jiff::civil::{Date, Weekday};
use terms::Moment;

use crate::limit::{Excluded, Limit, Step};
use crate::unit::Unit;

impl Limit {
    /// The derivation (计算过程), one sentence a line, in Chinese.
    #[must_use]
    pub fn explain(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.steps.iter().map(step_line).collect();
        if !self.excluded.is_empty() {
            lines.push(format!("其间不计入：{}", grouped(&self.excluded)));
        }
        lines.push(self.due_line());
        if let Some(lenient) = self.lenient {
            lines.push(format!("按宽松读法最迟为 {}，晚于前一日期的只作提醒", on(lenient)));
        }
        lines
    }

    fn due_line(&self) -> String {
        let counted_back = self.steps.iter().any(|step| matches!(step, Step::CountedBack { .. }));
        let what = if counted_back { "最迟办理" } else { "届满" };
        match self.range {
            None => format!("{what}：{}", when(self.due)),
            Some(range) => {
                format!("{what}：暂定 {}至 {}，按较早的一日掌握", on(range.earliest), on(range.latest))
            }
        }
    }
}

fn step_line(step: &Step) -> String {
    match step {
        Step::Starts { at, first: Some(first) } if at.day() < *first => {
            format!("自 {}起算，当日不计入，{}为第一日", when(*at), on(*first))
        }
        Step::Starts { at, .. } => format!("自 {}起算", when(*at)),
        Step::Extended { by, total } => format!("延长 {by}，与原期限相加为 {total}，仍从原起算日计算"),
        Step::Counted { n, unit, last } => {
            let unit = length(*n, *unit);
            format!("{unit}，数至 {}", when(*last))
        }
        Step::CountedBack { n, unit, event, first } => {
            format!("从 {}倒数，其前须隔满 {}，从 {}起", when(*event), length(*n, *unit), when(*first))
        }
        Step::Clamped { asked, last } => format!("最后一月没有 {asked} 日，以 {}为届满日", on(*last)),
        Step::Suspended { n_days, last } => format!("扣除不计入的 {n_days} 日，后移至 {}", when(*last)),
        Step::Rolled { from, to, rest } => {
            format!("最后一日 {}逢节假日（{}），顺延至 {}", on(*from), grouped(rest), on(*to))
        }
        Step::Opens { at } => format!("{}起方可办理", when(*at)),
        Step::Provisional(range) => {
            format!("{} 年节假日安排尚未公布，以上日期为暂定，公布后重新计算", range.unannounced_year)
        }
    }
}

/// `5 个工作日`, `24 小时`.
fn length(n: i64, unit: Unit) -> String {
    format!("{n} {}", unit.chinese())
}

/// Days left out, with neighbors of one reason joined: `2022-01-31 至 2022-02-06 春节`.
fn grouped(days: &[Excluded]) -> String {
    let joined = days.chunk_by(|a, b| a.why == b.why && a.day.tomorrow().is_ok_and(|next| next == b.day));
    let names = joined.filter_map(|run| match (run.first()?, run.last()?) {
        (first, last) if first.day == last.day => Some(format!("{} {}", first.day, first.why)),
        (first, last) => Some(format!("{} 至 {} {}", first.day, last.day, first.why)),
    });
    names.collect::<Vec<_>>().join("、")
}

fn when(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => on(day),
        Moment::Instant(_) => moment.to_string(),
    }
}

fn on(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    };
    format!("{day}（{weekday}）")
}
