//! Record lines: one act a line, as JSON.

use std::sync::Arc;

use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::model::{ActDef, Procedure, RegisterValue};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use terms::{Moment, Value};

use crate::act::{Act, Actor, Adopted, Relied, Seen};
use crate::head::{Head, Party, PartyKind};
use crate::record::Record;

/// What is wrong with a record line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The line is not JSON of the record format.
    #[error("记录行不是正确的 JSON：{why}")]
    Json {
        /// What the reader says.
        why: String,
    },
    /// A key that must be there is not.
    #[error("记录行缺少 `{key}`")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// The moment does not exist.
    #[error("{0}")]
    Moment(#[from] terms::MomentError),
    /// The lawbook has no such procedure.
    #[error("没有程序 `{id}`")]
    NoProcedure {
        /// The id given.
        id: String,
    },
    /// The procedure has no such act.
    #[error("程序“{procedure}”没有环节 `{act}`{suggestion}")]
    NoAct {
        /// The procedure.
        procedure: String,
        /// The act given.
        act: String,
        /// The closest known one, as words.
        suggestion: String,
    },
    /// The act has no such outcome.
    #[error("环节“{act}”没有结果 `{outcome}`，可用：{known}")]
    NoOutcome {
        /// The act.
        act: String,
        /// The outcome given.
        outcome: String,
        /// The known ones.
        known: String,
    },
    /// The lawbook has no such field, or the act does not carry it.
    #[error("环节“{act}”没有字段 `{field}`{suggestion}")]
    NoField {
        /// The act.
        act: String,
        /// The field given.
        field: String,
        /// The closest known one, as words.
        suggestion: String,
    },
    /// A field's value does not fit.
    #[error("{0}")]
    Field(#[from] lawbook::FieldValueError),
    /// What an act is about is not named by ids.
    #[error("`about` 的 `{kind}` 应为编号或编号的列表")]
    About {
        /// The kind of subject.
        kind: String,
    },
    /// A party's kind is none of the known ones.
    #[error("当事人类型 `{given}` 不对，应为 citizen、individual-business 或 organisation")]
    PartyKind {
        /// The kind given.
        given: String,
    },
    /// A line of another matter.
    #[error("这一行属于事项 `{given}`，而本卷是 `{expected}`")]
    OtherMatter {
        /// The matter of the line.
        given: String,
        /// The matter of the record.
        expected: String,
    },
    /// A number that was used before, or a smaller one.
    #[error("序号 {seq} 重复或倒退（前一行是 {before}）")]
    Sequence {
        /// The number given.
        seq: u32,
        /// The number before it.
        before: u32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    matter: Option<String>,
    procedure: Option<String>,
    unit: Option<String>,
    parties: Option<Vec<RawParty>>,
    seq: Option<u32>,
    act: String,
    strand: Option<String>,
    at: String,
    recorded: Option<jiff::Timestamp>,
    #[serde(default)]
    by: Vec<RawActor>,
    entered: Option<RawActor>,
    about: Option<Map<String, Json>>,
    outcome: Option<String>,
    fields: Option<Map<String, Json>>,
    relied: Option<Vec<RawRelied>>,
    seen: Option<Vec<RawSeen>>,
    adopted: Option<Vec<RawAdopted>>,
    number: Option<String>,
    acknowledged: Option<Map<String, Json>>,
    // Written by the store, of no meaning to the record.
    #[serde(rename = "lawbook")]
    _lawbook: Option<String>,
    #[serde(rename = "attachments")]
    _attachments: Option<Json>,
}

#[derive(Deserialize)]
struct RawParty {
    id: String,
    kind: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawActor {
    person: String,
    post: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRelied {
    seq: u32,
    fields: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSeen {
    register: String,
    subject: String,
    value: String,
    is: Option<Json>,
    matter: String,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAdopted {
    matter: String,
    seq: u32,
    leaf: Option<String>,
    act: Option<Box<RawLine>>,
}

/// Reads record lines of one matter. The first line must carry the head.
///
/// # Errors
/// The first line that cannot be read, with its number from 1.
pub fn read_record<'b>(book: &'b Lawbook, lines: &[Json]) -> Result<Record<'b>, (usize, LineError)> {
    let mut record: Option<Record<'b>> = None;
    for (at, line) in lines.iter().enumerate() {
        let raw = raw(line).map_err(|error| (at + 1, error))?;
        add(book, &mut record, raw, lines).map_err(|error| (at + 1, error))?;
    }
    record.ok_or((1, LineError::Missing { key: "matter" }))
}

/// Reads a record from text, one act a line.
///
/// # Errors
/// The first line that cannot be read, with its number from 1.
pub fn read_text<'b>(book: &'b Lawbook, text: &str) -> Result<Record<'b>, (usize, LineError)> {
    let (mut lines, mut numbers) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let json = serde_json::from_str(line)
            .map_err(|error| (at + 1, LineError::Json { why: error.to_string() }))?;
        lines.push(json);
        numbers.push(at + 1);
    }
    read_record(book, &lines).map_err(|(line, error)| (numbers.get(line - 1).copied().unwrap_or(line), error))
}

fn raw(line: &Json) -> Result<RawLine, LineError> {
    RawLine::deserialize(line).map_err(|error| LineError::Json { why: error.to_string() })
}

fn add<'b>(
    book: &'b Lawbook,
    record: &mut Option<Record<'b>>,
    raw: RawLine,
    lines: &[Json],
) -> Result<(), LineError> {
    if record.is_none() {
        let head = head(&raw)?;
        let filed = filing_day(book, &head.procedure, lines).unwrap_or(raw.at.parse::<Moment>()?.day());
        let id = head.procedure.to_string();
        *record = Some(Record::new(book, head, filed).ok_or(LineError::NoProcedure { id })?);
    }
    let Some(record) = record else { return Ok(()) };
    if let Some(matter) = &raw.matter
        && **matter != *record.head.matter
    {
        return Err(LineError::OtherMatter {
            given: matter.clone(),
            expected: record.head.matter.to_string(),
        });
    }
    let act = act(book, record.procedure, raw)?;
    let before = record.acts.last().map_or(0, |last| last.seq);
    if act.seq != 0 && act.seq <= before {
        return Err(LineError::Sequence { seq: act.seq, before });
    }
    record.push(act);
    Ok(())
}

