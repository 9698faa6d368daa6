//! Limits of a view: from which start, until which act, how long, how they stand.

use lawbook::Lawbook;
use record::View;

use crate::script::record;
use crate::small::small;

/// All runs of a limit at a moment: `strand due state`.
pub fn shown(book: &Lawbook, limit: &str, script: &[&str], at: &str) -> Vec<String> {
    let record = record(book, &["c-1", "c-2"], script);
    let view = View::of(&record);
    let runs = view.all_limit_runs(at.parse().unwrap());
    runs.iter()
        .filter(|run| record.procedure.limits[run.ix.at()].id == limit)
        .map(|run| {
            let strand = run.scope.as_ref().map_or(String::new(), |(_, key)| format!("{key} "));
            let due = run.limit.as_ref().map_or_else(ToString::to_string, |limit| limit.due.to_string());
            format!("{strand}{due} {}", run.state.id())
        })
        .collect()
}

#[track_caller]
fn check(limit: &str, script: &[&str], at: &str, expect: &[&str]) {
    assert_eq!(shown(small(), limit, script, at), expect);
}

#[test]
fn a_limit_of_the_agency_runs_from_the_first_start() {
    let base = ["2022-03-01 opened", "2022-03-10 opened"];
    check("decide-by", &base, "2022-03-31", &["2022-03-31 running"]);
    check("decide-by", &base, "2022-04-01", &["2022-03-31 broken"]);
    check(
        "decide-by",
        &[&base[..], &["2022-03-31T23:59 decided=none"]].concat(),
        "2022-05-01",
        &["2022-03-31 met"],
    );
    check(
        "decide-by",
        &[&base[..], &["2022-04-01T00:00 decided=none"]].concat(),
        "2022-05-01",
        &["2022-03-31 broken"],
    );
    // What was decided in time and again later stays in time.
    check(
        "decide-by",
        &[&base[..], &["2022-03-30 decided=none", "2022-04-30 decided=none"]].concat(),
        "2022-05-01",
        &["2022-03-31 met"],
    );
    check("decide-by", &["2022-03-02 found"], "2022-04-01", &[]);
}

#[test]
fn a_limit_of_the_party_runs_from_the_latest_start() {
    let base = ["2022-03-01 served", "2022-03-10 served"];
    check("pay-by", &base, "2022-03-11", &["2022-03-25 running"]);
    check(
        "pay-by",
        &[&base[..], &["2022-03-09 paid fine=1"]].concat(),
        "2022-03-11",
        &["2022-03-25 running"],
    );
    check("pay-by", &[&base[..], &["2022-03-25 paid fine=1"]].concat(), "2022-03-26", &["2022-03-25 met"]);
}

#[test]
fn each_start_has_its_own_run() {
    let base = [
        "2022-03-01 found",
        "2022-03-04 found",
        "2022-03-07 report-made fine=1 basis=甲",
        "2022-03-08 found",
    ];
    // Five days from 03-01 end on Sunday 03-06 and roll to Monday.
    check("note-each", &base, "2022-03-09", &["2022-03-07 met", "2022-03-09 met", "2022-03-14 running"]);
}

#[test]
fn the_filing_day_picks_the_length() {
    check("decide-by", &["2022-06-30 opened"], "2022-07-05", &["2022-08-01 running"]);
    check("decide-by", &["2022-07-01 opened"], "2022-07-05", &["2022-07-21 running"]);
    check("decide-by", &["2019-06-30 opened"], "2019-07-05", &[]);
}

#[test]
fn a_window_opens_when_it_is_over_and_its_length_may_be_set() {
    // Three working days from Friday 03-04.
    check("statement-window", &["2022-03-04 notified@c-1 fine=1"], "2022-03-09", &["c-1 2022-03-09 running"]);
    check("statement-window", &["2022-03-04 notified@c-1 fine=1"], "2022-03-10", &["c-1 2022-03-09 met"]);
    check(
        "statement-window",
        &["2022-03-04 notified@c-1 fine=1 days=5"],
        "2022-03-09",
        &["c-1 2022-03-11 running"],
    );
    check(
        "statement-window",
        &["2022-03-04 notified@c-1 fine=1 days=5", "2022-03-07 notified@c-2 fine=1"],
        "2022-03-09",
        &["c-1 2022-03-11 running", "c-2 2022-03-10 running"],
    );
    check(
        "statement-window",
        &["2022-03-04 notified@c-1 fine=1", "2022-03-07 notified@c-1 fine=1"],
        "2022-03-09",
        &["c-1 2022-03-10 running"],
    );
    // A length that is none is told, not guessed.
    check(
        "statement-window",
        &["2022-03-04 notified@c-1 fine=1 days=0"],
        "2022-03-09",
        &["c-1 期限长度为 0，须不小于 1 unknown"],
    );
}

