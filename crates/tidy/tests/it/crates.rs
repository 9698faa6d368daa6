//! Which crate may use which.

use tidy::{code_map, none, tree};

#[test]
fn no_crate_uses_what_the_table_does_not_grant() {
    let edges = code_map::read().edges;
    let mut problems = Vec::new();
    for krate in tree::entries("crates") {
        let name = krate.trim_end_matches('/');
        let Some((_, granted)) = edges.iter().find(|(known, _)| known == name) else {
            problems.push(format!("`{name}` is not in the table of crates of ARCHITECTURE.md"));
            continue;
        };
        for used in house_crates(name) {
            if !granted.contains(&used) {
                problems.push(format!("crates/{name}/Cargo.toml uses `{used}`, which the table does not grant"));
            }
        }
    }
    for (name, granted) in &edges {
        for known in granted.iter().chain([name]).filter(|known| !tree::top().join("crates").join(known).is_dir()) {
            problems.push(format!("the table of crates names `{known}`, which is not there"));
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
        granted.iter().filter(|used| place(used) >= place(name)).map(|used| format!("`{name}` stands above `{used}`")).collect::<Vec<_>>()
    };
    none(&edges.iter().flat_map(upward).collect::<Vec<_>>());
}

/// The crates of this house among the dependencies of one, those of its tests too.
fn house_crates(name: &str) -> Vec<String> {
    let manifest: toml::Table = tree::text(&format!("crates/{name}/Cargo.toml")).parse().expect("cargo has read it");
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let names = tables.iter().filter_map(|table| manifest.get(*table)?.as_table()).flat_map(toml::Table::keys);
    names.filter(|used| tree::top().join("crates").join(used).is_dir()).cloned().collect()
}