/// The head as the first line carries it.
fn head(raw: &RawLine) -> Result<Head, LineError> {
    let mut parties = Vec::new();
    for party in raw.parties.iter().flatten() {
        let kind = match &party.kind {
            None => None,
            Some(kind) => {
                Some(PartyKind::of(kind).ok_or_else(|| LineError::PartyKind { given: kind.clone() })?)
            }
        };
        parties.push(Party {
            id: party.id.as_str().into(),
            kind,
            name: party.name.as_deref().map(Into::into),
        });
    }
    Ok(Head {
        matter: raw.matter.as_deref().ok_or(LineError::Missing { key: "matter" })?.into(),
        procedure: raw.procedure.as_deref().ok_or(LineError::Missing { key: "procedure" })?.into(),
        unit: raw.unit.as_deref().map(Into::into),
        parties,
    })
}

/// The day of the filing act, looked up before the version of the procedure is known.
fn filing_day(book: &Lawbook, procedure: &str, lines: &[Json]) -> Option<Date> {
    let any = book.procedures.iter().find(|known| known.id == procedure)?;
    let filed = &any.def(any.filed?).id;
    let line = lines.iter().find(|line| line["act"].as_str() == Some(filed))?;
    Some(line["at"].as_str()?.parse::<Moment>().ok()?.day())
}

/// Reads one act given as a record line, under a procedure.
///
/// # Errors
/// What does not fit the procedure or the field types.
pub fn read_act(book: &Lawbook, procedure: &Procedure, line: &Json) -> Result<Act, LineError> {
    act(book, procedure, raw(line)?)
}

fn act(book: &Lawbook, procedure: &Procedure, raw: RawLine) -> Result<Act, LineError> {
    let ix = procedure.act(&raw.act).ok_or_else(|| LineError::NoAct {
        procedure: procedure.title.clone(),
        act: raw.act.clone(),
        suggestion: suggestion(&raw.act, procedure.acts.iter().map(|act| act.id.as_str())),
    })?;
    let def = procedure.def(ix);
    let outcome = match &raw.outcome {
        None => None,
        Some(given) => Some(procedure.outcome(ix, given).ok_or_else(|| LineError::NoOutcome {
            act: def.title.clone(),
            outcome: given.clone(),
            known: def.outcomes.iter().map(|outcome| outcome.id.as_str()).collect::<Vec<_>>().join("、"),
        })?),
    };
    let mut read = Act::bare(ix, raw.at.parse()?, raw.strand.as_deref().map(Arc::from));
    read.seq = raw.seq.unwrap_or(0);
    read.recorded = raw.recorded;
    read.outcome = outcome;
    read.number = raw.number.as_deref().map(Into::into);
    let actor =
        |raw: RawActor| Actor { person: raw.person.into(), post: raw.post.unwrap_or_default().into() };
    read.by = raw.by.into_iter().map(actor).collect();
    read.entered = raw.entered.map(actor);
    for (kind, ids) in raw.about.unwrap_or_default() {
        let named = match &ids {
            Json::Array(ids) => ids.iter().map(|id| id.as_str().map(Into::into)).collect(),
            Json::String(id) => Some(vec![id.as_str().into()]),
            _ => None,
        };
        let ids: Vec<Box<str>> = named.ok_or_else(|| LineError::About { kind: kind.clone() })?;
        read.about.push((kind.into(), ids));
    }
    read.about.sort();
    for (id, json) in raw.fields.unwrap_or_default() {
        let known = book.field(&id).filter(|(field, _)| def.fields.iter().any(|own| own.field == *field));
        let Some((field, of)) = known else {
            let known = def.fields.iter().map(|own| book.field_at(own.field).id.as_str());
            return Err(LineError::NoField {
                act: def.title.clone(),
                suggestion: suggestion(&id, known),
                field: id,
            });
        };
        if !json.is_null() {
            read.set(field, of.read(&json)?);
        }
    }
    for (gate, reason) in raw.acknowledged.unwrap_or_default() {
        read.acknowledged.push((gate.into(), reason.as_str().unwrap_or_default().into()));
    }
    read.acknowledged.sort();
    read.relied = raw
        .relied
        .map(|relied| relied.into_iter().map(|one| self::relied(book, def, one)).collect())
        .transpose()?;
    read.seen = raw.seen.into_iter().flatten().map(|seen| self::seen(book, seen)).collect();
    for adopted in raw.adopted.into_iter().flatten() {
        // Without its text the adopted act cannot count; the shell fills it in before the act is decided.
        let Some(line) = adopted.act else { continue };
        let seq = adopted.seq;
        let mut own = act(book, procedure, *line)?;
        own.seq = 0;
        read.adopted.push(Adopted {
            matter: adopted.matter.into(),
            seq,
            leaf: adopted.leaf.as_deref().map(Into::into),
            act: Box::new(own),
        });
    }
    Ok(read)
}

