use crate::conformance::sample::{append, key, keyed, numbered, resting};
use crate::plan::{Answer, Facts, Plan, Prepared, Standing, plan};
use crate::{Append, Appended, MatterKey};

/// The plan of a group on a log of `size` leaves where these matters have so many acts.
fn check(size: u64, matters: &[(&MatterKey, u32)], group: Vec<Append>) -> Plan {
    let mut facts = Facts::default();
    for leaf in 0..size {
        facts.range.push_with(crate::tree::leaf_hash(&leaf.to_be_bytes()), |_, _| {});
    }
    for (key, n_acts) in matters {
        facts.matters.insert((*key).clone(), Standing { n_acts: *n_acts, begun: 0 });
    }
    let group: Vec<Prepared> = group.into_iter().map(|append| Prepared::new(append).unwrap()).collect();
    plan(&group.iter().collect::<Vec<_>>(), facts)
}

#[track_caller]
fn recorded(answer: &Answer) -> &Appended {
    let Answer::Recorded(appended) = answer else { panic!("not recorded: {answer:?}") };
    appended
}

#[test]
fn leaves_follow_each_other_without_a_gap_and_losers_take_none() {
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let plan = check(5, &[(&b, 3), (&c, 1)], vec![append(&a, 0, 2), append(&b, 2, 1), append(&c, 1, 1)]);
    assert_eq!(recorded(&plan.answers[0]).first_leaf, 5);
    assert_eq!(plan.answers[1], Answer::Conflict { current: 3 });
    let last = recorded(&plan.answers[2]);
    assert_eq!((last.first_leaf, last.seqs.as_slice(), last.size_after), (7, [2].as_slice(), 8));
    let leaves: Vec<u64> = plan.writes.acts.iter().map(|act| act.leaf).collect();
    assert_eq!(leaves, [5, 6, 7]);
    assert_eq!(plan.writes.range.size(), 8);
    assert_eq!(plan.writes.rows.len(), 2, "the loser's rows are not written");
}

#[test]
fn a_matter_begins_once() {
    let a = key("a");
    let plan = check(1, &[(&a, 1)], vec![append(&a, 0, 1)]);
    assert_eq!(plan.answers[0], Answer::Exists { key: a, current: 1 });
    assert!(plan.writes.acts.is_empty());
}

#[test]
fn what_a_decision_saw_is_asked_again_even_within_the_group() {
    let (register, other, case) = (key("certificate"), key("other"), key("case"));
    let group = vec![
        resting(append(&other, 0, 1), &register, 4),
        append(&register, 4, 1),
        resting(append(&case, 0, 1), &register, 4),
    ];
    let plan = check(9, &[(&register, 4)], group);
    recorded(&plan.answers[0]);
    recorded(&plan.answers[1]);
    assert_eq!(plan.answers[2], Answer::SeenChanged { key: register, seen: 4, current: 5 });
}

#[test]
fn numbers_have_no_gaps_though_others_lose() {
    let (a, b, c) = (key("a"), key("b"), key("c"));
    let group = vec![
        numbered(append(&a, 0, 1), "罚"),
        numbered(append(&b, 7, 1), "罚"),
        numbered(append(&c, 0, 1), "罚"),
    ];
    let plan = check(0, &[], group);
    let number = |at: usize| recorded(&plan.answers[at]).numbers[0].clone();
    assert_eq!(number(0).as_deref(), Some("豫永交罚〔2026〕1号"));
    assert_eq!(plan.answers[1], Answer::Conflict { current: 0 });
    assert_eq!(number(2).as_deref(), Some("豫永交罚〔2026〕2号"));
    assert_eq!(plan.writes.series.get("yongcheng/2026/罚"), Some(&2));
    let bytes = String::from_utf8(plan.writes.acts[1].sealed.bytes.clone()).unwrap();
    assert!(bytes.contains(r#""number":"豫永交罚〔2026〕2号""#), "{bytes}");
    assert_eq!(plan.writes.rows[1].ready.rows.row.number, number(2), "the list shows the first number");
}

#[test]
fn a_repeated_key_in_one_group_records_once() {
    let a = key("a");
    let twice = || keyed(numbered(append(&a, 0, 2), "罚"), "click-1", "content");
    // The same matter never shares a group, so the second comes with the next one; a plan answers it all the same.
    let plan = check(3, &[], vec![twice(), twice()]);
    let first = recorded(&plan.answers[0]).clone();
    assert_eq!(plan.answers[1], Answer::Repeated(Appended { repeated: true, ..first }));
    assert_eq!(plan.writes.acts.len(), 2);
    let other = check(3, &[], vec![twice(), keyed(append(&a, 0, 2), "click-1", "other")]);
    assert_eq!(other.answers[1], Answer::KeyReused { key: "click-1".into() });
}

#[test]
fn a_node_of_a_tile_is_written_with_its_last_leaf() {
    let (a, b) = (key("a"), key("b"));
    let plan = check(255, &[], vec![append(&a, 0, 1), append(&b, 0, 1)]);
    let [node] = plan.writes.nodes.as_slice() else { panic!("{:?}", plan.writes.nodes) };
    assert_eq!((node.level, node.index), (1, 0));
    assert!(check(256, &[], vec![append(&a, 0, 200)]).writes.nodes.is_empty());
}

#[test]
fn what_cannot_be_stored_is_refused_before_it_waits() {
    let a = key("a");
    let refused = |change: &dyn Fn(&mut Append)| {
        let mut append = append(&a, 0, 1);
        change(&mut append);
        Prepared::new(append).unwrap_err().to_string()
    };
    let set = |key: &'static str, value: serde_json::Value| {
        move |append: &mut Append| drop(append.acts[0].line.insert(key.into(), value.clone()))
    };
    assert!(refused(&|append| append.acts.clear()).contains("没有要记录的环节"));
    assert!(refused(&set("seq", 2.into())).contains("seq 不是 1"));
    assert!(refused(&set("unit", "other".into())).contains("unit"));
    assert!(refused(&set("fields", serde_json::json!({"weight": 1.5}))).contains("`1.5` 不是整数"));
    assert!(refused(&set("recorded", "昨天".into())).contains("recorded"));
    assert!(refused(&set("facts", "长".repeat(22_000).into())).contains("最多 65535 字节"));
    assert!(refused(&|append| append.rows.row.n_acts = 9).contains("列表行"));
}
