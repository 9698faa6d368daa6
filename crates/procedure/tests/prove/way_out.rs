//! Dead ends are found, whatever path leads there and whatever must be true for it; a procedure without one is proved.

use lawbook::Lawbook;
use procedure::prove::{
    Certificate, Options, Verdict, property_ids, prove, prove_procedure, prove_way_out, verify,
};

use crate::kit::{Law, book};

const LIMITS: &str = r#"
limit = [
  { id = "request-window", title = "听证申请期", starts = ["notice-served"], counts = "latest", binds = "party", severity = "low", opens = true, selected-by = "act-day", values = [ {@v length = 5, unit = "working-day" } ] },
  { id = "decide", title = "办案期限", starts = ["report-made"], until = ["decision-made"], counts = "first", binds = "agency", severity = "low", selected-by = "act-day", values = [ {@v length = DAYS, unit = "day" } ] },
]
"#;

/// A small procedure: `heard` is how the decision may follow, `ended` what the closing asks for besides.
fn small(heard: &str, ended: &str, days: u32) -> Lawbook {
    let procedure = format!(
        r#"
act = [
  {{@a id = "report-made", nature = "work", again = "replaces", fields = ["flag", "fine"] }},
  {{@a id = "notice-served", nature = "work", again = "replaces", fields = ["fine"], needs = [ {{@n act = "report-made" }} ] }},
  {{@p id = "hearing-requested", nature = "claim", again = "adds", needs = [ {{@n act = "notice-served" }} ] }},
  {{@p id = "objection-raised", nature = "claim", again = "refused" }},
  {{@a id = "objection-answered", nature = "work", again = "adds", ends = ["objection-raised"], needs = [ {{@n act = "objection-raised" }} ] }},
  {{@a id = "hearing-held", nature = "work", again = "replaces", fields = ["days"], needs = [ {{@n act = "hearing-requested" }} ] }},
  {{@a id = "decision-made", nature = "work", again = "replaces", fields = ["fine"], needs = [
    {{@n act = "notice-served" }},
    {{@n key = "heard", any = [{heard}] }},
    {{@n key = "lower", holds = "self.fine <= notice-served.fine" }},
  ] }},
  {{@a id = "decision-served", nature = "firm", again = "refused", needs = [ {{@n act = "decision-made" }} ] }},
  {{@a id = "case-closed", nature = "work", again = "replaces", closes = true, needs = [ {{@n act = "decision-served" }}{ended} ] }},
]
fact = [ {{@f id = "heavy", on = "report-made", holds = "self.flag" }} ]
"#
    );
    let limits = LIMITS.replace("DAYS", &days.to_string());
    book(&Law { flags: vec!["flag".into()], procedure: &procedure, limits: &limits, rules: "" })
}

const LAWFUL: &str = r#""not:heavy", "act:hearing-held", "over:request-window""#;

#[track_caller]
fn check_way_out(book: &Lawbook, expect: Verdict) -> Vec<String> {
    let property = prove_way_out(book, &book.procedures[0]);
    assert_eq!(property.result, expect, "{property:#?}");
    property.path.iter().filter_map(|step| step.act.clone()).collect()
}

#[test]
fn a_procedure_with_a_way_out_is_proved() {
    check_way_out(&small(LAWFUL, "", 90), Verdict::Proved);
}

