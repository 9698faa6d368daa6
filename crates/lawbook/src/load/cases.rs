//! Reads worked cases and the examples of rules.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::lawbook::Lawbook;
use crate::model::{Case, CaseStep, Edit, Example, Expectation, OtherMatter, RegisterEntry};
use crate::report::{Errors, Place};
use crate::tree::{Item, Kind, Table};

use super::files::Routed;
use super::threads;

/// What all worked cases share: people by post, registers, the unit.
#[derive(Default)]
struct Sample {
    unit: Option<Json>,
    people: BTreeMap<String, Vec<String>>,
    registers: Vec<RegisterEntry>,
}

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let sample = routed.sample.as_ref().map(|item| sample(item, errors)).unwrap_or_default();
    let mut cases: Vec<Case> = Vec::new();
    let mut based: Vec<(Case, String, Vec<Edit>, Place)> = Vec::new();
    let files = routed.procedures.iter().chain(&routed.every);
    let found: Vec<_> = files
        .flat_map(|files| files.cases.iter().map(|(stem, item)| (files.id.as_str(), stem.as_str(), item)))
        .collect();
    let read = threads::each(&found, errors, |_, (folder, stem, item), errors| {
        Reader { sample: &sample, book, errors }.case(folder, stem, item)
    });
    for (case, base) in read.into_iter().flatten() {
        match base {
            None => cases.push(case),
            Some((base, edits, place)) => based.push((case, base, edits, place)),
        }
    }
    for (mut case, base, edits, place) in based {
        let Some(parent) = cases.iter().find(|known| known.id == base).cloned() else {
            errors.hint(
                &place,
                format!("没有案例 `{base}`"),
                "`base` 写作 程序/文件名，且所指案例自身没有 base",
            );
            continue;
        };
        if let Some(changed) = apply(&parent, &edits, &place, errors) {
            let own = std::mem::take(&mut case.steps);
            case.steps = changed.steps.into_iter().chain(own).collect();
            for (key, value) in parent.head {
                case.head.entry(key).or_insert(value);
            }
            let mut registers = case.registers;
            registers.extend(parent.registers);
            case.registers = registers;
            case.others.extend(parent.others);
            cases.push(case);
        }
    }
    book.cases = cases;
    check_examples(book, errors);
}

/// Names of rules and cases in expectations must exist; edits must apply.
fn check_examples(book: &Lawbook, errors: &Errors) {
    let rule_known = |id: &String| book.rules.iter().any(|rule| rule.id == *id);
    for case in &book.cases {
        for rule in case.breaks.iter().filter(|rule| !rule_known(rule)) {
            errors.add(&case.place, format!("案例 `{}` 的 breaks 里没有规则 `{rule}`", case.id));
        }
    }
    for rule in &book.rules {
        for example in rule.breaks.iter().chain(&rule.keeps) {
            for also in example.also.iter().filter(|also| !rule_known(also)) {
                errors.add(&example.place, format!("also 里没有规则 `{also}`"));
            }
            match book.case(&example.case) {
                None => errors.add(&example.place, format!("没有案例 `{}`", example.case)),
                Some(case) => can_apply(case, &example.edits, &example.place, errors),
            }
        }
    }
}

fn sample(item: &Item<'_>, errors: &Errors) -> Sample {
    let mut found = Sample::default();
    let Some(table) = Table::of(item, errors) else { return found };
    found.unit = table.opt_text("unit").map(|unit| Json::from(unit.value));
    if let Some(people) = table.tables("people").into_iter().next() {
        found.people = self::people(&people);
    }
    found.registers = table.tables("register").iter().filter_map(register).collect();
    table.finish();
    found
}

