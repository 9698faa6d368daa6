//! Personal values and free text leave the record line as commitments and come back when it is read.

use lawbook::Lawbook;
use lawbook::condition::types::Type;
use ledger::commitment::{Commitment, Salt};
use serde_json::{Map, Value as Json};
use store::{Opening, StoredAct, canonical};

use crate::error::{Error, Result};

/// Whether a field of that type can hold anything at all, so that nobody knows what is in it.
fn is_free(of: &Type) -> bool {
    match of {
        Type::Text => true,
        Type::List(of) => is_free(of),
        Type::Row(columns) => columns.iter().any(|(_, of)| is_free(of)),
        Type::Bool | Type::Int | Type::Money | Type::Choice(_) | Type::Day | Type::Instant => false,
    }
}

fn is_closed(book: &Lawbook, field: &str) -> bool {
    book.field(field).is_none_or(|(_, field)| field.personal || is_free(&field.of))
}

/// Replaces the values of a line that may have to be erased by commitments, and gives what opens them.
///
/// # Errors
/// When a value has no canonical form, or there is no salt.
pub(super) fn close(
    book: &Lawbook,
    line: &mut Map<String, Json>,
    mut salt: impl FnMut() -> Result<[u8; 32]>,
) -> Result<Vec<Opening>> {
    let mut openings = Vec::new();
    let mut paths = Vec::new();
    closed_paths(book, line, "", &mut paths);
    for path in paths {
        let Some(place) = at_path(line, &path) else { continue };
        let salt = salt()?;
        let bytes = canonical::value(place).map_err(Error::invalid)?;
        let commitment = Commitment::new(&path, &Salt(salt), &bytes);
        let value = std::mem::replace(place, Json::String(commitment.to_string()));
        openings.push(Opening { path, value, salt });
    }
    Ok(openings)
}

/// Paths of values to be closed, of a line and the acts it brings in.
fn closed_paths(book: &Lawbook, line: &Map<String, Json>, before: &str, found: &mut Vec<String>) {
    let keys = |of: &str| line.get(of).and_then(Json::as_object).into_iter().flatten();
    for (field, value) in keys("fields") {
        if !value.is_null() && is_closed(book, field) {
            found.push(format!("{before}fields/{field}"));
        }
    }
    for (gate, _) in keys("acknowledged") {
        found.push(format!("{before}acknowledged/{gate}"));
    }
    let items = |of: &str| line.get(of).and_then(Json::as_array).into_iter().flatten().enumerate();
    for (at, party) in items("parties") {
        if party.get("name").is_some_and(Json::is_string) {
            found.push(format!("{before}parties/{at}/name"));
        }
    }
    for (at, adopted) in items("adopted") {
        if let Some(act) = adopted.get("act").and_then(Json::as_object) {
            closed_paths(book, act, &format!("{before}adopted/{at}/act/"), found);
        }
    }
}

/// The place a path names; keys may hold `/` only in their last part.
fn at_path<'l>(line: &'l mut Map<String, Json>, path: &str) -> Option<&'l mut Json> {
    let (first, rest) = path.split_once('/')?;
    match first {
        "fields" | "acknowledged" => line.get_mut(first)?.get_mut(rest),
        "parties" => {
            let (at, key) = rest.split_once('/')?;
            line.get_mut(first)?.get_mut(at.parse::<usize>().ok()?)?.get_mut(key)
        }
        "adopted" => {
            let (at, rest) = rest.split_once('/')?;
            let act = line.get_mut(first)?.get_mut(at.parse::<usize>().ok()?)?.get_mut("act")?;
            at_path(act.as_object_mut()?, rest.strip_prefix("act/")?)
        }
        _ => None,
    }
}

/// The line of a stored act with its values in place; those that were erased are left out.
///
/// # Errors
/// `Internal` when what is stored is no line, or an opening does not fit its commitment.
pub(super) fn open(stored: &StoredAct) -> Result<Map<String, Json>> {
    let mut line = stored.line().ok_or_else(|| damaged(stored, "不是 JSON"))?;
    for (path, _) in &stored.erased {
        if let Some(place) = at_path(&mut line, path) {
            *place = Json::Null;
        }
    }
    for opening in &stored.openings {
        let place = at_path(&mut line, &opening.path).ok_or_else(|| damaged(stored, &opening.path))?;
        let commitment: Commitment = place
            .as_str()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| damaged(stored, &opening.path))?;
        let bytes = canonical::value(&opening.value).map_err(Error::internal)?;
        if !commitment.opens_to(&opening.path, &Salt(opening.salt), &bytes) {
            return Err(damaged(stored, &opening.path));
        }
        *place = opening.value.clone();
    }
    if let Some(parties) = line.get_mut("parties").and_then(Json::as_array_mut) {
        for party in parties.iter_mut().filter_map(Json::as_object_mut) {
            party.retain(|_, value| !value.is_null());
        }
    }
    Ok(line)
}

