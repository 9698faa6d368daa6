//! Reads TOML tables key by key, so that every error of a file is found in one run and an unknown key is never ignored.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::report::{Errors, Located, Place, closest};

/// A TOML value with its place. It borrows from the text of its file what that says without escapes.
#[derive(Debug, Clone)]
pub struct Item<'t> {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind<'t>,
}

/// The entries of a table by key, each with the place of the key.
pub type Entries<'t> = BTreeMap<Cow<'t, str>, (Place, Item<'t>)>;

/// The kinds of TOML values the law content uses.
#[derive(Debug, Clone)]
pub enum Kind<'t> {
    /// A string, unquoted.
    Text(Cow<'t, str>),
    /// A whole number.
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A day or an instant, as written.
    Date(String),
    /// A list.
    Array(Vec<Item<'t>>),
    /// A table.
    Table(Entries<'t>),
    /// Something the law content has no use for (a fraction).
    Other,
}

impl Item<'_> {
    /// The same value as JSON; days and instants become text.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Text(text) => serde_json::Value::from(text.as_ref()),
            Kind::Date(text) => serde_json::Value::from(text.as_str()),
            Kind::Int(number) => serde_json::Value::from(*number),
            Kind::Bool(known) => serde_json::Value::from(*known),
            Kind::Array(items) => items.iter().map(Item::to_json).collect(),
            Kind::Table(entries) => entries
                .iter()
                .map(|(key, (_, item))| (key.as_ref().to_owned(), item.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Kind::Other => serde_json::Value::Null,
        }
    }
}

/// Parses a file; syntax errors are noted and what could be read is returned.
#[must_use]
pub fn parse<'t>(file: usize, text: &'t str, errors: &Errors) -> Item<'t> {
    let (table, found) = DeTable::parse_recoverable(text);
    for error in found {
        let span = error.span().unwrap_or(0..0);
        errors.hint(
            &Place { file, span },
            format!("TOML 语法有误：{}", error.message()),
            "检查引号、等号、方括号是否成对，每个键在一张表里只写一次",
        );
    }
    Item { place: Place { file, span: 0..text.len() }, kind: table_kind(file, table.into_inner()) }
}

fn table_kind<'t>(file: usize, table: DeTable<'t>) -> Kind<'t> {
    let entry = |(key, value): (Spanned<Cow<'t, str>>, Spanned<DeValue<'t>>)| {
        let place = Place { file, span: key.span() };
        (key.into_inner(), (place, item(file, value)))
    };
    Kind::Table(table.into_iter().map(entry).collect())
}

fn item(file: usize, value: Spanned<DeValue<'_>>) -> Item<'_> {
    let place = Place { file, span: value.span() };
    let kind = match value.into_inner() {
        DeValue::String(text) => Kind::Text(text),
        DeValue::Integer(number) => i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
            .map_or(Kind::Other, Kind::Int),
        DeValue::Boolean(known) => Kind::Bool(known),
        DeValue::Datetime(date) => Kind::Date(date.to_string()),
        DeValue::Array(items) => Kind::Array(items.into_iter().map(|value| item(file, value)).collect()),
        DeValue::Table(table) => table_kind(file, table),
        DeValue::Float(_) => Kind::Other,
    };
    Item { place, kind }
}

/// A table being read. Every key asked for counts as known; `finish` reports the rest.
#[derive(Debug)]
pub struct Table<'a> {
    /// Where the table stands.
    pub place: Place,
    entries: &'a Entries<'a>,
    known: RefCell<Vec<&'static str>>,
    /// Where errors go.
    pub errors: &'a Errors,
}

