//! Markdown pages.

use tidy::{markdown, none, tree};

#[test]
fn every_relative_link_leads_somewhere() {
    let mut problems = Vec::new();
    for page in tree::files(".md") {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, target) in markdown::links(&tree::text(&page)) {
            let path = target.split(['#', ' ']).next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || path.is_empty();
            if !elsewhere && !tree::top().join(folder).join(path).exists() {
                problems.push(format!("{page}:{line}: `{target}` is not there"));
            }
        }
    }
    none(&problems);
}

#[test]
fn decisions_are_short() {
    let long =
        tree::files(".md").into_iter().filter(|page| page.starts_with("docs/adr/")).filter_map(|page| {
            let n_lines = tree::text(&page).lines().count();
            (n_lines > 50).then(|| format!("{page}: {n_lines} lines, more than 50"))
        });
    none(&long.collect::<Vec<_>>());
}
