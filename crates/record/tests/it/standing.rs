//! What stands: replacing, falling, ending, voiding, reopening; strands and facts.

use lawbook::Lawbook;
use record::View;
use terms::Tri;

use crate::script::{record, standing};
use crate::small::small;

/// How the acts of a script stand at its end.
#[track_caller]
fn check(book: &Lawbook, parties: &[&str], script: &[&str], expect: &str) {
    let record = record(book, parties, script);
    let found = standing(&View::of(&record));
    let shown: Vec<String> =
        found.chars().zip(script).map(|(letter, line)| format!("{letter} {line}")).collect();
    assert_eq!(found, expect, "\n{}", shown.join("\n"));
}

const OPENED: &str = "2022-03-01 opened";
const REPORT: &str = "2022-03-02 report-made fine=800000 basis=甲";

#[test]
fn a_redo_with_the_same_substance_lets_nothing_fall() {
    let book = small();
    let again = "2022-03-08 report-made fine=800000 basis=甲 note=改了错字";
    check(
        book,
        &["c-1"],
        &[
            OPENED,
            REPORT,
            "2022-03-03 reviewed=pass",
            "2022-03-04 notified fine=800000",
            "2022-03-05 stated",
            "2022-03-06 answered=rejected",
            again,
        ],
        "SRSSSSS",
    );
    // The next redo is compared with that one.
    check(
        book,
        &["c-1"],
        &[OPENED, REPORT, "2022-03-03 reviewed=pass", again, "2022-03-09 report-made fine=800000 basis=乙"],
        "SRFRS",
    );
}

#[test]
fn a_redo_fells_what_relied_on_the_changed_field() {
    let book = small();
    let base = [OPENED, REPORT, "2022-03-03 reviewed=pass", "2022-03-04 notified fine=800000"];
    let with = |more: &'static str| [&base[..], &[more]].concat();
    // The review relies on the basis, the notice on the amount.
    check(book, &["c-1"], &with("2022-03-08 report-made fine=800000 basis=乙"), "SRFSS");
    check(book, &["c-1"], &with("2022-03-08 report-made fine=900000 basis=甲"), "SRSFS");
    check(book, &["c-1"], &with("2022-03-08 report-made fine=900000 basis=乙"), "SRFFS");
}

#[test]
fn an_outcome_is_part_of_the_content() {
    let book = small();
    let base = [OPENED, REPORT, "2022-03-03 reviewed=pass", "2022-03-04 decided=none"];
    check(book, &[], &[&base[..], &["2022-03-05 reviewed=pass note=再看"]].concat(), "SSRFS");
    check(book, &[], &[&base[..], &["2022-03-05 reviewed=fail"]].concat(), "SSRFS");
}

#[test]
fn falling_goes_down_the_whole_chain_but_not_through_a_claim() {
    let book = small();
    let script = [
        OPENED,
        REPORT,
        "2022-03-03 notified fine=800000",
        "2022-03-04 stated",
        "2022-03-05 answered=adopted",
        "2022-03-06 waived",
        "2022-03-08 report-made fine=1 basis=甲",
    ];
    // The notice falls, and with it the answer (which needs it too) and the waiver; the statement was made.
    check(book, &["c-1"], &script, "SRFSFFS");
}

#[test]
fn a_waiver_falls_with_any_renewal_of_what_it_answers() {
    let book = small();
    let base = [
        OPENED,
        REPORT,
        "2022-03-03 notified fine=800000",
        "2022-03-04 waived",
        "2022-03-04 stated",
        "2022-03-05 answered=adopted",
    ];
    check(book, &["c-1"], &[&base[..], &["2022-03-08 notified fine=800000"]].concat(), "SSRFSSS");
    check(book, &["c-1"], &[&base[..], &["2022-03-08 notified fine=700000"]].concat(), "SSRFSFS");
}

