//! Which crate may use which.

use tidy::{code_map, none, tree};

#[test]
fn no_crate_uses_what_the_table_does_not_grant() {
    let edges = code_map::read().edges;
    let mut problems = Vec::new();
    for krate in tree::crates() {
        let name = name_of(&krate);
        let Some((_, granted)) = edges.iter().find(|(known, _)| known == name) else {
            problems.push(format!("`{name}` is not in the table of crates of ARCHITECTURE.md"));
            continue;
        };
        for used in house_crates(&krate) {
            if !granted.contains(&used) {
                problems.push(format!("{krate}Cargo.toml uses `{used}`, which the table does not grant"));
            }
        }
    }
    let known: Vec<String> = tree::crates().iter().map(|krate| name_of(krate).to_owned()).collect();
    for (name, granted) in &edges {
        for named in granted.iter().chain([name]).filter(|named| !known.contains(named)) {
            problems.push(format!("the table of crates names `{named}`, which is not there"));
        }
    }
    none(&problems);
}

#[test]
fn the_table_has_no_circle() {
    let edges = code_map::read().edges;
    // A crate stands below every crate it may use.
    let place = |name: &str| edges.iter().position(|(known, _)| known == name);
    let upward = |(name, granted): &(String, Vec<String>)| {
        granted
            .iter()
            .filter(|used| place(used) >= place(name))
            .map(|used| format!("`{name}` stands above `{used}`"))
            .collect::<Vec<_>>()
    };
    none(&edges.iter().flat_map(upward).collect::<Vec<_>>());
}

/// The last part of a folder: folder, package and name in `use` are the same.
fn name_of(krate: &str) -> &str {
    krate.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// The crates of this house among the dependencies of one, those of its tests too.
fn house_crates(krate: &str) -> Vec<String> {
    let manifest: toml::Table = tree::text(&format!("{krate}Cargo.toml")).parse().expect("cargo has read it");
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let names =
        tables.iter().filter_map(|table| manifest.get(*table)?.as_table()).flat_map(toml::Table::keys);
    let known = tree::crates();
    names.filter(|used| known.iter().any(|krate| name_of(krate) == *used)).cloned().collect()
}
