//! Records written as a script, a line an act: `2022-03-09T09:00 decided=penalty@c-1 fine=800000 by=p-3:leader`.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::condition::types::Type;
use lawbook::model::{ActIx, OutcomeIx, Procedure};
use record::{Act, Actor, Head, Party, PartyKind, Record, Standing, View, read_act};
use serde_json::{Map, Value as Json, json};
use terms::{AGENCY_OFFSET, Moment, Value};

/// A record without acts of a matter with these parties.
#[track_caller]
pub fn empty<'b>(book: &'b Lawbook, procedure: &str, parties: &[&str], filed: &str) -> Record<'b> {
    let party = |id: &&str| Party { id: (*id).into(), kind: Some(PartyKind::Citizen), name: None };
    let head = Head {
        matter: "小-1".into(),
        procedure: procedure.into(),
        unit: Some("示例大队".into()),
        parties: parties.iter().map(party).collect(),
    };
    Record::new(book, head, filed.parse().unwrap()).unwrap()
}

/// A record of the small procedure, filed in March 2022, with these acts.
#[allow(dead_code, reason = "each test binary uses a part")]
#[track_caller]
pub fn record<'b>(book: &'b Lawbook, parties: &[&str], script: &[&str]) -> Record<'b> {
    let mut record = empty(book, "small", parties, "2022-03-01");
    for line in script {
        let act = act(&record, line);
        record.push(act);
    }
    record
}

/// One act of a script, as a record line.
#[track_caller]
pub fn line(text: &str) -> Json {
    let mut words = text.split_whitespace();
    let at = words.next().unwrap();
    let head = words.next().unwrap_or_else(|| panic!("no act in `{text}`"));
    let (head, strand) = head.split_once('@').map_or((head, None), |(head, strand)| (head, Some(strand)));
    let (act, outcome) = head.split_once('=').map_or((head, None), |(act, outcome)| (act, Some(outcome)));
    let (mut fields, mut about, mut by) = (Map::new(), Map::new(), Vec::new());
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or_else(|| panic!("`{word}` is no key=value"));
        if key == "by" {
            for actor in value.split(',') {
                let (person, post) = actor.split_once(':').unwrap();
                by.push(json!({ "person": person, "post": post }));
            }
        } else if let Some(kind) = key.strip_prefix("about.") {
            about.insert(kind.to_owned(), value.split(',').collect());
        } else {
            fields.insert(key.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| Json::from(value)));
        }
    }
    json!({ "act": act, "at": at, "outcome": outcome, "strand": strand, "fields": fields, "about": about, "by": by })
}

/// One act of a script, read.
#[track_caller]
pub fn act(record: &Record<'_>, text: &str) -> Act {
    read_act(record.book, record.procedure, &line(text)).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

/// How the occurrences stand, in the order of law: `S` stands, `R` replaced, `F` fell, `E` ended.
#[allow(dead_code, reason = "each test binary uses a part")]
pub fn standing(view: &View<'_>) -> String {
    let letter = |standing: Standing| match standing {
        Standing::Stands => 'S',
        Standing::Superseded { .. } => 'R',
        Standing::Fell { .. } => 'F',
        Standing::Ended { .. } => 'E',
    };
    view.occurrences.iter().map(|occurrence| letter(occurrence.standing)).collect()
}

/// A tape of numbers from which acts are made; when it is at its end, every choice is the first.
pub struct Tape<'t> {
    numbers: &'t [u16],
    at: usize,
}

