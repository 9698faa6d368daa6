//! The little of Markdown the tests read: sections, tables, code spans, links.

/// The lines from a heading to the next one of its level; empty when there is no such heading.
#[must_use]
pub fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let level = heading.split(' ').next().unwrap_or_default();
    section_where(text, |line| line.trim_end() == heading, level.len())
}

/// The lines from the first heading of which `found` is true to the next one of its level or above.
#[must_use]
pub fn section_where(text: &str, found: impl Fn(&str) -> bool, level: usize) -> &str {
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let depth = line.bytes().take_while(|&byte| byte == b'#').count();
        match start {
            None if depth == level && found(line) => start = Some(at + line.len()),
            Some(start) if (1..=level).contains(&depth) => return &text[start..at],
            _ => {}
        }
        at += line.len();
    }
    start.map_or("", |start| &text[start..])
}

/// The rows of the tables whose header begins with these words, as cells.
#[must_use]
pub fn rows<'t>(text: &'t str, header: &str) -> Vec<Vec<&'t str>> {
    let mut found = Vec::new();
    let mut above: Option<&str> = None;
    let mut wanted = false;
    for line in text.lines().map(str::trim) {
        let Some(inner) = line.strip_prefix('|') else {
            (above, wanted) = (None, false);
            continue;
        };
        let cells: Vec<&str> = inner.trim_end_matches('|').split('|').map(str::trim).collect();
        if cells.iter().all(|cell| cell.chars().all(|sign| matches!(sign, '-' | ':'))) && above.is_some() {
            wanted = above.is_some_and(|above| above.starts_with(header));
        } else if wanted {
            found.push(cells);
        } else {
            above = Some(inner.trim_start());
        }
    }
    found
}

/// What stands between backticks on a line.
#[must_use]
pub fn code_spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// The targets of `[words](target)` outside code, with the number of their line.
#[must_use]
pub fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            found.extend(targets.map(|target| (number + 1, target)));
        }
    }
    found
}
