//! The coverage tables against the lawbook, and against the source tables where these are at hand.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lawbook::{LawFiles, Lawbook};
use tidy::{coverage, none, tree};

#[test]
fn what_a_table_names_is_in_the_lawbook() {
    let book = book();
    let mut problems = Vec::new();
    for (procedure, rows) in coverage::tables() {
        if !book.procedures.iter().any(|known| known.id == procedure) {
            problems.push(format!("docs/coverage/{procedure}.md: there is no such procedure"));
        }
        for row in rows {
            let unknown = coverage::unknown(&book, &procedure, &row);
            problems.extend(
                unknown.iter().map(|id| format!("docs/coverage/{procedure}.md: {}: {id}", row.source)),
            );
        }
    }
    none(&problems);
}

#[test]
fn every_numbered_step_of_a_named_section_is_mentioned() {
    let Some(domain) = tree::shared("domain") else {
        println!("skipped: ../shared/domain not there");
        return;
    };
    let mut mentioned: BTreeMap<(String, String), BTreeSet<u32>> = BTreeMap::new();
    for (file, part, numbers) in
        coverage::tables().iter().flat_map(|(_, rows)| rows).filter_map(coverage::steps)
    {
        mentioned.entry((file, part)).or_default().extend(numbers);
    }
    let mut problems = Vec::new();
    for ((file, part), numbers) in mentioned {
        let Ok(text) = std::fs::read_to_string(domain.join(format!("{file}.md"))) else {
            problems.push(format!("a coverage table names `{file}`, which is no source"));
            continue;
        };
        let missing = coverage::numbered(&text, &part).into_iter().filter(|number| !numbers.contains(number));
        problems.extend(missing.map(|number| format!("no coverage table mentions {file} {part} #{number}")));
    }
    none(&problems);
}

#[test]
fn numbers_of_steps_are_read() {
    let row =
        |source: &str| coverage::Row { source: source.into(), carriers: String::new(), note: String::new() };
    let numbers = |source| coverage::steps(&row(source)).map(|(_, _, numbers)| numbers);
    assert_eq!(numbers("personnel PP-01 #1 person applies"), Some(vec![1]));
    assert_eq!(numbers("personnel PP-01 #2–#4, #7"), Some(vec![2, 3, 4, 7]));
    assert_eq!(numbers("enforcement-procedures §12 pay"), None);
    assert_eq!(
        coverage::numbered("## 1. A\n\n| # | s |\n|---|---|\n| 1 | x |\n| 2 | y |\n\n## 2. B\n", "§1"),
        [1, 2]
    );
}

fn book() -> Lawbook {
    let files = LawFiles::from_dir(&tree::top().join("law")).expect("law/ can be read");
    lawbook::load(files).unwrap_or_else(|report| panic!("{report}"))
}
