//! Each gate with an act that passes and acts that do not.

use std::sync::Arc;

use jiff::Timestamp;
use lawbook::Lawbook;
use lawbook::model::RegisterEntry;
use procedure::{Decided, Refusal, Unmet, decide};
use record::{Act, Adopted, Head, Record, Surroundings};
use terms::{AGENCY_OFFSET, Moment};

use crate::script::{act, record};
use crate::small::{load, small, small_files};

/// Certificates of `p-1` and `p-2`, valid; of `p-5`, held.
pub fn certificates() -> Vec<RegisterEntry> {
    let entry = |person: &str, active: bool| RegisterEntry {
        register: "certificate".to_owned(),
        subject: person.to_owned(),
        from: None,
        values: [("active".to_owned(), serde_json::Value::from(active))].into_iter().collect(),
    };
    vec![entry("p-1", true), entry("p-2", true), entry("p-5", false)]
}

/// The end of the day of an act.
pub fn end_of_day(at: Moment) -> Timestamp {
    AGENCY_OFFSET.to_timestamp(at.day().at(23, 59, 59, 0)).unwrap()
}

fn ask(record: &Record<'_>, proposed: &Act) -> Result<Decided, Refusal> {
    let entries = certificates();
    let surroundings = Surroundings { records: &[], entries: &entries, given: true, asked: None };
    decide(record, &surroundings, proposed, end_of_day(proposed.at))
}

fn ids(unmet: &[Unmet]) -> Vec<&str> {
    unmet.iter().map(|unmet| unmet.need.as_str()).collect()
}

/// The gates that refuse the last act of a script; the acts before it happened.
#[track_caller]
fn check_in(book: &Lawbook, parties: &[&str], script: &[&str], expect: &[&str]) {
    let (last, before) = script.split_last().unwrap();
    let record = record(book, parties, before);
    match ask(&record, &act(&record, last)) {
        Ok(_) => assert!(expect.is_empty(), "`{last}` was accepted, though {expect:?}"),
        Err(refusal) => {
            assert_eq!(ids(&refusal.blocked), expect, "{last}");
            for unmet in &refusal.blocked {
                assert!(!unmet.sentence(book, record.procedure).is_empty());
            }
        }
    }
}

#[track_caller]
fn check(script: &[&str], expect: &[&str]) {
    check_in(small(), &["c-1"], script, expect);
}

/// The warnings with which the last act of a script is accepted.
#[track_caller]
fn warned_in(book: &Lawbook, script: &[&str], expect: &[&str]) {
    let (last, before) = script.split_last().unwrap();
    let record = record(book, &["c-1"], before);
    let decided =
        ask(&record, &act(&record, last)).unwrap_or_else(|refusal| panic!("{:?}", ids(&refusal.blocked)));
    assert_eq!(ids(&decided.warnings), expect);
}

const OPENED: &str = "2022-03-01 opened by=p-3:leader";
const REPORT: &str = "2022-03-02 report-made fine=800000 basis=甲 by=p-1:officer,p-2:officer";
const REVIEWED: &str = "2022-03-03 reviewed=pass by=p-4:reviewer";
const NOTIFIED: &str = "2022-03-04 notified fine=800000 by=p-1:officer";
const WAIVED: &str = "2022-03-05 waived by=c-1:party";
const DECIDED: &str = "2022-03-08 decided=penalty fine=800000 by=p-3:leader";
const SERVED: &str = "2022-03-09 served by=p-1:officer";
const CLOSED: &str = "2022-03-10 closed by=p-3:leader";

#[test]
fn a_lawful_case_passes_step_by_step() {
    let script = [OPENED, REPORT, REVIEWED, NOTIFIED, WAIVED, DECIDED, SERVED, CLOSED];
    for end in 1..=script.len() {
        check(&script[..end], &[]);
    }
}

#[test]
fn time() {
    let record = record(small(), &["c-1"], &[]);
    let proposed = act(&record, "2022-03-01T10:00 opened by=p-3:leader");
    let at = |now: &str| {
        decide(&record, &Surroundings::none(), &proposed, now.parse().unwrap())
            .map_err(|refusal| refusal.blocked[0].need.clone())
    };
    assert!(at("2022-03-01T10:00:00+08:00").is_ok());
    assert_eq!(at("2022-03-01T09:59:59+08:00").unwrap_err(), "time");
    let day = act(&record, "2022-03-01 opened by=p-3:leader");
    let at = |now: &str| decide(&record, &Surroundings::none(), &day, now.parse().unwrap()).is_ok();
    assert!(at("2022-03-01T00:00:00+08:00") && !at("2022-02-28T23:59:59+08:00"));
}

