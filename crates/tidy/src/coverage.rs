//! The coverage tables `docs/coverage/<procedure>.md`: each row of the source tables with what carries it in `law/`.

use lawbook::Lawbook;
use lawbook::model::{ActDef, Procedure};

use crate::markdown::{rows, section_where};
use crate::tree;

/// One row: where it comes from, what carries it, what there is to say.
#[derive(Debug)]
pub struct Row {
    /// `enforcement-procedures §3 #1`.
    pub source: String,
    /// Ids, or a dash with a reason in the note.
    pub carriers: String,
    /// In words.
    pub note: String,
}

/// How the header of such a table begins; other tables of the page are for readers.
const HEADER: &str = "source row";

/// The tables by the procedure they speak about.
#[must_use]
pub fn tables() -> Vec<(String, Vec<Row>)> {
    let pages = tree::entries("docs/coverage")
        .into_iter()
        .filter(|page| page.ends_with(".md") && page != "README.md");
    let table = |page: String| {
        let text = tree::text(&format!("docs/coverage/{page}"));
        let cell = |cells: &[&str], at: usize| cells.get(at).copied().unwrap_or_default().to_owned();
        let row = |cells: Vec<&str>| Row {
            source: cell(&cells, 0),
            carriers: cell(&cells, 1),
            note: cell(&cells, 2),
        };
        (page.trim_end_matches(".md").to_owned(), rows(&text, HEADER).into_iter().map(row).collect())
    };
    pages.map(table).collect()
}

/// What a row names that is not in the lawbook; a row that names nothing must say why.
///
/// Between semicolons stand lists with a word of their kind before them, or none: `act, act=outcome; rule one, two`.
/// What stands in brackets is for readers; `同名` says that the rules bear the names of the source.
#[must_use]
pub fn unknown(book: &Lawbook, procedure: &str, row: &Row) -> Vec<String> {
    let carriers = row.carriers.replace('`', "");
    if matches!(carriers.trim(), "" | "—" | "-" | "–") {
        return if row.note.is_empty() { vec!["neither an id nor a reason".to_owned()] } else { Vec::new() };
    }
    let names = Names { book, procedure };
    let mut unknown = Vec::new();
    for part in carriers.split(';').map(str::trim).filter(|part| !part.starts_with("see ") && *part != "同名")
    {
        let (kind, list) = kind_and_rest(part, ' ');
        if kind == Some("register") {
            unknown.extend(unknown_register(book, list));
            continue;
        }
        for item in list.split(',').map(|item| item.split(['(', '（']).next().unwrap_or_default().trim()) {
            let (own, id) = kind_and_rest(item, ':');
            if !names.has(own.or(kind), id) {
                unknown.push(item.to_owned());
            }
        }
    }
    let words = row.note.split([' ', ',', ';', '，', '；', '、', '（', '）', '(', ')', '`']);
    for (kind, id) in words.map(|word| kind_and_rest(word, ':')) {
        unknown.extend(kind.filter(|kind| !names.has(Some(kind), id)).map(|kind| format!("{kind}:{id}")));
    }
    unknown
}

/// `fields organ` with a space and `rule:id` with a colon, both with the kind in the singular.
fn kind_and_rest(text: &str, sign: char) -> (Option<&str>, &str) {
    const KINDS: [&str; 10] =
        ["act", "case", "fact", "field", "gate", "limit", "need", "parameter", "register", "rule"];
    let Some((word, rest)) = text.split_once(sign) else { return (None, text) };
    let kind = KINDS.into_iter().find(|kind| *kind == word.strip_suffix('s').unwrap_or(word));
    kind.map_or((None, text), |kind| (Some(kind), rest.trim().trim_start_matches("of ")))
}

/// What may be named in the table of a procedure.
struct Names<'b> {
    book: &'b Lawbook,
    procedure: &'b str,
}

impl<'b> Names<'b> {
    /// Whether there is something of that kind and name; without a kind, anything that is an act, limit, rule, fact or need.
    fn has(&self, kind: Option<&str>, id: &str) -> bool {
        let book = self.book;
        match kind {
            None if id.starts_with("cases/") => self.has(Some("case"), &id["cases/".len()..]),
            None => ["act", "limit", "rule", "fact", "need"].iter().any(|kind| self.has(Some(kind), id)),
            // `needs of ACT` names the act.
            Some("need") => {
                self.acts("").any(|act| act.needs.iter().any(|need| is_need(&need.id, id)))
                    || self.has(Some("act"), id)
            }
            Some("act") => self.is_act(id),
            Some("limit") => self.inside(id).any(|(version, id)| version.limit(id).is_some()),
            Some("fact") => self.versions("").any(|version| version.facts.iter().any(|fact| fact.id == id)),
            Some("rule") => is_rule(book, id),
            Some("case") => {
                book.case(id).is_some() || book.case(&format!("{}/{id}", self.procedure)).is_some()
            }
            Some("parameter") => book.parameters.iter().any(|parameter| parameter.id == id),
            Some("field") => match id.strip_suffix('*') {
                Some(beginning) => book.fields.iter().any(|field| field.id.starts_with(beginning)),
                None => book.field(id).is_some(),
            },
            Some("gate") => book.gate(id).is_some(),
            Some(_) => false,
        }
    }