#[test]
fn what_counts_back_must_lie_before() {
    let review = "2022-03-07 reviewed=pass";
    check("review-before", &[review], "2022-03-20", &[]);
    check("review-before", &[review, "2022-03-09 decided=none"], "2022-03-20", &["2022-03-07 met"]);
    check("review-before", &[review, "2022-03-08 decided=none"], "2022-03-20", &["2022-03-06 broken"]);
    check("review-before", &["2022-03-08 decided=none"], "2022-03-08", &["2022-03-06 broken"]);
    // Only the outcome that counts, and only what lies before it.
    check(
        "review-before",
        &["2022-03-04 reviewed=fail", "2022-03-09 decided=none", review],
        "2022-03-20",
        &["2022-03-07 met"],
    );
    check(
        "review-before",
        &["2022-03-04 reviewed=fail", "2022-03-09 decided=none", "2022-03-10 reviewed=pass"],
        "2022-03-20",
        &["2022-03-07 broken"],
    );
}

#[test]
fn an_extension_lengthens_from_the_start() {
    check(
        "decide-by",
        &["2022-03-01 opened", "2022-03-20 extended days=15"],
        "2022-04-10",
        &["2022-04-15 running"],
    );
    check(
        "decide-by",
        &["2022-03-01 opened", "2022-03-20 extended days=15", "2022-03-21 extended days=10"],
        "2022-04-10",
        &["2022-04-25 running"],
    );
    check(
        "decide-by",
        &["2022-03-01 opened", "2022-03-20 extended days=0", "2022-03-20 extended days=-9"],
        "2022-03-20",
        &["2022-03-31 running"],
    );
    // Before the start it extends nothing; when what it relied on is gone, neither.
    check(
        "decide-by",
        &["2022-02-20 extended days=15", "2022-03-01 opened"],
        "2022-03-20",
        &["2022-03-31 running"],
    );
}

#[test]
fn days_that_do_not_count_are_left_out() {
    let base = ["2022-03-01 seized@i-1", "2022-03-01 seized@i-2"];
    check("return-by", &base, "2022-03-05", &["i-1 2022-03-31 running", "i-2 2022-03-31 running"]);
    let tested = [&base[..], &["2022-03-05 tested@i-1 from-day=2022-03-07 to-day=2022-03-11"]].concat();
    // Five days are left out of the thirty; 04-05 is a holiday.
    check("return-by", &tested, "2022-03-12", &["i-1 2022-04-06 running", "i-2 2022-03-31 running"]);
    let reversed = [&base[..], &["2022-03-05 tested@i-1 from-day=2022-03-11 to-day=2022-03-07"]].concat();
    check("return-by", &reversed, "2022-03-12", &["i-1 2022-03-31 running", "i-2 2022-03-31 running"]);
    let before = [&["2022-02-20 tested@i-1 from-day=2022-02-20 to-day=2022-03-11"][..], &base].concat();
    check("return-by", &before, "2022-03-12", &["i-1 2022-03-31 running", "i-2 2022-03-31 running"]);
}

#[test]
fn the_clock_stands_still_while_suspended() {
    let base = ["2022-03-01 opened", "2022-03-11 paused"];
    check("decide-by", &base, "2022-03-11", &["2022-04-01 suspended"]);
    check("decide-by", &base, "2022-06-01", &["2022-06-22 suspended"]);
    let resumed = [&base[..], &["2022-03-20 resumed"]].concat();
    check("decide-by", &resumed, "2022-03-21", &["2022-04-11 running"]);
    // A second pause while it stands changes nothing, nor does a second resumption.
    let twice = [
        "2022-03-01 opened",
        "2022-03-11 paused",
        "2022-03-15 paused",
        "2022-03-20 resumed",
        "2022-03-22 resumed",
    ];
    check("decide-by", &twice, "2022-03-23", &["2022-04-11 running"]);
    check("decide-by", &["2022-02-28 paused", "2022-03-01 opened"], "2022-03-11", &["2022-03-31 running"]);
}

#[test]
fn reopening_starts_it_anew() {
    let base = ["2022-03-01 opened", "2022-03-05 decided=none", "2022-03-06 closed", "2022-05-09 reopened"];
    check("decide-by", &base, "2022-05-10", &["2022-06-08 running"]);
    check(
        "decide-by",
        &[&base[..], &["2022-06-08 decided=none"]].concat(),
        "2022-07-10",
        &["2022-06-08 met"],
    );
    check(
        "decide-by",
        &[&base[..], &["2022-06-09 decided=none"]].concat(),
        "2022-07-10",
        &["2022-06-08 broken"],
    );
    check("decide-by", &["2022-05-09 reopened"], "2022-05-10", &[]);
}

#[test]
fn extremes_are_told_and_do_not_hang() {
    check(
        "decide-by",
        &["2022-03-01 opened", "2022-03-02 extended days=9223372036854775807"],
        "2022-03-20",
        &["从 2022-03-01 起 30 日 超出可计算的范围（约一千年，公元 9999 年以内） unknown"],
    );
    check(
        "return-by",
        &["2022-03-01 seized@i-1", "2022-03-02 tested@i-1 from-day=2022-03-02 to-day=9999-12-31"],
        "2022-03-20",
        &["i-1 从 2022-03-01 起 30 日 超出可计算的范围（约一千年，公元 9999 年以内） unknown"],
    );
    check(
        "decide-by",
        &["2022-03-01 opened", "2022-03-02 paused"],
        "9999-12-31",
        &["从 2022-03-01 起 30 日 超出可计算的范围（约一千年，公元 9999 年以内） unknown"],
    );
}