#[test]
fn what_is_firm_never_falls_by_a_redo() {
    let book = small();
    let base = [
        OPENED,
        REPORT,
        "2022-03-03 reviewed=pass",
        "2022-03-04 decided=none",
        "2022-03-05 served",
        "2022-03-06 paid fine=1",
    ];
    check(book, &[], &[&base[..], &["2022-03-08 report-made fine=1 basis=乙"]].concat(), "SRFFSSS");
    check(book, &[], &[&base[..], &["2022-03-08 decided=penalty fine=1"]].concat(), "SSSRSSS");
    // Only its counter-act ends it; what relied on it stays as it happened.
    check(book, &[], &[&base[..], &["2022-03-08 revoked"]].concat(), "SSSFESS");
}

#[test]
fn an_act_that_voids_another_fells_what_relied_on_it() {
    let book = small();
    let script = [
        OPENED,
        REPORT,
        "2022-03-03 reviewed=pass",
        "2022-03-04 notified fine=800000",
        "2022-03-04 stated",
        "2022-03-05 waived",
        "2022-03-06 withdrawn",
    ];
    check(book, &["c-1"], &script, "SFFFSFS");
    // A new report stands anew, and what had fallen stays so.
    check(
        book,
        &["c-1"],
        &[&script[..], &["2022-03-07 report-made fine=800000 basis=甲"]].concat(),
        "SFFFSFSS",
    );
}

#[test]
fn an_end_is_taken_back_by_reopening_and_names_what_falls() {
    let book = small();
    let base = [
        OPENED,
        REPORT,
        "2022-03-03 reviewed=pass",
        "2022-03-04 decided=none",
        "2022-03-05 served",
        "2022-03-06 closed",
    ];
    check(book, &[], &base, "SSSSSS");
    check(book, &[], &[&base[..], &["2022-04-01 reopened"]].concat(), "SSSSSES");
    check(book, &[], &[&base[..], &["2022-04-01 reopened falls=[\"report-made\"]"]].concat(), "SFFFSES");
    check(
        book,
        &[],
        &[&base[..], &["2022-04-01 reopened falls=[\"decided\",\"nothing-known\"]"]].concat(),
        "SSSFSES",
    );
    let record = record(book, &[], &[&base[..], &["2022-04-01 reopened", "2022-04-02 closed"]].concat());
    let view = View::of(&record);
    assert_eq!((view.reopened(), view.closed_by().map(|(at, _)| at)), (1, Some(7)));
}

#[test]
fn a_second_of_what_is_done_once_is_told_by_its_nature() {
    let book = small();
    // Inside the office the later one counts; outside, what was done first is not undone by a second.
    check(book, &[], &[OPENED, "2022-03-02 opened"], "RS");
    check(book, &[], &["2022-03-01 seized@i-1", "2022-03-02 seized@i-1"], "SS");
    check(book, &[], &["2022-03-01 seized@i-1", "2022-03-02 seized@i-1", "2022-03-03 returned@i-1"], "EES");
}

#[test]
fn strands_do_not_touch_each_other() {
    let book = small();
    let base = [
        OPENED,
        REPORT,
        "2022-03-03 notified@c-1 fine=800000",
        "2022-03-03 notified@c-2 fine=800000",
        "2022-03-04 waived@c-1",
        "2022-03-04 waived@c-2",
    ];
    check(book, &["c-1", "c-2"], &base, "SSSSSS");
    check(book, &["c-1", "c-2"], &[&base[..], &["2022-03-08 notified@c-2 fine=1"]].concat(), "SSSRSFS");
    // The main part is everybody's.
    check(
        book,
        &["c-1", "c-2"],
        &[&base[..], &["2022-03-08 report-made fine=1 basis=甲"]].concat(),
        "SRFFFFS",
    );
    check(book, &[], &["2022-03-01 seized@i-1", "2022-03-01 seized@i-2", "2022-03-02 returned@i-2"], "SES");
}

