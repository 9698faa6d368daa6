//! Whatever is proposed on whatever happened: an answer, and the same from `decide` and `next`.

use jiff::ToSpan;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::condition::node::{Node, Which};
use lawbook::model::{ActDef, Alternative, NeedKind, OutcomeIx, Procedure, Shape};
use procedure::{decide, next, next_json, try_json};
use proptest::prelude::*;
use record::{Act, Record, Relied, Surroundings, View};
use terms::{AGENCY_OFFSET, Moment};

use crate::gates::{certificates, end_of_day};
use crate::script::{Tape, Wildness, any_act, any_act_of, empty};
use crate::small::{real, small};

const BASE: Date = Date::constant(2022, 3, 1);

/// A procedure of a lawbook, picked by the tape.
fn pick<'b>(book: &'b Lawbook, tape: &mut Tape<'_>) -> Record<'b> {
    let ids: Vec<&str> = book.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
    let parties: &[&str] = tape.one(&[&["c-1"][..], &["c-1", "c-2"], &[]]);
    empty(book, tape.one(&ids), parties, "2022-03-01")
}

/// What happened, whatever it was.
fn happened(record: &mut Record<'_>, n: usize, tape: &mut Tape<'_>, wildness: Wildness) {
    for _ in 0..n {
        let act = any_act(record.book, record.procedure, tape, BASE, wildness);
        record.push(act);
    }
}

/// Only what was accepted, as an office works: one after the other, the possible acts first.
fn lawful(record: &mut Record<'_>, n: usize, tape: &mut Tape<'_>) {
    let entries = certificates();
    let surroundings = Surroundings { records: &[], entries: &entries, given: true, asked: None };
    for step in 0..n {
        let at = Moment::Day(BASE.checked_add((step as i64 * 2).days()).unwrap());
        let now = end_of_day(at);
        let possible = next(record, &surroundings, now).possible;
        if possible.is_empty() {
            return;
        }
        let one = &possible[tape.below(possible.len())];
        let mut act = complete(record, one.act, one.strand.as_deref(), one.outcomes.first().copied(), tape);
        act.at = at;
        if let Ok(decided) = decide(record, &surroundings, &act, now) {
            record.push(decided.act);
        }
    }
}

/// An act with every field and enough people.
fn complete(
    record: &Record<'_>,
    ix: lawbook::model::ActIx,
    strand: Option<&str>,
    outcome: Option<OutcomeIx>,
    tape: &mut Tape<'_>,
) -> Act {
    let def = record.procedure.def(ix);
    let mut act = any_act_of(record.book, record.procedure, ix, tape, BASE, Wildness::Usual);
    // Empty stands for a new strand, unless acts that name none have made one.
    let unnamed = |kind| View::of(record).keys(kind).iter().any(|key| key.is_empty());
    act.strand = strand.map(|key| {
        if key.is_empty() && !def.strand.is_some_and(unnamed) {
            format!("i-new-{}", record.acts.len()).into()
        } else {
            key.into()
        }
    });
    act.outcome = outcome;
    act.by.clear();
    let post = def.by.first().map_or("", String::as_str);
    for person in ["p-1", "p-2", "p-7", "p-8"].iter().take(usize::from(def.officers.max(1))) {
        act.by.push(record::Actor { person: (*person).into(), post: post.into() });
    }
    act
}

/// Nothing of an answer is empty, and it is written as JSON.
fn check_answer(
    record: &Record<'_>,
    proposed: &Act,
    now: jiff::Timestamp,
    given: bool,
) -> Result<(), TestCaseError> {
    let entries = certificates();
    let surroundings = Surroundings { records: &[], entries: &entries, given, asked: None };
    let answer = decide(record, &surroundings, proposed, now);
    let json = try_json(record, &answer);
    prop_assert_eq!(json["accepted"].as_bool(), Some(answer.is_ok()));
    match answer {
        Err(refusal) => {
            prop_assert!(!refusal.blocked.is_empty(), "a refusal without a gate");
            for unmet in refusal.blocked.iter().chain(&refusal.warned) {
                prop_assert!(!unmet.need.is_empty() && !unmet.title.is_empty(), "{unmet:?}");
                for id in &unmet.next {
                    prop_assert!(record.procedure.act(id).is_some());
                }
            }
        }
        Ok(decided) => {
            let seen = &decided.act.seen;
            prop_assert!(
                (1..seen.len()).all(|at| !seen[..at].contains(&seen[at])),
                "looked up once: {seen:?}"
            );
            check_relied(record, &decided.act)?;
        }
    }
    Ok(())
}

/// What was stored as relied on is what is derived on replay.
fn check_relied(before: &Record<'_>, decided: &Act) -> Result<(), TestCaseError> {
    let mut record = before.clone();
    record.push(decided.clone());
    let mut derived: Option<Vec<Relied>> = None;
    let whole = View::fold(&record, record::Corrections::Made, |view, act| {
        if act.seq == decided.seq {
            let links = view.derive_links(act, view.procedure().def(act.act));
            let own = |link: &record::Link| {
                let on = &view.occurrences[link.on as usize];
                on.adopted_from.is_none().then(|| Relied { seq: on.act.seq, fields: link.fields.clone() })
            };
            derived = Some(links.iter().filter_map(own).collect());
        }
    });
    prop_assert_eq!(
        derived.as_ref(),
        decided.relied.as_ref(),
        "stored and derived of {:?} differ",
        whole.def(whole.by_seq(decided.seq).unwrap().1).id
    );
    Ok(())
}

