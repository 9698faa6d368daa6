//! A live record followed step by step gives the answers of the record as a whole.

use std::sync::Arc;

use jiff::civil::Date;
use lawbook::Lawbook;
use proptest::prelude::*;
use record::{Adopted, Record, Surroundings};
use review::{Instance, Monitor, assess};

use crate::script::{Tape, Wildness, act, any_act, empty};
use crate::small::{real, road_fines, small};

const BASE: Date = Date::constant(2022, 3, 1);

/// As a set: late acts are asked about in another order.
fn shown(instances: &[Instance]) -> Vec<String> {
    let mut shown: Vec<String> = instances.iter().map(|instance| format!("{instance:?}")).collect();
    shown.sort();
    shown
}

#[track_caller]
fn follow(record: &Record<'_>) -> Result<(), TestCaseError> {
    let nobody = Surroundings::none();
    let mut before = record.clone();
    before.acts.clear();
    let mut monitor = Monitor::new(before.clone(), &nobody);
    for act in &record.acts {
        monitor.step(act.clone(), &nobody);
        before.acts.push(act.clone());
        for as_of in ["2022-03-20", "2022-08-01"].map(|day| day.parse().unwrap()) {
            prop_assert_eq!(shown(&monitor.answers(&nobody, as_of)), shown(&assess(&before, &nobody, as_of)));
        }
    }
    let again = Monitor::new(record.clone(), &nobody);
    let as_of = "2022-08-01".parse().unwrap();
    prop_assert_eq!(shown(&again.answers(&nobody, as_of)), shown(&assess(record, &nobody, as_of)));
    Ok(())
}

/// A record of any procedure whose id begins so, with any acts: late ones, corrections, adoptions.
fn any_record<'b>(book: &'b Lawbook, begins: &str, numbers: &[u16]) -> Record<'b> {
    let tape = &mut Tape::new(numbers);
    let ids: Vec<&str> = book
        .procedures
        .iter()
        .map(|procedure| procedure.id.as_str())
        .filter(|id| id.starts_with(begins))
        .collect();
    let parties: &[&str] = tape.one(&[&["c-1"][..], &["c-1", "c-2"], &[]]);
    let mut record = empty(book, tape.one(&ids), parties, "2022-03-01");
    while !tape.is_over() && record.acts.len() < 12 {
        let mut act = any_act(book, record.procedure, tape, BASE, Wildness::Usual);
        if record.procedure.def(act.act).adopts && tape.below(2) == 1 {
            let inner = any_act(book, record.procedure, tape, BASE, Wildness::Usual);
            act.adopted.push(Adopted { matter: "他-1".into(), seq: 3, leaf: None, act: Box::new(inner) });
        }
        record.push(act);
    }
    record
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn of_the_small_law(numbers in tapes()) {
        follow(&any_record(small(), "small", &numbers))?;
    }

    #[test]
    fn of_the_penalty_procedures(numbers in tapes()) {
        follow(&any_record(real(), "penalty", &numbers))?;
    }

    #[test]
    fn of_every_procedure(numbers in tapes()) {
        follow(&any_record(real(), "", &numbers))?;
    }

    #[test]
    fn of_the_road_fines(numbers in tapes()) {
        follow(&any_record(road_fines(), "road", &numbers))?;
    }
}

#[track_caller]
fn check(script: &[&str]) {
    let book = small();
    let mut record = empty(book, "small", &["c-1"], "2022-03-01");
    for line in script {
        let act = act(&record, line);
        record.push(act);
    }
    follow(&record).unwrap();
}

#[test]
fn an_act_without_the_hour_puts_its_day_back_into_the_order_recorded() {
    check(&[
        "2022-03-01T10:00 report-made fine=1 basis=甲",
        "2022-03-01T09:00 reviewed=pass",
        "2022-03-01 found",
        "2022-03-02 decided=none",
    ]);
    check(&[
        "2022-03-01T10:00 reviewed=pass",
        "2022-03-01T09:00 decided=none",
        "2022-03-01 decided=none",
        "2022-03-01T08:00 reviewed=pass",
    ]);
}

#[test]
fn a_step_costs_the_new_act_alone() {
    let nobody = Surroundings::none();
    let record = empty(small(), "small", &["c-1"], "2022-03-01");
    let mut monitor = Monitor::new(record, &nobody);
    for line in ["2022-03-01 opened", "2022-03-02 found", "2022-03-03 found"] {
        let act = act(monitor.record(), line);
        let seq = monitor.record().next_seq();
        monitor.step(Arc::new(record::Act { seq, ..act }), &nobody);
    }
    assert_eq!(monitor.view().occurrences.len(), 3);
    assert!(!monitor.is_closed());
}
