//! What Rust sources must not hold.

use tidy::{none, source, tree};

const LINES_MAX: usize = 600;

#[test]
fn no_source_is_long() {
    let long = rust().filter_map(|path| {
        let n_lines = tree::text(&path).lines().count();
        (n_lines > LINES_MAX)
            .then(|| format!("{path}: {n_lines} lines, more than {LINES_MAX}: two subjects?"))
    });
    none(&long.collect::<Vec<_>>());
}

#[test]
fn nothing_is_unfinished_or_left_out() {
    let forbidden = [["to", "do!("].concat(), ["unimplemen", "ted!("].concat(), ["#[ign", "ore"].concat()];
    none(&found(rust(), |line| {
        forbidden.iter().find(|words| line.contains(*words)).map(|words| format!("`{words}`"))
    }));
}

#[test]
fn no_article_stands_in_logic() {
    let outside_terms = rust().filter(|path| !source::is_test(path) && !path.starts_with("crates/terms/"));
    none(&found(outside_terms, |line| {
        source::article(line).map(|article| format!("`{article}` belongs in law/"))
    }));
}

#[test]
fn no_norm_is_cited_in_logic() {
    let norms: toml::Table = tree::text("law/norms.toml").parse().expect("the lawbook loads");
    let keys: Vec<String> = norms["norm"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|norm| Some(norm.get("key")?.as_str()?.to_owned()))
        .collect();
    assert!(keys.len() > 10, "the register of norms was not read");
    // What rests on the product's own choice is no law, and a hint may show how a citation is written.
    let is_law = |line: &str, key: &String| {
        *key != "product" && line.contains(&format!("\"{key}#")) && !line.contains("例如")
    };
    let cited =
        |line: &str| keys.iter().find(|key| is_law(line, key)).map(|key| format!("`{key}#` belongs in law/"));
    none(&found(rust().filter(|path| !source::is_test(path)), cited));
}

#[test]
fn the_core_has_no_clock_no_environment_and_no_network() {
    let forbidden = [
        "Timestamp::now",
        "Zoned::now",
        "SystemTime",
        "std::env",
        "env::var",
        "std::net",
        "async fn",
        "tokio",
        "rand::",
    ];
    // The store is the way to the disk and to the database; its plan stays pure all the same.
    let outside = ["crates/guiju/", "crates/store/", "crates/store-", "crates/web/"];
    let is_core = |path: &String| {
        path.starts_with("crates/store/src/plan/") || !outside.iter().any(|folder| path.starts_with(folder))
    };
    let core = rust().filter(|path| !source::is_test(path) && is_core(path));
    let (app, pure): (Vec<String>, Vec<String>) = core.partition(|path| path.starts_with("crates/app/"));
    let told = |words: &&str| format!("`{words}` in the core");
    none(&found(pure.into_iter(), |line| forbidden.iter().find(|words| line.contains(**words)).map(told)));
    // Use cases wait for the store; the time and chance are brought to them.
    let waits = ["async fn", "tokio"];
    none(&found(app.into_iter(), |line| {
        let forbidden = forbidden.iter().filter(|words| !waits.contains(words));
        forbidden.into_iter().find(|words| line.contains(**words)).map(told)
    }));
}

#[test]
fn the_article_heuristic_sees_articles() {
    assert_eq!(source::article("let words = \"依据第五十八条\";"), Some("第五十八条"));
    assert_eq!(source::article("format!(\"第{number}条\") 第一日"), None);
}

fn rust() -> impl Iterator<Item = String> {
    tree::files(".rs").into_iter()
}

/// Each line of logic about which `what` has something to say.
fn found(paths: impl Iterator<Item = String>, what: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for path in paths {
        let text = tree::text(&path);
        let lines: Vec<(usize, &str)> = if source::is_test(&path) {
            text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect()
        } else {
            source::logic(&text).collect()
        };
        for (number, line) in lines {
            problems.extend(what(line).map(|words| format!("{path}:{number}: {words}")));
        }
    }
    problems
}
