//! Record lines: written and read back, and anything else.

use jiff::civil::Date;
use proptest::prelude::*;
use record::{Act, Actor, Adopted, Relied, Seen, View, read_act, read_record, read_text, write_act};
use serde_json::Value as Json;
use terms::Value;

use crate::script::{Tape, Wildness, any_act, empty, record, standing};
use crate::small::small;

const BASE: Date = Date::constant(2022, 3, 1);

/// An act with everything a line can carry.
fn full(book: &lawbook::Lawbook, numbers: &[u16]) -> Act {
    let procedure = book.procedure("small", BASE).unwrap();
    let tape = &mut Tape::new(numbers);
    let mut act = any_act(book, procedure, tape, BASE, Wildness::Extreme);
    act.seq = 1 + tape.below(9) as u32;
    if tape.below(2) == 1 {
        act.recorded = Some("2022-03-05T01:02:03.000004Z".parse().unwrap());
        act.number = Some("豫永交执罚〔2022〕15号".into());
        let field = book.field("fine").unwrap().0;
        act.relied =
            Some(vec![Relied { seq: 1, fields: vec![field] }, Relied { seq: 2, fields: Vec::new() }]);
        let seen = |is: Option<Value>| Seen {
            register: "certificate".into(),
            subject: "p-1".into(),
            value: "active".into(),
            is,
            matter: "证-1".into(),
            version: 3,
        };
        act.seen = vec![seen(Some(Value::Bool(true))), seen(None)];
        act.acknowledged = vec![("decided/few".into(), "已核实".into()), ("time".into(), "".into())];
        act.entered = Some(Actor { person: "p-9".into(), post: "officer".into() });
        act.about = vec![("party".into(), vec!["c-1".into(), "c-2".into()]), ("vehicle".into(), Vec::new())];
        act.by.push(Actor { person: "p-9".into(), post: "".into() });
        let mut inner = any_act(book, procedure, tape, BASE, Wildness::Usual);
        inner.seq = 0;
        act.adopted =
            vec![Adopted { matter: "检-1".into(), seq: 4, leaf: Some("ab".into()), act: Box::new(inner) }];
    }
    act
}

