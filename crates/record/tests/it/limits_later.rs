//! Limits and what becomes of acts later: replaced, fallen, ended; and conditions asked when a limit starts.

use lawbook::Lawbook;

use crate::limits::shown;
use crate::script::{record, standing};
use crate::small::{load, small, small_files};
use record::View;

/// The small law with texts of its files replaced: file, from, to.
fn with(changes: &[(&str, &str, &str)]) -> Lawbook {
    let mut files = small_files();
    for (file, from, to) in changes {
        let (_, text) = files.iter_mut().find(|(name, _)| name.ends_with(file)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {file}");
        *text = text.replacen(from, to, 1);
    }
    load(files).unwrap_or_else(|report| panic!("{report}"))
}

#[track_caller]
fn check(book: &Lawbook, limit: &str, script: &[&str], at: &str, expect: &[&str]) {
    assert_eq!(shown(book, limit, script, at), expect);
}

const DECIDED: [&str; 4] = [
    "2022-03-01 opened",
    "2022-03-02 report-made fine=1 basis=甲",
    "2022-03-03 reviewed=pass",
    "2022-03-10 decided=none",
];

#[test]
fn what_fell_does_not_meet_a_limit() {
    let fallen = [&DECIDED[..], &["2022-03-20 withdrawn"]].concat();
    assert_eq!(standing(&View::of(&record(small(), &[], &fallen))), "SFFFS");
    check(small(), "decide-by", &DECIDED, "2022-03-25", &["2022-03-31 met"]);
    check(small(), "decide-by", &fallen, "2022-03-25", &["2022-03-31 running"]);
    check(small(), "decide-by", &fallen, "2022-04-01", &["2022-03-31 broken"]);
    let (in_time, late) = ("2022-03-30 decided=none", "2022-04-01 decided=none");
    check(small(), "decide-by", &[&fallen[..], &[in_time]].concat(), "2022-05-01", &["2022-03-31 met"]);
    check(small(), "decide-by", &[&fallen[..], &[late]].concat(), "2022-05-01", &["2022-03-31 broken"]);
    // It fell only after the limit was due; then, too, there is no decision.
    let after = [&DECIDED[..], &["2022-04-20 withdrawn"]].concat();
    check(small(), "decide-by", &after, "2022-05-01", &["2022-03-31 broken"]);
}

#[test]
fn what_fell_after_its_own_run_was_over_had_met_it() {
    let limits = |counts: &str| {
        with(&[(
            "limits.toml",
            "until = [\"report-made\"]\ncounts = \"each\"",
            &format!("until = [\"report-made\"]\ncounts = \"{counts}\""),
        )])
    };
    let script = ["2022-03-01 found", "2022-03-02 report-made fine=1 basis=甲", "2022-03-20 withdrawn"];
    check(&limits("each"), "note-each", &script, "2022-05-01", &["2022-03-07 met"]);
    check(&limits("latest"), "note-each", &script, "2022-05-01", &["2022-03-07 met"]);
    check(&limits("first"), "note-each", &script, "2022-05-01", &["2022-03-07 broken"]);
    // Before the limit is due it runs on.
    let script = [script[0], script[1], "2022-03-05 withdrawn"];
    check(&limits("each"), "note-each", &script, "2022-03-06", &["2022-03-07 running"]);
    check(&limits("latest"), "note-each", &script, "2022-05-01", &["2022-03-07 broken"]);
    // With its start it fell: the duty had been done while there was one.
    let both = |counts: &str| {
        let until = "until = [\"report-made\"]\ncounts = \"each\"";
        let answered = format!("until = [\"reviewed\"]\ncounts = \"{counts}\"");
        with(&[
            ("limits.toml", until, &answered),
            ("limits.toml", "starts = [\"found\"]", "starts = [\"report-made\"]"),
        ])
    };
    let script =
        ["2022-03-01 report-made fine=1 basis=甲", "2022-03-02 reviewed=pass", "2022-03-03 withdrawn"];
    check(&both("latest"), "note-each", &script, "2022-05-01", &["2022-03-07 met"]);
    check(&both("first"), "note-each", &script, "2022-05-01", &["2022-03-07 broken"]);
}

#[test]
fn what_was_replaced_meets_a_limit_unless_its_successor_fell_or_says_otherwise() {
    let twice = [&DECIDED[..], &["2022-04-12 decided=none"]].concat();
    check(small(), "decide-by", &twice, "2022-05-01", &["2022-03-31 met"]);
    let fallen = [&DECIDED[..], &["2022-03-12 decided=none", "2022-03-20 withdrawn"]].concat();
    assert_eq!(standing(&View::of(&record(small(), &[], &fallen))), "SFFRFS");
    check(small(), "decide-by", &fallen, "2022-03-25", &["2022-03-31 running"]);
    let book = with(&[("limits.toml", "until = [\"decided\"]", "until = [\"decided=penalty\"]")]);
    let script = ["2022-03-01 opened", "2022-03-10 decided=penalty", "2022-03-12 decided=none"];
    check(&book, "decide-by", &script, "2022-03-25", &["2022-03-31 running"]);
    check(&book, "decide-by", &script[..2], "2022-03-25", &["2022-03-31 met"]);
}

#[test]
fn what_was_ended_met_its_limit() {
    let book = with(&[("limits.toml", "until = [\"decided\"]", "until = [\"served\"]")]);
    let script = ["2022-03-01 opened", "2022-03-10 served", "2022-03-12 revoked"];
    assert_eq!(standing(&View::of(&record(&book, &[], &script))), "SES");
    check(&book, "decide-by", &script, "2022-05-01", &["2022-03-31 met"]);
}

#[test]
fn what_started_a_limit_happened() {
    let script = ["2022-03-01 notified@c-1 fine=1", "2022-03-02 report-made fine=1 basis=甲"];
    let due = ["2022-03-04 running"].map(|run| format!("c-1 {run}"));
    check(small(), "statement-window", &script, "2022-03-02", &[&due[0]]);
    let fallen =
        ["2022-02-28 report-made fine=1 basis=甲", "2022-03-01 notified@c-1 fine=1", "2022-03-02 withdrawn"];
    assert_eq!(standing(&View::of(&record(small(), &["c-1"], &fallen))), "FFS");
    check(small(), "statement-window", &fallen, "2022-03-02", &[&due[0]]);
}

#[test]
fn what_counts_back_must_have_stood_then() {
    let book = small();
    let script = ["2022-03-04 reviewed=pass", "2022-03-05 reviewed=fail", "2022-03-09 decided=none"];
    check(book, "review-before", &script, "2022-03-20", &["2022-03-07 broken"]);
    let script = [
        "2022-03-01 report-made fine=1 basis=甲",
        "2022-03-04 reviewed=pass",
        "2022-03-07 withdrawn",
        "2022-03-09 decided=none",
    ];
    check(book, "review-before", &script, "2022-03-20", &["2022-03-07 broken"]);
    // What became of it afterwards changes nothing.
    for later in ["2022-03-10 withdrawn", "2022-03-10 reviewed=fail"] {
        let script = [script[0], script[1], script[3], later];
        check(book, "review-before", &script, "2022-03-20", &["2022-03-07 met"]);
    }
}

#[test]
fn a_pause_lasts_while_it_stands() {
    let book = with(&[("procedure.toml", "voids = [\"report-made\"]", "voids = [\"paused\", \"resumed\"]")]);
    let base = ["2022-03-01 opened", "2022-03-11 paused"];
    let fallen = [&base[..], &["2022-03-20 withdrawn"]].concat();
    let resumed = [&base[..], &["2022-03-20 resumed"]].concat();
    check(&book, "decide-by", &resumed, "2022-03-21", &["2022-04-11 running"]);
    check(&book, "decide-by", &fallen, "2022-03-21", &["2022-04-11 running"]);
    // Both fall after the clock ran on: nothing changes.
    let later = [&resumed[..], &["2022-03-25 withdrawn"]].concat();
    check(&book, "decide-by", &later, "2022-03-26", &["2022-04-11 running"]);
}

#[test]
fn a_pause_replaced_by_the_next_happened() {
    let pause = "id = \"paused\"\ntitle = \"中止\"\nstage = \"middle\"\nby = [\"leader\"]\nnature = \"work\"\nagain = ";
    let book = with(&[("procedure.toml", &format!("{pause}\"adds\""), &format!("{pause}\"replaces\""))]);
    let script = [
        "2022-03-01 opened",
        "2022-03-11 paused",
        "2022-03-20 resumed",
        "2022-03-22 paused",
        "2022-03-24 resumed",
    ];
    assert_eq!(standing(&View::of(&record(&book, &[], &script))), "SRSSS");
    for book in [&book, small()] {
        check(book, "decide-by", &script, "2022-03-25", &["2022-04-13 running"]);
    }
}

#[test]
fn days_left_out_are_those_the_standing_act_names() {
    let test = "id = \"tested\"\ntitle = \"检测\"\nstage = \"start\"\nby = [\"officer\"]\nstrand = \"item\"\nnature = \"work\"\nagain = ";
    let book = with(&[("procedure.toml", &format!("{test}\"adds\""), &format!("{test}\"replaces\""))]);
    let script = [
        "2022-03-01 seized@i-1",
        "2022-03-05 tested@i-1 from-day=2022-03-07 to-day=2022-03-11",
        "2022-03-06 tested@i-1 from-day=2022-03-14 to-day=2022-03-15",
    ];
    check(small(), "return-by", &script, "2022-03-12", &["i-1 2022-04-07 running"]);
    check(&book, "return-by", &script, "2022-03-12", &["i-1 2022-04-02 running"]);
    // Of one that fell, the days before it fell.
    let book = with(&[("procedure.toml", "voids = [\"report-made\"]", "voids = [\"tested\"]")]);
    let fallen = |day: &'static str| [script[0], script[1], day];
    check(&book, "return-by", &fallen("2022-03-09 withdrawn"), "2022-03-12", &["i-1 2022-04-02 running"]);
    check(&book, "return-by", &fallen("2022-03-20 withdrawn"), "2022-03-22", &["i-1 2022-04-06 running"]);
    check(&book, "return-by", &fallen("2022-03-07 withdrawn"), "2022-03-12", &["i-1 2022-03-31 running"]);
}

/// The small law with one more limit, of five days, under a condition.
fn conditional(starts: &str, counts: &str, when: &str) -> Lawbook {
    let limit = format!(
        "[[limit]]\nid = \"under\"\ntitle = \"有前提的期限\"\nstarts = [\"{starts}\"]\nwhen = \"{when}\"\nuntil = [\"paid\"]\ncounts = \"{counts}\"\nbinds = \"agency\"\nseverity = \"low\"\nselected-by = \"act-day\"\nvalues = [{{ from = 2020-01-01, length = 5, unit = \"day\", cite = \"small-law#25\", gist = \"五日\", status = \"confirmed\" }}]\n\n[[limit]]\nid = \"decide-by\""
    );
    with(&[("limits.toml", "[[limit]]\nid = \"decide-by\"", &limit)])
}

#[test]
fn the_condition_of_a_limit_is_asked_when_it_starts() {
    let none = conditional("opened", "first", "!occurred(found)");
    check(&none, "under", &["2022-03-01 opened", "2022-03-02 found"], "2022-03-03", &["2022-03-07 running"]);
    check(&none, "under", &["2022-02-28 found", "2022-03-01 opened"], "2022-03-03", &[]);
    let passed = conditional("served", "first", "stands(reviewed, 'pass')");
    let script = ["2022-03-01 reviewed=pass", "2022-03-02 served", "2022-03-03 reviewed=fail"];
    check(&passed, "under", &script, "2022-03-03", &["2022-03-07 running"]);
    let script = ["2022-03-01 reviewed=fail", "2022-03-02 served", "2022-03-03 reviewed=pass"];
    check(&passed, "under", &script, "2022-03-03", &[]);
    // An act entered late, of an earlier day, is part of how things stood.
    let script = ["2022-03-02 served", "2022-03-01 reviewed=pass"];
    check(&passed, "under", &script, "2022-03-03", &["2022-03-07 running"]);
}

#[test]
fn the_starting_act_itself_is_part_of_how_things_stood() {
    let heavy = conditional("notified", "first", "heavy");
    let script = ["2022-03-01 notified@c-1 fine=1000000", "2022-03-02 notified@c-1 fine=1"];
    check(&heavy, "under", &script, "2022-03-03", &["c-1 2022-03-07 running"]);
    let script = ["2022-03-01 notified@c-1 fine=1", "2022-03-02 notified@c-1 fine=1000000"];
    check(&heavy, "under", &script, "2022-03-03", &["c-1 2022-03-07 running"]);
    check(&heavy, "under", &script[..1], "2022-03-03", &[]);
    let ended = conditional("revoked", "each", "!stands(served)");
    check(
        &ended,
        "under",
        &["2022-03-01 served", "2022-03-02 revoked"],
        "2022-03-03",
        &["2022-03-07 running"],
    );
}
