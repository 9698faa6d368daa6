//! `guiju law check`: loads, plays every worked case, checks every rule's examples.

use std::path::Path;

use lawbook::model::RuleIx;
use lawbook::{Lawbook, lock};
use serde_json::json;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source, show};

/// Checks the law files; all errors in one run.
pub fn run(common: &Common, since: Option<&Path>) -> Result<Done, Failure> {
    let files = lawbook_source::files(common.law.as_deref())?;
    let book = match lawbook::load(files) {
        Ok(book) => book,
        Err(report) => {
            if common.format == Format::Json {
                let errors: Vec<_> = report
                    .errors
                    .iter()
                    .map(|error| {
                        let (file, line, column) = report.locate(error);
                        json!({ "file": file, "line": line, "column": column, "message": error.message, "hint": error.hint })
                    })
                    .collect();
                print(&json!({ "errors": errors }).to_string())?;
                return Err(Failure::Input("法规包有错误".to_owned()));
            }
            return Err(Failure::Input(lawbook_source::render(&report)));
        }
    };
    let mut failures = played(&book);
    let (compared, strict) = match since {
        Some(path) => (Some(std::fs::read_to_string(path).map_err(Failure::input)?), true),
        None => (book.files.get("lawbook.lock.toml").map(|file| file.text.clone()), false),
    };
    let changes = match &compared {
        None => Vec::new(),
        Some(text) => lock::compare(&lock::read(text).map_err(Failure::Input)?, &book),
    };
    if common.format == Format::Text {
        // Additions are free; what moves something that was there is shown with what rests on it.
        for change in changes.iter().filter(|change| change.before.is_some() || change.later) {
            print(&show::change_line(change))?;
        }
        let new = changes.iter().filter(|change| change.before.is_none() && !change.later).count();
        if new > 0 {
            print(&format!("与上次发布相比，另有新增 {new} 项"))?;
        }
    }
    if strict {
        let refused = changes.iter().filter(|change| !change.allowed());
        failures.extend(
            refused.map(|change| format!("已施行的内容不得删改（须另加新值，或写勘误）：{}", change.key)),
        );
    }
    if common.format == Format::Json {
        print(&json!({ "digest": book.digest, "failures": failures }).to_string())?;
    } else {
        for failure in &failures {
            print(failure)?;
        }
        print(&summary(&book, failures.len()))?;
    }
    Ok(if failures.is_empty() { Done::Clean } else { Done::Findings })
}

/// What fails among worked cases and examples of rules.
pub fn played(book: &Lawbook) -> Vec<String> {
    let mut failures = Vec::new();
    for case in &book.cases {
        for failure in ::review::play(book, case).failures {
            failures.push(format!("案例 {}：{failure}", case.id));
        }
    }
    for (index, rule) in book.rules.iter().enumerate() {
        let ix = RuleIx(index as u16);
        failures.extend(
            rule.breaks.iter().filter_map(|example| ::review::check_example(book, ix, example, true)),
        );
        failures.extend(
            rule.keeps.iter().filter_map(|example| ::review::check_example(book, ix, example, false)),
        );
    }
    failures
}

fn summary(book: &Lawbook, n_failures: usize) -> String {
    let n_acts: usize = book.procedures.iter().map(|procedure| procedure.acts.len()).sum();
    let n_limits: usize = book.procedures.iter().map(|procedure| procedure.limits.len()).sum();
    let state = if n_failures == 0 { "全部符合".to_owned() } else { format!("{n_failures} 处不符") };
    format!(
        "法规包 {}：规范 {} 部，程序 {} 个版本（环节 {n_acts}，期限 {n_limits}），规则 {} 条，别名 {} 条，案例 {} 个；案例与例子{state}",
        &book.digest[..12],
        book.norms.len(),
        book.procedures.len(),
        book.rules.len(),
        book.aliases.len(),
        book.cases.len(),
    )
}