fn keys_in_order(json: &Json) -> bool {
    match json {
        Json::Object(map) => map.keys().is_sorted() && map.values().all(keys_in_order),
        Json::Array(items) => items.iter().all(keys_in_order),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_written_is_read_back(numbers in prop::collection::vec(any::<u16>(), 0..80)) {
        let book = small();
        let record = empty(book, "small", &["c-1", "c-2"], "2022-03-01");
        let act = full(book, &numbers);
        let written = write_act(&record, &act);
        prop_assert!(keys_in_order(&written), "{}", written);
        // As bytes, not only as a tree.
        let reread: Json = serde_json::from_str(&written.to_string()).unwrap();
        let back = read_act(book, record.procedure, &reread).unwrap();
        prop_assert_eq!(&back, &act);
        prop_assert_eq!(write_act(&record, &back).to_string(), written.to_string());
    }

    #[test]
    fn a_record_is_read_back_whole(numbers in prop::collection::vec(any::<u16>(), 0..200)) {
        let book = small();
        let mut record = empty(book, "small", &["c-1", "c-2"], "2022-03-01");
        let tape = &mut Tape::new(&numbers);
        while !tape.is_over() {
            let act = any_act(book, record.procedure, tape, BASE, Wildness::Usual);
            record.push(act);
        }
        prop_assume!(!record.acts.is_empty());
        let lines: Vec<Json> = record.acts.iter().map(|act| write_act(&record, act)).collect();
        let back = read_record(book, &lines).unwrap();
        prop_assert_eq!(&back.head, &record.head);
        prop_assert_eq!(&back.acts, &record.acts);
        prop_assert_eq!(standing(&View::of(&back)), standing(&View::of(&record)));
    }

    #[test]
    fn no_line_makes_it_panic(numbers in prop::collection::vec(any::<u16>(), 0..60), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)) {
        let book = small();
        let record = empty(book, "small", &["c-1"], "2022-03-01");
        let mut bytes = write_act(&record, &full(book, &numbers)).to_string().into_bytes();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(record) = read_text(book, &text) {
            let view = View::of(&record);
            let _ = view.all_limit_runs("2022-03-20".parse().unwrap());
        }
    }

    #[test]
    fn no_tree_makes_it_panic(numbers in prop::collection::vec(any::<u16>(), 0..60), cut in any::<prop::sample::Index>(), junk in 0..8_usize) {
        let book = small();
        let record = empty(book, "small", &["c-1"], "2022-03-01");
        let mut json = write_act(&record, &full(book, &numbers));
        let junk = [Json::Null, Json::from(-1), Json::from(1.5), Json::from(""), Json::from("2022-03-18"), Json::Array(vec![Json::Null]), Json::Object(Default::default()), Json::from(u64::MAX)][junk].clone();
        let mut paths = Vec::new();
        pointers(&json, String::new(), &mut paths);
        let at = cut.get(&paths).clone();
        *json.pointer_mut(&at).unwrap() = junk;
        if let Ok(record) = read_record(book, std::slice::from_ref(&json)) {
            let _ = View::of(&record).all_limit_runs("2022-03-20".parse().unwrap());
        }
    }

    #[test]
    fn acts_at_the_ends_of_every_range_do_not_panic(numbers in prop::collection::vec(any::<u16>(), 0..150)) {
        let book = small();
        let mut record = empty(book, "small", &["c-1", "c-2"], "2022-03-01");
        let tape = &mut Tape::new(&numbers);
        while !tape.is_over() {
            let act = any_act(book, record.procedure, tape, BASE, Wildness::Extreme);
            record.push(act);
        }
        for at in ["2022-03-20", "9999-12-31", "-9999-01-01"].map(|day| terms::Moment::Day(day.parse().unwrap_or(Date::MIN))) {
            let _ = View::of(&record).all_limit_runs(at);
            let _ = View::until(&record, at);
        }
    }

    #[test]
    fn the_view_is_the_acts_added_one_by_one(numbers in prop::collection::vec(any::<u16>(), 0..200)) {
        let book = small();
        let mut record = empty(book, "small", &["c-1", "c-2"], "2022-03-01");
        let tape = &mut Tape::new(&numbers);
        while !tape.is_over() {
            let act = any_act(book, record.procedure, tape, BASE, Wildness::Usual);
            if !record.procedure.def(act.act).corrects {
                record.push(act);
            }
        }
        let whole = View::of(&record);
        let mut ordered: Vec<_> = whole.occurrences.iter().map(|occurrence| occurrence.act.clone()).collect();
        let mut stepped = View::empty(&record);
        for act in &ordered {
            stepped.add(act.clone(), None);
        }
        prop_assert_eq!(format!("{:?}", stepped.occurrences), format!("{:?}", whole.occurrences));
        // The order of law is one of the acts recorded, and their days never go back.
        prop_assert!(ordered.iter().is_sorted_by_key(|act| act.at.day()));
        ordered.sort_by_key(|act| act.seq);
        prop_assert_eq!(ordered, record.acts.clone());
    }
}

fn pointers(json: &Json, at: String, found: &mut Vec<String>) {
    match json {
        Json::Object(map) => map.iter().for_each(|(key, value)| {
            pointers(value, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found)
        }),
        Json::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(place, value)| pointers(value, format!("{at}/{place}"), found)),
        _ => {}
    }
    found.push(at);
}

#[track_caller]
fn refused(lines: &[&str], at: usize, fragment: &str) {
    let book = small();
    let error = match read_text(book, &lines.join("\n")) {
        Ok(_) => panic!("read, though `{fragment}` was to be told"),
        Err(error) => error,
    };
    assert_eq!(error.0, at, "{}", error.1);
    assert!(error.1.to_string().contains(fragment), "{}", error.1);
}