#[test]
fn post() {
    check(&[OPENED], &[]);
    check(&["2022-03-01 opened by=p-3:officer"], &["post"]);
    check(&["2022-03-01 opened"], &["post"]);
    check(&[OPENED, "2022-03-02 report-made fine=1 basis=甲 by=p-1:officer,p-2:leader"], &["post"]);
}

#[test]
fn officers() {
    check(&[OPENED, "2022-03-02 report-made fine=1 basis=甲 by=p-1:officer"], &["officers"]);
    check(&[OPENED, "2022-03-02 report-made fine=1 basis=甲 by=p-1:officer,p-1:officer"], &["officers"]);
    check(&[OPENED, REPORT], &[]);
}

#[test]
fn certificate() {
    let by = |second: &str| format!("2022-03-02 report-made fine=1 basis=甲 by=p-1:officer,{second}:officer");
    check(&[OPENED, &by("p-2")], &[]);
    check(&[OPENED, &by("p-5")], &["certificate"]);
    check(&[OPENED, &by("p-6")], &["certificate"]);
    // Nobody looked: a warning, and nothing is claimed to have been seen.
    let record = record(small(), &["c-1"], &[OPENED]);
    let proposed = act(&record, &by("p-6"));
    let decided = decide(&record, &Surroundings::none(), &proposed, end_of_day(proposed.at)).unwrap();
    assert_eq!(ids(&decided.warnings), ["certificate", "certificate"]);
    assert!(decided.act.seen.is_empty());
}

#[test]
fn a_certificate_is_read_off_the_matter_that_is_its_entry() {
    let book = small();
    let entry = |person: &str, script: &[&str]| {
        let mut entry = crate::script::empty(book, "small-certificate", &[], "2022-01-01");
        for line in script {
            let act = act(&entry, &format!("{line} about.person={person}"));
            entry.push(act);
        }
        entry
    };
    let of_both = |held: &[&str]| {
        vec![
            entry("p-1", &["2022-01-01 cert-issued"]),
            entry("p-2", &[&["2022-01-01 cert-issued"], held].concat()),
        ]
    };
    let record = record(book, &["c-1"], &[OPENED]);
    let proposed = act(&record, REPORT);
    let ask = |records: &[Record<'_>]| {
        decide(
            &record,
            &Surroundings { records, entries: &[], given: true, asked: None },
            &proposed,
            end_of_day(proposed.at),
        )
    };
    let decided = ask(&of_both(&[])).unwrap();
    let seen: Vec<(&str, u32)> = decided.act.seen.iter().map(|seen| (&*seen.subject, seen.version)).collect();
    assert_eq!(seen, [("p-1", 1), ("p-2", 1)], "each looked up once, with the version it had");
    assert_eq!(ids(&ask(&of_both(&["2022-03-01 cert-held"])).unwrap_err().blocked), ["certificate"]);
    // Held the day after: it was valid when the act was done.
    assert!(ask(&of_both(&["2022-03-03 cert-held"])).is_ok());
}

#[test]
fn what_was_seen_cannot_be_brought_along() {
    let record = record(small(), &["c-1"], &[OPENED]);
    let mut proposed = act(&record, "2022-03-02 report-made fine=1 basis=甲 by=p-1:officer,p-5:officer");
    proposed.seen = vec![record::Seen {
        register: "certificate".into(),
        subject: "p-5".into(),
        value: "active".into(),
        is: Some(terms::Value::Bool(true)),
        matter: "".into(),
        version: 1,
    }];
    assert_eq!(ids(&ask(&record, &proposed).unwrap_err().blocked), ["certificate"]);
}

#[test]
fn recusal() {
    let decided =
        |outcome: &str| format!("2022-03-01 recusal-decided={outcome} about.person=p-1 by=p-3:leader");
    check(&[OPENED, &decided("accept"), REPORT], &["recusal"]);
    check(&[OPENED, &decided("reject"), REPORT], &[]);
    check(&[OPENED, &decided("accept"), "2022-03-02 found by=p-2:officer"], &[]);
    // What every procedure has may still be recorded by that person.
    check(&[OPENED, &decided("accept"), "2022-03-02 irregularity by=p-1:officer"], &[]);
}

