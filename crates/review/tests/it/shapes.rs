//! The meaning of each shape of rule, and what a correction leaves behind.

use jiff::civil::Date;
use lawbook::Lawbook;
use record::Surroundings;
use review::{Instance, Tally, Verdict, assess};

use crate::script::record;
use crate::small::{load, real, small, small_files};

fn word(instance: &Instance) -> String {
    let verdict = match &instance.verdict {
        Verdict::Kept => "kept".to_owned(),
        Verdict::Broken => "broken".to_owned(),
        Verdict::Pending(until) => format!("pending {until}"),
        Verdict::CannotTell(missing) => format!("cannot tell {}", missing.join("、")),
    };
    let corrected = if instance.only_corrected { " only-corrected" } else { "" };
    format!("{} {verdict}{corrected}", instance.start)
}

#[track_caller]
fn check_in(book: &Lawbook, rule: &str, script: &[&str], as_of: &str, expect: &[&str]) {
    let record = record(book, &["c-1", "c-2"], script);
    let as_of: Date = as_of.parse().unwrap();
    let found = assess(&record, &Surroundings::none(), as_of);
    let of_rule = found.iter().filter(|instance| book.rule(instance.rule).id == rule);
    assert_eq!(of_rule.map(word).collect::<Vec<_>>(), expect);
}

#[track_caller]
fn check(rule: &str, script: &[&str], as_of: &str, expect: &[&str]) {
    check_in(small(), rule, script, as_of, expect);
}

const LATE: &str = "2022-12-31";
const REPORT: &str = "2022-03-02 report-made fine=800000 basis=甲";

#[test]
fn at_an_act_a_condition_holds() {
    check("fine-small", &["2022-03-08 decided=penalty fine=2000000"], LATE, &["1 kept"]);
    check("fine-small", &["2022-03-08 decided=penalty fine=2000001"], LATE, &["1 broken"]);
    check("fine-small", &["2022-03-08 decided=penalty"], LATE, &["1 cannot tell “决定”的“罚款”"]);
    // Another outcome, none at all, or a day before the rule: it does not speak.
    check("fine-small", &["2022-03-08 decided=none fine=2000001"], LATE, &[]);
    check("fine-small", &["2022-03-08 decided fine=2000001"], LATE, &[]);
    check("fine-small", &["2019-12-31 decided=penalty fine=2000001"], LATE, &[]);
    check("fine-small", &["2020-01-01 decided=penalty fine=2000001"], LATE, &["1 broken"]);
    // Each time it is asked anew.
    check(
        "fine-small",
        &["2022-03-08 decided=penalty fine=1", "2022-03-09 decided=penalty fine=2000001"],
        LATE,
        &["1 kept", "2 broken"],
    );
}

#[test]
fn an_act_needs_others_before_it() {
    check("review-first", &["2022-03-01 reviewed=pass", "2022-03-02 decided=none"], LATE, &["2 kept"]);
    check("review-first", &["2022-03-01 reviewed=fail", "2022-03-02 decided=none"], LATE, &["2 broken"]);
    check("review-first", &["2022-03-02 decided=none", "2022-03-03 reviewed=pass"], LATE, &["1 broken"]);
    // Stale since the report changed; not since it was merely written again.
    check(
        "review-first",
        &[
            REPORT,
            "2022-03-03 reviewed=pass",
            "2022-03-04 report-made fine=800000 basis=甲",
            "2022-03-05 decided=none",
        ],
        LATE,
        &["4 kept"],
    );
    check(
        "review-first",
        &[
            REPORT,
            "2022-03-03 reviewed=pass",
            "2022-03-04 report-made fine=1 basis=甲",
            "2022-03-05 decided=none",
        ],
        LATE,
        &["4 broken"],
    );
    check(
        "review-first",
        &[
            REPORT,
            "2022-03-03 reviewed=pass",
            "2022-03-04 report-made fine=1 basis=甲",
            "2022-03-04 reviewed=pass",
            "2022-03-05 decided=none",
        ],
        LATE,
        &["5 kept"],
    );
}

#[test]
fn a_condition_that_cannot_be_told_is_no_answer() {
    let mut files = small_files();
    for (name, text) in &mut files {
        if name == "rules/all.toml" {
            *text = text.replacen(
                "needs = [\"reviewed=pass\"]",
                "when = \"self.fine > 1\"\nneeds = [\"reviewed=pass\"]",
                1,
            );
        }
    }
    let book = load(files).unwrap_or_else(|report| panic!("{report}"));
    check_in(&book, "review-first", &["2022-03-02 decided=none"], LATE, &["1 cannot tell “决定”的“罚款”"]);
    check_in(&book, "review-first", &["2022-03-02 decided=none fine=1"], LATE, &[]);
    check_in(&book, "review-first", &["2022-03-02 decided=none fine=2"], LATE, &["1 broken"]);
}

