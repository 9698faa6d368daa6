//! Reviews in memory: the road-fine log under four rules, and a million acts of penalty cases under all rules.

use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use lawbook::Lawbook;
use record::{Record, Surroundings};
use review::{Assessor, Tally};

fn tally<'b>(book: &'b Lawbook, records: &[Record<'b>], surroundings: &Surroundings<'_>) -> Tally {
    let (mut tally, mut worst, mut assessor) = (Tally::new(book), Vec::new(), Assessor::default());
    for record in records {
        let instances = assessor.assess(record, surroundings, date(2026, 1, 1));
        tally.add(record.acts.len() as u64, instances, &mut worst);
    }
    tally
}

fn on_two_threads<'b>(book: &'b Lawbook, records: &[Record<'b>]) -> Tally {
    let (first, second) = records.split_at(records.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| tally(book, second, &Surroundings::none()));
        let mut own = tally(book, first, &Surroundings::none());
        own.merge(&other.join().expect("no panic"));
        own
    })
}

fn road_fines(criterion: &mut Criterion) {
    let Some(log) = bench::road_fine_log() else {
        println!("skipped: ../shared/data not there");
        return;
    };
    let book = bench::lawbook("examples/road-fines/law");
    let records = bench::road_fines(&book, &log);
    criterion.bench_function("four rules, 561,470 acts in memory, one thread", |bencher| {
        bencher.iter(|| tally(&book, &records, &Surroundings::none()));
    });
    criterion.bench_function("four rules, 561,470 acts in memory, two threads", |bencher| {
        bencher.iter(|| on_two_threads(&book, &records));
    });
}

/// A million acts: every worked penalty case, over and over.
fn penalty_cases(_: &mut Criterion) {
    let book = bench::lawbook("law");
    let cases: Vec<_> = book.cases.iter().filter(|case| case.procedure.starts_with("penalty")).collect();
    let records: Vec<_> = cases
        .iter()
        .filter_map(|case| review::record_of(&book, case).ok().map(|record| (case, record)))
        .collect();
    let n_once: usize = records.iter().map(|(_, record)| record.acts.len()).sum();
    let rounds = 1_000_000_usize.div_ceil(n_once.max(1));
    let begun = Instant::now();
    let (mut tally, mut worst, mut assessor) = (Tally::new(&book), Vec::new(), Assessor::default());
    for _ in 0..rounds {
        for (case, record) in &records {
            let surroundings =
                Surroundings { records: &[], entries: &case.registers, given: true, asked: None };
            let as_of = record.acts.last().map_or(date(2026, 1, 1), |act| act.at.day());
            let instances = assessor.assess(record, &surroundings, as_of);
            tally.add(record.acts.len() as u64, instances, &mut worst);
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let n_rules = book.rules.len();
    println!(
        "{} acts of {} penalty matters under {n_rules} rules: {seconds:.2} s, one thread",
        tally.acts, tally.matters
    );
}

criterion_group! { name = group; config = Criterion::default().sample_size(10); targets = road_fines, penalty_cases }
criterion_main!(group);
