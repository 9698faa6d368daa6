//! A table of single faults in a law folder that is otherwise right: each is found, alone, at its place.

use lawbook::report::line_and_column;

use crate::small::{load, small_files};

pub const PROCEDURE: &str = "procedures/enforcement/small/procedure.toml";
pub const LIMITS: &str = "procedures/enforcement/small/limits.toml";
pub const CASE: &str = "procedures/enforcement/small/cases/full.toml";
pub const PARAMETERS: &str = "parameters/all.toml";
pub const RULES: &str = "rules/all.toml";
pub const FIELDS: &str = "fields/all.toml";

/// The small law with `from` replaced once by `to` in a file; the place marked `‸` in `to`, as line and column.
#[track_caller]
pub fn faulty(files: &mut [(String, String)], file: &str, from: &str, to: &str) -> String {
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {file}"));
    let changed = text.replacen(from, to, 1);
    let place = changed.find('‸').unwrap_or(at);
    *text = changed.replacen('‸', "", 1);
    let (line, column) = line_and_column(text, place);
    format!("{file}:{line}:{column}")
}

/// Which other errors a fault may lead to.
#[derive(Clone, Copy)]
enum Others {
    None,
    Dependent,
}

/// A table of faults; at its end it tells every row that was not as expected.
#[derive(Default)]
pub struct Table {
    wrong: Vec<String>,
}

impl Table {
    /// One fault leads to one error, which says the fragment, at the place.
    #[track_caller]
    pub fn check(&mut self, file: &str, from: &str, to: &str, fragment: &str) {
        self.row(file, from, to, fragment, Others::None);
    }

    /// As [`Table::check`], of something that others name, which then do not find it. No key is called unknown for it.
    #[track_caller]
    pub fn named(&mut self, file: &str, from: &str, to: &str, fragment: &str) {
        self.row(file, from, to, fragment, Others::Dependent);
    }

    #[track_caller]
    fn row(&mut self, file: &str, from: &str, to: &str, fragment: &str, others: Others) {
        let mut files = small_files();
        let place = faulty(&mut files, file, from, to);
        let line = std::panic::Location::caller().line();
        let told = match load(files) {
            Ok(_) => "（无）".to_owned(),
            Err(report) => report.to_string(),
        };
        let there =
            told.lines().any(|line| line.starts_with(&format!("{place} ")) && line.contains(fragment));
        let alone = match others {
            Others::None => told.lines().count() == 1,
            Others::Dependent => fragment.starts_with("不认识的键") || !told.contains("不认识的键"),
        };
        let as_expected = there && alone;
        if !as_expected {
            self.wrong
                .push(format!("line {line}: `{to}` should tell\n  {place} {fragment}\nbut told\n  {told}"));
        }
    }

    /// The condition of the fact `heavy` replaced.
    #[track_caller]
    pub fn condition(&mut self, condition: &str, fragment: &str) {
        let to = format!("holds = \"{condition}\"");
        self.check(PROCEDURE, "holds = \"self.fine >= param('threshold')\"", &to, fragment);
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        }
    }
}
