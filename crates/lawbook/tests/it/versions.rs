//! Overlays, later versions, the version in force, the digest.

use crate::small::{load, small, small_files, told};

const LATER: &str = "procedures/enforcement/small/2022-07-01.toml";

fn with(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut files = small_files();
    for (name, text) in more {
        files.retain(|(known, _)| known != name);
        files.push(((*name).to_owned(), (*text).to_owned()));
    }
    files
}

#[track_caller]
fn refused(more: &[(&str, &str)], fragment: &str) {
    let told = told(with(more));
    assert!(told.contains(fragment), "{told}");
}

const DROPS: &str = r#"
from = 2022-07-01

[[act]]
id = "withdrawn"
drop = true

[[act]]
id = "resumed"
title = "恢复办理"
stage = "middle"
by = ["leader"]
nature = "work"
again = "adds"
cite = "small-law#11"
gist = "恢复"
status = "confirmed"

[[act]]
id = "published"
title = "公示"
stage = "end"
by = ["officer"]
nature = "firm"
again = "adds"
cite = "small-law#18"
gist = "公示"
status = "confirmed"
"#;

#[test]
fn a_later_version_says_only_what_differs() {
    let book = load(with(&[(LATER, DROPS)])).unwrap();
    let on = |day: &str| book.procedure("small", day.parse().unwrap()).unwrap();
    let (before, after) = (on("2022-06-30"), on("2022-07-01"));
    assert!(before.act("withdrawn").is_some() && before.act("published").is_none());
    assert!(after.act("withdrawn").is_none() && after.act("published").is_some());
    let resumed = after.def(after.act("resumed").unwrap());
    assert_eq!((resumed.title.as_str(), resumed.needs.len()), ("恢复办理", 0));
    assert_eq!(before.acts.len(), after.acts.len());
    assert_eq!(after.title, before.title);
    // A replaced act keeps its place in the order of the file.
    let order =
        |procedure: &lawbook::model::Procedure| procedure.acts.iter().position(|act| act.id == "resumed");
    assert_eq!(order(before), order(after));
}

#[test]
fn the_filing_day_picks_the_version() {
    let latest = "from = 2023-01-01\n[[act]]\nid = \"published\"\ndrop = true\n";
    let book =
        load(with(&[(LATER, DROPS), ("procedures/enforcement/small/2023-01-01.toml", latest)])).unwrap();
    for (day, from) in [
        ("1999-01-01", "2020-01-01"),
        ("2020-01-01", "2020-01-01"),
        ("2022-06-30", "2020-01-01"),
        ("2022-07-01", "2022-07-01"),
        ("2022-12-31", "2022-07-01"),
        ("2023-01-01", "2023-01-01"),
        ("2999-01-01", "2023-01-01"),
    ] {
        assert_eq!(book.procedure("small", day.parse().unwrap()).unwrap().from.to_string(), from, "{day}");
    }
    assert!(book.procedure("smal", "2022-01-01".parse().unwrap()).is_none());
}

#[test]
fn a_version_says_its_day_twice_the_same() {
    refused(&[(LATER, &DROPS.replace("from = 2022-07-01", ""))], "from");
    refused(&[(LATER, &DROPS.replace("from = 2022-07-01", "from = 2022-07-02"))], "2022-07-01");
    let earlier = DROPS.replace("from = 2022-07-01", "from = 2019-01-01");
    refused(&[("procedures/enforcement/small/2019-01-01.toml", &earlier)], "先后");
}

#[test]
fn what_is_dropped_must_be_there() {
    refused(&[(LATER, &DROPS.replace("\"withdrawn\"\ndrop", "\"withdrawing\"\ndrop"))], "withdrawing");
}

#[test]
fn what_is_dropped_may_not_be_needed() {
    let dropped = "from = 2022-07-01\n[[act]]\nid = \"notified\"\ndrop = true\n";
    refused(&[(LATER, dropped)], "没有环节 `notified`");
}

const BOOK: &str = "title = \"小法规包\"\noverlays = [\"town\"]\n";

