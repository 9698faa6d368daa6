//! Reads procedures: first the names of all versions, then what they say.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::condition::Subject;
use crate::condition::scope::{ActScope, Scope};
use crate::condition::types::Type;
use crate::lawbook::Lawbook;
use crate::model::{
    ActIx, Fact, FactKind, FieldIx, LimitIx, ParameterIx, Procedure, RegisterDef, RegisterValue, Stage,
    StrandIx, StrandKind,
};
use crate::report::Errors;
use crate::tree::{Item, Table};

use super::files::{ProcedureFiles, Routed, VersionFile};
use super::{acts, basis, conditions, limits, overlay, threads, words};

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    let mut versions = Vec::new();
    for files in &routed.procedures {
        let mut previous: Option<Item<'_>> = None;
        for version in &files.versions {
            // A later version says only what differs from the one before it.
            let item = match &previous {
                None => version.item.clone(),
                Some(before) => {
                    let mut amended = before.clone();
                    overlay::amend(&mut amended, &version.item, errors);
                    amended.place = version.item.place.clone();
                    amended
                }
            };
            previous = Some(item.clone());
            versions.push((files, version, item));
        }
    }
    let every = routed.every.as_ref().and_then(|every| every.versions.first()).map(|version| &version.item);
    for later in routed.every.iter().flat_map(|every| every.versions.iter().skip(1)) {
        errors.add(&later.item.place, "每个程序都有的环节不分版本；要改的写进各程序的新版本");
    }
    let mut registers = BTreeMap::new();
    for (_, _, item) in &versions {
        register_types(item, &mut registers);
    }
    let read = threads::each(&versions, errors, |_, (files, _, item), errors| {
        read(files, item, every, routed, &registers, book, errors)
    });
    for ((files, version, _), procedure) in versions.iter().zip(read) {
        let Some(procedure) = procedure else { continue };
        check_version(files, version, &procedure, book, errors);
        book.procedures.push(procedure);
    }
    book.procedures.sort_by(|a, b| a.id.cmp(&b.id).then(a.from.cmp(&b.from)));
}

/// A version governs from the day its file is named after, later than those before it; no two folders bear one id.
fn check_version(
    files: &ProcedureFiles<'_>,
    version: &VersionFile<'_>,
    procedure: &Procedure,
    book: &Lawbook,
    errors: &Errors,
) {
    let head = Table::of(&version.item, errors)
        .map_or_else(|| version.item.place.clone(), |table| table.place_of_head());
    if version.stem != "procedure" && version.stem != procedure.from.to_string() {
        let message = format!("这个版本的 `from` 为 {}，应与文件名 {} 相同", procedure.from, version.stem);
        errors.hint(&head, message, format!("写 `from = {}`", version.stem));
    }
    for known in book.procedures.iter().filter(|known| known.id == procedure.id) {
        if known.control_point != files.control_point {
            errors.add(&head, format!("程序 `{}` 定义了两次，另见 {}", procedure.id, known.control_point));
        } else if known.from >= procedure.from {
            errors.add(&head, "各版本须按施行日先后排列，且不重复");
        }
    }
}

/// Types of register values, known before any condition is bound. Errors are reported when the procedure itself is read.
fn register_types(item: &Item<'_>, registers: &mut BTreeMap<(String, String), Type>) {
    let ignored = Errors::default();
    let Some(table) = Table::of(item, &ignored) else { return };
    for register in table.tables("register") {
        let Some(id) = register.opt_text("id") else { continue };
        for value in register.tables("values") {
            if let (Some(name), Some((of, _))) = (value.opt_text("id"), words::field_type(&value)) {
                registers.insert((id.value.clone(), name.value), of);
            }
        }
    }
}

/// The parts of a procedure file, with those of `every/` behind them.
pub struct Sources<'a> {
    /// The procedure's own file.
    pub own: Table<'a>,
    /// `procedures/every/procedure.toml`.
    pub every: Option<Table<'a>>,
    /// `limits.toml`.
    pub limits: Option<Table<'a>>,
    /// Limits of `every/`.
    pub every_limits: Option<Table<'a>>,
}

impl<'a> Sources<'a> {
    /// The tables under a key: the procedure's own, then those of `every/`.
    pub fn tables(&self, key: &'static str) -> Vec<(Table<'a>, bool)> {
        let own = self.own.tables(key).into_iter().map(|table| (table, false));
        let every = self.every.iter().flat_map(|every| every.tables(key)).map(|table| (table, true));
        own.chain(every).collect()
    }

