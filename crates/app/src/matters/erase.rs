//! Erases personal data: the commitment stays in the log, the value and its salt go, and so do the words it was found by.

use lawbook::Lawbook;
use record::{Act, Record};
use store::{Erase, StoredMatter};
use terms::Value;

use super::load;
use crate::error::{Error, Result};

/// The act that erases, in every procedure.
const ERASES: &str = "personal-data-erased";
/// What names the parties of the head among the fields to be erased.
const PARTY_NAMES: &str = "party-name";

/// The openings an act asks to be forgotten; none for an act that is no erasure.
///
/// # Errors
/// `Invalid` when nothing it names is there.
pub(super) fn erased_by(record: &Record<'_>, act: &Act, stored: Option<&StoredMatter>) -> Result<Vec<Erase>> {
    if record.procedure.def(act.act).id != ERASES {
        return Ok(Vec::new());
    }
    let list = |id: &str| {
        let (field, _) = record.book.field(id)?;
        act.field(field).and_then(Value::as_list)
    };
    let seqs: Vec<i64> = list("erased-seqs").unwrap_or_default().iter().filter_map(Value::as_int).collect();
    let fields: Vec<&str> =
        list("erased-fields").unwrap_or_default().iter().filter_map(Value::as_text).collect();
    let mut found = Vec::new();
    for kept in stored.iter().flat_map(|stored| &stored.acts) {
        if !seqs.contains(&i64::from(kept.seq)) {
            continue;
        }
        let named = kept.openings.iter().filter(|opening| is_named(&opening.path, &fields));
        found.extend(named.map(|opening| Erase { seq: kept.seq, path: opening.path.clone() }));
    }
    if found.is_empty() {
        return Err(Error::invalid("所列环节中没有这些内容，或者已经删除"));
    }
    Ok(found)
}

fn is_named(path: &str, fields: &[&str]) -> bool {
    let own = path.rsplit_once("adopted/").map_or(path, |(_, rest)| rest);
    if path.starts_with("parties/") {
        return fields.contains(&PARTY_NAMES);
    }
    let field = own.rsplit_once("fields/").map(|(_, field)| field);
    field.is_some_and(|field| fields.contains(&field))
}

/// The record of a matter without what is erased: what its lists may show from now on.
///
/// # Errors
/// As [`load::record`].
pub(super) fn without<'b>(
    book: &'b Lawbook,
    stored: &StoredMatter,
    erase: &[Erase],
    by: u32,
) -> Result<Record<'b>> {
    let mut left = stored.clone();
    for act in &mut left.acts {
        let gone = |path: &str| erase.iter().any(|one| one.seq == act.seq && one.path == path);
        let erased: Vec<String> =
            act.openings.iter().map(|opening| opening.path.clone()).filter(|path| gone(path)).collect();
        act.openings.retain(|opening| !erased.contains(&opening.path));
        act.erased.extend(erased.into_iter().map(|path| (path, by)));
    }
    load::record(book, &left)
}