const FIRST: &str = r#"{"matter":"小-1","procedure":"small","parties":[{"id":"c-1"}],"seq":1,"act":"opened","at":"2022-03-01"}"#;

#[test]
fn what_does_not_fit_is_told_with_its_line() {
    refused(&[""], 1, "缺少 `matter`");
    refused(&["{"], 1, "不是正确的 JSON");
    refused(&[&FIRST.replace("\"matter\":\"小-1\",", "")], 1, "缺少 `matter`");
    refused(&[&FIRST.replace("\"procedure\":\"small\",", "")], 1, "缺少 `procedure`");
    refused(&[&FIRST.replace("\"small\"", "\"smal\"")], 1, "没有程序 `smal`");
    refused(
        &[&FIRST.replace("{\"id\":\"c-1\"}", "{\"id\":\"c-1\",\"kind\":\"firm\"}")],
        1,
        "当事人类型 `firm`",
    );
    refused(&[&FIRST.replace("2022-03-01", "2022-03-32")], 1, "`2022-03-32` 不存在");
    refused(&[&FIRST.replace("\"seq\"", "\"sequence\"")], 1, "sequence");
    let second = |more: &str| format!("{{\"matter\":\"小-1\",\"seq\":2,\"at\":\"2022-03-02\",{more}}}");
    refused(&[FIRST, &second("\"act\":\"openned\"")], 2, "没有环节 `openned`，是否想写 `opened`？");
    refused(&[FIRST, &second("\"act\":\"reviewed\",\"outcome\":\"passed\"")], 2, "没有结果 `passed`");
    refused(&[FIRST, &second("\"act\":\"found\",\"fields\":{\"fine\":1}")], 2, "没有字段 `fine`");
    refused(
        &[FIRST, &second("\"act\":\"found\",\"fields\":{\"count\":\"1\"}")],
        2,
        "字段 `count`（件数）的值 `\"1\"` 不对",
    );
    refused(&[FIRST, &second("\"act\":\"found\",\"fields\":{\"count\":1.5}")], 2, "应为整数");
    refused(&[FIRST, &second("\"act\":\"found\",\"fields\":{\"kinds\":[\"jail\"]}")], 2, "字段 `kinds`");
    refused(
        &[FIRST, &second("\"act\":\"found\",\"fields\":{\"lines\":[{\"whom\":\"甲\"}]}")],
        2,
        "字段 `lines`",
    );
    refused(&[FIRST, &second("\"act\":\"report-made\",\"fields\":{\"fine\":-1}")], 2, "字段 `fine`");
    refused(&[FIRST, &second("\"act\":\"found\"").replace("小-1", "小-2")], 2, "属于事项 `小-2`");
    refused(&[FIRST, &second("\"act\":\"found\"").replace("\"seq\":2", "\"seq\":1")], 2, "序号 1 重复");
    refused(&[FIRST, "", "  ", &second("\"act\":\"openned\"")], 4, "没有环节");
    refused(&[FIRST, &second("\"act\":\"found\",\"about\":{\"person\":5}")], 2, "about");
    refused(&[FIRST, &second("\"act\":\"found\",\"about\":{\"person\":[\"p-1\",null]}")], 2, "about");
    refused(
        &[FIRST, &second("\"act\":\"found\",\"relied\":[{\"seq\":1,\"fields\":[\"nothing\"]}]")],
        2,
        "nothing",
    );
}

#[test]
fn the_filing_act_picks_the_version_wherever_it_stands() {
    let book = small();
    let lines = ["2022-03-01 found", "2022-03-02 opened"];
    let record = record(book, &[], &lines);
    assert_eq!(record.filed_on().unwrap().to_string(), "2022-03-02");
    assert_eq!(View::of(&record).filed_on().unwrap().to_string(), "2022-03-02");
}
