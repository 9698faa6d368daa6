//! Whole files in one pass: any interleaving counts alike, and what is wrong is told with its place.

use proptest::prelude::*;
use serde_json::json;

use crate::files::{Outcome, Problems, gzip, review, review_path};
use crate::small::{load, small, small_files};

const MAP: &str = "case = \"case\"\nactivity = \"act\"\ntime = \"time\"\n[attributes]\nfine = { field = \"fine\", type = \"money\", unit = \"fen\" }\nbasis = { field = \"basis\", type = \"text\" }\n";

/// An event of a log: case, act, minutes since the beginning, fine, basis.
type Event = (usize, &'static str, i64, i64, &'static str);

fn events() -> impl Strategy<Value = Vec<Event>> {
    let acts = prop::sample::select(vec![
        "opened",
        "report-made",
        "reviewed",
        "decided",
        "stated",
        "waived",
        "served",
        "paid",
        "closed",
        "reopened",
    ]);
    let one = (
        0..4_usize,
        acts,
        0..20_000_i64,
        prop::sample::select(vec![1_i64, 500_000]),
        prop::sample::select(vec!["甲", "乙, \"丙\""]),
    );
    prop::collection::vec(one, 1..40).prop_map(|mut events| {
        events.sort_by_key(|event| event.2);
        events
    })
}

fn time(minutes: i64) -> String {
    let start: jiff::Timestamp = "2022-03-01T00:00:00+08:00".parse().unwrap();
    let at = start.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    terms::Moment::Instant(at).to_string()
}