#[test]
fn an_act_is_met_within_a_limit() {
    check("decide-in-time", &["2022-03-01 opened"], "2022-03-31", &["1 pending 2022-03-31"]);
    check("decide-in-time", &["2022-03-01 opened"], "2022-04-01", &["1 broken"]);
    check("decide-in-time", &["2022-03-01 opened", "2022-03-31 decided=none"], LATE, &["1 kept"]);
    check("decide-in-time", &["2022-03-01 opened", "2022-04-01 decided=none"], LATE, &["1 broken"]);
    check("decide-in-time", &["2022-03-01 opened", "2022-03-02 paused"], LATE, &["1 pending 2023-01-30"]);
    check(
        "decide-in-time",
        &["2022-03-01 opened", "2022-03-02 extended days=999999999999"],
        LATE,
        &["1 cannot tell 从 2022-03-01 起 30 日 超出可计算的范围（约一千年，公元 9999 年以内）"],
    );
    check("decide-in-time", &["2022-03-01 found"], LATE, &[]);
    // Not before the end of a limit that counts back.
    check("review-in-time", &["2022-03-07 reviewed=pass", "2022-03-09 decided=none"], LATE, &["2 kept"]);
    check("review-in-time", &["2022-03-08 reviewed=pass", "2022-03-09 decided=none"], LATE, &["2 broken"]);
    check("review-in-time", &["2022-03-09 decided=none"], LATE, &["1 broken"]);
}

#[test]
fn acts_exclude_each_other_and_never_happen_while() {
    check("one-answer", &["2022-03-01 stated@c-1"], LATE, &["1 kept"]);
    check("one-answer", &["2022-03-01 stated@c-1", "2022-03-02 waived@c-1"], LATE, &["1 kept", "2 broken"]);
    check("one-answer", &["2022-03-01 stated@c-1", "2022-03-02 waived@c-2"], LATE, &["1 kept", "2 kept"]);
    check("one-answer", &["2022-03-01 stated@c-1", "2022-03-02 stated@c-1"], LATE, &["1 kept", "2 kept"]);
    check("not-while-closed", &["2022-03-01 closed", "2022-03-02 paid fine=1"], LATE, &["2 broken"]);
    check(
        "not-while-closed",
        &["2022-03-01 closed", "2022-03-02 reopened", "2022-03-03 paid fine=1"],
        LATE,
        &["3 kept"],
    );
}

#[test]
fn what_only_a_correction_made_disappear_stays_a_finding() {
    let broken = "2022-03-08 decided=penalty fine=2000001";
    let corrected = |new: &str| {
        format!(
            "2022-03-20 correction target-seq=1 corrected-field=fine old-value=\"2000001\" new-value=\"{new}\""
        )
    };
    check("fine-small", &[broken, &corrected("1")], LATE, &["1 kept", "1 broken only-corrected"]);
    check("fine-small", &[broken, &corrected("3000000")], LATE, &["1 broken"]);
    // What a correction brings to light is a finding like any other.
    check(
        "fine-small",
        &["2022-03-08 decided=penalty fine=1", &corrected("2000001").replace("\"2000001\" new", "\"1\" new")],
        LATE,
        &["1 broken"],
    );
    let at = |day: &str| {
        format!("2022-04-20 correction target-seq=2 corrected-field=at old-value=2022-04-01 new-value={day}")
    };
    check(
        "decide-in-time",
        &["2022-03-01 opened", "2022-04-01 decided=none", &at("2022-03-31")],
        LATE,
        &["1 kept", "1 broken only-corrected"],
    );
    // And the matter counts as one that breaks the rule.
    let book = small();
    let record = record(book, &[], &[broken, &corrected("1")]);
    let instances = assess(&record, &Surroundings::none(), LATE.parse().unwrap());
    let mut tally = Tally::new(book);
    tally.add(2, &instances, &mut Vec::new());
    let count = tally.rules.iter().find(|count| count.rule == "fine-small").unwrap();
    assert_eq!((count.applicable, count.kept, count.broken, count.instances), (1, 0, 1, 2));
}

#[test]
fn the_worst_answer_of_a_matter_counts_and_they_sum_up() {
    let book = small();
    let mut tally = Tally::new(book);
    for script in [
        &["2022-03-08 decided=penalty fine=1"][..],
        &["2022-03-08 decided=penalty fine=1", "2022-03-09 decided=penalty"],
        &["2022-03-08 decided=penalty", "2022-03-09 decided=penalty fine=9999999"],
        &["2022-03-08 opened"],
    ] {
        let record = record(book, &[], script);
        tally.add(
            record.acts.len() as u64,
            &assess(&record, &Surroundings::none(), "2022-03-10".parse().unwrap()),
            &mut Vec::new(),
        );
    }
    let count = tally.rules.iter().find(|count| count.rule == "fine-small").unwrap();
    assert_eq!(
        (count.applicable, count.kept, count.pending, count.cannot_tell, count.broken, count.instances),
        (3, 1, 0, 1, 1, 5)
    );
    let count = tally.rules.iter().find(|count| count.rule == "decide-in-time").unwrap();
    assert_eq!((count.applicable, count.pending), (1, 1));
    assert_eq!((tally.matters, tally.acts), (4, 6));
}

#[test]
fn every_worked_case_and_example_of_the_small_law_is_as_it_says() {
    worked(small());
}

#[test]
fn every_worked_case_and_example_of_the_law_is_as_it_says() {
    worked(real());
}

fn worked(book: &Lawbook) {
    let mut wrong: Vec<String> = Vec::new();
    for case in &book.cases {
        wrong.extend(
            review::play(book, case).failures.into_iter().map(|failure| format!("{}: {failure}", case.id)),
        );
    }
    for (at, rule) in book.rules.iter().enumerate() {
        let ix = lawbook::model::RuleIx(at as u16);
        wrong.extend(rule.breaks.iter().filter_map(|example| review::check_example(book, ix, example, true)));
        wrong.extend(rule.keeps.iter().filter_map(|example| review::check_example(book, ix, example, false)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
