//! Seeded faults in a small penalty procedure: each is found, and the correct procedure is proved.

use lawbook::Lawbook;
use lawbook::condition::node::Node;
use lawbook::model::{Again, Nature, NeedKind, Procedure};
use procedure::prove::Verdict;

use crate::kit::{Law, book, rule};

const PROCEDURE: &str = r#"
strand = [
  { id = "property", title = "财物", per = "property" },
  { id = "party", title = "当事人", per = "party" },
]
act = [
  {@a id = "report-made", nature = "work", again = "replaces", fields = ["fine", "heavy-flag"] },
  {@a id = "notice-served", nature = "work", again = "replaces", fields = ["fine"], needs = [
    {@n act = "report-made" },
  ] },
  {@p id = "hearing-waived", nature = "waiver", again = "replaces", needs = [
    {@n act = "notice-served" },
  ] },
  {@p id = "statement-received", nature = "claim", again = "adds", needs = [
    {@n act = "notice-served" },
  ] },
  {@a id = "hearing-held", nature = "work", again = "replaces", fields = ["days"], needs = [
    {@n act = "notice-served" },
  ] },
  {@a id = "record-signed", nature = "work", again = "replaces", needs = [
    {@n act = "hearing-held" },
  ] },
  {@a id = "review-issued", nature = "work", again = "replaces", outcomes = ["pass=通过", "fail=不通过"], needs = [
    {@n act = "report-made" },
    {@n act = "record-signed", when = "heavy && !stands(hearing-waived)" },
  ] },
  {@a id = "decision-made", nature = "work", again = "replaces", outcomes = ["penalty=处罚", "no-penalty=不罚"], fields = ["fine"], needs = [
    {@n act = "notice-served", when = "self.outcome == 'penalty'" },
    {@n any = ["act:hearing-waived", "act:record-signed", "not:heavy"], when = "self.outcome == 'penalty'", key = "heard" },
    {@n act = "review-issued", outcome = "pass", when = "heavy" },
  ] },
  {@a id = "decision-served", nature = "firm", again = "refused", needs = [
    {@n act = "decision-made" },
  ] },
  {@a id = "seizure-executed", strand = "property", nature = "firm", again = "refused", needs = [ {@n act = "report-made" } ] },
  {@a id = "seizure-extended", strand = "property", nature = "firm", again = "refused", needs = [ {@n act = "seizure-executed" } ] },
  {@a id = "seizure-lifted", strand = "property", nature = "firm", again = "adds", ends = ["seizure-executed"], needs = [ {@n act = "seizure-executed" } ] },
  {@a id = "party-told", strand = "party", nature = "work", again = "replaces", fields = ["fine"], needs = [ {@n act = "report-made" } ] },
  {@a id = "panel-met", nature = "work", again = "replaces", needs = [
    {@n every = "party", any = ["act:party-told"] },
  ] },
  {@a id = "party-decided", strand = "party", nature = "work", again = "replaces", needs = [ {@n act = "panel-met" } ] },
  {@a id = "case-closed", nature = "work", again = "replaces", closes = true, needs = [
    {@n act = "decision-served" },
    {@n every = "property", started = "seizure-executed", any = ["act:seizure-lifted"] },
  ] },
]
fact = [
  {@f id = "heavy", on = "report-made", holds = "self.heavy-flag" },
]
"#;

const RULES: &str = r#"
rule = [
  {@r id = "notice-first", at = "decision-made=penalty", needs = ["notice-served"], since = ["changed report-made"] },
  {@r id = "heard-first", at = "decision-made=penalty", when = "heavy", needs = ["hearing-waived", "record-signed"], since = ["changed notice-served"] },
  {@r id = "record-of-this-round", at = "review-issued", when = "heavy && !occurred(hearing-waived)", needs = ["record-signed"], since = ["changed hearing-held"] },
  {@r id = "review-first", at = "decision-made", when = "heavy", needs = ["review-issued=pass"], since = ["changed report-made"] },
  {@r id = "review-after-hearing", at = "decision-made=penalty", when = "heavy && !occurred(hearing-waived)", needs = ["review-issued=pass"], since = ["changed record-signed"] },
  {@r id = "extended-once", at = "seizure-extended", never = "occurred(seizure-extended)" },
  {@r id = "told-first", at = "party-decided", needs = ["party-told"], since = ["changed report-made"] },
  {@r id = "closed-after-serving", at = "case-closed", needs = ["decision-served"] },
]
"#;

