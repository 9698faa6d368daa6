//! `guiju law show`, `fields`, `diff`, `lock`, `flowchart`: what the lawbook says.

use std::path::Path;

use documents::FlowGraph;
use lawbook::model::{Basis, NeedKind, Procedure};
use lawbook::report::line_and_column;
use lawbook::{Lawbook, lock};
use owo_colors::OwoColorize;
use serde_json::json;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// `guiju law show ID`: an act, limit, rule, fact, parameter, field or norm with all it says.
pub fn show(id: &str, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let mut shown = Vec::new();
    for procedure in &book.procedures {
        show_in_procedure(&book, procedure, id, &mut shown);
    }
    for rule in book.rules.iter().filter(|rule| rule.id == id) {
        shown.push(format!(
            "{} {}（{}）\n  {}\n  自 {} 起；{}；级别 {}\n  {}",
            "规则".green(),
            rule.title.bold(),
            rule.id,
            basis(&book, &rule.basis),
            rule.from,
            rule.kind,
            rule.severity.chinese(),
            rule.text
        ));
    }
    for alias in book.aliases.iter().filter(|alias| alias.id == id) {
        shown.push(format!("{} {}（{}），即规则 {}", "别名".green(), alias.title, alias.id, alias.of));
    }
    for parameter in book.parameters.iter().filter(|parameter| parameter.id == id) {
        let mut text = format!(
            "{} {}（{}）  {}",
            "参数".green(),
            parameter.title.bold(),
            parameter.id,
            place(&book, &parameter.place)
        );
        for value in &parameter.series.values {
            text.push_str(&format!(
                "\n  自 {} 起：{}  {}",
                value.from,
                value.value,
                basis(&book, &value.basis)
            ));
        }
        shown.push(text);
    }
    for field in book.fields.iter().filter(|field| field.id == id) {
        shown.push(format!(
            "{} {}（{}）：{}",
            "字段".green(),
            field.title.bold(),
            field.id,
            field.of.chinese()
        ));
    }
    for norm in book.norms.iter().filter(|norm| norm.key == id || norm.short == id) {
        let mut text = format!("{} {}（{}，{}）", "规范".green(), norm.title.bold(), norm.key, norm.short);
        for version in &norm.versions {
            text.push_str(&format!(
                "\n  自 {} 起 {} {}",
                version.from,
                version.number.as_deref().unwrap_or(""),
                version.title.as_deref().unwrap_or("")
            ));
        }
        shown.push(text);
    }
    if shown.is_empty() {
        return Err(Failure::Input(format!("没有 `{id}`；可用 `guiju law find` 按中文查找")));
    }
    for text in shown {
        print(&text)?;
    }
    Ok(Done::Clean)
}

fn show_in_procedure(book: &Lawbook, procedure: &Procedure, id: &str, shown: &mut Vec<String>) {
    let head = format!("{}（{} 起）", procedure.title, procedure.from);
    for act in procedure.acts.iter().filter(|act| act.id == id) {
        let posts: Vec<&str> = act.by.iter().map(|post| book.post_title(post)).collect();
        let mut text = format!(
            "{} {}（{}） {head}  {}\n  {}",
            "环节".green(),
            act.title.bold(),
            act.id,
            place(book, &act.place),
            basis(book, &act.basis)
        );
        text.push_str(&format!("\n  办理：{}，{} 人", posts.join("、"), act.officers));
        for field in &act.fields {
            let mark = if field.required { "" } else { "（可不填）" };
            text.push_str(&format!(
                "\n  字段 {}{mark}：{}",
                book.field_at(field.field).id,
                book.field_at(field.field).title
            ));
        }
        for need in &act.needs {
            let kind = match need.kind {
                NeedKind::Any(_) => "须有",
                NeedKind::Every { .. } => "每一分支须有",
                NeedKind::Some { .. } => "至少一个分支须有",
                NeedKind::NotStanding(_) => "不得有",
            };
            let when = need.when_text.as_deref().map(|when| format!("，当 {when}")).unwrap_or_default();
            text.push_str(&format!("\n  关口 {}：{kind}{when}；{}", need.id, basis(book, &need.basis)));
        }
        shown.push(text);
    }
    for limit in procedure.limits.iter().filter(|limit| limit.id == id) {
        let titles = |patterns: &[lawbook::condition::node::ActPattern]| {
            patterns
                .iter()
                .map(|pattern| procedure.def(pattern.act).title.as_str())
                .collect::<Vec<_>>()
                .join("、")
        };
        let mut text = format!(
            "{} {}（{}） {head}\n  自“{}”起，至“{}”",
            "期限".green(),
            limit.title.bold(),
            limit.id,
            titles(&limit.starts),
            titles(&limit.until)
        );
        for value in &limit.length.values {
            text.push_str(&format!(
                "\n  {} 起：{} {}  {}",
                value.from,
                value.value.number,
                value.value.unit.chinese(),
                basis(book, &value.basis)
            ));
        }
        shown.push(text);
    }
    for fact in procedure.facts.iter().filter(|fact| fact.id == id) {
        shown.push(format!(
            "{} {}（{}） {head}\n  {}\n  {}",
            "事实".green(),
            fact.title.bold(),
            fact.id,
            fact.text,
            basis(book, &fact.basis)
        ));
    }
}

