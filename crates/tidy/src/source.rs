//! Rust sources without their comments and tests.

/// The lines of a source that are logic: number and text, without comments, and nothing from its tests on.
pub fn logic(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.lines().take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"));
    before_tests.enumerate().map(|(at, line)| (at + 1, without_comment(line)))
}

/// Whether a file holds tests and nothing else.
#[must_use]
pub fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/benches/")
        || path.ends_with("/tests.rs")
        || path.starts_with("crates/tidy/")
}

/// An address in a string keeps its `//`; a comment begins a line or follows a space.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.find(" // ").map_or(line, |at| &line[..at])
}

/// The first article named on a line, as 第…条 with Chinese numerals between.
#[must_use]
pub fn article(line: &str) -> Option<&str> {
    line.match_indices('第').find_map(|(at, first)| {
        let rest = &line[at + first.len()..];
        let end = rest.find(|sign| !"〇零一二三四五六七八九十百千".contains(sign))?;
        (end > 0 && rest[end..].starts_with('条'))
            .then(|| &line[at..at + first.len() + end + '条'.len_utf8()])
    })
}
