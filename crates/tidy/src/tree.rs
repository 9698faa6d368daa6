//! The files of the repository, as paths from its top.

use std::path::{Path, PathBuf};

/// Folders that are no part of the source.
const NOT_SOURCE: [&str; 4] = [".git", "target", "artifacts", ".venv"];

/// The top folder of the repository.
#[must_use]
pub fn top() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    top.canonicalize().expect("the crate lies two folders below the top")
}

/// The folder beside the repository that holds what is not part of it, when it is there.
#[must_use]
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = top().join("../shared").join(name);
    folder.is_dir().then_some(folder)
}

/// The text of a file below the top.
///
/// # Panics
/// When the file cannot be read.
#[must_use]
pub fn text(path: &str) -> String {
    std::fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below the top that ends so, in order.
#[must_use]
pub fn files(ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk("", &mut |path, folder| {
        if !folder && path.ends_with(ending) {
            found.push(path.to_owned());
        }
    });
    found.sort();
    found
}

/// The entries of one folder, folders with a `/` at their end, in order.
#[must_use]
pub fn entries(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(top().join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !NOT_SOURCE.contains(&name.as_str()) {
            found.push(if entry.path().is_dir() { format!("{name}/") } else { name });
        }
    }
    found.sort();
    found
}

/// Every folder below one, as paths from the top with a `/` at their end.
#[must_use]
pub fn folders_below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(folder, &mut |path, is_folder| {
        if is_folder {
            found.push(format!("{path}/"));
        }
    });
    found.sort();
    found
}

/// The folder of every crate, from the top.
#[must_use]
pub fn crates() -> Vec<String> {
    let crates = entries("crates").into_iter().map(|name| format!("crates/{name}"));
    let all =
        crates.chain(["bench/".to_owned()]).filter(|folder| top().join(folder).join("Cargo.toml").exists());
    all.collect()
}

fn walk(folder: &str, visit: &mut impl FnMut(&str, bool)) {
    for entry in entries(folder) {
        let name = entry.trim_end_matches('/');
        let path = if folder.is_empty() {
            name.to_owned()
        } else {
            format!("{}/{name}", folder.trim_end_matches('/'))
        };
        let is_folder = entry.ends_with('/');
        visit(&path, is_folder);
        if is_folder {
            walk(&path, visit);
        }
    }
}
