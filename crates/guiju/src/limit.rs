//! `guiju limit`: computes a legal time limit and explains it.

use calendar::{Direction, Period, Unit};
use clap::Args;
use jiff::civil::Date;
use terms::Moment;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// What to compute.
#[derive(Args)]
pub struct LimitArgs {
    /// 起算日或时刻 / the day or instant it starts
    #[arg(long, value_name = "DAY|INSTANT")]
    start: String,
    /// 长度 / how many units
    #[arg(long)]
    length: i64,
    /// 单位 hour|day|working-day|calendar-day|month|year / the unit
    #[arg(long)]
    unit: String,
    /// 倒数：在起算日之前 / counted back from the start
    #[arg(long)]
    before: bool,
    /// 期满才可办理 / opens something when it is over
    #[arg(long)]
    opens: bool,
    /// 不计入的期间 / days that do not count
    #[arg(long, value_name = "A..B")]
    exclude: Vec<String>,
    /// 延长 / extension in the same unit
    #[arg(long, value_name = "N")]
    extend: Vec<i64>,
    /// 说明怎样算得 / explain the derivation
    #[arg(long)]
    explain: bool,
}

/// Computes the limit.
pub fn run(args: &LimitArgs, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let start: Moment = args.start.parse().map_err(Failure::input)?;
    let unit: Unit = args.unit.parse().map_err(Failure::input)?;
    let excluded = args.exclude.iter().map(|range| range_of(range)).collect::<Result<_, _>>()?;
    let period = Period {
        start,
        length: args.length,
        unit,
        direction: if args.before { Direction::Before } else { Direction::After },
        opens: args.opens,
        excluded,
        extensions: args.extend.clone(),
    };
    let limit = period.compute(book.calendar()).map_err(Failure::input)?;
    if common.format == Format::Json && args.explain {
        let mut report = serde_json::to_value(limit.report()).map_err(Failure::fault)?;
        report["explain"] = limit.explain().into();
        print(&report.to_string())?;
    } else if args.explain && common.format == Format::Text {
        print(&limit.explain().join("\n"))?;
    } else {
        print(&serde_json::to_string(&limit.report()).map_err(Failure::fault)?)?;
    }
    Ok(Done::Clean)
}

fn range_of(text: &str) -> Result<(Date, Date), Failure> {
    let wrong = || Failure::Input(format!("期间 `{text}` 应写作 `2023-01-04..2023-01-15`"));
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    Ok((from.parse().map_err(|_| wrong())?, to.parse().map_err(|_| wrong())?))
}