fn relied(book: &Lawbook, def: &ActDef, raw: RawRelied) -> Result<Relied, LineError> {
    let field = |id: &String| {
        let none =
            || LineError::NoField { act: def.title.clone(), field: id.clone(), suggestion: String::new() };
        book.field(id).map(|(field, _)| field).ok_or_else(none)
    };
    Ok(Relied { seq: raw.seq, fields: raw.fields.iter().map(field).collect::<Result<_, _>>()? })
}

fn seen(book: &Lawbook, raw: RawSeen) -> Seen {
    let value: Option<&RegisterValue> = book
        .procedures
        .iter()
        .filter_map(|procedure| procedure.register.as_ref())
        .filter(|register| register.id == raw.register)
        .flat_map(|register| &register.values)
        .find(|value| value.id == raw.value);
    let is = raw.is.as_ref().and_then(|json| match value {
        Some(value) => field_of(value).read(json).ok(),
        None => json.as_bool().map(Value::Bool),
    });
    Seen {
        register: raw.register.into(),
        subject: raw.subject.into(),
        value: raw.value.into(),
        is,
        matter: raw.matter.into(),
        version: raw.version,
    }
}

/// A register value as a field, to read it.
pub(crate) fn field_of(value: &RegisterValue) -> lawbook::model::Field {
    lawbook::model::Field {
        id: value.id.clone(),
        title: value.id.clone(),
        of: value.of.clone(),
        choices: Vec::new(),
        form: None,
        personal: false,
        help: None,
    }
}

fn suggestion<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    lawbook::report::closest(given, known).map(|word| format!("，是否想写 `{word}`？")).unwrap_or_default()
}

/// Writes an act as a record line; the first act of a record carries the head. Keys are in byte order.
#[must_use]
pub fn write_act(record: &Record<'_>, act: &Act) -> Json {
    let mut line = act_line(record.book, record.procedure, act);
    line.insert("matter".to_owned(), Json::from(&*record.head.matter));
    if record.acts.first().is_none_or(|first| first.seq == act.seq) {
        line.insert("procedure".to_owned(), Json::from(&*record.head.procedure));
        if let Some(unit) = &record.head.unit {
            line.insert("unit".to_owned(), Json::from(&**unit));
        }
        let party = |party: &Party| {
            let mut entry = Map::new();
            entry.insert("id".to_owned(), Json::from(&*party.id));
            if let Some(kind) = party.kind {
                entry.insert("kind".to_owned(), Json::from(kind.id()));
            }
            if let Some(name) = &party.name {
                entry.insert("name".to_owned(), Json::from(&**name));
            }
            Json::Object(entry)
        };
        line.insert("parties".to_owned(), record.head.parties.iter().map(party).collect());
    }
    sorted(line)
}

/// Keys in byte order, at every depth.
fn sorted(line: Map<String, Json>) -> Json {
    let mut keys: Vec<(String, Json)> =
        line.into_iter().map(|(key, value)| (key, sorted_within(value))).collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(keys.into_iter().collect())
}

fn sorted_within(json: Json) -> Json {
    match json {
        Json::Object(keys) => sorted(keys),
        Json::Array(items) => items.into_iter().map(sorted_within).collect(),
        plain => plain,
    }
}

