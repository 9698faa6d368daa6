//! Overlays (另有规定的，从其规定): the same tree, only what differs, laid over the lawbook.

use std::collections::BTreeSet;

use crate::report::{Errors, Place};
use crate::tree::{Item, Kind, Table};

use super::files::{Parsed, ProcedureFiles, Routed, put, sort_versions};

/// Lays the overlays named in `lawbook.toml` over the rest, in that order.
pub fn merge<'t>(mut routed: Routed<'t>, errors: &Errors) -> Routed<'t> {
    for procedure in routed.procedures.iter_mut().chain(&mut routed.every) {
        join(procedure, errors);
    }
    let Some(book) = routed.book.clone() else { return routed };
    let Some(table) = Table::of(&book, errors) else { return routed };
    let _ = table.text("title");
    let wanted = table.texts("overlays");
    table.finish();
    for place in wanted {
        let found = routed.overlays.iter().position(|(name, _)| *name == place.value);
        match found {
            None => errors.add(&place.place, format!("没有目录 law/overlays/{}", place.value)),
            Some(at) => {
                let (_, files) = routed.overlays.swap_remove(at);
                for file in files {
                    lay(&mut routed, file, errors);
                }
            }
        }
    }
    sort_versions(&mut routed);
    routed
}

/// Joins the parts of a procedure with its first version, which must be there.
fn join(procedure: &mut ProcedureFiles<'_>, errors: &Errors) {
    let parts = std::mem::take(&mut procedure.parts);
    match procedure.versions.iter_mut().find(|version| version.stem == "procedure") {
        Some(first) => parts.into_iter().for_each(|part| append(&mut first.item, part, errors)),
        None => {
            let versions = procedure.versions.iter().map(|version| &version.item);
            let others = procedure.cases.iter().map(|(_, case)| case).chain(&procedure.limits);
            if let Some(item) = parts.iter().chain(versions).chain(others).next() {
                let place = Place { file: item.place.file, span: 0..0 };
                errors.add(&place, format!("程序目录 `{}` 里没有 procedure.toml", procedure.id));
            }
        }
    }
}

fn lay<'t>(routed: &mut Routed<'t>, file: Parsed<'t>, errors: &Errors) {
    let parts: Vec<&str> = file.path.iter().map(String::as_str).collect();
    let lists = match parts.as_slice() {
        ["norms.toml"] => Some(&mut routed.norms),
        ["fields.toml"] | ["fields", _] => Some(&mut routed.fields),
        ["posts.toml"] => Some(&mut routed.posts),
        ["access.toml"] => Some(&mut routed.access),
        ["gates.toml"] => Some(&mut routed.gates),
        ["parameters", _] => Some(&mut routed.parameters),
        ["rules", _] => Some(&mut routed.rules),
        _ => None,
    };
    if let Some(lists) = lists {
        lay_list(lists, file.item, errors);
        return;
    }
    let known = match parts.as_slice() {
        ["procedures", "every", rest @ ..] => routed.every.as_mut().map(|every| (every, rest)),
        ["procedures", control_point, id, rest @ ..] => {
            let same =
                |known: &&mut ProcedureFiles<'t>| known.id == *id && known.control_point == *control_point;
            routed.procedures.iter_mut().find(same).map(|procedure| (procedure, rest))
        }
        _ => None,
    };
    if let Some((procedure, rest)) = known
        && amend_procedure(procedure, rest, &file.item, errors)
    {
        return;
    }
    if let Err(place) = put(routed, &file.path, file.item) {
        errors.add(&place, format!("覆盖目录里不认识的文件 `{}`", file.path.join("/")));
    }
}

/// Amends the file of a procedure that an overlay repeats; false when there is none yet.
fn amend_procedure<'t>(
    procedure: &mut ProcedureFiles<'t>,
    rest: &[&str],
    change: &Item<'t>,
    errors: &Errors,
) -> bool {
    let base = match rest {
        ["limits.toml"] => procedure.limits.as_mut(),
        ["cases", name] => {
            let stem = name.trim_end_matches(".toml");
            if let Some((_, case)) = procedure.cases.iter_mut().find(|(known, _)| known == stem) {
                *case = change.clone();
                return true;
            }
            None
        }
        [name] => {
            let stem = name.trim_end_matches(".toml");
            // A part speaks of the first version.
            let stem = if stem.parse::<jiff::civil::Date>().is_ok() { stem } else { "procedure" };
            procedure
                .versions
                .iter_mut()
                .find(|version| version.stem == stem)
                .map(|version| &mut version.item)
        }
        _ => None,
    };
    let Some(base) = base else { return false };
    amend(base, change, errors);
    true
}