    /// `act`, `act=outcome|outcome`, or `other-procedure/act`.
    fn is_act(&self, named: &str) -> bool {
        let (id, outcomes) =
            named.split_once('=').map_or((named, None), |(id, outcomes)| (id, Some(outcomes)));
        let may_end = |act: &ActDef, outcome: &str| act.outcomes.iter().any(|known| known.id == outcome);
        self.inside(id).any(|(version, id)| {
            let act = version.acts.iter().find(|act| act.id == id);
            act.is_some_and(|act| {
                outcomes.is_none_or(|outcomes| outcomes.split('|').all(|one| may_end(act, one)))
            })
        })
    }

    /// The versions in which a name is to be looked for: those of this procedure, or of the one before a `/`.
    fn inside<'i>(&self, id: &'i str) -> impl Iterator<Item = (&'b Procedure, &'i str)> {
        let (procedure, id) = id.split_once('/').unwrap_or(("", id));
        self.versions(procedure).map(move |version| (version, id)).collect::<Vec<_>>().into_iter()
    }

    fn versions(&self, procedure: &str) -> impl Iterator<Item = &'b Procedure> {
        let id = if procedure.is_empty() { self.procedure } else { procedure }.to_owned();
        self.book.procedures.iter().filter(move |version| version.id == id)
    }

    fn acts(&self, procedure: &str) -> impl Iterator<Item = &'b ActDef> {
        self.versions(procedure).flat_map(|version| &version.acts)
    }
}

/// A need by its whole id `act/key`, or by the key.
fn is_need(id: &str, named: &str) -> bool {
    id == named || id.rsplit('/').next() == Some(named)
}

fn is_rule(book: &Lawbook, id: &str) -> bool {
    let is_alias = || book.aliases.iter().any(|alias| alias.id == id);
    book.rules.iter().any(|rule| rule.id == id)
        || is_alias()
        || book.omitted.iter().any(|omitted| omitted.id == id)
}

/// `certificate: active, held` or `certificate.active`.
fn unknown_register(book: &Lawbook, named: &str) -> Vec<String> {
    let (id, values) = named.split_once([':', '.']).unwrap_or((named, ""));
    let registers: Vec<_> = book
        .procedures
        .iter()
        .filter_map(|version| version.register.as_ref())
        .filter(|register| register.id == id.trim())
        .collect();
    if registers.is_empty() {
        return vec![format!("register {id}")];
    }
    let is_value = |value: &&str| {
        registers.iter().any(|register| register.values.iter().any(|known| known.id == *value))
    };
    values
        .split(',')
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .filter(|value| !is_value(value))
        .map(|value| format!("register {id}: {value}"))
        .collect()
}

/// The numbered steps a row names: file, section, numbers. `personnel PP-01 #1–#3 …` names three.
#[must_use]
pub fn steps(row: &Row) -> Option<(String, String, Vec<u32>)> {
    let source = row.source.replace('`', "");
    let mut words = source.splitn(3, ' ');
    let (file, part, rest) = (words.next()?, words.next()?, words.next()?);
    let mut numbers = Vec::new();
    let mut from = None;
    for word in rest.split_inclusive([',', '–', '-', '…', ' ']) {
        let bare = word.trim_matches([',', '–', '-', '…', ' ']).trim_start_matches('#');
        let (Ok(number), true) = (bare.parse::<u32>(), word.contains('#') || from.is_some()) else {
            // The first other word ends the list of numbers.
            if bare.is_empty() { continue } else { break }
        };
        numbers.extend(from.take().map_or(number, |from: u32| from + 1)..=number);
        from = word.trim_end().ends_with(['–', '-', '…']).then_some(number);
    }
    (!numbers.is_empty()).then(|| (file.to_owned(), part.to_owned(), numbers))
}

/// The numbers in the first column of the tables of a section, `§3` or `PP-01`.
#[must_use]
pub fn numbered(text: &str, part: &str) -> Vec<u32> {
    let name = part.trim_start_matches('§');
    let is_it = |line: &str| {
        line.trim_start_matches('#')
            .trim_start()
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['.', ' ']))
    };
    let level = if name.contains('.') || text.contains(&format!("\n### {name} ")) { 3 } else { 2 };
    rows(section_where(text, is_it, level), "")
        .iter()
        .filter_map(|cells| cells.first()?.parse().ok())
        .collect()
}