impl<'a> Table<'a> {
    /// The table an item is; anything else is an error.
    #[must_use]
    pub fn of(item: &'a Item<'a>, errors: &'a Errors) -> Option<Table<'a>> {
        match &item.kind {
            Kind::Table(entries) => {
                Some(Table { place: item.place.clone(), entries, known: RefCell::default(), errors })
            }
            _ => {
                errors.add(&item.place, "此处应为一张表 `{ … }`");
                None
            }
        }
    }

    /// The value under a key, if any.
    pub fn item(&self, key: &'static str) -> Option<&'a Item<'a>> {
        self.known.borrow_mut().push(key);
        self.entries.get(key).map(|(_, item)| item)
    }

    /// All keys with their places and values, for tables whose keys are names.
    pub fn named(&self) -> impl Iterator<Item = (&'a str, &'a Place, &'a Item<'a>)> {
        self.entries.iter().map(|(key, (place, item))| (key.as_ref(), place, item))
    }

    /// Whether the key is there.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn required<T>(&self, key: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && !self.has(key) {
            self.errors.add(&self.place_of_head(), format!("缺少 `{key}`"));
        }
        value
    }

    /// The first line of the table, for errors about the table as a whole.
    #[must_use]
    pub fn place_of_head(&self) -> Place {
        let first = self.entries.values().map(|(place, _)| place.span.start).min();
        let start = first.unwrap_or(self.place.span.start);
        let end = self
            .entries
            .values()
            .filter(|(place, _)| place.span.start == start)
            .map(|(_, item)| item.place.span.end);
        Place { file: self.place.file, span: start..end.max().unwrap_or(self.place.span.end) }
    }

    /// Text that may be absent.
    pub fn opt_text(&self, key: &'static str) -> Option<Located<String>> {
        let item = self.item(key)?;
        match &item.kind {
            Kind::Text(text) => Some(Located { value: text.as_ref().to_owned(), place: item.place.clone() }),
            _ => {
                self.errors.add(&item.place, format!("`{key}` 应为文字"));
                None
            }
        }
    }

    /// Text that must be there.
    pub fn text(&self, key: &'static str) -> Option<Located<String>> {
        self.required(key, self.opt_text(key))
    }

    /// A list of texts; one text alone is a list of one; absent is empty.
    pub fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        let Some(item) = self.item(key) else { return Vec::new() };
        let one = |item: &Item<'_>| match &item.kind {
            Kind::Text(text) => Some(Located { value: text.as_ref().to_owned(), place: item.place.clone() }),
            _ => {
                self.errors.add(&item.place, format!("`{key}` 应为文字或文字列表"));
                None
            }
        };
        match &item.kind {
            Kind::Array(items) => items.iter().filter_map(one).collect(),
            _ => one(item).into_iter().collect(),
        }
    }

    /// A whole number that may be absent.
    pub fn opt_int(&self, key: &'static str) -> Option<Located<i64>> {
        let item = self.item(key)?;
        match item.kind {
            Kind::Int(value) => Some(Located { value, place: item.place.clone() }),
            _ => {
                self.errors.add(&item.place, format!("`{key}` 应为整数"));
                None
            }
        }
    }

    /// Yes or no; `false` when absent.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(item) = self.item(key) else { return false };
        match item.kind {
            Kind::Bool(known) => known,
            _ => {
                self.errors.add(&item.place, format!("`{key}` 应为 true 或 false"));
                false
            }
        }
    }

    /// A day that may be absent.
    pub fn opt_day(&self, key: &'static str) -> Option<Located<Date>> {
        let item = self.item(key)?;
        let text = match &item.kind {
            Kind::Date(text) => text.as_str(),
            Kind::Text(text) => text.as_ref(),
            _ => {
                self.errors.add(&item.place, format!("`{key}` 应为日期，例如 2021-07-15"));
                return None;
            }
        };
        match text.parse() {
            Ok(value) => Some(Located { value, place: item.place.clone() }),
            Err(_) => {
                self.errors.add(&item.place, format!("`{key}` 的日期 `{text}` 不存在"));
                None
            }
        }
    }

    /// A day that must be there.
    pub fn day(&self, key: &'static str) -> Option<Located<Date>> {
        self.required(key, self.opt_day(key))
    }

    /// A list of tables; absent is empty.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        match self.item(key) {
            None => Vec::new(),
            Some(item) => match &item.kind {
                Kind::Array(items) => items.iter().filter_map(|item| Table::of(item, self.errors)).collect(),
                _ => Table::of(item, self.errors).into_iter().collect(),
            },
        }
    }

    /// One of a fixed set of words.
    pub fn opt_word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let given = self.opt_text(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == given.value) {
            return Some(*value);
        }
        let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.errors.hint(
            &given.place,
            format!("`{key}` 不能是 `{}`", given.value),
            format!("可用的值：{}", allowed.join("、")),
        );
        None
    }

    /// One of a fixed set of words that must be there.
    pub fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        self.required(key, self.opt_word(key, words))
    }

    /// Reports every key nobody asked for. A table is finished once, when all of it has been read.
    pub fn finish(&self) {
        let known = self.known.borrow();
        for (key, (place, _)) in self.entries {
            if known.contains(&key.as_ref()) {
                continue;
            }
            let hint = match closest(key, known.iter().copied()) {
                Some(word) => format!("是否想写 `{word}`？"),
                None => {
                    let mut words: Vec<&str> = known.clone();
                    words.sort_unstable();
                    words.dedup();
                    format!("此处可用的键：{}", words.join("、"))
                }
            };
            self.errors.hint(place, format!("不认识的键 `{key}`"), hint);
        }
    }
}
