//! Reads `norms.toml`.

use crate::lawbook::Lawbook;
use crate::model::{Norm, NormRank, NormVersion, Status};
use crate::report::Errors;
use crate::tree::Table;

use super::basis::STATUS;
use super::files::Routed;
use super::overlay::once_each;

const RANKS: [(&str, NormRank); 10] = [
    ("law", NormRank::Law),
    ("administrative-regulation", NormRank::AdministrativeRegulation),
    ("judicial-interpretation", NormRank::JudicialInterpretation),
    ("local-regulation", NormRank::LocalRegulation),
    ("department-rule", NormRank::DepartmentRule),
    ("government-rule", NormRank::GovernmentRule),
    ("policy", NormRank::Policy),
    ("standard", NormRank::Standard),
    ("internal", NormRank::Internal),
    ("product", NormRank::Product),
];

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let mut found = Vec::new();
    for item in &routed.norms {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("norm") {
            if let Some(norm) = norm(&table) {
                found.push((norm.key.clone(), table.place.clone(), norm));
            }
            table.finish();
        }
        file.finish();
    }
    book.norms = once_each(found, errors);
}

fn norm(table: &Table<'_>) -> Option<Norm> {
    let key = table.text("key");
    let title = table.text("title");
    let short = table.text("short");
    let aliases = table.texts("aliases").into_iter().map(|alias| alias.value).collect();
    let rank = table.word("rank", &RANKS);
    let status = table.word("status", &STATUS);
    let repealed = table.opt_day("repealed").map(|day| day.value);
    let articles = table.opt_int("articles").and_then(|number| u32::try_from(number.value).ok());
    let note = table.opt_text("note").map(|note| note.value);
    let versions = versions(table);
    if versions.is_empty() {
        table
            .errors
            .add(&table.place_of_head(), "规范须写明至少一个版本及其施行日：`versions = [{ from = … }]`");
    }
    Some(Norm {
        key: key?.value,
        title: title?.value,
        short: short?.value,
        aliases,
        rank: rank?,
        status: status?,
        versions,
        repealed,
        articles,
        note,
    })
}

fn versions(table: &Table<'_>) -> Vec<NormVersion> {
    let mut versions: Vec<NormVersion> = Vec::new();
    for entry in table.tables("versions") {
        let from = entry.day("from");
        let number = entry.opt_text("number").map(|number| number.value);
        let title = entry.opt_text("title").map(|title| title.value);
        let _: Option<Status> = entry.opt_word("from-status", &STATUS);
        entry.finish();
        let Some(from) = from else { continue };
        if versions.last().is_some_and(|last| last.from >= from.value) {
            entry.errors.add(&from.place, "各版本须按施行日先后排列");
        }
        versions.push(NormVersion { from: from.value, number, title });
    }
    versions
}