#[test]
fn one_party_needs_no_naming_and_things_are_named_by_what_an_act_is_about() {
    let book = small();
    let script = [
        OPENED,
        REPORT,
        "2022-03-03 notified fine=800000",
        "2022-03-04 waived@c-1",
        "2022-03-05 notified@c-1 fine=800000",
    ];
    check(book, &["c-1"], &script, "SSRFS");
    check(book, &[], &["2022-03-01 seized about.property=i-1", "2022-03-02 returned@i-1"], "ES");
    check(
        book,
        &["c-1", "c-2"],
        &[OPENED, REPORT, "2022-03-03 notified fine=1 about.party=c-2", "2022-03-05 notified@c-2 fine=1"],
        "SSRS",
    );
}

#[test]
fn an_act_that_names_no_strand_touches_none_of_the_named_ones() {
    let book = small();
    let base = [OPENED, REPORT, "2022-03-03 notified@c-1 fine=800000", "2022-03-03 notified@c-2 fine=800000"];
    // A line of another system's record that does not say which party: the notices of both still stand.
    check(book, &["c-1", "c-2"], &[&base[..], &["2022-03-08 notified fine=1"]].concat(), "SSSSS");
    check(book, &[], &["2022-03-01 seized@i-1", "2022-03-02 seized@i-2", "2022-03-02 returned"], "SSS");
}

#[test]
fn what_names_no_strand_belongs_together() {
    let book = small();
    // A log from elsewhere has no parties at all.
    check(
        book,
        &[],
        &[
            OPENED,
            REPORT,
            "2022-03-03 notified fine=800000",
            "2022-03-04 waived",
            "2022-03-08 notified fine=800000",
        ],
        "SSRFS",
    );
    let record = record(book, &[], &["2022-03-01 seized", "2022-03-02 returned"]);
    let view = View::of(&record);
    assert_eq!(standing(&view), "ES");
    let runs = view.all_limit_runs("2022-03-02".parse().unwrap());
    assert_eq!(runs.len(), 1, "the seizure has its limit, whichever thing it is of");
}

#[track_caller]
fn check_fact(script: &[&str], expect: Option<bool>) {
    let book = small();
    let record = record(book, &["c-1"], script);
    let view = View::of(&record);
    let procedure = record.procedure;
    let fact = procedure.facts.iter().position(|fact| fact.id == "heavy").unwrap();
    let found = view.fact(
        lawbook::model::FactIx(fact as u16),
        &Some((procedure.facts[fact].strand.unwrap(), "c-1".into())),
    );
    let expect = match expect {
        Some(known) => Tri::from(known),
        None => {
            assert!(matches!(found, Tri::Unknown(_)), "{found:?}");
            return;
        }
    };
    assert_eq!(found, expect);
}

#[test]
fn a_fact_is_settled_by_the_act_it_is_declared_on() {
    let report = "2022-03-02 report-made fine=2000000 basis=甲";
    check_fact(&[OPENED, report], None);
    check_fact(&[OPENED, report, "2022-03-03 notified fine=999999"], Some(false));
    check_fact(&[OPENED, report, "2022-03-03 notified fine=1000000"], Some(true));
    // Done again, it is settled again; of an act that fell it is absent.
    check_fact(
        &[OPENED, report, "2022-03-03 notified fine=1000000", "2022-03-04 notified fine=1"],
        Some(false),
    );
    check_fact(
        &[OPENED, report, "2022-03-03 notified fine=1000000", "2022-03-04 report-made fine=1 basis=甲"],
        None,
    );
    // Without the field it cannot be told.
    check_fact(&[OPENED, report, "2022-03-03 notified"], None);
    // The threshold is that of the day of the act.
    check_fact(&[OPENED, report, "2022-06-30 notified fine=600000"], Some(false));
    check_fact(&[OPENED, report, "2022-07-01 notified fine=600000"], Some(true));
}
