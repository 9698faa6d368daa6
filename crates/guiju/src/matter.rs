//! `guiju try` and `guiju next`: asks about one matter's record.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use lawbook::Lawbook;
use owo_colors::OwoColorize;
use procedure::{decide, next_json, try_json};
use record::{Record, Surroundings, fill_adopted, read_act, read_record, start_record};
use serde_json::Value as Json;
use terms::{AGENCY_OFFSET, Moment};

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, clock, lawbook_source};

/// A matter and what surrounds it.
#[derive(Args)]
pub struct MatterArgs {
    /// 事项的记录，一行一个环节 / the record, one act a line
    record: PathBuf,
    /// 现在的时间，默认为系统时间 / the instant it is asked
    #[arg(long, value_name = "T")]
    now: Option<String>,
    /// 登记簿和其他事项的记录 / registers and other matters
    #[arg(long, value_name = "FILE")]
    registers: Option<PathBuf>,
}

struct Asked<'b> {
    record: Record<'b>,
    others: Vec<Json>,
    registers: Vec<Record<'b>>,
    given: bool,
    now: Timestamp,
}

/// `guiju try`.
pub fn try_act(args: &MatterArgs, act: &str, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let mut line: Json = serde_json::from_str(act)
        .map_err(|error| Failure::Input(format!("--act 不是正确的 JSON：{error}")))?;
    let asked = read(&book, args, &line)?;
    fill_adopted(&mut line, &asked.others);
    if line.get("at").is_none() {
        line["at"] = Json::from(Moment::Instant(asked.now).to_string());
    }
    let proposed = read_act(&book, asked.record.procedure, &line).map_err(Failure::input)?;
    let surroundings =
        Surroundings { records: &asked.registers, entries: &[], given: asked.given, asked: None };
    let answer = decide(&asked.record, &surroundings, &proposed, asked.now);
    if common.format == Format::Json {
        print(&try_json(&asked.record, &answer).to_string())?;
    } else {
        let procedure = asked.record.procedure;
        let title = &procedure.def(proposed.act).title;
        let (unmet, warned) = match &answer {
            Ok(decided) => (&[][..], &decided.warnings),
            Err(refusal) => (&refusal.blocked[..], &refusal.warned),
        };
        match &answer {
            Ok(_) => print(&format!("{} 可以办理“{title}”", "✓".green()))?,
            Err(_) => print(&format!("{} 不能办理“{title}”：", "✗".red()))?,
        }
        for one in unmet {
            print(&format!("  {}", one.sentence(&book, procedure)))?;
        }
        for one in warned {
            print(&format!("  {} {}", "提醒".yellow(), one.sentence(&book, procedure)))?;
        }
        for run in answer.iter().flat_map(|decided| &decided.limits) {
            if let Ok(limit) = &run.limit {
                print(&format!("  期限“{}”至 {}", procedure.limits[run.ix.at()].title, limit.due))?;
            }
        }
    }
    Ok(if answer.is_ok() { Done::Clean } else { Done::Findings })
}

/// `guiju next`.
pub fn next(args: &MatterArgs, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let asked = read(&book, args, &Json::Null)?;
    let surroundings =
        Surroundings { records: &asked.registers, entries: &[], given: asked.given, asked: None };
    let next = procedure::next(&asked.record, &surroundings, asked.now);
    if common.format == Format::Json {
        print(&next_json(&asked.record, &next).to_string())?;
        return Ok(Done::Clean);
    }
    let procedure = asked.record.procedure;
    let name = |strand: &Option<std::sync::Arc<str>>| match strand.as_deref() {
        Some(key) if !key.is_empty() && asked.record.head.parties.len() > 1 => format!("（{key}）"),
        _ => String::new(),
    };
    if let Some(stage) = next.stage {
        print(&format!("阶段：{}", procedure.stages[stage].title.bold()))?;
    }
    print("可以办理：")?;
    for one in &next.possible {
        print(&format!("  {} {}{}", "✓".green(), procedure.def(one.act).title, name(&one.strand)))?;
    }
    print("尚不能办理：")?;
    for one in &next.blocked {
        let why: Vec<String> = one.unmet.iter().map(|unmet| unmet.sentence(&book, procedure)).collect();
        print(&format!(
            "  {} {}{}：{}",
            "✗".red(),
            procedure.def(one.act).title,
            name(&one.strand),
            why.join("；")
        ))?;
    }
    for run in &next.limits {
        let limit = &procedure.limits[run.ix.at()];
        let due = run.limit.as_ref().map_or_else(ToString::to_string, |derived| derived.due.to_string());
        print(&format!("期限 {}：{due}（{}）", limit.title, run.state.id()))?;
    }
    Ok(Done::Clean)
}

fn read<'b>(book: &'b Lawbook, args: &MatterArgs, act: &Json) -> Result<Asked<'b>, Failure> {
    let lines = json_lines(&args.record)?;
    let record = if lines.is_empty() {
        // A matter that does not exist yet begins with the proposed act, which carries the head.
        start_record(book, std::slice::from_ref(act)).map_err(Failure::input)?
    } else {
        read_record(book, &lines).map_err(|(line, error)| {
            Failure::Input(format!("{} 第 {line} 行：{error}", args.record.display()))
        })?
    };
    let others = match &args.registers {
        Some(path) => json_lines(path)?,
        None => Vec::new(),
    };
    let now = match &args.now {
        None => clock::now(),
        Some(text) => match text.parse::<Moment>().map_err(Failure::input)? {
            Moment::Instant(instant) => instant,
            Moment::Day(day) => AGENCY_OFFSET.to_timestamp(day.at(23, 59, 59, 0)).map_err(Failure::input)?,
        },
    };
    Ok(Asked { registers: records_of(book, &others), given: args.registers.is_some(), record, others, now })
}

/// The records of several matters from their lines; a matter that cannot be read (another procedure's) is left to adoption.
fn records_of<'b>(book: &'b Lawbook, lines: &[Json]) -> Vec<Record<'b>> {
    let mut matters: Vec<(String, Vec<Json>)> = Vec::new();
    for line in lines {
        let matter = line["matter"].as_str().unwrap_or_default();
        match matters.iter_mut().find(|(known, _)| known == matter) {
            Some((_, lines)) => lines.push(line.clone()),
            None => matters.push((matter.to_owned(), vec![line.clone()])),
        }
    }
    matters.iter().filter_map(|(_, lines)| read_record(book, lines).ok()).collect()
}

fn json_lines(path: &std::path::Path) -> Result<Vec<Json>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("无法读取 `{}`：{error}", path.display())))?;
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let json = serde_json::from_str(line).map_err(|error| {
            Failure::Input(format!("{} 第 {} 行不是正确的 JSON：{error}", path.display(), at + 1))
        })?;
        found.push(json);
    }
    Ok(found)
}
