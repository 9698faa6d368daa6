//! `guiju play`: worked cases, step by step.

use std::path::Path;

use ::review::{Happened, Play};
use lawbook::model::Case;
use lawbook::{LawFiles, Lawbook};
use owo_colors::OwoColorize;
use serde_json::json;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// Plays one case, or all.
pub fn run(given: &str, common: &Common) -> Result<Done, Failure> {
    let files = lawbook_source::files(common.law.as_deref())?;
    let path = Path::new(given);
    let (files, wanted) = if given.ends_with(".toml") && path.is_file() {
        with_file(files, path)?
    } else {
        (files, given.to_owned())
    };
    let book = lawbook::load(files).map_err(|report| Failure::Input(lawbook_source::render(&report)))?;
    let chosen: Vec<&Case> = book.cases.iter().filter(|case| wanted == "all" || case.id == wanted).collect();
    if chosen.is_empty() {
        let known: Vec<&str> = book.cases.iter().map(|case| case.id.as_str()).collect();
        return Err(Failure::Input(format!("没有案例 `{wanted}`。已有：{}", known.join("、"))));
    }
    let mut failed = 0;
    for case in &chosen {
        let play = ::review::play(&book, case);
        failed += usize::from(!play.failures.is_empty());
        show(&book, case, &play, common.format)?;
    }
    if chosen.len() > 1 && common.format == Format::Text {
        print(&format!("案例 {} 个，不符 {failed} 个", chosen.len()))?;
    }
    Ok(if failed == 0 { Done::Clean } else { Done::Findings })
}

/// A case file outside the law folder is played as if it stood in it.
fn with_file(files: LawFiles, path: &Path) -> Result<(LawFiles, String), Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::input)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    // Inside a law folder its own procedure's name stands above `cases/`.
    let folder = path
        .parent()
        .and_then(Path::parent)
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned());
    let known =
        files.0.iter().find(|file| file.text == text && file.name.ends_with(&format!("/cases/{stem}.toml")));
    if let Some(known) = known {
        let parts: Vec<&str> = known.name.split('/').collect();
        let id = format!("{}/{stem}", parts[parts.len() - 3]);
        return Ok((files, id));
    }
    let procedure: Option<String> = toml_key(&text, "procedure").or(folder);
    let home = files.0.iter().find(|file| {
        procedure.as_deref().is_some_and(|id| file.name.contains(&format!("/{id}/procedure.toml")))
    });
    let home = home.map(|file| file.name.trim_end_matches("procedure.toml").to_owned());
    let Some(home) = home else {
        return Err(Failure::Input(format!(
            "案例文件 `{}` 没有写明程序：`procedure = \"…\"`",
            path.display()
        )));
    };
    let id = procedure.unwrap_or_default();
    let name = format!("{home}cases/{stem}.toml");
    let mut pairs: Vec<(String, String)> = files.0.into_iter().map(|file| (file.name, file.text)).collect();
    pairs.retain(|(known, _)| *known != name);
    pairs.push((name, text));
    Ok((LawFiles::from_pairs(pairs), format!("{id}/{stem}")))
}

fn toml_key(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find(|line| line.split('=').next().is_some_and(|name| name.trim() == key))?;
    Some(line.split('"').nth(1)?.to_owned())
}

/// Shows how a case went.
pub fn show(book: &Lawbook, case: &Case, play: &Play<'_>, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        let steps: Vec<_> = play
            .steps
            .iter()
            .map(|played| match &played.happened {
                Happened::Accepted(decided) => {
                    json!({ "step": played.step.name, "accepted": true, "warnings": decided.warnings })
                }
                Happened::Refused(refusal) => {
                    json!({ "step": played.step.name, "accepted": false, "unmet": refusal.blocked })
                }
                Happened::Recorded => json!({ "step": played.step.name, "recorded": true }),
                Happened::Unreadable(why) => json!({ "step": played.step.name, "error": why }),
            })
            .collect();
        return print(
            &json!({ "case": case.id, "title": case.title, "steps": steps, "failures": play.failures })
                .to_string(),
        );
    }
    print(&format!("{} {}", case.id.bold(), case.title))?;
    let Some(record) = &play.record else {
        return print(&play.failures.join("\n"));
    };
    for played in &play.steps {
        let id = played.step.line["act"].as_str().unwrap_or_default();
        let title = record.procedure.act(id).map_or(id, |act| record.procedure.def(act).title.as_str());
        let at = played.step.line["at"].as_str().unwrap_or_default();
        let day = &at[..at.len().min(10)];
        match &played.happened {
            Happened::Accepted(decided) => {
                print(&format!("  {} {day} {title}", "✓".green()))?;
                for warning in &decided.warnings {
                    print(&format!(
                        "      {} {}",
                        "提醒".yellow(),
                        warning.sentence(book, record.procedure)
                    ))?;
                }
            }
            Happened::Recorded => print(&format!("  {} {day} {title}（已发生）", "·".blue()))?,
            Happened::Unreadable(why) => print(&format!("  {} {day} {title}：{why}", "?".red()))?,
            Happened::Refused(refusal) => {
                print(&format!("  {} {day} {title}：{}", "✗".red(), "不予通过".red()))?;
                for unmet in &refusal.blocked {
                    print(&format!("      {}", unmet.sentence(book, record.procedure)))?;
                }
            }
        }
    }
    for failure in &play.failures {
        print(&format!("  {} {failure}", "不符".red().bold()))?;
    }
    Ok(())
}