fn act_line(book: &Lawbook, procedure: &Procedure, act: &Act) -> Map<String, Json> {
    let def = procedure.def(act.act);
    let field_id = |field| book.field_at(field).id.as_str();
    let mut line = Map::new();
    let mut put = |key: &str, value: Json| {
        line.insert(key.to_owned(), value);
    };
    put("act", Json::from(def.id.as_str()));
    put("at", Json::from(act.at.to_string()));
    let actor = |actor: &Actor| serde_json::json!({ "person": &*actor.person, "post": &*actor.post });
    put("by", act.by.iter().map(actor).collect());
    if let Some(entered) = &act.entered {
        put("entered", actor(entered));
    }
    put("strand", act.strand.as_deref().map_or(Json::Null, Json::from));
    let texts = |ids: &[Box<str>]| ids.iter().map(|id| Json::from(&**id)).collect::<Json>();
    put("about", Json::Object(act.about.iter().map(|(kind, ids)| (kind.to_string(), texts(ids))).collect()));
    put(
        "outcome",
        act.outcome.map_or(Json::Null, |outcome| Json::from(def.outcomes[outcome.at()].id.as_str())),
    );
    let fields: std::collections::BTreeMap<&str, Json> = act
        .fields
        .iter()
        .map(|(field, value)| (field_id(*field), serde_json::to_value(value).unwrap_or(Json::Null)))
        .collect();
    put("fields", fields.into_iter().map(|(id, value)| (id.to_owned(), value)).collect::<Map<_, _>>().into());
    if act.seq != 0 {
        put("seq", Json::from(act.seq));
    }
    if let Some(recorded) = act.recorded {
        put("recorded", Json::from(recorded.to_string()));
    }
    if let Some(relied) = &act.relied {
        let one = |relied: &Relied| {
            let fields: Json = relied.fields.iter().map(|field| Json::from(field_id(*field))).collect();
            serde_json::json!({ "fields": fields, "seq": relied.seq })
        };
        put("relied", relied.iter().map(one).collect());
    }
    if !act.seen.is_empty() {
        let one = |seen: &Seen| {
            serde_json::json!({ "is": seen.is, "matter": &*seen.matter, "register": &*seen.register,
                "subject": &*seen.subject, "value": &*seen.value, "version": seen.version })
        };
        put("seen", act.seen.iter().map(one).collect());
    }
    if !act.adopted.is_empty() {
        let one = |adopted: &Adopted| {
            let mut entry = Map::new();
            entry.insert("act".to_owned(), sorted(act_line(book, procedure, &adopted.act)));
            if let Some(leaf) = &adopted.leaf {
                entry.insert("leaf".to_owned(), Json::from(&**leaf));
            }
            entry.insert("matter".to_owned(), Json::from(&*adopted.matter));
            entry.insert("seq".to_owned(), Json::from(adopted.seq));
            Json::Object(entry)
        };
        put("adopted", act.adopted.iter().map(one).collect());
    }
    if let Some(number) = &act.number {
        put("number", Json::from(&**number));
    }
    if !act.acknowledged.is_empty() {
        let known = act.acknowledged.iter().map(|(gate, reason)| (gate.to_string(), Json::from(&**reason)));
        put("acknowledged", known.collect::<Map<_, _>>().into());
    }
    line
}

/// Starts a record from lines not yet read: the head stands in the first, the filing day picks the version.
///
/// # Errors
/// What is wrong with the head.
pub fn start_record<'b>(book: &'b Lawbook, lines: &[Json]) -> Result<Record<'b>, LineError> {
    let first = raw(lines.first().ok_or(LineError::Missing { key: "matter" })?)?;
    let head = head(&first)?;
    let filed = filing_day(book, &head.procedure, lines).unwrap_or(first.at.parse::<Moment>()?.day());
    let id = head.procedure.to_string();
    Record::new(book, head, filed).ok_or(LineError::NoProcedure { id })
}

/// Puts the text of each adopted act into the line that adopts it, from the lines of other matters.
pub fn fill_adopted(line: &mut Json, others: &[Json]) {
    let Some(adopted) = line.get_mut("adopted").and_then(Json::as_array_mut) else { return };
    for one in adopted {
        if one.get("act").is_some_and(|act| !act.is_null()) {
            continue;
        }
        let names = |other: &&Json| other["matter"] == one["matter"] && other["seq"] == one["seq"];
        let Some(found) = others.iter().find(names) else { continue };
        let mut text = found.clone();
        if let Some(keys) = text.as_object_mut() {
            keys.retain(|key, _| {
                !matches!(key.as_str(), "matter" | "procedure" | "unit" | "parties" | "relied" | "recorded")
            });
        }
        one["act"] = text;
    }
}
