//! Which file holds what.

use calendar::Calendar;

use crate::files::LawFiles;
use crate::lawbook::Lawbook;
use crate::report::{Errors, Located, Place};
use crate::tree::{Item, Kind, parse};

use super::{basis, threads};

/// A parsed file with its path in parts.
#[derive(Debug, Clone)]
pub struct Parsed<'t> {
    /// The path below `law/` (below the overlay, for a file of one).
    pub path: Vec<String>,
    /// The contents.
    pub item: Item<'t>,
}

/// A version of a procedure.
#[derive(Debug, Clone)]
pub struct VersionFile<'t> {
    /// The file's stem: `procedure`, or a day.
    pub stem: String,
    /// The contents.
    pub item: Item<'t>,
}

/// The files of one procedure.
#[derive(Debug, Clone)]
pub struct ProcedureFiles<'t> {
    /// The folder of the control point: `enforcement`.
    pub control_point: String,
    /// The folder's name, which is the procedure's id.
    pub id: String,
    /// `procedure.toml` first, then later versions by day.
    pub versions: Vec<VersionFile<'t>>,
    /// Other files of the folder, by name: acts and facts of the first version, where one file would be too long.
    pub parts: Vec<Item<'t>>,
    /// `limits.toml`.
    pub limits: Option<Item<'t>>,
    /// `cases/*.toml`, with their stems.
    pub cases: Vec<(String, Item<'t>)>,
}

/// All files by what they hold.
#[derive(Debug, Clone, Default)]
pub struct Routed<'t> {
    /// `lawbook.toml`.
    pub book: Option<Item<'t>>,
    /// `norms.toml`.
    pub norms: Vec<Item<'t>>,
    /// `fields.toml`, `fields/*.toml`.
    pub fields: Vec<Item<'t>>,
    /// `posts.toml`.
    pub posts: Vec<Item<'t>>,
    /// `access.toml`.
    pub access: Vec<Item<'t>>,
    /// `gates.toml`.
    pub gates: Vec<Item<'t>>,
    /// `sample.toml`: people and registers of the worked cases.
    pub sample: Option<Item<'t>>,
    /// `parameters/*.toml`.
    pub parameters: Vec<Item<'t>>,
    /// `procedures/every/procedure.toml`.
    pub every: Option<ProcedureFiles<'t>>,
    /// `procedures/<control-point>/<procedure>/`.
    pub procedures: Vec<ProcedureFiles<'t>>,
    /// `rules/*.toml`.
    pub rules: Vec<Item<'t>>,
    /// `errata.toml`.
    pub errata: Option<Item<'t>>,
    /// `overlays/<place>/…`, by place.
    pub overlays: Vec<(String, Vec<Parsed<'t>>)>,
}

/// The files the loader reads as trees: the lock is written by the program, and the calendar has a reader of its own.
fn is_read_here(name: &str) -> bool {
    name != "lawbook.lock.toml" && !name.starts_with("calendar/")
}

/// Parses every file, and computes the digest beside.
pub fn parse_all<'t>(files: &'t LawFiles, errors: &Errors) -> (Vec<Option<Item<'t>>>, String) {
    std::thread::scope(|scope| {
        let digest = scope.spawn(|| crate::digest::digest(files));
        let items = threads::each(&files.0, errors, |index, file, errors| {
            is_read_here(&file.name).then(|| parse(index, &file.text, errors))
        });
        (items, digest.join().expect("hashing does not panic"))
    })
}

/// Puts every parsed file where it belongs.
pub fn route<'t>(files: &LawFiles, items: Vec<Option<Item<'t>>>, errors: &Errors) -> Routed<'t> {
    let mut routed = Routed::default();
    for (file, item) in files.0.iter().zip(items) {
        let Some(item) = item else { continue };
        let path: Vec<String> = file.name.split('/').map(str::to_owned).collect();
        if path[0] == "overlays" && path.len() >= 3 {
            let parsed = Parsed { path: path[2..].to_vec(), item };
            match routed.overlays.iter_mut().find(|(place, _)| *place == path[1]) {
                Some((_, files)) => files.push(parsed),
                None => routed.overlays.push((path[1].clone(), vec![parsed])),
            }
        } else if let Err(place) = put(&mut routed, &path, item) {
            errors.hint(
                &place,
                format!("不认识的法规文件 `{}`", file.name),
                "各类文件的位置见 law/README.md",
            );
        }
    }
    sort_versions(&mut routed);
    routed
}

/// Puts the versions of each procedure in the order of their days.
pub fn sort_versions(routed: &mut Routed<'_>) {
    for procedure in routed.procedures.iter_mut().chain(&mut routed.every) {
        // `procedure` sorts after any day; it is the first version.
        procedure.versions.sort_by_key(|version| (version.stem != "procedure", version.stem.clone()));
    }
}