#[test]
fn outcome_and_fields() {
    check(&[OPENED, REPORT, "2022-03-03 reviewed by=p-4:reviewer"], &["outcome"]);
    check(&[OPENED, "2022-03-02 report-made basis=甲 by=p-1:officer,p-2:officer"], &["field"]);
    check(&[OPENED, "2022-03-02 report-made by=p-1:officer,p-2:officer"], &["field"]);
    check(&[OPENED, "2022-03-02 extended days=0 by=p-3:leader"], &[]);
}

#[test]
fn strand() {
    let notified = |strand: &str| format!("2022-03-04 notified{strand} fine=1 by=p-1:officer");
    check(&[OPENED, REPORT, &notified("")], &[]);
    check(&[OPENED, REPORT, &notified("@c-9")], &["strand"]);
    check_in(small(), &["c-1", "c-2"], &[OPENED, REPORT, &notified("")], &["strand"]);
    check_in(small(), &["c-1", "c-2"], &[OPENED, REPORT, &notified("@c-2")], &[]);
    check(&["2022-03-04 seized by=p-1:officer"], &["strand"]);
    check(&["2022-03-04 seized@ by=p-1:officer"], &["strand"]);
    check(&["2022-03-04 seized@i-1 by=p-1:officer"], &[]);
}

#[test]
fn again() {
    check(&[OPENED, OPENED], &["again"]);
    check(&["2022-03-04 seized@i-1 by=p-1:officer", "2022-03-05 seized@i-1 by=p-1:officer"], &["again"]);
    check(&["2022-03-04 seized@i-1 by=p-1:officer", "2022-03-05 seized@i-2 by=p-1:officer"], &[]);
    // Returned, it may be seized once more.
    check(&["2022-03-04 seized@i-1", "2022-03-05 returned@i-1", "2022-03-06 seized@i-1 by=p-1:officer"], &[]);
    check(&[OPENED, REPORT, "2022-03-06 report-made fine=1 basis=乙 by=p-1:officer,p-2:officer"], &[]);
}

#[test]
fn firm() {
    let served = [OPENED, REPORT, REVIEWED, NOTIFIED, WAIVED, DECIDED, SERVED];
    let again = |line: &'static str| [&served[..], &[line]].concat();
    check(&again("2022-03-11 decided=penalty fine=1 by=p-3:leader"), &["firm"]);
    // Also what lies further back.
    check(&again("2022-03-11 report-made fine=1 basis=乙 by=p-1:officer,p-2:officer"), &["firm"]);
    check(&again("2022-03-11 reviewed=pass by=p-4:reviewer"), &["firm"]);
    check(&again("2022-03-11 found by=p-1:officer"), &[]);
    let revoked = [&served[..], &["2022-03-11 revoked by=p-3:leader"]].concat();
    check(&[&revoked[..], &["2022-03-12 decided=penalty fine=1 by=p-3:leader"]].concat(), &[]);
    // The refusal names the act that would undo it.
    let record = record(small(), &["c-1"], &served);
    let refusal = ask(&record, &act(&record, "2022-03-11 reviewed=pass by=p-4:reviewer")).unwrap_err();
    assert_eq!(refusal.blocked[0].next, ["revoked"]);
}

#[test]
fn ended() {
    let closed = [OPENED, REPORT, REVIEWED, NOTIFIED, WAIVED, DECIDED, SERVED, CLOSED];
    let after = |line: &'static str| [&closed[..], &[line]].concat();
    check(&after("2022-03-11 paid fine=1 by=c-1:party"), &["ended"]);
    check(&after("2022-03-11 irregularity by=p-1:officer"), &[]);
    check(&after("2022-03-11 reopened by=p-3:leader"), &[]);
    let reopened = after("2022-03-11 reopened by=p-3:leader");
    check(&[&reopened[..], &["2022-03-12 paid fine=1 by=c-1:party"]].concat(), &[]);
    check(
        &[&reopened[..], &["2022-03-12 closed by=p-3:leader", "2022-03-13 paid fine=1 by=c-1:party"]]
            .concat(),
        &["ended"],
    );
    // Closed is closed: it is not closed once more, unless it was reopened in between.
    check(&after("2022-03-11 closed by=p-3:leader"), &["ended"]);
    check(&[&reopened[..], &["2022-03-12 closed by=p-3:leader"]].concat(), &[]);
    check(
        &[&reopened[..], &["2022-03-12 closed by=p-3:leader", "2022-03-13 closed by=p-3:leader"]].concat(),
        &["ended"],
    );
    let record = record(small(), &["c-1"], &closed);
    let refusal = ask(&record, &act(&record, "2022-03-11 paid fine=1 by=c-1:party")).unwrap_err();
    assert_eq!(refusal.blocked[0].next, ["reopened"]);
}

