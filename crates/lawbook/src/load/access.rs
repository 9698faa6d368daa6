//! Reads `access.toml`: who may read what.

use crate::lawbook::Lawbook;
use crate::model::{ReadGrant, Relation, Thing};
use crate::report::{Errors, Located, closest};
use crate::tree::Table;

use super::basis;
use super::files::Routed;
use super::overlay::once_each;

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let mut found = Vec::new();
    for item in &routed.access {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("grant") {
            if let Some(grant) = grant(&table, book) {
                found.push((grant.id.clone(), table.place.clone(), grant));
            }
            table.finish();
        }
        file.finish();
    }
    book.grants = once_each(found, errors);
}

fn grant(table: &Table<'_>, book: &Lawbook) -> Option<ReadGrant> {
    let id = table.text("id");
    let posts =
        known(table, "posts", book.posts.iter().map(|post| post.id.as_str()), "岗位在 law/posts.toml 登记");
    let relation = table.word("relation", &Relation::ALL.map(|relation| (relation.id(), relation)));
    let words = known(table, "things", Thing::ALL.iter().map(|thing| thing.id()), "可读的内容只有这些");
    let procedures = book.procedures.iter().map(|procedure| procedure.id.as_str());
    let procedures = known(table, "procedures", procedures, "没有这个程序");
    let basis = basis::read(table, book);
    for (key, empty) in [("posts", posts.is_empty()), ("things", words.is_empty())] {
        if empty && !table.has(key) {
            table.errors.add(&table.place_of_head(), format!("缺少 `{key}`"));
        }
    }
    let things = Thing::ALL.into_iter().filter(|thing| words.iter().any(|word| word == thing.id())).collect();
    Some(ReadGrant {
        id: id?.value,
        posts,
        relation: relation?,
        things,
        procedures,
        basis,
        place: table.place.clone(),
    })
}

/// The words of a list, each of which must be known.
fn known<'k>(
    table: &Table<'_>,
    key: &'static str,
    known: impl Iterator<Item = &'k str> + Clone,
    hint: &str,
) -> Vec<String> {
    let check = |word: &Located<String>| {
        if !known.clone().any(|known| known == word.value) {
            let hint = closest(&word.value, known.clone())
                .map_or_else(|| hint.to_owned(), |close| format!("是否想写 `{close}`？"));
            table.errors.hint(&word.place, format!("不认识 `{}`", word.value), hint);
        }
    };
    let words = table.texts(key);
    words.iter().for_each(check);
    words.into_iter().map(|word| word.value).collect()
}