fn people(table: &Table<'_>) -> BTreeMap<String, Vec<String>> {
    let named = |item: &Item<'_>| match &item.kind {
        Kind::Text(text) => vec![text.as_ref().to_owned()],
        Kind::Array(items) => items
            .iter()
            .filter_map(|item| match &item.kind {
                Kind::Text(text) => Some(text.as_ref().to_owned()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    table.named().map(|(post, _, item)| (post.to_owned(), named(item))).collect()
}

fn register(table: &Table<'_>) -> Option<RegisterEntry> {
    let (register, subject) = (table.text("register"), table.text("subject"));
    let from = table.opt_day("from").map(|day| day.value);
    let values = match table.item("values").map(Item::to_json) {
        Some(Json::Object(values)) => values,
        _ => {
            table.errors.add(&table.place, "登记条目须写 `values = { … }`");
            Map::new()
        }
    };
    table.finish();
    Some(RegisterEntry { register: register?.value, subject: subject?.value, from, values })
}

struct Reader<'a> {
    sample: &'a Sample,
    book: &'a Lawbook,
    errors: &'a Errors,
}

type Base = Option<(String, Vec<Edit>, Place)>;

impl Reader<'_> {
    fn case(&self, folder: &str, stem: &str, item: &Item<'_>) -> Option<(Case, Base)> {
        let table = Table::of(item, self.errors)?;
        let title = table.text("title")?;
        let procedure =
            table.opt_text("procedure").map_or_else(|| folder.to_owned(), |procedure| procedure.value);
        let base = table.opt_text("base");
        let edits = edits(&table, "edit");
        let mut people = self.sample.people.clone();
        if let Some(own) = table.tables("people").into_iter().next() {
            people.extend(self::people(&own));
        }
        let mut head = Map::new();
        for key in ["matter", "unit", "parties"] {
            if let Some(item) = table.item(key) {
                head.insert(key.to_owned(), item.to_json());
            }
        }
        if base.is_none() {
            head.entry("matter").or_insert_with(|| Json::from(format!("{folder}/{stem}")));
            if let Some(unit) = &self.sample.unit {
                head.entry("unit").or_insert_with(|| unit.clone());
            }
        }
        head.insert("procedure".to_owned(), Json::from(procedure.clone()));
        let mut registers: Vec<RegisterEntry> =
            table.tables("register").iter().filter_map(register).collect();
        if base.is_none() {
            registers.extend(self.sample.registers.iter().cloned());
        }
        let others = table.tables("other").iter().map(|other| self.other(other, &people)).collect();
        let steps =
            table.tables("step").iter().filter_map(|step| self.step(step, &procedure, &people)).collect();
        let case = Case {
            id: format!("{folder}/{stem}"),
            title: title.value,
            procedure,
            head,
            steps,
            registers,
            others,
            breaks: table.texts("breaks").into_iter().map(|rule| rule.value).collect(),
            as_of: table.opt_day("as-of").map(|day| day.value),
            place: table.place_of_head(),
        };
        table.finish();
        Some((case, base.map(|base| (base.value, edits, base.place))))
    }

    fn other(&self, table: &Table<'_>, people: &BTreeMap<String, Vec<String>>) -> OtherMatter {
        let procedure = table.text("procedure").map(|text| text.value).unwrap_or_default();
        let mut head = Map::new();
        for key in ["matter", "unit", "parties"] {
            if let Some(item) = table.item(key) {
                head.insert(key.to_owned(), item.to_json());
            }
        }
        head.insert("procedure".to_owned(), Json::from(procedure.clone()));
        let mut lines = Vec::new();
        for (at, step) in table.tables("step").iter().enumerate() {
            let Some(step) = self.step(step, &procedure, people) else { continue };
            let Json::Object(mut line) = step.line else { continue };
            line.insert("seq".to_owned(), Json::from(at + 1));
            if at == 0 {
                line.extend(head.clone());
            } else if let Some(matter) = head.get("matter") {
                line.insert("matter".to_owned(), matter.clone());
            }
            lines.push(Json::Object(line));
        }
        table.finish();
        OtherMatter { lines }
    }

    fn step(
        &self,
        table: &Table<'_>,
        procedure: &str,
        people: &BTreeMap<String, Vec<String>>,
    ) -> Option<CaseStep> {
        let act = table.text("act")?;
        let name = table.opt_text("name").map_or_else(|| act.value.clone(), |name| name.value);
        let mut line = Map::new();
        line.insert("act".to_owned(), Json::from(act.value.clone()));
        for key in ["at", "strand", "about", "outcome", "fields", "adopted", "number", "recorded"] {
            if let Some(item) = table.item(key) {
                line.insert(key.to_owned(), item.to_json());
            }
        }
        if !line.contains_key("at") {
            self.errors.add(&table.place_of_head(), "步骤缺少 `at`");
        }
        let by = if table.has("by") {
            table.texts("by").iter().map(|actor| actor.value.clone()).collect()
        } else {
            self.usual_actors(procedure, &act.value, people)
        };
        line.insert("by".to_owned(), by.iter().map(|actor| self.actor(actor, &act.place)).collect());
        let refused = table.texts("refused");
        let expect = if !refused.is_empty() {
            Expectation::Refused(refused.into_iter().map(|need| need.value).collect())
        } else if table.flag("happened") {
            Expectation::Happened
        } else {
            Expectation::Accepted
        };
        for key in ["about", "fields"] {
            object(table, key);
        }
        let limits = object(table, "limits")
            .into_iter()
            .filter_map(|(id, due)| Some((id, due.as_str()?.to_owned())))
            .collect();
        let stands = object(table, "stands")
            .into_iter()
            .filter_map(|(step, stands)| Some((step, stands.as_bool()?)))
            .collect();
        let warns = table.texts("warns").into_iter().map(|gate| gate.value).collect();
        table.finish();
        Some(CaseStep {
            line: Json::Object(line),
            name,
            expect,
            warns,
            limits,
            stands,
            place: table.place_of_head(),
        })
    }

    /// The people who usually do an act: those of the first of its posts that has any, as many as it needs.
    fn usual_actors(
        &self,
        procedure: &str,
        act: &str,
        people: &BTreeMap<String, Vec<String>>,
    ) -> Vec<String> {
        let versions = self.book.procedures.iter().filter(|known| known.id == procedure);
        let Some(def) = versions.filter_map(|known| known.act(act).map(|act| known.def(act))).next() else {
            return Vec::new();
        };
        let Some((post, persons)) =
            def.by.iter().find_map(|post| people.get(post).map(|persons| (post, persons)))
        else {
            return Vec::new();
        };
        persons
            .iter()
            .take(usize::from(def.officers.max(1)))
            .map(|person| format!("{person}:{post}"))
            .collect()
    }

    fn actor(&self, text: &str, place: &Place) -> Json {
        match text.split_once(':') {
            Some((person, post)) => json!({ "person": person, "post": post }),
            None => {
                self.errors.add(place, format!("`{text}` 应写作 `人员:岗位`"));
                json!({ "person": text, "post": "" })
            }
        }
    }
}

/// Reads the examples of a rule.
pub fn examples(table: &Table<'_>, key: &'static str) -> Vec<Example> {
    let one = |example: Table<'_>| {
        let case = example.text("case");
        let edits = edits(&example, "edit");
        let also = example.texts("also").into_iter().map(|rule| rule.value).collect();
        let as_of: Option<Date> = example.opt_day("as-of").map(|day| day.value);
        example.finish();
        Some(Example { case: case?.value, edits, also, as_of, place: example.place.clone() })
    };
    table.tables(key).into_iter().filter_map(one).collect()
}

