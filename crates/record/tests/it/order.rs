//! The order of law: acts by when they happened, adopted ones among them, corrections made.

use record::{Adopted, Corrections, Record, View};
use terms::Value;

use crate::script::{act, record, standing};
use crate::small::small;

/// The numbers of the acts in the order of law; an adopted one in brackets.
fn order(record: &Record<'_>) -> String {
    let show = |occurrence: &record::Occurrence| match &occurrence.adopted_from {
        Some(_) => format!("[{}]", record.procedure.def(occurrence.act.act).id),
        None => occurrence.act.seq.to_string(),
    };
    View::of(record).occurrences.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(script: &[&str], expect: &str) {
    let book = small();
    assert_eq!(order(&record(book, &["c-1"], script)), expect);
}

#[test]
fn acts_stand_in_the_order_in_which_they_happened() {
    check(&["2022-03-01 opened", "2022-03-05 found", "2022-03-03 found"], "1 3 2");
    check(&["2022-03-01T10:00 opened", "2022-03-01T09:00 found", "2022-03-01T09:30 found"], "2 3 1");
    // Recorded on one day without the hour: as recorded.
    check(&["2022-03-01 opened", "2022-03-01 found", "2022-03-01 found"], "1 2 3");
    check(&["2022-03-01T10:00 opened", "2022-03-01 found", "2022-03-01T09:00 found"], "1 2 3");
    check(
        &["2022-03-02T10:00 opened", "2022-03-02 found", "2022-03-02T09:00 found", "2022-03-01T23:59 found"],
        "4 1 2 3",
    );
    // One instant: as recorded. The day is that of the agency's zone.
    check(&["2022-03-01T10:00 opened", "2022-03-01T10:00:00+08:00 found"], "1 2");
    check(&["2022-03-02 opened", "2022-03-01T17:00:00Z found", "2022-03-01T15:59:59Z found"], "3 1 2");
}

#[test]
fn an_act_recorded_late_does_not_see_what_came_after_it() {
    let book = small();
    // The review of 03-09 was of the report of 03-02; the report of 03-05 is recorded later, and lets it fall.
    let script = [
        "2022-03-01 opened",
        "2022-03-02 report-made fine=1 basis=甲",
        "2022-03-04 reviewed=pass",
        "2022-03-09 decided=none",
        "2022-03-05 report-made fine=1 basis=乙",
    ];
    let record = record(book, &[], &script);
    assert_eq!(order(&record), "1 2 3 5 4");
    assert_eq!(standing(&View::of(&record)), "SRFSS");
}

fn adopting<'b>(book: &'b lawbook::Lawbook, script: &[&str], adopted: &[(&str, u32, &str)]) -> Record<'b> {
    let mut record = record(book, &["c-1"], script);
    let mut adopt = act(&record, "2022-03-10 adopt");
    for (matter, seq, line) in adopted {
        adopt.adopted.push(Adopted {
            matter: (*matter).into(),
            seq: *seq,
            leaf: None,
            act: Box::new(act(&record, line)),
        });
    }
    record.push(adopt);
    record
}

#[test]
fn adopted_acts_count_with_their_own_day() {
    let book = small();
    let record = adopting(
        book,
        &["2022-03-07 opened"],
        &[
            ("检-1", 1, "2022-03-04T18:00 seized@i-1 count=1"),
            ("检-1", 2, "2022-03-08 tested@i-1 from-day=2022-03-08 to-day=2022-03-09"),
        ],
    );
    assert_eq!(order(&record), "[seized] 1 [tested] 2");
    let view = View::of(&record);
    assert_eq!(&*view.occurrences[0].adopted_from.clone().unwrap(), "检-1");
    // The thirty days run from the seizure there.
    let runs = view.all_limit_runs("2022-03-10".parse().unwrap());
    let run = runs.iter().find(|run| record.procedure.limits[run.ix.at()].id == "return-by").unwrap();
    assert_eq!((run.start, run.limit.as_ref().unwrap().due.to_string().as_str()), (0, "2022-04-06"));
}

#[test]
fn adopted_acts_are_relied_on_like_others() {
    let book = small();
    let mut record =
        adopting(book, &["2022-03-01 opened"], &[("检-1", 3, "2022-03-02 report-made fine=1 basis=甲")]);
    for line in ["2022-03-11 reviewed=pass", "2022-03-12 report-made fine=1 basis=乙"] {
        let act = act(&record, line);
        record.push(act);
    }
    let view = View::of(&record);
    assert_eq!(standing(&view), "SRSFS", "the report of the other matter is replaced, and its review falls");
    // A number in the other matter is none of this record's.
    assert!(view.by_seq(0).is_none());
    assert_eq!(view.by_seq(3).map(|(at, _)| at), Some(3));
}

