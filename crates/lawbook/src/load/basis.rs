//! Reads citation, gist and status, which every legal value must carry.

use terms::Citation;

use crate::lawbook::Lawbook;
use crate::model::{Basis, Dated, SelectedBy, Series, Severity, Status};
use crate::report::{Errors, Located};
use crate::tree::Table;

/// The words for status.
pub const STATUS: [(&str, Status); 4] = [
    ("confirmed", Status::Confirmed),
    ("secondary", Status::Secondary),
    ("default", Status::Default),
    ("unconfirmed", Status::Unconfirmed),
];

/// The words for severity.
pub const SEVERITY: [(&str, Severity); 3] =
    [("low", Severity::Low), ("medium", Severity::Medium), ("high", Severity::High)];

/// The words for the day that selects a value.
pub const SELECTED_BY: [(&str, SelectedBy); 3] = [
    ("filed-on", SelectedBy::FiledOn),
    ("act-day", SelectedBy::ActDay),
    ("decided-on", SelectedBy::DecidedOn),
];

/// Resolves citations; an unknown norm or an article past the last is an error.
pub fn cites(book: &Lawbook, given: &[Located<String>], errors: &Errors) -> Vec<Citation> {
    let mut found = Vec::new();
    for cite in given {
        match cite.value.parse::<Citation>() {
            Err(error) => errors.add(&cite.place, error.to_string()),
            Ok(citation) => {
                match book.norm(citation.norm()) {
                    None => {
                        let known = book.norms.iter().map(|norm| norm.key.as_str());
                        let hint = crate::report::closest(citation.norm(), known).map_or_else(
                            || "先在 law/norms.toml 登记这部规范".to_owned(),
                            |key| format!("是否想写 `{key}`？"),
                        );
                        errors.hint(&cite.place, format!("引用的规范 `{}` 没有登记", citation.norm()), hint);
                    }
                    Some(norm) => {
                        if let (Some(last), Some(article)) = (norm.articles, citation.article())
                            && article > last
                        {
                            errors.add(
                                &cite.place,
                                format!("《{}》只有 {last} 条，没有第 {article} 条", norm.title),
                            );
                        }
                    }
                }
                found.push(citation);
            }
        }
    }
    found
}

/// Reads `cite`, `gist` and `status`, all demanded.
pub fn read(table: &Table<'_>, book: &Lawbook) -> Basis {
    let given = table.texts("cite");
    if given.is_empty() && !table.has("cite") {
        table.errors.hint(
            &table.place_of_head(),
            "缺少 `cite`",
            "写明出处，例如 `cite = \"penalty-law#58\"`；产品默认写 `product#default`",
        );
    }
    let gist = table.text("gist").map(|gist| gist.value).unwrap_or_default();
    let status = table.word("status", &STATUS).unwrap_or(Status::Unconfirmed);
    Basis { cites: cites(book, &given, table.errors), gist, status }
}

/// Reads what is there of `cite`, `gist` and `status`, and takes the rest from another basis.
pub fn read_over(table: &Table<'_>, book: &Lawbook, outer: &Basis) -> Basis {
    let given = table.texts("cite");
    let own = cites(book, &given, table.errors);
    Basis {
        cites: if own.is_empty() { outer.cites.clone() } else { own },
        gist: table.opt_text("gist").map_or_else(|| outer.gist.clone(), |gist| gist.value),
        status: table.opt_word("status", &STATUS).unwrap_or(outer.status),
    }
}

/// Reads a series: `values = [{ from, …, cite, gist, status }]`, or one value written into the table itself.
pub fn series<T>(
    table: &Table<'_>,
    book: &Lawbook,
    outer: &Basis,
    value: &dyn Fn(&Table<'_>) -> Option<T>,
) -> Option<Series<T>> {
    let selected_by = table.word("selected-by", &SELECTED_BY);
    let mut values: Vec<Dated<T>> = Vec::new();
    let listed = table.tables("values");
    if listed.is_empty() {
        let from = table.day("from");
        let value = value(table);
        values.extend(from.zip(value).map(|(from, value)| Dated {
            from: from.value,
            value,
            basis: outer.clone(),
        }));
    }
    for entry in &listed {
        let basis = read(entry, book);
        let from = entry.day("from");
        let value = value(entry);
        entry.finish();
        let Some((from, value)) = from.zip(value) else { continue };
        if values.last().is_some_and(|last| last.from >= from.value) {
            entry.errors.add(&from.place, "各值须按施行日先后排列，且不重复");
        }
        values.push(Dated { from: from.value, value, basis });
    }
    if values.is_empty() {
        return None;
    }
    Some(Series { values, selected_by: selected_by? })
}