/// The table under a key as JSON; absent is empty.
fn object(table: &Table<'_>, key: &'static str) -> Map<String, Json> {
    match table.item(key).map(|item| (item, item.to_json())) {
        Some((_, Json::Object(map))) => map,
        Some((item, _)) => {
            table.errors.hint(&item.place, format!("`{key}` 应为一张表"), format!("写 `{key} = {{ … }}`"));
            Map::new()
        }
        None => Map::new(),
    }
}

fn edits(table: &Table<'_>, key: &'static str) -> Vec<Edit> {
    let one = |edit: Table<'_>| {
        let found = if let Some(step) = edit.opt_text("remove") {
            Some(Edit::Remove(step.value))
        } else if let Some(step) = edit.opt_text("set") {
            Some(Edit::Set { step: step.value, fields: object(&edit, "fields") })
        } else if let Some(step) = edit.opt_text("change") {
            Some(Edit::Change { step: step.value, keys: object(&edit, "keys") })
        } else if let Some(step) = edit.opt_text("move") {
            edit.text("before").map(|before| Edit::Move { step: step.value, before: before.value })
        } else if let Some(line) = edit.item("insert") {
            edit.text("after").map(|after| Edit::Insert { line: line.to_json(), after: after.value })
        } else {
            edit.errors.hint(&edit.place, "不认识的改动", "写 remove、set、change、move 或 insert");
            None
        };
        edit.finish();
        found
    };
    table.tables(key).into_iter().filter_map(one).collect()
}