impl<'t> Tape<'t> {
    /// From its beginning.
    pub fn new(numbers: &'t [u16]) -> Tape<'t> {
        Tape { numbers, at: 0 }
    }

    /// Whether there is more.
    #[allow(dead_code, reason = "each test binary uses a part")]
    pub fn is_over(&self) -> bool {
        self.at >= self.numbers.len()
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if n == 0 { 0 } else { usize::from(number) % n }
    }

    /// One of several.
    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// How wild the values are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wildness {
    /// Such as occur.
    Usual,
    /// The ends of every range too.
    #[allow(dead_code, reason = "each test binary uses a part")]
    Extreme,
}

/// A day or an instant near `base`.
pub fn any_moment(tape: &mut Tape<'_>, base: Date, wildness: Wildness) -> Moment {
    if wildness == Wildness::Extreme && tape.below(16) == 1 {
        return Moment::Day(tape.one(&[Date::MAX, Date::constant(1, 1, 1)]));
    }
    let day = base.checked_add((tape.below(40) as i64).days()).unwrap();
    match tape.below(3) {
        0 => Moment::Day(day),
        _ => {
            let time = day.at([8, 9, 17][tape.below(3)], [0, 30][tape.below(2)], 0, 0);
            Moment::Instant(AGENCY_OFFSET.to_timestamp(time).unwrap())
        }
    }
}

fn any_value(tape: &mut Tape<'_>, of: &Type, base: Date, wildness: Wildness) -> Value {
    let extreme = wildness == Wildness::Extreme && tape.below(4) == 1;
    match of {
        Type::Bool => Value::Bool(tape.below(2) == 1),
        Type::Int if extreme => Value::Int(tape.one(&[i64::MIN, i64::MAX, -1, 0, 1_000_000_000])),
        Type::Int => Value::Int(tape.one(&[1, 2, 5, 15, 30])),
        Type::Money if extreme => Value::Int(tape.one(&[0, i64::MAX])),
        Type::Money => Value::Int(tape.one(&[50_000, 500_000, 1_000_000, 2_500_000])),
        Type::Text if extreme => Value::text(tape.one(&["", "\u{0}\"\\\n", "2022-03-09", "at", "十"])),
        Type::Text => Value::text(tape.one(&["甲", "乙", "p-1", "own-revocation"])),
        Type::Choice(values) => Value::text(&tape.one(values)),
        Type::Day => Value::Day(any_moment(tape, base, wildness).day()),
        Type::Instant => match any_moment(tape, base, Wildness::Usual) {
            Moment::Instant(instant) => Value::Instant(instant),
            Moment::Day(day) => Value::Instant(AGENCY_OFFSET.to_timestamp(day.at(12, 0, 0, 0)).unwrap()),
        },
        Type::List(of) => {
            Value::List((0..tape.below(3)).map(|_| any_value(tape, of, base, wildness)).collect())
        }
        Type::Row(columns) => {
            let mut cells: Vec<(Box<str>, Value)> = Vec::new();
            for (name, of) in columns.iter() {
                if tape.below(4) != 1 {
                    cells.push((name.as_str().into(), any_value(tape, of, base, wildness)));
                }
            }
            Value::Row(cells)
        }
    }
}

/// Any act of a procedure, with any fields it carries.
pub fn any_act(
    book: &Lawbook,
    procedure: &Procedure,
    tape: &mut Tape<'_>,
    base: Date,
    wildness: Wildness,
) -> Act {
    let ix = ActIx(tape.below(procedure.acts.len()) as u16);
    any_act_of(book, procedure, ix, tape, base, wildness)
}

/// An act of that kind, with any fields it carries.
pub fn any_act_of(
    book: &Lawbook,
    procedure: &Procedure,
    ix: ActIx,
    tape: &mut Tape<'_>,
    base: Date,
    wildness: Wildness,
) -> Act {
    let def = procedure.def(ix);
    let mut act = Act::bare(ix, any_moment(tape, base, wildness), None);
    if let Some(kind) = def.strand {
        let keys: [Option<&str>; 4] = if procedure.strands[kind.at()].per == "party" {
            [Some("c-1"), Some("c-2"), None, Some("c-1")]
        } else {
            [Some("i-1"), Some("i-2"), None, Some("i-1")]
        };
        act.strand = tape.one(&keys).map(Arc::from);
    }
    if !def.outcomes.is_empty() && tape.below(8) != 7 {
        act.outcome = Some(OutcomeIx(tape.below(def.outcomes.len()) as u8));
    }
    let post = def.by.first().map_or("", String::as_str);
    for person in ["p-1", "p-2"].iter().take(usize::from(def.officers)) {
        if tape.below(8) != 7 {
            act.by.push(Actor { person: (*person).into(), post: post.into() });
        }
    }
    if tape.below(4) == 3 {
        act.about.push(("person".into(), vec!["p-1".into()]));
    }
    for field in &def.fields {
        if tape.below(8) == 7 {
            continue;
        }
        let of = &book.field_at(field.field).of;
        act.set(field.field, any_value(tape, of, base, wildness));
    }
    if def.corrects {
        correct(book, procedure, &mut act, tape, base);
    }
    act
}

/// Makes a correction one that may name an act and a field.
fn correct(book: &Lawbook, procedure: &Procedure, act: &mut Act, tape: &mut Tape<'_>, base: Date) {
    let mut put = |id: &str, value: Value| {
        if let Some((field, _)) = book.field(id) {
            act.set(field, value);
        }
    };
    put("target-seq", Value::Int(tape.below(8) as i64 + 1));
    let fields: Vec<&str> = procedure
        .acts
        .iter()
        .flat_map(|act| &act.fields)
        .map(|field| book.field_at(field.field).id.as_str())
        .collect();
    let name = if tape.below(2) == 0 { "at" } else { tape.one(&fields) };
    put("corrected-field", Value::text(name));
    let new = match tape.below(3) {
        0 => base.checked_add((tape.below(20) as i64).days()).unwrap().to_string(),
        1 => "700000".to_owned(),
        _ => "甲".to_owned(),
    };
    put("new-value", Value::text(&new));
}