/// Hides what is personal from a reader who may see the rest: fields typed personal, and names of parties.
pub(super) fn veil(book: &Lawbook, line: &mut Map<String, Json>) {
    const VEILED: &str = "（个人信息，无权查阅）";
    let personal = |field: &str| book.field(field).is_none_or(|(_, field)| field.personal);
    if let Some(fields) = line.get_mut("fields").and_then(Json::as_object_mut) {
        let hidden = fields.iter_mut().filter(|(field, value)| !value.is_null() && personal(field));
        hidden.for_each(|(_, value)| *value = VEILED.into());
    }
    for party in line.get_mut("parties").and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(name) = party.get_mut("name") {
            *name = VEILED.into();
        }
    }
    for adopted in line.get_mut("adopted").and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(act) = adopted.get_mut("act").and_then(Json::as_object_mut) {
            veil(book, act);
        }
    }
}

fn damaged(stored: &StoredAct, what: &str) -> Error {
    Error::internal(format!("leaf {}: {what} 与留痕不符", stored.leaf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn book() -> Lawbook {
        let files = lawbook::LawFiles::from_dir(std::path::Path::new("../../law")).unwrap();
        lawbook::load(files).unwrap()
    }

    fn stored(line: &Map<String, Json>, openings: Vec<Opening>, erased: Vec<(String, u32)>) -> StoredAct {
        let bytes = canonical::object(line).unwrap();
        StoredAct { seq: 1, leaf: 0, hash: store::Hash::sm3(&bytes), bytes, openings, erased }
    }

    #[test]
    fn what_may_have_to_be_erased_is_closed_and_opens_again() {
        let book = book();
        let json = json!({
            "act": "case-filed", "matter": "m",
            "acknowledged": { "decided/few": "已核实" },
            "adopted": [{ "act": { "act": "x", "fields": { "reason": "路上" } }, "matter": "n", "seq": 1 }],
            "fields": { "fine": 5000, "reason": "涉嫌超限", "nothing": null },
            "parties": [{ "id": "c-1", "name": "张三" }, { "id": "c-2" }],
        });
        let whole = json.as_object().unwrap().clone();
        let mut line = whole.clone();
        let mut salts = 0u8;
        let openings = close(&book, &mut line, || {
            salts += 1;
            Ok([salts; 32])
        })
        .unwrap();
        let mut paths: Vec<&str> = openings.iter().map(|opening| opening.path.as_str()).collect();
        paths.sort_unstable();
        let expected =
            ["acknowledged/decided/few", "adopted/0/act/fields/reason", "fields/reason", "parties/0/name"];
        assert_eq!(paths, expected);
        let text = canonical::text(&Json::Object(line.clone())).unwrap();
        for hidden in ["已核实", "路上", "涉嫌超限", "张三"] {
            assert!(!text.contains(hidden), "{text}");
        }
        assert_eq!(open(&stored(&line, openings.clone(), vec![])).unwrap(), whole);

        let (kept, erased): (Vec<Opening>, Vec<Opening>) = openings
            .into_iter()
            .partition(|opening| opening.path != "parties/0/name" && opening.path != "fields/reason");
        let erased = erased.into_iter().map(|opening| (opening.path, 9)).collect();
        let line = open(&stored(&line, kept, erased)).unwrap();
        assert_eq!(line["parties"], json!([{ "id": "c-1" }, { "id": "c-2" }]));
        assert_eq!(line["fields"]["reason"], Json::Null);
    }

    #[test]
    fn a_changed_value_is_found() {
        let book = book();
        let mut line = json!({ "fields": { "reason": "甲" } }).as_object().unwrap().clone();
        let mut openings = close(&book, &mut line, || Ok([1; 32])).unwrap();
        openings[0].value = json!("乙");
        assert!(matches!(open(&stored(&line, openings, vec![])), Err(Error::Internal { .. })));
    }
}