#[test]
fn a_fact_against_the_agency_shows_the_dead_end() {
    // Only where the case is heavy and the party asks for nothing is there no way on.
    check_way_out(&small(r#""not:heavy", "act:hearing-held""#, "", 90), Verdict::Broken);
}

#[test]
fn a_dead_end_behind_an_act_of_the_party_is_found() {
    let stuck = small(LAWFUL, r#", {@n none = "hearing-requested" }"#, 90);
    let path = check_way_out(&stuck, Verdict::Broken);
    assert!(path.contains(&"hearing-requested".to_owned()), "{path:?}");
    check_way_out(&small(LAWFUL, r#", {@n none = "objection-raised" }"#, 90), Verdict::Proved);
}

#[track_caller]
fn check_acts(acts: &str, expect: Verdict) -> Vec<String> {
    let flags = (0..9).map(|at| format!("flag-{at}")).collect();
    check_way_out(&book(&Law { flags, procedure: acts, limits: "", rules: "" }), expect)
}

#[test]
fn what_can_be_issued_again_can_be_cancelled_again() {
    let acts = |again: &str| {
        format!(
            r#"act = [
  {{@a id = "applied", nature = "work", again = "replaces", fields = ["flag-0"] }},
  {{@a id = "issued", nature = "firm", again = "refused", needs = [ {{@n any = ["not:barred"] }} ] }},
  {{@a id = "cancelled", nature = "firm", again = "{again}", ends = ["issued"], needs = [ {{@n act = "issued" }} ] }},
  {{@a id = "closed", nature = "work", again = "refused", closes = true, needs = [ {{@n none = "issued" }}, {{@n act = "applied" }} ] }},
]
fact = [ {{@f id = "barred", on = "applied", holds = "self.flag-0" }} ]
"#
        )
    };
    check_acts(&acts("replaces"), Verdict::Proved);
    let path = check_acts(&acts("refused"), Verdict::Broken);
    assert_eq!(path, ["applied", "issued", "cancelled", "issued"]);
}

#[test]
fn what_a_reopening_makes_fall_can_still_be_answered() {
    let acts = |asked: &str| {
        format!(
            r#"act = [
  {{@a id = "told", nature = "work", again = "replaces" }},
  {{@p id = "asked", nature = "claim", again = "adds", needs = [ {{@n act = "told" }} ] }},
  {{@a id = "answered", nature = "work", again = "adds", needs = [ {{@n key = "asked", {asked} }} ] }},
  {{@a id = "closed", nature = "work", again = "refused", closes = true, needs = [
    {{@n act = "told" }},
    {{@n key = "settled", any = ["never:asked", "holds:since(answered, asked)"] }},
  ] }},
  {{@a id = "reopened", nature = "firm", again = "adds", reopens = true, after-end = true }},
]
"#
        )
    };
    check_acts(&acts(r#"holds = "occurred(asked)""#), Verdict::Proved);
    let path = check_acts(&acts(r#"act = "asked""#), Verdict::Broken);
    assert_eq!(path, ["told", "asked", "reopened"]);
}

#[test]
fn an_end_that_asks_for_many_things_is_brought_about_one_by_one() {
    let act = |at: usize| {
        format!(
            r#"{{@p id = "raised-{at}", nature = "claim", again = "adds" }},
  {{@a id = "noted-{at}", nature = "work", again = "replaces", fields = ["flag-{at}"] }},
  {{@a id = "met-{at}", nature = "work", again = "adds", needs = [ {{@n act = "noted-{at}" }} ] }},
"#
        )
    };
    let need = |at: usize| {
        format!(
            r#"{{@n act = "noted-{at}" }}, {{@n key = "a{at}", any = ["not:due-{at}", "act:met-{at}"] }}, {{@n key = "b{at}", any = ["never:raised-{at}", "act:met-{at}"] }},"#
        )
    };
    let fact =
        |at: usize| format!(r#"{{@f id = "due-{at}", on = "noted-{at}", holds = "self.flag-{at}" }},"#);
    let many = |one: &dyn Fn(usize) -> String| (0..9).map(one).collect::<String>();
    let (acts, needs, facts) = (many(&act), many(&need), many(&fact));
    let closed = format!(
        r#"{{@a id = "closed", nature = "work", again = "refused", closes = true, needs = [ {needs} ] }}"#
    );
    check_acts(&format!("act = [\n{acts}\n{closed} ]\nfact = [ {facts} ]\n"), Verdict::Proved);
}

#[test]
fn acts_limits_and_fields_are_proved_or_not() {
    let lawful = small(LAWFUL, "", 90);
    let proof = prove_procedure(&lawful, &lawful.procedures[0], Options::default());
    for property in &proof.properties {
        assert!(property.is_proved(), "{:?}", property.explain(&lawful, &lawful.procedures[0]));
    }
    let ids: Vec<&str> = proof.properties.iter().map(|property| property.id.as_str()).collect();
    assert_eq!(ids, property_ids(&lawful, &lawful.procedures[0]));
    for id in ["reach:hearing-held", "way-out", "limit:decide", "set:notice-served.fine"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
    // Five working days cannot pass within three days.
    let hurried = small(LAWFUL, "", 3);
    let proof = prove_procedure(&hurried, &hurried.procedures[0], Options::default());
    let limit = proof.properties.iter().find(|property| property.id == "limit:decide").unwrap();
    assert_eq!(limit.result, Verdict::Broken, "{limit:?}");
}

#[test]
fn an_act_out_of_reach_and_an_unset_field_are_found() {
    let mut book = small(LAWFUL, "", 90);
    let procedure = &mut book.procedures[0];
    let decided = procedure.act("decision-made").unwrap();
    procedure.acts[decided.at()].needs.remove(0);
    let held = procedure.act("hearing-held").unwrap();
    let need = procedure.acts[decided.at()].needs[0].clone();
    procedure.acts[held.at()].needs.push(lawbook::model::Need {
        id: "hearing-held/itself".to_owned(),
        kind: lawbook::model::NeedKind::Any(vec![lawbook::model::Alternative::Act(
            lawbook::condition::node::ActPattern { act: held, outcomes: Vec::new() },
        )]),
        ..need
    });
    let book = book;
    let proof = prove_procedure(&book, &book.procedures[0], Options::default());
    let result =
        |id: &str| proof.properties.iter().find(|property| property.id == id).map(|property| property.result);
    assert_eq!(result("reach:hearing-held"), Some(Verdict::Broken));
    assert_eq!(result("set:notice-served.fine"), Some(Verdict::Broken));
}

#[test]
fn a_certificate_holds_for_exactly_this_lawbook() {
    let lawful = small(LAWFUL, "", 90);
    let certificate = Certificate::of(&lawful, &prove(&lawful));
    let text = certificate.to_text().unwrap();
    assert_eq!(Certificate::from_text(&text).unwrap(), certificate);
    assert_eq!(verify(&lawful, &certificate), Ok(()));
    assert!(verify(&small(LAWFUL, "", 91), &certificate).is_err());
    let stuck = small(r#""not:heavy", "act:hearing-held""#, "", 90);
    assert!(verify(&stuck, &Certificate::of(&stuck, &prove(&stuck))).is_err());
}
