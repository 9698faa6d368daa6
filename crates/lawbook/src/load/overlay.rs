//! Overlays (另有规定的，从其规定): the same tree, only what differs, laid over the lawbook.

use std::collections::BTreeMap;

use crate::report::{Errors, Place};
use crate::tree::{Item, Kind, Table};

use super::files::{Parsed, Routed, put};

/// Lays the overlays named in `lawbook.toml` over the rest, in that order.
pub fn merge(mut routed: Routed, errors: &Errors) -> Routed {
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
    routed
}

fn lay(routed: &mut Routed, file: Parsed, errors: &Errors) {
    let parts: Vec<&str> = file.path.iter().map(String::as_str).collect();
    if let ["procedures", _, id, name] = parts.as_slice()
        && let Some(procedure) = routed.procedures.iter_mut().find(|procedure| procedure.id == *id)
    {
        if *name == "limits.toml" {
            match &mut procedure.limits {
                Some(limits) => amend(limits, &file.item),
                none => *none = Some(file.item),
            }
            return;
        }
        let stem = name.trim_end_matches(".toml");
        if let Some(version) = procedure.versions.iter_mut().find(|version| version.stem == stem) {
            amend(&mut version.item, &file.item);
            return;
        }
    }
    // A list file of an overlay comes after the one it amends; the later entry of one id counts.
    if let Err(place) = put(routed, &file.path, file.item) {
        errors.add(&place, format!("覆盖目录里不认识的文件 `{}`", file.path.join("/")));
    }
}

/// Amends a file: entries of lists with the same id are replaced, others added; `drop` names ids that go; other keys are set.
pub fn amend(base: &mut Item, change: &Item) {
    let (Kind::Table(base), Kind::Table(change)) = (&mut base.kind, &change.kind) else { return };
    for (key, (place, item)) in change {
        match (base.get_mut(key), &item.kind) {
            (Some((_, Item { kind: Kind::Array(entries), .. })), Kind::Array(added)) if added.iter().all(has_id) => {
                amend_list(entries, added);
            }
            _ => {
                base.insert(key.clone(), (place.clone(), item.clone()));
            }
        }
    }
}

/// Replaces entries of the same id in place; others go to the end. An entry with `drop = true` removes the one of its id.
fn amend_list(entries: &mut Vec<Item>, added: &[Item]) {
    for entry in added {
        let id = id_of(entry);
        let known = entries.iter().position(|known| id_of(known) == id);
        let drops = matches!(&entry.kind, Kind::Table(keys) if matches!(keys.get("drop"), Some((_, Item { kind: Kind::Bool(true), .. }))));
        match (known, drops) {
            (Some(at), true) => {
                entries.remove(at);
            }
            (Some(at), false) => entries[at] = entry.clone(),
            (None, _) => entries.push(entry.clone()),
        }
    }
}

fn has_id(item: &Item) -> bool {
    id_of(item).is_some()
}

fn id_of(item: &Item) -> Option<String> {
    let Kind::Table(keys) = &item.kind else { return None };
    ["id", "key"].iter().find_map(|key| match keys.get(*key) {
        Some((_, Item { kind: Kind::Text(text), .. })) => Some(text.clone()),
        _ => None,
    })
}

/// Keeps, of entries from several files, the last of each id.
pub fn last_of_each<'a, T>(entries: Vec<(String, Place, T)>, overlaid: &dyn Fn(&Place) -> bool, errors: &'a Errors) -> Vec<T> {
    let mut kept: BTreeMap<usize, T> = BTreeMap::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (at, (id, place, entry)) in entries.into_iter().enumerate() {
        match seen.get(&id) {
            Some(known) if overlaid(&place) => {
                let known = *known;
                kept.insert(known, entry);
            }
            Some(_) => errors.add(&place, format!("`{id}` 定义了两次")),
            None => {
                seen.insert(id, at);
                kept.insert(at, entry);
            }
        }
    }
    kept.into_values().collect()
}