/// Lays a list file over those of its kind: an entry replaces the one of its id, in whichever file that stands.
fn lay_list<'t>(lists: &mut Vec<Item<'t>>, mut change: Item<'t>, errors: &Errors) {
    let Kind::Table(keys) = &mut change.kind else {
        lists.push(change);
        return;
    };
    for (key, (_, item)) in keys.iter_mut() {
        let Kind::Array(entries) = &mut item.kind else { continue };
        let mut own: Vec<Item<'t>> = Vec::new();
        for entry in std::mem::take(entries) {
            let holds = |list: &&mut Vec<Item<'t>>| {
                id_of(&entry).is_some() && list.iter().any(|known| id_of(known) == id_of(&entry))
            };
            let known = lists.iter_mut().filter_map(|list| entries_of(list, key)).find(holds);
            match known {
                Some(list) => amend_list(list, std::slice::from_ref(&entry), errors),
                None => amend_list(&mut own, std::slice::from_ref(&entry), errors),
            }
        }
        *entries = own;
    }
    lists.push(change);
}

/// The list under a key of a file.
fn entries_of<'a, 't>(file: &'a mut Item<'t>, key: &str) -> Option<&'a mut Vec<Item<'t>>> {
    let Kind::Table(keys) = &mut file.kind else { return None };
    match keys.get_mut(key) {
        Some((_, Item { kind: Kind::Array(entries), .. })) => Some(entries),
        _ => None,
    }
}

/// Amends a file: entries of lists with the same id are replaced, others added; `drop` names ids that go; other keys are set.
pub fn amend<'t>(base: &mut Item<'t>, change: &Item<'t>, errors: &Errors) {
    let (Kind::Table(base), Kind::Table(change)) = (&mut base.kind, &change.kind) else { return };
    for (key, (place, item)) in change {
        match (base.get_mut(key), &item.kind) {
            (Some((_, Item { kind: Kind::Array(entries), .. })), Kind::Array(added))
                if added.iter().all(has_id) =>
            {
                amend_list(entries, added, errors);
            }
            _ => {
                base.insert(key.clone(), (place.clone(), item.clone()));
            }
        }
    }
}

/// Adds the lists of a part to those of the whole; a part holds nothing but lists.
fn append<'t>(whole: &mut Item<'t>, part: Item<'t>, errors: &Errors) {
    let (Kind::Table(whole), Kind::Table(part)) = (&mut whole.kind, part.kind) else { return };
    for (key, (place, mut item)) in part {
        let Kind::Array(added) = &mut item.kind else {
            errors.hint(
                &place,
                format!("`{key}` 应写在 procedure.toml 里"),
                "程序目录里的其他文件只写 [[act]]、[[fact]] 等列表",
            );
            continue;
        };
        match whole.get_mut(&key) {
            Some((_, Item { kind: Kind::Array(entries), .. })) => entries.append(added),
            _ => {
                whole.insert(key, (place, item));
            }
        }
    }
}

/// Replaces entries of the same id in place; others go to the end. An entry with `drop = true` removes the one of its id.
fn amend_list<'t>(entries: &mut Vec<Item<'t>>, added: &[Item<'t>], errors: &Errors) {
    for entry in added {
        let id = id_of(entry);
        let known = entries.iter().position(|known| id_of(known) == id);
        let drops = matches!(&entry.kind, Kind::Table(keys) if matches!(keys.get("drop"), Some((_, Item { kind: Kind::Bool(true), .. }))));
        match (known, drops) {
            (Some(at), true) => {
                entries.remove(at);
            }
            (Some(at), false) => entries[at] = entry.clone(),
            (None, true) => {
                let id = id.unwrap_or_default();
                errors.add(&entry.place, format!("没有可以删除的条目 `{id}`"));
            }
            (None, false) => entries.push(entry.clone()),
        }
    }
}

fn has_id(item: &Item<'_>) -> bool {
    id_of(item).is_some()
}

fn id_of<'a>(item: &'a Item<'_>) -> Option<&'a str> {
    let Kind::Table(keys) = &item.kind else { return None };
    ["id", "key"].iter().find_map(|key| match keys.get(*key) {
        Some((_, Item { kind: Kind::Text(text), .. })) => Some(text.as_ref()),
        _ => None,
    })
}

/// The entries of several files, each id once.
pub fn once_each<T>(entries: Vec<(String, Place, T)>, errors: &Errors) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for (id, place, entry) in entries {
        if seen.insert(id.clone()) {
            kept.push(entry);
        } else {
            errors.add(&place, format!("`{id}` 定义了两次"));
        }
    }
    kept
}