#[track_caller]
fn corrected<'b>(book: &'b lawbook::Lawbook, script: &[&str], correction: &str) -> Record<'b> {
    let mut record = record(book, &["c-1"], script);
    let act = act(&record, correction);
    record.push(act);
    record
}

#[test]
fn a_correction_of_a_field_is_read_as_if_it_had_always_been_so() {
    let book = small();
    let script = [
        "2022-03-01 opened",
        "2022-03-02 report-made fine=800000 basis=甲",
        "2022-03-03 notified fine=800000",
        "2022-03-04 waived",
    ];
    let record = corrected(
        book,
        &script,
        "2022-03-20 correction target-seq=3 corrected-field=fine old-value=\"800000\" new-value=\"1800000\"",
    );
    let fine = book.field("fine").unwrap().0;
    let value = |corrections| View::with(&record, corrections).by_seq(3).unwrap().1.act.field(fine).cloned();
    assert_eq!(value(Corrections::Made), Some(Value::Int(1_800_000)));
    assert_eq!(value(Corrections::Ignored), Some(Value::Int(800_000)));
    // It voids nothing, the waiver neither; facts are settled anew.
    let view = View::of(&record);
    assert_eq!(standing(&view), "SSSSS");
    assert_eq!(view.occurrences[2].facts[0].1, terms::Tri::True);
    assert_eq!(record.act(3).unwrap().field(fine), Some(&Value::Int(800_000)), "nothing recorded is changed");
}

#[test]
fn a_correction_of_when_moves_the_act_and_its_limits() {
    let book = small();
    let script = [
        "2022-03-01 opened",
        "2022-03-02 report-made fine=1 basis=甲",
        "2022-03-12 served",
        "2022-03-18 paid fine=1",
    ];
    let record = corrected(
        book,
        &script,
        "2022-03-25 correction target-seq=3 corrected-field=at old-value=2022-03-12 new-value=2022-03-21",
    );
    assert_eq!(order(&record), "1 2 4 3 5");
    let view = View::of(&record);
    let runs = view.all_limit_runs("2022-03-25".parse().unwrap());
    let run = runs.iter().find(|run| record.procedure.limits[run.ix.at()].id == "pay-by").unwrap();
    // Fifteen days from 03-21 end on 04-05, a holiday.
    assert_eq!(run.limit.as_ref().unwrap().due.to_string(), "2022-04-06");
    let before = View::with(&record, Corrections::Ignored);
    let runs = before.all_limit_runs("2022-03-25".parse().unwrap());
    let run = runs.iter().find(|run| record.procedure.limits[run.ix.at()].id == "pay-by").unwrap();
    assert_eq!(run.limit.as_ref().unwrap().due.to_string(), "2022-03-28");
}

#[test]
fn corrections_are_made_in_the_order_in_which_they_were_recorded() {
    let book = small();
    let script = [
        "2022-03-01 opened",
        "2022-03-02 found note=甲",
        "2022-03-09 correction target-seq=2 corrected-field=note old-value=甲 new-value=乙",
        "2022-03-05 correction target-seq=2 corrected-field=note old-value=乙 new-value=丙",
    ];
    let record = record(book, &[], &script);
    let note = book.field("note").unwrap().0;
    assert_eq!(View::of(&record).by_seq(2).unwrap().1.act.field(note).unwrap().as_text(), Some("丙"));
}

#[test]
fn a_correction_that_names_nothing_changes_nothing() {
    let book = small();
    let script = ["2022-03-01 opened", "2022-03-02 found note=甲"];
    for correction in [
        "target-seq=9 corrected-field=note old-value=甲 new-value=乙",
        "target-seq=2 corrected-field=fine old-value=甲 new-value=\"1\"",
        "target-seq=2 corrected-field=nothing old-value=甲 new-value=乙",
        "target-seq=2 corrected-field=at old-value=2022-03-02 new-value=2022-02-30",
        "target-seq=2 corrected-field=count old-value=甲 new-value=many",
        "target-seq=-2 corrected-field=note old-value=甲 new-value=乙",
        "target-seq=99999999999 corrected-field=note old-value=甲 new-value=乙",
    ] {
        let record = corrected(book, &script, &format!("2022-03-09 correction {correction}"));
        let (view, before) = (View::of(&record), View::with(&record, Corrections::Ignored));
        let acts = |view: &View<'_>| {
            view.occurrences.iter().map(|occurrence| occurrence.act.clone()).collect::<Vec<_>>()
        };
        assert_eq!(acts(&view), acts(&before), "{correction}");
    }
}
