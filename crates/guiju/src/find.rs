//! `guiju law find`: where in the law files something stands.

use lawbook::{LawFile, Lawbook};
use owo_colors::OwoColorize;
use serde_json::json;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// How many places are printed.
const SHOWN: usize = 40;

struct Place<'a> {
    file: &'a LawFile,
    line: usize,
    text: &'a str,
    rank: u8,
}

/// Finds a word; a period such as 九十日 or `90 日` also finds the limits of that length.
pub fn run(words: &[String], common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let word = words.join(" ");
    let mut places = Vec::new();
    for file in book.files.0.iter().filter(|file| file.name != "lawbook.lock.toml") {
        for (at, text) in file.text.lines().enumerate() {
            if contains(text, &word) {
                places.push(Place { file, line: at + 1, text: text.trim(), rank: rank(&file.name) });
            }
        }
    }
    places.sort_by(|a, b| (a.rank, &a.file.name, a.line).cmp(&(b.rank, &b.file.name, b.line)));
    let limits = limits_of_length(&book, &word);
    if common.format == Format::Json {
        let places: Vec<_> = places
            .iter()
            .map(|place| json!({ "file": place.file.name, "line": place.line, "text": place.text }))
            .collect();
        let limits: Vec<_> =
            limits.iter().map(|(id, title, _)| json!({ "id": id, "title": title })).collect();
        print(&json!({ "limits": limits, "places": places }).to_string())?;
        return Ok(Done::Clean);
    }
    for (id, title, whereabouts) in &limits {
        print(&format!("{} {title}（{id}） {}", "期限".green(), whereabouts.dimmed()))?;
    }
    for place in places.iter().take(SHOWN) {
        let mut text: String = place.text.chars().take(110).collect();
        if text.len() < place.text.len() {
            text.push('…');
        }
        print(&format!("{} {text}", format!("law/{}:{}", place.file.name, place.line).cyan()))?;
    }
    if places.len() > SHOWN {
        print(&format!("另有 {} 处", places.len() - SHOWN))?;
    }
    if places.is_empty() && limits.is_empty() {
        return Err(Failure::Input(format!("法规包里没有 `{word}`")));
    }
    Ok(Done::Clean)
}

fn contains(text: &str, word: &str) -> bool {
    text.contains(word) || text.to_lowercase().contains(&word.to_lowercase())
}

/// Values first, then procedures, rules, and examples last.
fn rank(name: &str) -> u8 {
    match name {
        _ if name.contains("/cases/") => 5,
        _ if name.ends_with("limits.toml") => 0,
        _ if name.contains("parameters/") => 1,
        _ if name.starts_with("procedures/") => 2,
        _ if name.starts_with("rules/") => 3,
        _ => 4,
    }
}

/// The limits of the length a word names: 九十日, 90日, 七个工作日, 24小时.
fn limits_of_length(book: &Lawbook, word: &str) -> Vec<(String, String, String)> {
    let Some((number, unit)) = length_of(word) else { return Vec::new() };
    let mut found = Vec::new();
    for procedure in &book.procedures {
        for limit in &procedure.limits {
            let of_length = |value: &&lawbook::model::Dated<lawbook::model::Length>| {
                value.value.number == number && unit.is_none_or(|unit| value.value.unit.plain() == unit)
            };
            if let Some(value) = limit.length.values.iter().find(of_length) {
                let whereabouts = whereabouts(book, &procedure.id, &limit.id);
                let title = format!(
                    "{}·{}：{} {}，{}",
                    procedure.title,
                    limit.title,
                    number,
                    value.value.unit.chinese(),
                    book.cites(&value.basis.cites)
                );
                if !found
                    .iter()
                    .any(|(id, known, _): &(String, String, String)| *id == limit.id && *known == title)
                {
                    found.push((limit.id.clone(), title, whereabouts));
                }
            }
        }
    }
    found
}

fn whereabouts(book: &Lawbook, procedure: &str, limit: &str) -> String {
    let wanted = format!("id = \"{limit}\"");
    let in_folder = |file: &&LawFile| {
        file.name.ends_with("limits.toml") && (file.name.contains(procedure) || file.name.contains("every"))
    };
    for file in book.files.0.iter().filter(in_folder) {
        if let Some(line) = file.text.lines().position(|line| line.contains(&wanted)) {
            return format!("law/{}:{}", file.name, line + 1);
        }
    }
    String::new()
}

fn length_of(word: &str) -> Option<(i64, Option<calendar::Unit>)> {
    use calendar::Unit;
    let units = [
        ("个工作日", Unit::WorkingDay),
        ("工作日", Unit::WorkingDay),
        ("小时", Unit::Hour),
        ("个月", Unit::Month),
        ("日", Unit::Day),
        ("天", Unit::Day),
        ("月", Unit::Month),
        ("年", Unit::Year),
    ];
    let (number, unit) = units
        .iter()
        .find_map(|(ending, unit)| Some((word.trim().strip_suffix(ending)?.trim(), Some(*unit))))
        .unwrap_or((word.trim(), None));
    let number = number.parse().ok().or_else(|| terms::from_chinese(number).map(i64::from))?;
    // 七日 may be working days too: the law says which only elsewhere.
    Some((number, unit.filter(|unit| *unit != Unit::Day)))
}
