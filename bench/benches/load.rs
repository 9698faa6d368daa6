//! Loading the lawbook of the repository: every start of the program pays for it.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

fn benches(criterion: &mut Criterion) {
    let folder = bench::root().join("law");
    let read = || lawbook::LawFiles::from_dir(&folder).expect("the law folder is there");
    let files = read();
    let bytes: usize = files.0.iter().map(|file| file.text.len()).sum();
    println!("{} files, {bytes} bytes", files.0.len());
    criterion.bench_function("read the law folder", |bencher| bencher.iter(|| black_box(read())));
    criterion.bench_function("load the lawbook", |bencher| {
        // What is loaded is kept until the batch is measured: a program frees it when it ends.
        bencher.iter_batched(
            || files.clone(),
            |files| lawbook::load(files).expect("the lawbook loads"),
            BatchSize::SmallInput,
        );
    });
}

criterion_group! { name = group; config = Criterion::default().sample_size(30); targets = benches }
criterion_main!(group);