#[test]
fn an_overlay_replaces_adds_and_drops() {
    let parameters = r#"
[[parameter]]
id = "threshold"
title = "较重处罚的数额"
type = "money"
selected-by = "act-day"
values = [{ from = 2020-01-01, value = 300000, cite = "small-law#63", gist = "三千元以上为较重", status = "confirmed" }]

[[parameter]]
id = "of-the-town"
title = "本地的数"
type = "integer"
selected-by = "act-day"
values = [{ from = 2020-01-01, value = 7, cite = "small-law#63", gist = "七", status = "confirmed" }]
"#;
    let limits = r#"
[[limit]]
id = "note-each"
drop = true

[[limit]]
id = "pay-by"
title = "缴款期限"
starts = ["served"]
until = ["paid"]
counts = "latest"
binds = "party"
severity = "medium"
selected-by = "act-day"
values = [{ from = 2020-01-01, length = 10, unit = "day", cite = "small-law#23", gist = "十日内缴款", status = "confirmed" }]
"#;
    let acts = r#"
[[act]]
id = "withdrawn"
drop = true
"#;
    let rules = r#"
[[rule]]
id = "one-answer"
drop = true

[[rule]]
id = "fine-small"
title = "罚款不高"
kind = "threshold"
severity = "high"
uses = ["warn", "review"]
from = 2020-01-01
at = "decided=penalty"
holds = "self.fine <= 1000000"
cite = "small-law#50"
gist = "不超过一万元"
status = "confirmed"
breaks = [{ case = "small/full", edit = [{ set = "decided", fields = { fine = 3000000 } }] }]
keeps = [{ case = "small/full" }]
"#;
    let fields = "field = [{ id = \"note\", title = \"说明\", type = \"text\" }, { id = \"lane\", title = \"车道\", type = \"integer\" }]\n";
    let posts =
        "post = [{ id = \"officer\", title = \"执法队员\" }, { id = \"warden\", title = \"管理员\" }]\n";
    let gates = "[[gate]]\nid = \"post\"\ntitle = \"岗位\"\ncite = \"small-law#1\"\ngist = \"由本地岗位办理\"\nstatus = \"confirmed\"\n";
    let base = small();
    let book = load(with(&[
        ("lawbook.toml", BOOK),
        ("overlays/town/parameters/all.toml", parameters),
        ("overlays/town/procedures/enforcement/small/limits.toml", limits),
        ("overlays/town/procedures/enforcement/small/procedure.toml", acts),
        ("overlays/town/rules/all.toml", rules),
        ("overlays/town/fields/all.toml", fields),
        ("overlays/town/posts.toml", posts),
        ("overlays/town/gates.toml", gates),
    ]))
    .unwrap_or_else(|report| panic!("{report}"));
    let day = "2022-08-01".parse().unwrap();
    let parameter = |id: &str| {
        let found = book.parameters.iter().find(|parameter| parameter.id == id).unwrap();
        found.series.on(day).unwrap().value.to_string()
    };
    assert_eq!((parameter("threshold").as_str(), parameter("of-the-town").as_str()), ("300000", "7"));
    let procedure = book.procedure("small", day).unwrap();
    assert!(procedure.limit("note-each").is_none() && procedure.act("withdrawn").is_none());
    let pay = &procedure.limits[procedure.limit("pay-by").unwrap().at()];
    assert_eq!(pay.length.on(day).unwrap().value.number, 10);
    let rule = |id: &str| book.rules.iter().find(|rule| rule.id == id);
    assert!(rule("one-answer").is_none());
    assert_eq!(rule("fine-small").unwrap().severity, lawbook::model::Severity::High);
    assert_eq!(book.rules.len(), base.rules.len() - 1);
    assert_eq!(book.field("note").unwrap().1.title, "说明");
    // A field that is replaced keeps its place, so that indexes agree with the lawbook itself.
    assert_eq!(book.field("note").unwrap().0, base.field("note").unwrap().0);
    assert!(book.field("lane").is_some());
    assert_eq!((book.post_title("officer"), book.post_title("warden")), ("执法队员", "管理员"));
    assert_eq!(book.gate("post").unwrap().basis.gist, "由本地岗位办理");
    // Without the overlay the lawbook is as it was.
    assert!(base.field("lane").is_none());
}

#[test]
fn an_overlay_is_asked_for_by_name() {
    let more = ("overlays/town/parameters/all.toml", "nonsense = 1\n");
    load(with(&[more])).unwrap();
    refused(&[more, ("lawbook.toml", BOOK)], "不认识的键 `nonsense`");
    refused(&[("lawbook.toml", BOOK)], "没有目录 law/overlays/town");
}

#[test]
fn an_overlay_may_bring_a_later_version() {
    let book = load(with(&[
        ("lawbook.toml", BOOK),
        (
            "procedures/enforcement/small/2023-01-01.toml",
            "from = 2023-01-01\n[[act]]\nid = \"withdrawn\"\ndrop = true\n",
        ),
        (
            "overlays/town/procedures/enforcement/small/2022-07-01.toml",
            &DROPS.replace("[[act]]\nid = \"withdrawn\"\ndrop = true\n", ""),
        ),
    ]))
    .unwrap_or_else(|report| panic!("{report}"));
    let has =
        |day: &str, act: &str| book.procedure("small", day.parse().unwrap()).unwrap().act(act).is_some();
    assert!(!has("2022-06-30", "published") && has("2022-06-30", "withdrawn"));
    assert!(has("2022-07-01", "published") && has("2022-07-01", "withdrawn"));
    assert!(has("2023-01-01", "published") && !has("2023-01-01", "withdrawn"));
}

