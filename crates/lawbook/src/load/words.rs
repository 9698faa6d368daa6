//! Reads fields, posts and the words of the gates every act has.

use std::sync::Arc;

use crate::condition::types::Type;
use crate::lawbook::{Erratum, Lawbook};
use crate::model::{Field, Form, GateText, Post};
use crate::report::{Errors, Located};
use crate::tree::Table;

use super::basis;
use super::files::Routed;
use super::overlay::once_each;

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let mut fields = Vec::new();
    for item in &routed.fields {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("field") {
            if let Some(field) = field(&table) {
                fields.push((field.id.clone(), table.place.clone(), field));
            }
            table.finish();
        }
        file.finish();
    }
    book.fields = once_each(fields, errors);
    let mut posts = Vec::new();
    for item in &routed.posts {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("post") {
            let (id, title, outside) = (table.text("id"), table.text("title"), table.flag("outside"));
            table.finish();
            let Some((id, title)) = id.zip(title) else { continue };
            posts.push((
                id.value.clone(),
                id.place,
                Post { id: id.value, title: title.value, agency: !outside },
            ));
        }
        file.finish();
    }
    book.posts = once_each(posts, errors);
    let mut gates = Vec::new();
    for item in &routed.gates {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("gate") {
            let (id, title) = (table.text("id"), table.text("title"));
            let basis = basis::read(&table, book);
            table.finish();
            let Some((id, title)) = id.zip(title) else { continue };
            gates.push((id.value.clone(), id.place, GateText { id: id.value, title: title.value, basis }));
        }
        file.finish();
    }
    book.gates = once_each(gates, errors);
}

/// Reads `errata.toml`.
pub fn errata(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let Some(file) = routed.errata.as_ref().and_then(|item| Table::of(item, errors)) else { return };
    for table in file.tables("erratum") {
        let (key, matters, reason) = (table.text("key"), table.text("matters"), table.text("reason"));
        table.finish();
        let (Some(key), Some(matters), Some(reason)) = (key, matters, reason) else { continue };
        book.errata.push(Erratum { key: key.value, matters: matters.value, reason: reason.value });
    }
    file.finish();
}

fn field(table: &Table<'_>) -> Option<Field> {
    let id = table.text("id");
    let title = table.text("title");
    let personal = table.flag("personal");
    let help = table.opt_text("help").map(|help| help.value);
    let form = table.opt_word("form", &Form::WORDS);
    let (of, choices) = field_type(table)?;
    if form.is_some() && of != Type::Text {
        table.errors.add(&table.place_of_head(), "只有文字（type = \"text\"）可以规定 `form`");
    }
    Some(Field { id: id?.value, title: title?.value, of, choices, form, personal, help })
}

/// The type of a field, a parameter, a column or a register value, from the keys `type`, `values`, `columns`.
pub fn field_type(table: &Table<'_>) -> Option<(Type, Vec<(String, String)>)> {
    let word = table.text("type")?;
    let values = table.texts("values");
    let choices: Vec<(String, String)> =
        values.iter().map(|value| id_and_title(value, table.errors)).collect();
    let choice = || Type::Choice(Arc::from(choices.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>()));
    let of = match word.value.as_str() {
        "boolean" => Type::Bool,
        "integer" => Type::Int,
        "money" => Type::Money,
        "text" | "person" | "attachment" | "matter" => Type::Text,
        "day" => Type::Day,
        "instant" => Type::Instant,
        "choice" => choice(),
        "set" => Type::List(Box::new(choice())),
        "texts" | "persons" | "attachments" => Type::List(Box::new(Type::Text)),
        "integers" => Type::List(Box::new(Type::Int)),
        "rows" => Type::List(Box::new(Type::Row(Arc::from(columns(table))))),
        _ => {
            table.errors.hint(
                &word.place,
                format!("没有类型 `{}`", word.value),
                "可用：boolean integer integers money text texts person persons day instant choice set rows attachment attachments matter",
            );
            return None;
        }
    };
    if matches!(word.value.as_str(), "choice" | "set") == choices.is_empty() {
        table.errors.add(&word.place, "choice 和 set 须写 `values = [\"id=名称\", …]`，其他类型不写");
    }
    Some((of, choices))
}

fn columns(table: &Table<'_>) -> Vec<(String, Type)> {
    let mut columns = Vec::new();
    for column in table.tables("columns") {
        let id = column.text("id");
        let _ = column.opt_text("title");
        let of = field_type(&column);
        column.finish();
        columns.extend(id.zip(of).map(|(id, (of, _))| (id.value, of)));
    }
    if columns.is_empty() {
        table.errors.add(&table.place_of_head(), "表格字段须写 `columns = [{ id, title, type }]`");
    }
    columns
}

/// `id=名称`, as choices and outcomes are written.
pub fn id_and_title(given: &Located<String>, errors: &Errors) -> (String, String) {
    match given.value.split_once('=') {
        Some((id, title)) if !id.is_empty() && !title.is_empty() => (id.to_owned(), title.to_owned()),
        _ => {
            errors.add(&given.place, format!("`{}` 应写作 `id=名称`", given.value));
            (given.value.clone(), given.value.clone())
        }
    }
}
