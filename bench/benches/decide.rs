//! `decide` on a whole penalty case, and the view it rests on.

use criterion::{Criterion, criterion_group, criterion_main};
use procedure::decide;
use record::{Record, Surroundings, View};

fn benches(criterion: &mut Criterion) {
    let book = bench::lawbook("law");
    let longest = book
        .cases
        .iter()
        .filter_map(|case| review::record_of(&book, case).ok().map(|record| (case, record)))
        .filter(|(case, _)| case.procedure == "penalty-ordinary")
        .max_by_key(|(_, record)| record.acts.len());
    let Some((case, record)) = longest else { return };
    let registers = &case.registers;
    let surroundings = Surroundings { records: &[], entries: registers, given: true, asked: None };
    let last = record.acts.last().expect("a case has acts");
    let mut before = Record { acts: record.acts[..record.acts.len() - 1].to_vec(), ..record.clone() };
    // A record of sixty acts: more evidence of the kind the case already has.
    let evidence = before.procedure.act("evidence-collected");
    let more = before.acts.iter().find(|act| Some(act.act) == evidence).cloned();
    while before.acts.len() < 60 {
        let Some(more) = &more else { break };
        let mut act = (**more).clone();
        act.seq = 0;
        act.at = before.acts.last().expect("a case has acts").at;
        before.push(act);
    }
    let now = jiff::Timestamp::MAX;
    println!(
        "record of {} acts, {} rules at the act",
        before.acts.len(),
        before.procedure.def(last.act).rules.len()
    );
    criterion.bench_function("view of 60 acts", |bencher| bencher.iter(|| View::of(&before)));
    criterion.bench_function("decide on 60 acts", |bencher| {
        bencher.iter(|| decide(&before, &surroundings, last, now).is_ok());
    });
    criterion.bench_function("next on 60 acts", |bencher| {
        bencher.iter(|| procedure::next(&before, &surroundings, now))
    });
}

criterion_group! { name = group; config = Criterion::default().sample_size(30); targets = benches }
criterion_main!(group);
