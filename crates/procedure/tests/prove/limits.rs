//! A limit can be met when the windows that must pass after its start leave time enough.

use procedure::prove::{Options, Verdict, prove_properties};

use crate::kit::{Law, book};

const ACTS: &str = r#"
act = [
  {@a id = "report-made", nature = "work", again = "replaces" },
  {@a id = "notice-served", nature = "work", again = "replaces", needs = [ {@n act = "report-made" } ] },
  {@p id = "statement-received", nature = "claim", again = "adds", fields = ["flag"], needs = [ {@n act = "notice-served" } ] },
  {@a id = "decision-made", nature = "work", again = "replaces", needs = [
    {@n act = "notice-served" },
    {@n key = "heard", any = ["over:window", "holds:stands(statement-received) && statement-received.flag"] },
  ] },
  {@a id = "decision-published", nature = "firm", again = "replaces", needs = [ {@n act = "decision-made" } ] },
  {@a id = "decision-changed", nature = "firm", again = "adds", voids = ["decision-made"], needs = [ {@n act = "decision-made" } ] },
  {@a id = "publication-withdrawn", nature = "firm", again = "replaces", ends = ["decision-published"], needs = [
    {@n act = "decision-changed" },
    {@n act = "decision-published" },
  ] },
  {@p id = "agreed", nature = "work", again = "replaces", needs = [ {@n act = "decision-made" } ] },
  {@a id = "agreement-filed", nature = "work", again = "replaces", needs = [ {@n act = "agreed" } ] },
]
"#;

/// Five working days are at most fourteen days in these years; the limit has three.
#[track_caller]
fn check(limit: &str, expect: Verdict, days: Option<u32>) {
    let limits = format!(
        r#"
limit = [
  {{ id = "window", title = "期", starts = ["notice-served"], counts = "latest", binds = "party", severity = "low", opens = true, selected-by = "act-day", values = [ {{@v length = 5, unit = "working-day" }} ] }},
  {{ id = "asked", title = "限", {limit}, counts = "first", binds = "agency", severity = "low", selected-by = "act-day", values = [ {{@v length = 3, unit = "day" }} ] }},
]
"#
    );
    let book = book(&Law { flags: vec!["flag".into()], procedure: ACTS, limits: &limits, rules: "" });
    let proof = prove_properties(&book, &book.procedures[0], Options::default(), &|id| id == "limit:asked");
    let [property] = proof.properties.as_slice() else { panic!("{proof:?}") };
    assert_eq!(property.result, expect, "{limit}: {property:?}");
    match days {
        Some(days) => assert!(property.detail[0].contains(&format!("最多共 {days} 日")), "{property:?}"),
        None => assert!(property.detail[0].contains("办不到"), "{property:?}"),
    }
}

#[test]
fn a_window_after_the_start_counts() {
    check(r#"starts = ["report-made"], until = ["decision-made"]"#, Verdict::Broken, Some(14));
    check(r#"starts = ["notice-served"], until = ["decision-made"]"#, Verdict::Broken, Some(14));
}

#[test]
fn a_window_before_the_start_does_not_count() {
    check(r#"starts = ["decision-made"], until = ["decision-published"]"#, Verdict::Proved, Some(0));
}

#[test]
fn what_the_start_makes_fall_must_be_done_again() {
    check(r#"starts = ["decision-changed"], until = ["decision-published"]"#, Verdict::Broken, Some(14));
    check(r#"starts = ["decision-changed"], until = ["decision-made"]"#, Verdict::Broken, Some(14));
}

#[test]
fn what_the_condition_says_stands() {
    let limit =
        |when: &str| format!(r#"starts = ["decision-changed"], until = ["publication-withdrawn"]{when}"#);
    check(&limit(r#", when = "stands(decision-published)""#), Verdict::Proved, Some(0));
    // It may have been withdrawn before.
    check(&limit(r#", when = "occurred(decision-published)""#), Verdict::Broken, Some(14));
    check(&limit(r#", when = "stands(decision-published) || stands(agreed)""#), Verdict::Broken, Some(14));
    check(&limit(""), Verdict::Broken, Some(14));
}

#[test]
fn others_do_nothing_after_the_start() {
    check(r#"starts = ["agreed"], until = ["agreement-filed"]"#, Verdict::Proved, Some(0));
    check(r#"starts = ["decision-made"], until = ["agreement-filed"]"#, Verdict::Broken, None);
}

#[test]
fn every_start_must_leave_time() {
    check(r#"starts = ["agreed", "decision-made"], until = ["agreement-filed"]"#, Verdict::Broken, None);
    check(
        r#"starts = ["decision-made"], until = ["agreement-filed", "decision-published"]"#,
        Verdict::Proved,
        Some(0),
    );
}
