//! A field that a condition reads has been set whenever its value can matter.

use procedure::prove::{Options, Property, Verdict, prove_properties};

use crate::kit::{Law, book};

/// A procedure in which `decided` are the needs of the decision, beside what one needs before it.
fn property(decided: &str) -> Property {
    let procedure = format!(
        r#"
act = [
  {{@a id = "report-made", nature = "work", again = "replaces", outcomes = ["full=全", "short=简"], fields = ["fine", "days?"], needs = [
    {{@n key = "days-told", when = "self.outcome == 'full'", holds = "self.days > 0" }},
  ] }},
  {{@a id = "report-reviewed", nature = "work", again = "replaces", needs = [ {{@n act = "report-made" }} ] }},
  {{@a id = "decision-made", nature = "work", again = "replaces", fields = ["fine", "days"], needs = [ {decided} ] }},
]
"#
    );
    let book = book(&Law { flags: Vec::new(), procedure: &procedure, limits: "", rules: "" });
    let proof =
        prove_properties(&book, &book.procedures[0], Options::default(), &|id| id.starts_with("set:"));
    assert_eq!(proof.properties.len(), 1, "{proof:?}");
    proof.properties[0].clone()
}

#[track_caller]
fn check(decided: &str, expect: Verdict) {
    let property = property(decided);
    assert_eq!(property.result, expect, "{decided}: {property:?}");
}

const LOWER: &str = r#"{@n key = "lower", holds = "self.fine <= report-made.fine" }"#;

#[test]
fn the_act_must_be_there() {
    let broken = property(LOWER);
    assert_eq!(broken.result, Verdict::Broken);
    let acts: Vec<Option<&str>> = broken.path.iter().map(|step| step.act.as_deref()).collect();
    assert_eq!(acts, [Some("decision-made")]);
    check(&format!(r#"{{@n act = "report-made" }}, {LOWER}"#), Verdict::Proved);
    check(&format!(r#"{{@n act = "report-reviewed" }}, {LOWER}"#), Verdict::Proved);
    check(&format!(r#"{{@n act = "report-reviewed", when = "self.fine > 0" }}, {LOWER}"#), Verdict::Broken);
}

#[test]
fn what_stands_beside_a_reading_may_settle_it() {
    let beside = |condition: &str| format!(r#"{{@n key = "lower", holds = "{condition}" }}"#);
    check(&beside("!stands(report-reviewed) || self.fine <= report-made.fine"), Verdict::Proved);
    check(&beside("stands(report-reviewed) && self.fine <= report-made.fine"), Verdict::Proved);
    // Asked the wrong way round.
    check(&beside("stands(report-reviewed) || self.fine <= report-made.fine"), Verdict::Broken);
    let other = |other: &str| {
        format!(r#"{{@n key = "lower", any = ["{other}", "holds:self.fine <= report-made.fine"] }}"#)
    };
    check(&other("never:report-made"), Verdict::Proved);
    check(&other("act:report-reviewed"), Verdict::Broken);
}

#[test]
fn a_field_that_may_be_empty_is_asked_for_first_or_comes_with_an_outcome() {
    let read = |needed: &str, condition: &str| {
        format!(r#"{{@n act = "report-made"{needed} }}, {{@n key = "in-time", holds = "{condition}" }}"#)
    };
    check(&read("", "self.days <= report-made.days"), Verdict::Broken);
    check(&read("", "!has(report-made.days) || self.days <= report-made.days"), Verdict::Proved);
    check(&read("", "has(report-made.days) || self.days <= report-made.days"), Verdict::Broken);
    check(&read(r#", outcome = "full""#, "self.days <= report-made.days"), Verdict::Proved);
    check(&read(r#", outcome = "short""#, "self.days <= report-made.days"), Verdict::Broken);
}
