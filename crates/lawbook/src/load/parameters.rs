//! Reads `parameters/*.toml`: numbers of the law outside limits, by day.

use crate::condition::types::Type;
use crate::lawbook::Lawbook;
use crate::model::{Field, Parameter};
use crate::report::Errors;
use crate::tree::Table;

use super::basis;
use super::files::Routed;
use super::overlay::once_each;

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let mut found = Vec::new();
    for item in &routed.parameters {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("parameter") {
            if let Some(parameter) = parameter(&table, book) {
                found.push((parameter.id.clone(), table.place.clone(), parameter));
            }
            table.finish();
        }
        file.finish();
    }
    book.parameters = once_each(found, errors);
}

fn parameter(table: &Table<'_>, book: &Lawbook) -> Option<Parameter> {
    let id = table.text("id");
    let title = table.text("title");
    let of = table.word("type", &[("money", 0), ("integer", 1), ("day", 2), ("texts", 3), ("boolean", 4)]);
    let of = match of? {
        0 => Type::Money,
        1 => Type::Int,
        2 => Type::Day,
        3 => Type::List(Box::new(Type::Text)),
        _ => Type::Bool,
    };
    let listed = table.has("values");
    let outer = if listed { empty_basis() } else { basis::read(table, book) };
    let (id, title) = (id?, title?);
    let field = Field {
        id: id.value.clone(),
        title: title.value.clone(),
        of: of.clone(),
        choices: Vec::new(),
        form: None,
        personal: false,
        help: None,
    };
    let value = |entry: &Table<'_>| {
        let Some(item) = entry.item("value") else {
            entry.errors.add(&entry.place_of_head(), "缺少 `value`");
            return None;
        };
        match field.read(&item.to_json()) {
            Ok(value) => Some(value),
            Err(error) => {
                entry.errors.add(&item.place, error.to_string());
                None
            }
        }
    };
    let series = basis::series(table, book, &outer, &value)?;
    Some(Parameter { id: id.value, title: title.value, of, series, place: table.place.clone() })
}

/// For a series whose values each carry their own basis.
pub fn empty_basis() -> crate::model::Basis {
    crate::model::Basis { cites: Vec::new(), gist: String::new(), status: crate::model::Status::Unconfirmed }
}
