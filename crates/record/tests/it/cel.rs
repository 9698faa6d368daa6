//! The `cel` crate as a second opinion: where all fields are there, both give the same answer.

use lawbook::condition::{Subject, bind, parse};
use proptest::prelude::*;
use record::{Asker, Surroundings, View};
use terms::Tri;

use crate::script::{act, empty};
use crate::small::small;

/// The values every condition is asked about; names with underscores are those of CEL.
#[derive(Debug, Clone)]
struct Given {
    count: i64,
    sure: bool,
    note: String,
    names: Vec<String>,
    numbers: Vec<i64>,
}

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "甲", ""]).prop_map(str::to_owned)
}

fn given() -> impl Strategy<Value = Given> {
    (
        -5..5_i64,
        any::<bool>(),
        words(),
        prop::collection::vec(words(), 0..4),
        prop::collection::vec(-5..5_i64, 0..4),
    )
        .prop_map(|(count, sure, note, names, numbers)| Given { count, sure, note, names, numbers })
}

/// A number, as both languages write it; `x` only inside a quantifier over numbers.
fn number(inside: bool) -> BoxedStrategy<String> {
    let mut leaves = vec![
        Just("self.count".to_owned()).boxed(),
        (-9..9_i64).prop_map(|n| n.to_string()).boxed(),
        Just("size(self.names)".to_owned()).boxed(),
        Just("size(self.note)".to_owned()).boxed(),
    ];
    if inside {
        leaves.push(Just("x".to_owned()).boxed());
    }
    let leaf = prop::strategy::Union::new(leaves);
    leaf.prop_recursive(3, 12, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner)
            .prop_map(|(a, sign, b)| format!("({a} {sign} {b})"))
    })
    .boxed()
}

fn text(inside: bool) -> BoxedStrategy<String> {
    let literal = words().prop_map(|word| format!("'{word}'")).boxed();
    let mut leaves = vec![literal, Just("self.note".to_owned()).boxed()];
    if inside {
        leaves.push(Just("w".to_owned()).boxed());
    }
    prop::strategy::Union::new(leaves).boxed()
}

/// A truth value without quantifiers, over the variables that are there.
fn plain(number_inside: bool, text_inside: bool) -> BoxedStrategy<String> {
    let order = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let equal = || prop::sample::select(vec!["==", "!="]);
    let leaf = prop_oneof![
        Just("self.sure".to_owned()),
        any::<bool>().prop_map(|known| known.to_string()),
        (number(number_inside), order(), number(number_inside))
            .prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        (text(text_inside), equal(), text(text_inside)).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        (text(text_inside)).prop_map(|a| format!("{a} in self.names")),
        (text(text_inside)).prop_map(|a| format!("{a} in ['a', '甲']")),
        (number(number_inside)).prop_map(|a| format!("{a} in self.numbers")),
        (equal()).prop_map(|sign| format!("self.names {sign} ['a', 'b']")),
    ];
    leaf.prop_recursive(3, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} || {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.prop_map(|a| format!("!({a})")),
        ]
    })
    .boxed()
}

/// A condition in our writing and in that of CEL, which differ in quantifiers and in hyphens.
fn condition() -> impl Strategy<Value = (String, String)> {
    let both = |text: String| (text.clone(), text);
    let word = || prop::sample::select(vec!["all", "exists"]);
    let leaf = prop_oneof![
        3 => plain(false, false).prop_map(both),
        1 => (word(), plain(true, false)).prop_map(|(word, body)| (format!("{word}(self.numbers, x, {body})"), format!("self.numbers.{word}(x, {body})"))),
        1 => (word(), plain(false, true)).prop_map(|(word, body)| (format!("{word}(self.names, w, {body})"), format!("self.names.{word}(w, {body})"))),
        1 => (word(), word(), plain(true, true)).prop_map(|(a, b, body)| {
            (format!("{a}(self.numbers, x, {b}(self.names, w, {body}))"), format!("self.numbers.{a}(x, self.names.{b}(w, {body}))"))
        }),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("{a} && {b}"), format!("{x} && {y}"))),
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("{a} || {b}"), format!("{x} || {y}"))),
            inner.prop_map(|(a, x)| (format!("!({a})"), format!("!({x})"))),
        ]
    })
}

fn ours(text: &str, given: &Given) -> Tri {
    let record = empty(small(), "small", &["c-1"], "2022-03-01");
    let mut found = act(&record, "2022-03-02 found");
    let mut put = |id: &str, json: serde_json::Value| {
        let (field, def) = small().field(id).unwrap();
        found.set(field, def.read(&json).unwrap());
    };
    put("count", given.count.into());
    put("sure", given.sure.into());
    put("note", given.note.clone().into());
    put("names", given.names.clone().into());
    put("numbers", given.numbers.clone().into());
    let view = View::of(&record);
    let expr = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let node = bind(&record.procedure.scope, Subject::Act(found.act), &expr)
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let nobody = Surroundings::none();
    Asker::about(&view, &found, &nobody).truth(&node)
}

fn theirs(text: &str, given: &Given) -> bool {
    use std::collections::HashMap;
    let mut context = cel::Context::default();
    let own: HashMap<String, cel::Value> = HashMap::from([
        ("count".to_owned(), given.count.into()),
        ("sure".to_owned(), given.sure.into()),
        ("note".to_owned(), given.note.clone().into()),
        ("names".to_owned(), given.names.clone().into()),
        ("numbers".to_owned(), given.numbers.clone().into()),
    ]);
    context.add_variable_from_value("self", own);
    let program = cel::Program::compile(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    match program.execute(&context) {
        Ok(cel::Value::Bool(known)) => known,
        other => panic!("{text}: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn both_give_the_same_answer(given in given(), (text, cel) in condition()) {
        prop_assert_eq!(ours(&text, &given), Tri::from(theirs(&cel, &given)), "{}", text);
    }

    #[test]
    fn the_normal_form_means_the_same(given in given(), (text, _) in condition()) {
        let normal = parse(&text).unwrap().to_string();
        prop_assert_eq!(ours(&text, &given), ours(&normal, &given), "{} is written {}", text, normal);
    }
}