fn csv(events: &[Event]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["case", "act", "time", "fine", "basis"]).unwrap();
    for (case, act, at, fine, basis) in events {
        writer.write_record([&format!("案-{case}"), *act, &time(*at), &fine.to_string(), basis]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn xes(events: &[Event]) -> Vec<u8> {
    let mut log = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n");
    for case in 0..4 {
        let mut own = events.iter().filter(|event| event.0 == case).peekable();
        if own.peek().is_none() {
            continue;
        }
        log.push_str(&format!("<trace><string key=\"case\" value=\"案-{case}\"/>\n"));
        for (_, act, at, fine, basis) in own {
            let basis = basis.replace('"', "&quot;");
            log.push_str(&format!(
                "<event><string key=\"act\" value=\"{act}\"/><date key=\"time\" value=\"{}\"/><int key=\"fine\" value=\"{fine}\"/><string key=\"basis\" value=\"{basis}\"/></event>\n",
                time(*at)
            ));
        }
        log.push_str("</trace>\n");
    }
    log.push_str("</log>\n");
    log.into_bytes()
}

fn jsonl(events: &[Event]) -> Vec<u8> {
    let book = small();
    let procedure = book.procedure("small", "2022-03-01".parse().unwrap()).unwrap();
    let mut lines = String::new();
    let mut counts = [0_u32; 4];
    for (case, act, at, fine, basis) in events {
        counts[*case] += 1;
        let carries = |id: &str| {
            let field = book.field(id).unwrap().0;
            procedure.def(procedure.act(act).unwrap()).fields.iter().any(|own| own.field == field)
        };
        let mut fields = serde_json::Map::new();
        if carries("fine") {
            fields.insert("fine".to_owned(), json!(fine));
        }
        if carries("basis") {
            fields.insert("basis".to_owned(), json!(basis));
        }
        let mut line = json!({ "matter": format!("案-{case}"), "seq": counts[*case], "act": act, "at": time(*at), "fields": fields });
        if counts[*case] == 1 {
            line["procedure"] = json!("small");
        }
        lines.push_str(&format!("{line}\n"));
    }
    lines.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_same_events_count_alike_in_every_format(events in events()) {
        let read = |name: &str, bytes: &[u8]| {
            let outcome = review(small(), name, bytes, MAP, Problems::Stop);
            if let Err(error) = &outcome.done {
                panic!("{name}: {error}");
            }
            (outcome.tally(), outcome.sorted_findings())
        };
        let rows = read("log.csv", &csv(&events));
        prop_assert_eq!(&rows, &read("log.xes", &xes(&events)));
        prop_assert_eq!(&rows, &read("log.xes.gz", &gzip(&xes(&events))));
        prop_assert_eq!(&rows, &read("log.jsonl", &jsonl(&events)));
        let cases: std::collections::BTreeSet<usize> = events.iter().map(|event| event.0).collect();
        prop_assert_eq!(rows.0["matters"].as_u64(), Some(cases.len() as u64));
        prop_assert_eq!(rows.0["acts"].as_u64(), Some(events.len() as u64));
    }

    #[test]
    fn no_file_makes_it_panic(events in events(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), cut in any::<prop::sample::Index>()) {
        for (name, mut bytes) in [("log.csv", csv(&events)), ("log.xes", xes(&events)), ("log.jsonl", jsonl(&events))] {
            for (at, byte) in &edits {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            for problems in [Problems::Stop, Problems::Pass] {
                let outcome = review(small(), name, &bytes, MAP, problems);
                prop_assert!(outcome.reviewed.tally.acts <= events.len() as u64 + 1);
            }
        }
    }
}

/// What is told of a file, stopping and going on, and how many matters and acts were counted then.
#[track_caller]
fn check(name: &str, bytes: &[u8], fragments: &[&str], counted: (u64, u64)) {
    let stopped = review(small(), name, bytes, MAP, Problems::Stop);
    let error = stopped.done.as_ref().expect_err("a problem stops the review").to_string();
    for fragment in fragments {
        assert!(error.contains(fragment), "{error}");
    }
    assert!(error.contains(name), "the file is named: {error}");
    let passed = review(small(), name, bytes, MAP, Problems::Pass);
    let told = match &passed.done {
        Ok(()) => passed.reviewed.problems.join("\n"),
        Err(error) => error.to_string(),
    };
    for fragment in fragments {
        assert!(told.contains(fragment), "{told}");
    }
    assert_eq!(count(&passed), counted, "{told}");
}

fn count(outcome: &Outcome) -> (u64, u64) {
    (outcome.reviewed.tally.matters, outcome.reviewed.tally.acts)
}

const HEAD: &str = r#"{"matter":"小-1","procedure":"small","seq":1,"act":"opened","at":"2022-03-01"}"#;

fn lines(more: &[&str]) -> Vec<u8> {
    let other = r#"{"matter":"小-2","procedure":"small","seq":1,"act":"opened","at":"2022-03-01"}"#;
    let mut text = format!("{HEAD}\n");
    more.iter().chain(&[other]).for_each(|line| text.push_str(&format!("{line}\n")));
    text.into_bytes()
}

#[test]
fn a_line_that_does_not_fit_is_told_and_passed_over() {
    let second = r#"{"matter":"小-1","seq":2,"act":"found","at":"2022-03-02"}"#;
    check("log.jsonl", &lines(&["{"]), &["第 2 行", "不是正确的 JSON"], (2, 2));
    check("log.jsonl", &lines(&["", "[]"]), &["第 3 行", "缺少 `matter`"], (2, 2));
    check(
        "log.jsonl",
        &lines(&[&second.replace(":2,", ":1,")]),
        &["第 2 行", "序号 1 重复或倒退（前一行是 1）"],
        (2, 2),
    );
    check(
        "log.jsonl",
        &lines(&[second, &second.replace(":2,", ":1,")]),
        &["第 3 行", "序号 1 重复或倒退（前一行是 2）"],
        (2, 3),
    );
    check(
        "log.jsonl",
        &lines(&[&second.replace("found", "founded")]),
        &["第 2 行", "没有环节 `founded`，是否想写 `found`？"],
        (2, 2),
    );
    check("log.jsonl", &lines(&[&second.replace("\"at\"", "\"when\"")]), &["第 2 行", "when"], (2, 2));
    check(
        "log.jsonl",
        &lines(&[&second.replace("2022-03-02", "2022-02-30")]),
        &["第 2 行", "`2022-02-30` 不存在"],
        (2, 2),
    );
    check("log.jsonl", &lines(&[&second.replace("小-1", "小-3")]), &["第 2 行", "缺少 `procedure`"], (2, 2));
    // It happened, and is counted; only that it lies before is told.
    check(
        "log.jsonl",
        &lines(&[&second.replace("2022-03-02", "2022-02-28")]),
        &["第 2 行", "时间倒退"],
        (2, 3),
    );
    // Recorded late by this program, it is in order.
    let late = second
        .replace("2022-03-02", "2022-02-28")
        .replace("\"at\"", "\"recorded\":\"2022-03-02T00:00:00Z\",\"at\"");
    let outcome = review(small(), "log.jsonl", &lines(&[&late]), MAP, Problems::Stop);
    assert!(outcome.done.is_ok());
    assert_eq!(count(&outcome), (2, 3));
}

#[test]
fn a_line_that_is_no_text_is_told_and_passed_over() {
    let mut bytes = lines(&[]);
    let at = HEAD.len() + 1;
    bytes.splice(at..at, b"{\"matter\":\"\xff\xfe\"}\n".iter().copied());
    check("log.jsonl", &bytes, &["第 2 行第 12 列", "UTF-8"], (2, 2));
    let mut table = "case,act,time,fine,basis\n案-1,opened,2022-03-01,1,甲\n".as_bytes().to_vec();
    table.extend_from_slice(b"b,found,2022-03-02,1,\xff\nc,opened,2022-03-02,1,x\n");
    check("log.csv", &table, &["第 3 行第 22 列", "UTF-8"], (2, 2));
}

#[test]
fn records_in_gb18030_are_read() {
    let text = String::from_utf8(lines(&[])).unwrap();
    let outcome = review(small(), "log.jsonl", &encoding_rs::GB18030.encode(&text).0, MAP, Problems::Stop);
    assert!(outcome.done.is_ok());
    assert_eq!(count(&outcome), (2, 2));
}

#[test]
fn an_event_that_does_not_fit_is_told_and_passed_over() {
    let table = |row: &str| {
        format!("case,act,time,fine,basis\na,opened,2022-03-01,1,x\n{row}\nb,opened,2022-03-01,1,x\n")
            .into_bytes()
    };
    check("log.csv", &table("a,founded,2022-03-02,1,x"), &["第 3 行", "没有环节 `founded`"], (2, 2));
    check("log.csv", &table("a,found,2022-02-28,1,x"), &["第 3 行", "时间倒退"], (2, 3));
    check("log.csv", &table("a,found,2022-02-30,1,x"), &["第 3 行", "2022-02-30"], (2, 2));
    check("log.csv", &table("a,found"), &["第 3 行"], (2, 2));
}

#[test]
fn a_file_cut_off_is_told_and_what_came_before_is_counted() {
    let events: Vec<Event> =
        (0..4).flat_map(|case| [(case, "opened", 0, 1, "甲"), (case, "found", 60, 1, "甲")]).collect();
    let whole = xes(&events);
    let at = whole.windows(8).rposition(|part| part == b"</event>").unwrap();
    check("log.xes", &whole[..at], &["第 17 行", "7 条记录"], (4, 7));
    let zipped = gzip(&whole);
    let outcome = review(small(), "log.xes.gz", &zipped[..zipped.len() - 9], MAP, Problems::Stop);
    let error = outcome.done.as_ref().expect_err("the file is cut").to_string();
    assert!(error.contains("log.xes.gz"), "{error}");
    assert!(count(&outcome).1 <= 8);
    let rows = gzip(&csv(&events));
    let outcome = review(small(), "log.csv.gz", &rows[..rows.len() - 4], MAP, Problems::Pass);
    assert!(outcome.done.is_err());
    let folder = tempfile::tempdir().unwrap();
    let missing = review_path(small(), &folder.path().join("log.csv"), MAP, Problems::Pass);
    assert!(missing.done.expect_err("there is no file").to_string().contains("log.csv"));
}

#[test]
fn a_table_in_another_encoding_is_told_or_read() {
    let text = "case,act,time,fine,basis\n案-1,opened,2022-03-01,1,甲\n";
    let outcome = review(small(), "log.csv", &encoding_rs::GBK.encode(text).0, MAP, Problems::Stop);
    assert!(outcome.done.is_ok());
    let declared = format!("encoding = \"utf-8\"\n{MAP}");
    let outcome = review(small(), "log.csv", &encoding_rs::GBK.encode(text).0, &declared, Problems::Stop);
    let error = outcome.done.expect_err("it is no UTF-8").to_string();
    assert!(error.contains("log.csv"), "{error}");
}

#[test]
fn a_matter_reopened_is_open_again() {
    let mut text = String::new();
    let mut seqs = std::collections::BTreeMap::new();
    let mut add = |matter: &str, act: &str, day: &str| {
        let seq = seqs.entry(matter.to_owned()).or_insert(0);
        *seq += 1;
        let head = if *seq == 1 { "\"procedure\":\"small\"," } else { "" };
        text.push_str(&format!(
            "{{\"matter\":\"{matter}\",{head}\"seq\":{seq},\"act\":\"{act}\",\"at\":\"{day}\"}}\n"
        ));
    };
    // More matters close meanwhile than are kept at hand.
    for act in ["opened", "closed", "reopened"] {
        add("again", act, "2022-03-01");
    }
    for n in 0..5_000 {
        add(&format!("小-{n}"), "opened", "2022-03-02");
        add(&format!("小-{n}"), "closed", "2022-03-02");
    }
    add("again", "found", "2022-03-03");
    add("again", "closed", "2022-03-04");
    let outcome = review(small(), "log.jsonl", text.as_bytes(), MAP, Problems::Pass);
    assert!(outcome.done.is_ok());
    assert_eq!(outcome.reviewed.problems, Vec::<String>::new());
    assert_eq!(count(&outcome), (5_001, 10_005));
}

#[test]
fn the_first_filing_act_picks_the_version() {
    let later = "from = 2022-07-01\n[[act]]\nid = \"irrelevant\"\ntitle = \"新环节\"\nstage = \"start\"\nnature = \"work\"\nagain = \"adds\"\ncite = \"small-law#1\"\ngist = \"新环节\"\nstatus = \"confirmed\"\n";
    let mut files = small_files();
    files.push(("procedures/enforcement/small/2022-07-01.toml".to_owned(), later.to_owned()));
    let book = load(files).unwrap_or_else(|report| panic!("{report}"));
    let of = |steps: &[(&str, &str)]| {
        let mut lines = String::new();
        let mut rows = "case,act,time,fine,basis\n".to_owned();
        for (at, (act, day)) in steps.iter().enumerate() {
            let head = if at == 0 { "\"procedure\":\"small\"," } else { "" };
            lines.push_str(&format!(
                "{{\"matter\":\"m\",{head}\"seq\":{},\"act\":\"{act}\",\"at\":\"{day}\"}}\n",
                at + 1
            ));
            rows.push_str(&format!("m,{act},{day},1,x\n"));
        }
        ["log.jsonl", "log.csv"].map(|name| {
            let bytes = if name.ends_with("csv") { rows.as_bytes() } else { lines.as_bytes() };
            let outcome = review(&book, name, bytes, MAP, Problems::Stop);
            outcome.done.as_ref().map(|()| count(&outcome).1).map_err(ToString::to_string)
        })
    };
    // Begun under the old version, filed under the new one: its acts are known.
    for read in of(&[("found", "2022-06-01"), ("opened", "2022-07-01"), ("irrelevant", "2022-07-02")]) {
        assert_eq!(read, Ok(3));
    }
    // Filed once, filed again later: the first filing counts.
    for read in of(&[("opened", "2022-06-01"), ("opened", "2022-07-01"), ("irrelevant", "2022-07-02")]) {
        assert!(read.as_ref().is_err_and(|error| error.contains("没有环节 `irrelevant`")), "{read:?}");
    }
}
