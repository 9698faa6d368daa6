//! `ARCHITECTURE.md` against the tree, both ways.

use tidy::{code_map, none, tree};

#[test]
fn every_path_on_the_map_exists() {
    let paths = code_map::read().paths;
    assert!(paths.len() > 20, "the code map was not found");
    let is_there = |path: &&String| {
        tree::top().join(path).exists() && path.ends_with('/') == tree::top().join(path).is_dir()
    };
    let gone = paths.iter().filter(|path| !is_there(path));
    none(&gone.map(|path| format!("ARCHITECTURE.md names `{path}`, which is not there")).collect::<Vec<_>>());
}

#[test]
fn every_top_folder_and_crate_is_on_the_map() {
    let paths = code_map::read().paths;
    let tops = tree::entries("").into_iter().filter(|entry| entry.ends_with('/'));
    let missing = tops.chain(tree::crates()).filter(|path| !paths.contains(path));
    none(&missing.map(|path| format!("ARCHITECTURE.md lacks `{path}`")).collect::<Vec<_>>());
}

#[test]
fn every_module_is_on_the_map() {
    let paths = code_map::read().paths;
    let mut missing = Vec::new();
    for krate in tree::crates() {
        let source = format!("{krate}src/");
        let modules = tree::entries(&source).into_iter().map(|entry| format!("{source}{entry}"));
        for path in modules.chain(tree::folders_below(&source)) {
            if !is_root(&path) && !paths.contains(&path) {
                let inside = path.trim_start_matches(&krate);
                missing.push(format!(
                    "below `{}`: - `{inside}`: {}",
                    krate.trim_end_matches('/'),
                    first_words(&path)
                ));
            }
        }
    }
    missing.sort();
    missing.dedup();
    none(&missing);
}

fn is_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs")
}

/// What a module says of itself, ready to be put on the map.
fn first_words(path: &str) -> String {
    let file = if path.ends_with('/') { format!("{path}mod.rs") } else { path.to_owned() };
    let text = std::fs::read_to_string(tree::top().join(file)).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("//! ")).unwrap_or("…").to_owned()
}