    /// The limits: the procedure's own, then those of `every/`.
    pub fn limit_tables(&self) -> Vec<Table<'a>> {
        self.limits.iter().chain(&self.every_limits).flat_map(|limits| limits.tables("limit")).collect()
    }
}

fn read(
    files: &ProcedureFiles<'_>,
    item: &Item<'_>,
    every: Option<&Item<'_>>,
    routed: &Routed<'_>,
    registers: &BTreeMap<(String, String), Type>,
    book: &Lawbook,
    errors: &Errors,
) -> Option<Procedure> {
    // `every/` is read once for each procedure; its own errors are the same each time and are reported once.
    let own = Table::of(item, errors)?;
    let id = own.text("id");
    let title = own.text("title");
    let from = own.day("from");
    let own_basis = basis::read(&own, book);
    let filed = own.opt_text("filed");
    let plain = own.flag("without-every");
    if let Some(id) = &id
        && id.value != files.id
    {
        errors.add(&id.place, format!("程序名 `{}` 应与目录名 `{}` 相同", id.value, files.id));
    }
    let sources = Sources {
        every: every.filter(|_| !plain).and_then(|item| Table::of(item, errors)),
        limits: files.limits.as_ref().and_then(|item| Table::of(item, errors)),
        every_limits: if plain {
            None
        } else {
            routed
                .every
                .as_ref()
                .and_then(|every| every.limits.as_ref())
                .and_then(|item| Table::of(item, errors))
        },
        own,
    };
    let strands = strands(&sources);
    let stages = stages(&sources);
    let scope = scope(&sources, &strands, registers, book);
    let acts = acts::read(&sources, &scope, &strands, &stages, &own_basis, book);
    let facts = facts(&sources, &scope, book);
    let limits = limits::read(&sources, &scope, book);
    let register = register(&sources, &scope);
    let filed = filed.and_then(|act| conditions::pattern(&scope, &act, errors)).map(|pattern| pattern.act);
    sources.own.finish();
    for rest in sources.every.iter().chain(&sources.limits).chain(&sources.every_limits) {
        rest.finish();
    }
    let by_id = scope.acts.iter().enumerate().map(|(at, act)| (act.id.clone(), ActIx(at as u16))).collect();
    let mut procedure = Procedure {
        id: id?.value,
        title: title?.value,
        control_point: files.control_point.clone(),
        from: from.as_ref().map(|day| day.value).unwrap_or(Date::MIN),
        filed,
        basis: own_basis,
        stages,
        strands,
        acts,
        facts,
        limits,
        rules: Vec::new(),
        register,
        by_id,
        scope,
        place: item.place.clone(),
    };
    for (at, fact) in procedure.facts.iter().enumerate() {
        if let Some(act) = procedure.acts.get_mut(fact.on.at()) {
            act.facts.push(crate::model::FactIx(at as u16));
        }
    }
    for (at, limit) in procedure.limits.iter().enumerate().filter(|(_, limit)| limit.when.is_some()) {
        for start in &limit.starts {
            let Some(act) = procedure.acts.get_mut(start.act.at()) else { continue };
            if act.limits.last() != Some(&LimitIx(at as u16)) {
                act.limits.push(LimitIx(at as u16));
            }
        }
    }
    Some(procedure)
}

fn strands(sources: &Sources<'_>) -> Vec<StrandKind> {
    let mut found: Vec<StrandKind> = Vec::new();
    for (table, _) in sources.tables("strand") {
        let (id, title) = (table.text("id"), table.text("title"));
        let per = table.word(
            "per",
            &[("party", "party"), ("property", "property"), ("document", "document"), ("round", "round")],
        );
        table.finish();
        let (Some(id), Some(title), Some(per)) = (id, title, per) else { continue };
        if found.iter().any(|known| known.id == id.value) {
            table.errors.add(&id.place, format!("分支 `{}` 定义了两次", id.value));
            continue;
        }
        found.push(StrandKind { id: id.value, title: title.value, per: per.to_owned() });
    }
    found
}

fn stages(sources: &Sources<'_>) -> Vec<Stage> {
    let mut found: Vec<Stage> = Vec::new();
    for (table, _) in sources.tables("stage") {
        let (id, title) = (table.text("id"), table.text("title"));
        table.finish();
        if let Some(id) = id.as_ref().filter(|id| found.iter().any(|known| known.id == id.value)) {
            table.errors.add(&id.place, format!("阶段 `{}` 定义了两次", id.value));
        }
        found.extend(id.zip(title).map(|(id, title)| Stage { id: id.value, title: title.value }));
    }
    found
}

