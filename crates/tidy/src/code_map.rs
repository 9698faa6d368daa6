//! The code map and the table of crates in `ARCHITECTURE.md`.

use crate::markdown::{code_spans, rows, section};
use crate::tree;

/// What `ARCHITECTURE.md` says about the tree.
#[derive(Debug)]
pub struct CodeMap {
    /// Paths from the top, as written: folders end in `/`.
    pub paths: Vec<String>,
    /// Each crate with the crates it may use.
    pub edges: Vec<(String, Vec<String>)>,
}

/// Reads the map.
#[must_use]
pub fn read() -> CodeMap {
    let text = tree::text("ARCHITECTURE.md");
    CodeMap { paths: paths(section(&text, "## Code map")), edges: edges(section(&text, "## Crates")) }
}

/// A heading names a folder; a bullet below it begins with a path in that folder.
fn paths(map: &str) -> Vec<String> {
    let mut base = String::new();
    let mut found = Vec::new();
    for line in map.lines() {
        let Some(span) = code_spans(line).first().copied() else { continue };
        if line.starts_with("### ") {
            base = format!("{}/", span.trim_end_matches('/'));
            found.push(base.clone());
        } else if line.starts_with("- `") {
            found.push(format!("{base}{span}"));
        }
    }
    found
}

fn edges(table: &str) -> Vec<(String, Vec<String>)> {
    let crate_of = |cells: Vec<&str>| {
        let name = code_spans(cells.first()?).first()?.to_string();
        let uses = code_spans(cells.get(1)?).iter().map(ToString::to_string).collect();
        Some((name, uses))
    };
    rows(table, "crate").into_iter().filter_map(crate_of).collect()
}