fn basis(book: &Lawbook, basis: &Basis) -> String {
    format!("{}（{}）［{}］", basis.gist, book.cites(&basis.cites), basis.status.chinese())
}

fn place(book: &Lawbook, place: &lawbook::report::Place) -> String {
    book.files.0.get(place.file).map_or_else(String::new, |file| {
        let (line, _) = line_and_column(&file.text, place.span.start);
        format!("law/{}:{line}", file.name)
    })
}

/// `guiju law fields [--act ID]`.
pub fn fields(act: Option<&str>, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let wanted: Option<Vec<usize>> = act.map(|act| {
        let defs =
            book.procedures.iter().filter_map(|procedure| procedure.act(act).map(|ix| procedure.def(ix)));
        defs.flat_map(|def| def.fields.iter().map(|field| field.field.at())).collect()
    });
    if let (Some(act), Some(wanted)) = (act, &wanted)
        && wanted.is_empty()
        && !book.procedures.iter().any(|procedure| procedure.act(act).is_some())
    {
        return Err(Failure::Input(format!("没有环节 `{act}`")));
    }
    let chosen = book
        .fields
        .iter()
        .enumerate()
        .filter(|(at, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(at)));
    if common.format == Format::Json {
        let list: Vec<_> = chosen
            .map(|(_, field)| json!({ "id": field.id, "title": field.title, "type": field.of.chinese(), "personal": field.personal, "help": field.help,
                "values": field.choices.iter().map(|(id, title)| json!({ "id": id, "title": title })).collect::<Vec<_>>() }))
            .collect();
        print(&json!({ "fields": list }).to_string())?;
        return Ok(Done::Clean);
    }
    for (_, field) in chosen {
        let personal = if field.personal { "，个人信息" } else { "" };
        print(&format!("{}\t{}\t{}{personal}", field.id, field.title, field.of.chinese()))?;
    }
    Ok(Done::Clean)
}

/// `guiju law diff DIR`: how another law folder differs from this one.
pub fn diff(other: &Path, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let other = lawbook_source::load(Some(other))?;
    let changes = lock::compare(&lock::lock(&book), &other);
    for change in &changes {
        print(&change_line(change))?;
    }
    if changes.is_empty() {
        print("没有差别")?;
    }
    Ok(if changes.is_empty() { Done::Clean } else { Done::Findings })
}

/// One difference as officers read it.
pub fn change_line(change: &lock::Change) -> String {
    let how = match (&change.before, &change.after) {
        (None, Some(after)) => format!("{} {}：{after}", "新增".green(), change.key),
        (Some(before), None) => format!("{} {}：{before}", "删去".red(), change.key),
        (Some(before), Some(after)) => format!("{} {}：{before} → {after}", "改动".yellow(), change.key),
        (None, None) => String::new(),
    };
    let moves: String = change.moves.iter().map(|moved| format!("\n    牵动 {moved}")).collect();
    format!("{how}{moves}")
}

/// `guiju law lock`: writes the lock of a release.
pub fn write_lock(to: &Path, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    std::fs::write(to, lock::write(&lock::lock(&book))).map_err(Failure::input)?;
    Ok(Done::Clean)
}

/// `guiju law flowchart PROCEDURE`.
pub fn flowchart(id: &str, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let Some(procedure) = book.procedures.iter().rfind(|procedure| procedure.id == id) else {
        let known: Vec<&str> = book.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
        return Err(Failure::Input(format!("没有程序 `{id}`。已有：{}", known.join("、"))));
    };
    let graph = FlowGraph::of(procedure);
    let text = if common.format == Format::Svg { graph.svg() } else { graph.mermaid() };
    print(text.trim_end())?;
    Ok(Done::Clean)
}