#[test]
fn correction() {
    let of = |what: &str| format!("2022-03-10 correction by=p-1:officer {what}");
    let good = "target-seq=2 corrected-field=fine old-value=\"800000\" new-value=\"900000\"";
    check(&[OPENED, REPORT, &of(good)], &[]);
    for (from, to) in [
        ("\"800000\"", "\"1\""),
        ("=2", "=9"),
        ("=fine", "=days"),
        ("=fine", "=nothing"),
        ("\"900000\"", "many"),
    ] {
        check(&[OPENED, REPORT, &of(&good.replacen(from, to, 1))], &["correction"]);
    }
    check(
        &[OPENED, REPORT, &of("target-seq=2 corrected-field=at old-value=2022-03-02 new-value=2022-03-03")],
        &[],
    );
    check(
        &[OPENED, REPORT, &of("target-seq=2 corrected-field=at old-value=2022-03-03 new-value=2022-03-02")],
        &["correction"],
    );
    // The old value is that which counts now, after earlier corrections.
    let second = "target-seq=2 corrected-field=fine old-value=\"900000\" new-value=\"800000\"";
    check(&[OPENED, REPORT, &of(good), &of(second)], &[]);
    check(&[OPENED, REPORT, &of(good), &of(good)], &["correction"]);
}