/// Whether the edits find the steps they name. The steps' names tell; no record is made.
fn can_apply(case: &Case, edits: &[Edit], place: &Place, errors: &Errors) {
    let mut names: Vec<&str> = case.steps.iter().map(|step| step.name.as_str()).collect();
    for edit in edits {
        if let Err(missing) = apply_to_names(&mut names, edit) {
            errors.add(place, format!("案例 `{}` 里没有步骤 `{missing}`", case.id));
            return;
        }
    }
}

/// What [`apply_one`] does to the names of the steps.
fn apply_to_names<'a>(names: &mut Vec<&'a str>, edit: &'a Edit) -> Result<(), &'a str> {
    let find = |names: &[&str], name: &'a str| names.iter().position(|known| *known == name).ok_or(name);
    match edit {
        Edit::Remove(step) => {
            names.remove(find(names, step)?);
        }
        Edit::Set { step, .. } | Edit::Change { step, .. } => {
            find(names, step)?;
        }
        Edit::Move { step, before } => {
            let moved = names.remove(find(names, step)?);
            names.insert(find(names, before)?, moved);
        }
        Edit::Insert { line, after } => {
            let at = find(names, after)?;
            names.insert(at + 1, line["act"].as_str().unwrap_or_default());
        }
    }
    Ok(())
}

/// The worked case with the edits made.
pub fn apply(case: &Case, edits: &[Edit], place: &Place, errors: &Errors) -> Option<Case> {
    let mut changed = case.clone();
    for edit in edits {
        if let Err(missing) = apply_one(&mut changed, edit, place) {
            errors.add(place, format!("案例 `{}` 里没有步骤 `{missing}`", case.id));
            return None;
        }
    }
    Some(changed)
}

fn apply_one(case: &mut Case, edit: &Edit, place: &Place) -> Result<(), String> {
    let find = |case: &Case, name: &str| {
        case.steps.iter().position(|step| step.name == name).ok_or_else(|| name.to_owned())
    };
    match edit {
        Edit::Remove(step) => {
            let at = find(case, step)?;
            case.steps.remove(at);
        }
        Edit::Set { step, fields } => {
            let at = find(case, step)?;
            let own = &mut case.steps[at].line["fields"];
            if own.is_null() {
                *own = Json::Object(Map::new());
            }
            for (field, value) in fields {
                match value {
                    Json::String(text) if text == "<absent>" => {
                        drop(own.as_object_mut().and_then(|own| own.remove(field)))
                    }
                    value => own[field] = value.clone(),
                }
            }
        }
        Edit::Change { step, keys } => {
            let at = find(case, step)?;
            for (key, value) in keys {
                let value = match (key.as_str(), value) {
                    ("by", Json::Array(actors)) => actors.iter().map(actor_json).collect(),
                    _ => value.clone(),
                };
                case.steps[at].line[key.as_str()] = value;
            }
        }
        Edit::Move { step, before } => {
            let at = find(case, step)?;
            let mut moved = case.steps.remove(at);
            let to = find(case, before)?;
            moved.line["at"] = case.steps[to].line["at"].clone();
            case.steps.insert(to, moved);
        }
        Edit::Insert { line, after } => {
            let at = find(case, after)?;
            let name = line["act"].as_str().unwrap_or_default().to_owned();
            let mut line = line.clone();
            if let Json::Array(actors) = &line["by"] {
                line["by"] = actors.iter().map(actor_json).collect();
            } else if line.get("by").is_none() {
                line["by"] = Json::Array(Vec::new());
            }
            let step = CaseStep {
                line,
                name,
                expect: Expectation::Happened,
                warns: Vec::new(),
                limits: Vec::new(),
                stands: Vec::new(),
                place: place.clone(),
            };
            case.steps.insert(at + 1, step);
        }
    }
    Ok(())
}

fn actor_json(actor: &Json) -> Json {
    match actor.as_str().and_then(|text| text.split_once(':')) {
        Some((person, post)) => json!({ "person": person, "post": post }),
        None => actor.clone(),
    }
}