/// Puts one file where it belongs; the place of the file if there is no such place.
pub fn put<'t>(routed: &mut Routed<'t>, path: &[String], item: Item<'t>) -> Result<(), Place> {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["lawbook.toml"] => routed.book = Some(item),
        ["norms.toml"] => routed.norms.push(item),
        ["fields.toml"] | ["fields", _] => routed.fields.push(item),
        ["posts.toml"] => routed.posts.push(item),
        ["errata.toml"] => routed.errata = Some(item),
        ["access.toml"] => routed.access.push(item),
        ["gates.toml"] => routed.gates.push(item),
        ["sample.toml"] => routed.sample = Some(item),
        ["parameters", _] => routed.parameters.push(item),
        ["rules", _] => routed.rules.push(item),
        ["procedures", "every", rest @ ..] => {
            let every = routed.every.get_or_insert_with(|| empty("every", "every"));
            return put_in(every, rest, item);
        }
        ["procedures", control_point, id, rest @ ..] => {
            let same = |files: &ProcedureFiles<'t>| files.id == *id && files.control_point == *control_point;
            let known = routed.procedures.iter().position(same);
            let at = known.unwrap_or_else(|| {
                routed.procedures.push(empty(control_point, id));
                routed.procedures.len() - 1
            });
            return put_in(&mut routed.procedures[at], rest, item);
        }
        _ => return Err(item.place),
    }
    Ok(())
}

fn empty<'t>(control_point: &str, id: &str) -> ProcedureFiles<'t> {
    ProcedureFiles {
        control_point: control_point.to_owned(),
        id: id.to_owned(),
        versions: Vec::new(),
        parts: Vec::new(),
        limits: None,
        cases: Vec::new(),
    }
}

fn put_in<'t>(procedure: &mut ProcedureFiles<'t>, rest: &[&str], item: Item<'t>) -> Result<(), Place> {
    match rest {
        ["limits.toml"] => procedure.limits = Some(item),
        [file] if file.ends_with(".toml") => {
            let stem = file.trim_end_matches(".toml");
            if stem == "procedure" || stem.parse::<jiff::civil::Date>().is_ok() {
                procedure.versions.push(VersionFile { stem: stem.to_owned(), item });
            } else {
                procedure.parts.push(item);
            }
        }
        ["cases", file] => procedure.cases.push((file.trim_end_matches(".toml").to_owned(), item)),
        _ => return Err(item.place),
    }
    Ok(())
}

/// Reads the calendar tables.
pub fn calendar(files: &LawFiles, errors: &Errors) -> Option<Calendar> {
    let of_calendar = |name: &str| name.starts_with("calendar/");
    let sources: Vec<(&str, &str)> = files
        .0
        .iter()
        .filter(|file| of_calendar(&file.name))
        .map(|file| (file.name.as_str(), file.text.as_str()))
        .collect();
    match Calendar::from_sources(&sources) {
        Ok(calendar) => Some(calendar),
        Err(found) => {
            for error in found {
                let file = files.0.iter().position(|file| file.name == error.file);
                let place = Place { file: file.unwrap_or(usize::MAX), span: error.span.clone() };
                errors.hint(&place, error.message.clone(), error.hint.clone());
            }
            None
        }
    }
}

/// What the calendar cites must be there like everything that is cited. Its own reader has told what is no citation.
pub fn check_calendar_cites(files: &LawFiles, book: &Lawbook, errors: &Errors) {
    if book.calendar.is_none() {
        return;
    }
    for (index, file) in files.0.iter().enumerate().filter(|(_, file)| file.name.starts_with("calendar/")) {
        if file.text.contains("cite") {
            let mut cites = Vec::new();
            collect_cites(&parse(index, &file.text, &Errors::default()), &mut cites);
            basis::cites(book, &cites, errors);
        }
    }
}

/// Every text under a key `cite`, wherever it stands.
fn collect_cites(item: &Item<'_>, found: &mut Vec<Located<String>>) {
    match &item.kind {
        Kind::Table(entries) => {
            for (key, (_, item)) in entries {
                if key == "cite" {
                    let listed = match &item.kind {
                        Kind::Array(items) => items.as_slice(),
                        _ => std::slice::from_ref(item),
                    };
                    found.extend(listed.iter().filter_map(|one| match &one.kind {
                        Kind::Text(text) => {
                            Some(Located { value: text.as_ref().to_owned(), place: one.place.clone() })
                        }
                        _ => None,
                    }));
                } else {
                    collect_cites(item, found);
                }
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| collect_cites(item, found)),
        Kind::Text(_) | Kind::Int(_) | Kind::Bool(_) | Kind::Date(_) | Kind::Other => {}
    }
}