/// Whether a condition reads what the act itself says.
fn reads_self(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| {
        found |= matches!(
            node,
            Node::Field(Which::SelfAct, _)
                | Node::Outcome(Which::SelfAct)
                | Node::Persons(Which::SelfAct)
                | Node::Actors(Which::SelfAct)
                | Node::SelfSubjects(_)
                | Node::Adopted
        );
    });
    found
}

fn need_reads_self(def: &ActDef, id: &str) -> bool {
    let need = def.needs.iter().find(|need| need.id == id).expect("an unmet need is one of the act");
    let (NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. }) = &need.kind else {
        return need.when.as_ref().is_some_and(reads_self);
    };
    let holds = any.iter().any(|one| matches!(one, Alternative::Holds(node) if reads_self(node)));
    holds || need.when.as_ref().is_some_and(reads_self)
}

fn rule_reads_self(procedure: &Procedure, book: &Lawbook, id: &str) -> bool {
    let bound = procedure.rules.iter().filter(|bound| book.rule(bound.rule).id == id);
    bound.into_iter().any(|bound| match &bound.shape {
        Shape::Holds { when, holds, .. } => reads_self(holds) || when.as_ref().is_some_and(reads_self),
        Shape::Needs { when, .. } => when.as_ref().is_some_and(reads_self),
        Shape::Within { .. } | Shape::Exclusive { .. } => false,
    })
}

/// What `next` says is possible is refused for nothing but what the act itself says; what it says is blocked is refused.
fn check_next(record: &Record<'_>, at: Moment, tape: &mut Tape<'_>) -> Result<(), TestCaseError> {
    let entries = certificates();
    let surroundings = Surroundings { records: &[], entries: &entries, given: true, asked: None };
    let now = end_of_day(at);
    let answer = next(record, &surroundings, now);
    let _ = next_json(record, &answer);
    let now_moment = Moment::Instant(now);
    for _ in 0..3.min(answer.possible.len()) {
        let one = &answer.possible[tape.below(answer.possible.len())];
        let outcome = if one.outcomes.is_empty() { None } else { Some(tape.one(&one.outcomes)) };
        let mut act = complete(record, one.act, one.strand.as_deref(), outcome, tape);
        act.at = now_moment;
        let def = record.procedure.def(one.act);
        let Err(refusal) = decide(record, &surroundings, &act, now) else { continue };
        for unmet in &refusal.blocked {
            let own = match unmet.need.split_once(':') {
                Some(("rule", id)) => rule_reads_self(record.procedure, record.book, id),
                _ if unmet.need.contains('/') => need_reads_self(def, &unmet.need),
                _ => ["post", "officers", "certificate", "recusal", "field", "correction", "adoption"]
                    .contains(&unmet.need.as_str()),
            };
            prop_assert!(own, "`{}` was possible, and is refused for {}", def.id, unmet.need);
        }
    }
    for _ in 0..3.min(answer.blocked.len()) {
        let one = &answer.blocked[tape.below(answer.blocked.len())];
        let def = record.procedure.def(one.act);
        prop_assert!(!one.unmet.is_empty(), "`{}` is blocked by nothing", def.id);
        let outcome = if def.outcomes.is_empty() {
            None
        } else {
            Some(OutcomeIx(tape.below(def.outcomes.len()) as u8))
        };
        let mut act = complete(record, one.act, one.strand.as_deref(), outcome, tape);
        act.at = now_moment;
        act.about = vec![("person".into(), vec!["p-9".into()])];
        prop_assert!(
            decide(record, &surroundings, &act, now).is_err(),
            "`{}` was blocked, and is accepted",
            def.id
        );
    }
    Ok(())
}

fn asked(book: &Lawbook, numbers: &[u16], wildness: Wildness) -> Result<(), TestCaseError> {
    let tape = &mut Tape::new(numbers);
    let mut record = pick(book, tape);
    let n = tape.below(10);
    match tape.below(2) {
        0 => happened(&mut record, n, tape, wildness),
        _ => lawful(&mut record, n, tape),
    }
    let proposed = any_act(book, record.procedure, tape, BASE, wildness);
    let now = AGENCY_OFFSET.to_timestamp(BASE.checked_add(60.days()).unwrap().at(12, 0, 0, 0)).unwrap();
    check_answer(&record, &proposed, now, tape.below(2) == 0)
}

fn led(book: &Lawbook, numbers: &[u16]) -> Result<(), TestCaseError> {
    let tape = &mut Tape::new(numbers);
    let mut record = pick(book, tape);
    let n = tape.below(12);
    match tape.below(3) {
        0 => happened(&mut record, n, tape, Wildness::Usual),
        _ => lawful(&mut record, n, tape),
    }
    check_next(&record, Moment::Day(BASE.checked_add(70.days()).unwrap()), tape)
}

fn tapes(max: usize) -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_act_of_the_small_law_gets_an_answer(numbers in tapes(200)) {
        asked(small(), &numbers, Wildness::Usual)?;
        asked(small(), &numbers, Wildness::Extreme)?;
    }

    #[test]
    fn next_agrees_with_decide_on_the_small_law(numbers in tapes(300)) {
        led(small(), &numbers)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_act_of_the_law_gets_an_answer(numbers in tapes(400)) {
        asked(real(), &numbers, Wildness::Usual)?;
        asked(real(), &numbers, Wildness::Extreme)?;
    }

    #[test]
    fn next_agrees_with_decide_on_the_law(numbers in tapes(600)) {
        led(real(), &numbers)?;
    }
}