fn correct() -> Lawbook {
    book(&Law { flags: vec!["heavy-flag".into()], procedure: PROCEDURE, limits: "", rules: RULES })
}

/// Makes a change to the correct procedure and expects that this rule no longer holds.
#[track_caller]
fn check_found(rule_id: &str, change: impl Fn(&mut Procedure)) {
    let book = correct();
    let mut faulty = book.procedures[0].clone();
    change(&mut faulty);
    let property = rule(&book, &faulty, rule_id);
    assert_eq!(property.result, Verdict::Broken, "{rule_id}");
    assert!(!property.path.is_empty());
}

/// The needs of an act.
fn needs<'p>(procedure: &'p mut Procedure, act: &str) -> &'p mut Vec<lawbook::model::Need> {
    let act = procedure.act(act).unwrap();
    &mut procedure.acts[act.at()].needs
}

fn remove_need(procedure: &mut Procedure, act: &str, key: &str) {
    let needs = needs(procedure, act);
    let before = needs.len();
    needs.retain(|need| need.id != format!("{act}/{key}"));
    assert_eq!(needs.len() + 1, before);
}

#[test]
fn the_correct_procedure_is_proved() {
    let book = correct();
    let failed: Vec<_> = (book.rules.iter())
        .map(|one| rule(&book, &book.procedures[0], &one.id))
        .filter(|property| !property.is_proved())
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_missing_cascade_edge_is_found() {
    check_found("heard-first", |faulty| remove_need(faulty, "hearing-held", "notice-served"));
}

#[test]
fn a_waiver_that_survives_a_new_notice_is_found() {
    check_found("heard-first", |faulty| {
        let waiver = faulty.act("hearing-waived").unwrap();
        faulty.acts[waiver.at()].nature = Nature::Claim;
    });
}

#[test]
fn a_negated_when_is_found() {
    check_found("review-first", |faulty| {
        let need = needs(faulty, "decision-made")
            .iter_mut()
            .find(|need| need.id.ends_with("/review-issued"))
            .unwrap();
        need.when = need.when.take().map(|when| Node::Not(Box::new(when)));
    });
}

#[test]
fn two_swapped_gates_are_found() {
    check_found("review-after-hearing", |faulty| {
        let other = needs(faulty, "seizure-executed").pop().unwrap();
        let signed = std::mem::replace(&mut needs(faulty, "review-issued")[1], other);
        needs(faulty, "seizure-executed").push(signed);
    });
}

#[test]
fn a_second_extension_is_found() {
    check_found("extended-once", |faulty| {
        let extended = faulty.act("seizure-extended").unwrap();
        faulty.acts[extended.at()].again = Again::Adds;
    });
}

#[test]
fn any_for_every_is_found() {
    check_found("told-first", |faulty| {
        let need = &mut needs(faulty, "panel-met")[0];
        if let NeedKind::Every { strand, any, .. } = &need.kind {
            need.kind = NeedKind::Some { strand: *strand, any: any.clone() };
        }
    });
}

#[test]
fn a_hearing_record_of_an_earlier_round_is_found() {
    check_found("record-of-this-round", |faulty| remove_need(faulty, "record-signed", "hearing-held"));
}

#[test]
fn a_need_that_only_warns_stops_nothing() {
    check_found("closed-after-serving", |faulty| {
        needs(faulty, "case-closed")[0].severity = lawbook::model::Severity::Medium;
    });
}