/// The blocked and the warned gates of adopting, in a matter without acts, what the proposal says is act `seq` of a
/// matter, with that other matter at hand or not.
fn adopt(
    script: &[&str],
    others: &[Record<'_>],
    given: bool,
    seq: u32,
    says: &str,
) -> (Vec<String>, Vec<String>) {
    let own = record(small(), &["c-1"], script);
    let mut proposed = act(&own, "2022-03-10 adopt by=p-1:officer");
    let text = Box::new(act(&own, says));
    proposed.adopted = vec![Adopted { matter: "检-1".into(), seq, leaf: None, act: text }];
    let surroundings = Surroundings { records: others, given, ..Surroundings::none() };
    let tell = |unmet: Vec<Unmet>| {
        unmet.iter().map(|unmet| unmet.sentence(small(), own.procedure)).collect::<Vec<_>>()
    };
    match decide(&own, &surroundings, &proposed, end_of_day(proposed.at)) {
        Ok(decided) => (Vec::new(), tell(decided.warnings)),
        Err(refusal) => (tell(refusal.blocked), tell(refusal.warned)),
    }
}

#[test]
fn adoption() {
    check(&[OPENED, "2022-03-02 adopt by=p-1:officer"], &["adoption"]);
    let seized = "2022-03-01 seized@i-1 count=2 by=p-1:officer";
    let mut other = record(small(), &["c-1"], &[OPENED, seized]);
    other.head = Arc::new(Head { matter: "检-1".into(), ..(*other.head).clone() });
    let others = [other];
    assert_eq!(adopt(&[], &others, true, 2, seized), (vec![], vec![]));
    #[track_caller]
    fn refused((blocked, _): (Vec<String>, Vec<String>), fragment: &str) {
        assert!(blocked.len() == 1 && blocked[0].contains(fragment), "{blocked:?}");
    }
    let says = |text: &str| adopt(&[], &others, true, 2, text);
    refused(says("2022-03-01 decided=none by=p-1:officer"), "第 2 号是“扣押”，不是“决定”");
    refused(says(&seized.replace("03-01", "02-01")), "发生时间与所引入的不一致");
    refused(says(&seized.replace("count=2", "count=3")), "内容与所引入的不一致");
    refused(says(&seized.replace("i-1", "i-2")), "分支与所引入的不一致");
    refused(says(&seized.replace("p-1:", "p-9:")), "办理人员与所引入的不一致");
    refused(adopt(&[], &others, true, 3, seized), "没有第 3 号环节");
    refused(adopt(&[], &[], true, 2, seized), "查不到事项 `检-1`");
    // Nobody looked: it cannot be told, and warns.
    let (blocked, warned) = adopt(&[], &[], false, 2, seized);
    assert!(blocked.is_empty() && warned.iter().any(|warned| warned.contains("未经核对")), "{warned:?}");
}

#[test]
fn outcomes_of_adopted_acts_are_compared_by_name() {
    let mut other = record(small(), &["c-1"], &[OPENED, "2022-03-03 reviewed=fail by=p-4:reviewer"]);
    other.head = Arc::new(Head { matter: "检-1".into(), ..(*other.head).clone() });
    let (blocked, _) = adopt(&[], &[other], true, 2, "2022-03-03 reviewed=pass by=p-4:reviewer");
    assert!(blocked[0].contains("结果与所引入的不一致"), "{blocked:?}");
}

#[test]
fn an_act_that_adopts_nothing_brings_nothing_in() {
    let own = record(small(), &["c-1"], &[]);
    let mut proposed = act(&own, OPENED);
    let text = Box::new(act(&own, "2022-03-01 reviewed=pass"));
    proposed.adopted = vec![Adopted { matter: "检-1".into(), seq: 1, leaf: None, act: text }];
    let refusal = ask(&own, &proposed).unwrap_err();
    assert_eq!(ids(&refusal.blocked), ["adoption", "adoption"]);
}

#[test]
fn needs() {
    check(&[REPORT], &["report-made/opened"]);
    check(&[OPENED, REPORT, "2022-03-03 reviewed=pass by=p-1:reviewer"], &["reviewed/not-own"]);
    check(&[OPENED, REPORT, "2022-03-04 notified fine=800001 by=p-1:officer"], &["notified/as-reported"]);
    let base = [OPENED, REPORT, NOTIFIED, WAIVED];
    let with = |more: &[&'static str]| [&base[..], more].concat();
    check(&with(&[REVIEWED, DECIDED]), &[]);
    check(&with(&[DECIDED]), &["decided/reviewed", "rule:review-first"]);
    check(&with(&["2022-03-05 reviewed=fail", DECIDED]), &["decided/reviewed", "rule:review-first"]);
    // Reviewed, then the report changed in what the review relied on.
    check(
        &with(&[REVIEWED, "2022-03-06 report-made fine=800000 basis=乙", DECIDED]),
        &["decided/reviewed", "rule:review-first"],
    );
    // A condition that is not met asks for nothing.
    check(&[OPENED, REPORT, REVIEWED, "2022-03-08 decided=none by=p-3:leader"], &[]);
    // Something is missing that the condition reads: it does not pass.
    check(&with(&[REVIEWED, "2022-03-08 decided=penalty by=p-3:leader"]), &["decided/fine-said"]);
}

#[test]
fn every_strand_and_some_strand() {
    let base = [OPENED, REPORT, REVIEWED, "2022-03-04 notified@c-1 fine=1", "2022-03-05 waived@c-1"];
    let parties: &[&str] = &["c-1", "c-2"];
    let with = |more: &[&'static str]| [&base[..], more].concat();
    check_in(small(), parties, &with(&[DECIDED]), &["decided/every-party-answered"]);
    check_in(
        small(),
        parties,
        &with(&["2022-03-04 notified@c-2 fine=1", DECIDED]),
        &["decided/every-party-answered"],
    );
    check_in(
        small(),
        parties,
        &with(&["2022-03-04 notified@c-2 fine=1", "2022-03-05 waived@c-2", DECIDED]),
        &[],
    );
    // The window of c-2 is over on 03-10: the third working day after 03-04 is 03-09.
    let late = |day: &str| format!("{day} decided=penalty fine=1 by=p-3:leader");
    let notified = with(&["2022-03-04 notified@c-2 fine=1"]);
    check_in(
        small(),
        parties,
        &[&notified[..], &[&late("2022-03-09")]].concat(),
        &["decided/every-party-answered"],
    );
    check_in(small(), parties, &[&notified[..], &[&late("2022-03-10")]].concat(), &[]);
    check(
        &[OPENED, REPORT, REVIEWED, DECIDED],
        &["decided/every-party-answered", "decided/some-party-heavy"],
    );
    // Only strands in which something was seized.
    let served = [OPENED, REPORT, REVIEWED, NOTIFIED, WAIVED, DECIDED, SERVED];
    check(&[&served[..], &["2022-03-02 seized@i-1", CLOSED]].concat(), &["closed/every-item-returned"]);
    check(&[&served[..], &["2022-03-02 seized@i-1", "2022-03-03 returned@i-1", CLOSED]].concat(), &[]);
    check(&[&served[..], &["2022-03-09 paused", CLOSED]].concat(), &["closed/no-paused"]);
    check(&[&served[..], &["2022-03-09 paused", "2022-03-10 resumed", CLOSED]].concat(), &[]);
}

#[test]
fn what_rests_on_a_default_only_warns() {
    let found = "2022-03-01 found";
    let most = [OPENED, found, found, found, found, found];
    warned_in(small(), &[&most[..], &[REPORT]].concat(), &[]);
    warned_in(small(), &[&most[..], &[found, REPORT]].concat(), &["report-made/few"]);
    // The same need, when parameter and need are confirmed, blocks; when only one is, it warns.
    let confirmed = |need: &str, parameter: &str| {
        let mut files = small_files();
        for (name, text) in &mut files {
            if name == "parameters/all.toml" {
                *text = text.replace("status = \"default\"", &format!("status = \"{parameter}\""));
            }
            if name.ends_with("small/procedure.toml") {
                *text = text.replace(
                    "gist = \"证据不宜过多\"",
                    &format!("gist = \"证据不宜过多\", status = \"{need}\""),
                );
            }
        }
        load(files).unwrap_or_else(|report| panic!("{report}"))
    };
    let script = [&most[..], &[found, REPORT]].concat();
    check_in(&confirmed("confirmed", "confirmed"), &["c-1"], &script, &["report-made/few"]);
    check_in(&confirmed("secondary", "secondary"), &["c-1"], &script, &["report-made/few"]);
    for (need, parameter) in [
        ("confirmed", "default"),
        ("confirmed", "unconfirmed"),
        ("default", "confirmed"),
        ("unconfirmed", "confirmed"),
    ] {
        warned_in(&confirmed(need, parameter), &script, &["report-made/few"]);
    }
}

#[test]
fn a_weak_value_inside_every_strand_only_warns_too() {
    let mut files = small_files();
    for (name, text) in &mut files {
        if name.ends_with("small/procedure.toml") {
            *text = text.replace(
                "any = [\"act:answered\", \"act:waived\", \"over:statement-window\"]",
                "key = \"often\", any = [\"holds:count(notified) > param('count-most')\"]",
            );
        }
    }
    let book = load(files).unwrap_or_else(|report| panic!("{report}"));
    let (last, before) = (DECIDED, [OPENED, REPORT, REVIEWED, NOTIFIED]);
    warned_in(&book, &[&before[..], &[last]].concat(), &["decided/often"]);
}

#[test]
fn rules_block_and_warn_by_their_severity() {
    let lawful = [OPENED, "2022-03-02 report-made fine=9000000 basis=甲", REVIEWED, NOTIFIED, WAIVED];
    warned_in(
        small(),
        &[&lawful[..], &["2022-03-08 decided=penalty fine=2000000 by=p-3:leader"]].concat(),
        &[],
    );
    warned_in(
        small(),
        &[&lawful[..], &["2022-03-08 decided=penalty fine=2000001 by=p-3:leader"]].concat(),
        &["rule:fine-small"],
    );
}

#[test]
fn a_refusal_names_the_way() {
    let record = record(small(), &["c-1"], &[OPENED, REPORT]);
    let refusal = ask(&record, &act(&record, DECIDED)).unwrap_err();
    let next = |need: &str| &refusal.blocked.iter().find(|unmet| unmet.need == need).unwrap().next;
    assert_eq!(next("decided/reviewed"), &["reviewed"]);
    // Neither answer nor waiver can come before the notice.
    assert_eq!(next("decided/every-party-answered"), &["notified"]);
}

#[test]
fn what_is_decided_says_on_what_it_relied_and_which_limits_begin() {
    let record = record(small(), &["c-1"], &[OPENED, REPORT]);
    let decided = ask(&record, &act(&record, NOTIFIED)).unwrap();
    let relied = decided.act.relied.unwrap();
    let fine = small().field("fine").unwrap().0;
    assert_eq!(relied, [record::Relied { seq: 2, fields: vec![fine] }]);
    assert_eq!((decided.act.seq, decided.act.strand.as_deref()), (3, Some("c-1")));
    let limits: Vec<&str> =
        decided.limits.iter().map(|run| record.procedure.limits[run.ix.at()].id.as_str()).collect();
    assert_eq!(limits, ["statement-window"]);
}