#[test]
fn a_fault_in_an_overlay_is_told_in_its_file() {
    let limits = "[[limit]]\nid = \"pay-by\"\ntitle = \"缴款期限\"\nstarts = [\"servd\"]\nuntil = [\"paid\"]\ncounts = \"latest\"\nbinds = \"party\"\nseverity = \"medium\"\nselected-by = \"act-day\"\nvalues = [{ from = 2020-01-01, length = 10, unit = \"day\", cite = \"small-law#23\", gist = \"十日\", status = \"confirmed\" }]\n";
    let name = "overlays/town/procedures/enforcement/small/limits.toml";
    refused(&[("lawbook.toml", BOOK), (name, limits)], &format!("{name}:4:11 没有环节 `servd`"));
}

#[test]
fn any_text_changes_the_digest() {
    let base = small().digest.clone();
    assert_eq!(base.len(), 64);
    assert_eq!(base, load(small_files()).unwrap().digest);
    for (at, (name, _)) in small_files().iter().enumerate() {
        let mut files = small_files();
        files[at].1.push_str("# ein Wort\n");
        let book = load(files).unwrap_or_else(|report| panic!("{report}"));
        assert_ne!(book.digest, base, "{name}");
    }
    let mut files = small_files();
    files.reverse();
    assert_eq!(load(files).unwrap().digest, base, "the order in which files are found is nothing");
    let mut files = small_files();
    files.push(("lawbook.lock.toml".to_owned(), String::new()));
    assert_eq!(load(files).unwrap().digest, base, "the lock is no part");
    // What moves from one file's end to the next one's name or text is a change too.
    let mut files = small_files();
    let moved = files.iter().position(|(name, _)| name == "rules/all.toml").unwrap();
    files[moved].0 = "rules/al.toml".to_owned();
    assert_ne!(load(files).unwrap().digest, base);
}

/// The small procedure with everything from its first act on moved to a part.
fn in_parts() -> Vec<(String, String)> {
    let mut files = small_files();
    for folder in ["procedures/enforcement/small", "procedures/every"] {
        let (_, text) =
            files.iter_mut().find(|(name, _)| *name == format!("{folder}/procedure.toml")).unwrap();
        let at = text.find("[[act]]").unwrap();
        let part = text.split_off(at);
        files.push((format!("{folder}/10-acts.toml"), part));
    }
    files
}

#[test]
fn a_procedure_in_parts_is_the_same() {
    let whole = small();
    let book = load(in_parts()).unwrap_or_else(|report| panic!("{report}"));
    let acts = |book: &lawbook::Lawbook| -> Vec<String> {
        book.procedures.iter().flat_map(|procedure| procedure.acts.iter().map(|act| act.id.clone())).collect()
    };
    assert_eq!(acts(&book), acts(whole));
}

#[test]
fn overlays_and_later_versions_amend_the_parts_too() {
    let drops = "[[act]]\nid = \"withdrawn\"\ndrop = true\n";
    for (name, expect) in [
        ("procedure.toml", [false, false]),
        ("10-acts.toml", [false, false]),
        ("2023-01-01.toml", [true, false]),
    ] {
        let mut files = in_parts();
        files.retain(|(known, _)| known != "lawbook.toml");
        files.push(("lawbook.toml".to_owned(), BOOK.to_owned()));
        let from = if name.starts_with('2') { "from = 2023-01-01\n" } else { "" };
        files.push((format!("overlays/town/procedures/enforcement/small/{name}"), format!("{from}{drops}")));
        let book = load(files).unwrap_or_else(|report| panic!("{name}: {report}"));
        let has = ["2022-03-01", "2023-03-01"]
            .map(|day| book.procedure("small", day.parse().unwrap()).unwrap().act("withdrawn").is_some());
        assert_eq!(has, expect, "{name}");
    }
}

#[test]
fn an_overlay_amends_what_every_procedure_has() {
    let mut files = small_files();
    files.retain(|(known, _)| known != "lawbook.toml");
    files.push(("lawbook.toml".to_owned(), BOOK.to_owned()));
    files.push((
        "overlays/town/procedures/every/procedure.toml".to_owned(),
        "[[act]]\nid = \"irregularity\"\ndrop = true\n".to_owned(),
    ));
    let book = load(files).unwrap_or_else(|report| panic!("{report}"));
    assert!(book.procedure("small", "2022-03-01".parse().unwrap()).unwrap().act("irregularity").is_none());
}
