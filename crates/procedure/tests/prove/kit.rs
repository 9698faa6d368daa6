//! A lawbook for a test: the least it needs to load, around a procedure written in the test.

use lawbook::model::{Procedure, RuleIx};
use lawbook::{LawFiles, Lawbook, load};
use procedure::prove::{Property, prove_rules};

const NORMS: &str = r#"
[[norm]]
key = "t"
title = "试验法"
short = "试验法"
rank = "law"
status = "confirmed"
versions = [ { from = 2000-01-01 } ]
"#;

const POSTS: &str = r#"post = [
  { id = "officer", title = "执法人员" },
  { id = "party", title = "当事人", outside = true },
]"#;

const HEAD: &str = r#"
id = "p"
title = "试验程序"
from = 2020-01-01
cite = ["t#1"]
gist = "试验"
status = "confirmed"
without-every = true
stage = [ { id = "s", title = "阶段" } ]
"#;

/// `{@a` begins an act, `{@n` a need, `{@f` a fact, `{@l` a limit value, `{@r` a rule: each with the keys every one has.
fn expand(text: &str) -> String {
    text.replace("{@a id", r#"{ title = "环节", stage = "s", by = ["officer"], cite = "t#1", gist = "g", status = "confirmed", id"#)
        .replace("{@p id", r#"{ title = "环节", stage = "s", by = ["party"], cite = "t#1", gist = "g", status = "confirmed", id"#)
        .replace("{@n", r#"{ cite = "t#1", gist = "g", "#)
        .replace("{@f id", r#"{ title = "事实", kind = "found", cite = "t#1", gist = "g", status = "confirmed", id"#)
        .replace("{@v", r#"{ from = 2020-01-01, cite = "t#1", gist = "g", status = "confirmed", "#)
        .replace(
            "{@r id",
            r#"{ title = "规则", kind = "precedence", severity = "high", uses = ["static"], from = 2020-01-01, cite = "t#1", gist = "g", status = "confirmed", id"#,
        )
}

/// The texts of a test's law.
pub struct Law<'a> {
    /// `[[field]]` lines: boolean fields by id.
    pub flags: Vec<String>,
    /// The body of the procedure: acts, facts, strands.
    pub procedure: &'a str,
    /// The limits.
    pub limits: &'a str,
    /// The rules.
    pub rules: &'a str,
}

/// Loads a lawbook with one procedure.
#[track_caller]
pub fn book(law: &Law<'_>) -> Lawbook {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law/calendar");
    let counting = std::fs::read_to_string(folder.join("counting.toml")).unwrap();
    let mut fields = String::from(
        "field = [\n{ id = \"fine\", title = \"罚款\", type = \"money\" },\n{ id = \"days\", title = \"天数\", type = \"integer\" },\n",
    );
    for flag in &law.flags {
        fields.push_str(&format!("{{ id = \"{flag}\", title = \"{flag}\", type = \"boolean\" }},\n"));
    }
    fields.push(']');
    let mut files = vec![
        ("lawbook.toml".to_owned(), "title = \"试验法规包\"\n".to_owned()),
        // The rules of counting cite norms of their own.
        (
            "norms.toml".to_owned(),
            format!("{NORMS}{}", std::fs::read_to_string(folder.join("../norms.toml")).unwrap()),
        ),
        ("posts.toml".to_owned(), POSTS.to_owned()),
        ("fields/common.toml".to_owned(), fields),
        ("calendar/counting.toml".to_owned(), counting),
        ("procedures/enforcement/p/procedure.toml".to_owned(), format!("{HEAD}{}", expand(law.procedure))),
    ];
    for year in [2021, 2022] {
        let text = std::fs::read_to_string(folder.join(format!("{year}.toml"))).unwrap();
        files.push((format!("calendar/{year}.toml"), text));
    }
    if !law.limits.is_empty() {
        files.push(("procedures/enforcement/p/limits.toml".to_owned(), expand(law.limits)));
    }
    if !law.rules.is_empty() {
        files.push(("rules/r.toml".to_owned(), expand(law.rules)));
    }
    match load(LawFiles::from_pairs(files)) {
        Ok(book) => book,
        Err(report) => panic!("{report}\n{}", expand(law.procedure)),
    }
}

/// Proves one rule of the book's procedure, perhaps changed.
#[track_caller]
pub fn rule(book: &Lawbook, procedure: &Procedure, id: &str) -> Property {
    let at = book.rules.iter().position(|rule| rule.id == id).unwrap();
    prove_rules(book, procedure, &[RuleIx(at as u16)]).pop().unwrap()
}