/// All names of the procedure, before anything is bound.
fn scope(
    sources: &Sources<'_>,
    strands: &[StrandKind],
    registers: &BTreeMap<(String, String), Type>,
    book: &Lawbook,
) -> Scope {
    let mut scope = Scope {
        fields: book
            .fields
            .iter()
            .enumerate()
            .map(|(at, field)| (field.id.clone(), (FieldIx(at as u16), field.of.clone())))
            .collect(),
        parameters: book
            .parameters
            .iter()
            .enumerate()
            .map(|(at, parameter)| (parameter.id.clone(), (ParameterIx(at as u16), parameter.of.clone())))
            .collect(),
        registers: registers.clone(),
        ..Scope::default()
    };
    let strand_of =
        |name: &str| strands.iter().position(|strand| strand.id == name).map(|at| StrandIx(at as u8));
    for (table, _) in sources.tables("act") {
        let id = table.opt_text("id");
        let fields = table.texts("fields");
        let known = fields
            .iter()
            .filter_map(|field| scope.fields.get(field.value.trim_end_matches('?')).map(|(ix, _)| *ix));
        scope.acts.push(ActScope {
            id: id.map(|id| id.value).unwrap_or_default(),
            alias: table.opt_text("alias").map(|alias| alias.value),
            outcomes: table
                .texts("outcomes")
                .iter()
                .map(|outcome| outcome.value.split('=').next().unwrap_or_default().to_owned())
                .collect(),
            fields: known.collect(),
            strand: table.opt_text("strand").and_then(|strand| strand_of(&strand.value)),
        });
    }
    for (table, _) in sources.tables("fact") {
        let strand = table
            .opt_text("on")
            .and_then(|on| scope.act(&on.value))
            .and_then(|act| scope.acts[act.at()].strand);
        scope.facts.push((table.opt_text("id").map(|id| id.value).unwrap_or_default(), strand));
    }
    for table in sources.limit_tables() {
        let starts = table.texts("starts");
        let first = starts.first().map(|start| start.value.split('=').next().unwrap_or_default().to_owned());
        let strand = first.and_then(|act| scope.act(&act)).and_then(|act| scope.acts[act.at()].strand);
        scope.limits.push((table.opt_text("id").map(|id| id.value).unwrap_or_default(), strand));
    }
    scope
}

fn facts(sources: &Sources<'_>, scope: &Scope, book: &Lawbook) -> Vec<Fact> {
    let mut found: Vec<Fact> = Vec::new();
    for (table, _) in sources.tables("fact") {
        let (id, title, on) = (table.text("id"), table.text("title"), table.text("on"));
        let kind = table.word("kind", &[("found", FactKind::Found), ("decided", FactKind::Decided)]);
        let holds = table.text("holds");
        let basis = basis::read(&table, book);
        table.finish();
        let (Some(id), Some(title), Some(on), Some(kind), Some(holds)) = (id, title, on, kind, holds) else {
            continue;
        };
        let Some(pattern) = conditions::pattern(scope, &on, table.errors) else { continue };
        let node = conditions::condition(scope, Subject::Act(pattern.act), &holds, table.errors);
        let strand = scope.acts[pattern.act.at()].strand;
        if found.iter().any(|known| known.id == id.value) {
            table.errors.add(&id.place, format!("事实 `{}` 定义了两次", id.value));
        }
        found.extend(node.map(|node| Fact {
            id: id.value,
            title: title.value,
            on: pattern.act,
            kind,
            holds: node,
            text: holds.value,
            basis,
            strand,
        }));
    }
    found
}

fn register(sources: &Sources<'_>, scope: &Scope) -> Option<RegisterDef> {
    let (table, _) = sources.tables("register").into_iter().next()?;
    let (id, subject) = (table.text("id"), table.text("subject"));
    let mut values = Vec::new();
    for value in table.tables("values") {
        let id = value.text("id");
        let of = words::field_type(&value);
        let reads = value.text("reads");
        let _ = value.opt_text("title");
        value.finish();
        let (Some(id), Some((of, _)), Some(reads)) = (id, of, reads) else { continue };
        let Some((node, found)) = conditions::value(scope, Subject::Matter, &reads, table.errors) else {
            continue;
        };
        if !found.comparable(&of) {
            table
                .errors
                .add(&reads.place, format!("这里是{}，而 `type` 说是{}", found.chinese(), of.chinese()));
        }
        values.push(RegisterValue { id: id.value, of, reads: node });
    }
    table.finish();
    Some(RegisterDef { id: id?.value, subject: subject?.value, values })
}
