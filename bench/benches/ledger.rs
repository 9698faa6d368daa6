//! Verifying a whole log, beside what OpenSSL makes of SM3 on the same machine; appending, proving, signing.

use std::hint::black_box;
use std::process::Command;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ledger::checkpoint::{Checkpoint, Trust};
use ledger::key::{Role, SigningKey};
use ledger::merkle::verify_inclusion;
use ledger::tiles::{Appender, Folder, LogWriter, prove_inclusion, verify_log};
use ledger::{Hash, Sm3, TreeHash};

const N_LEAVES: u64 = 200_000;
const LEAF_BYTES: usize = 500;
const ORIGIN: &str = "log.example";

fn leaf(index: u64) -> Vec<u8> {
    let mut leaf = vec![b'.'; LEAF_BYTES];
    leaf[..8].copy_from_slice(&index.to_be_bytes());
    leaf
}

fn key(role: Role) -> SigningKey {
    SigningKey::from_secret(ORIGIN.parse().expect("a name"), role, &[7; 32]).expect("a key")
}

/// Bytes per second of `openssl speed -evp sm3` on blocks of this many bytes, one core.
fn openssl(n_bytes: usize) -> Option<f64> {
    let run = Command::new("openssl")
        .args(["speed", "-seconds", "2", "-bytes", &n_bytes.to_string(), "-evp", "sm3"])
        .output()
        .ok()?;
    // The last line is `sm3   314051.95k`, in thousands of bytes per second.
    let text = String::from_utf8(run.stdout).ok()?;
    let thousands = text.lines().last()?.split_whitespace().last()?.strip_suffix('k')?;
    Some(thousands.parse::<f64>().ok()? * 1000.0)
}

/// Seconds of processor time this process has used, in user mode and in the system; OpenSSL counts the former.
fn processor_seconds() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold spaces; user and system time are the 12th and 13th fields after it.
    let mut fields = stat.rsplit(')').next()?.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS_PER_SECOND)
}

/// Verifies the log between runs of OpenSSL, so that both see the same machine, and both by processor time, so that
/// other work on it does not count.
fn beside_openssl(folder: &Folder, trust: &Trust) {
    const TIMES: u64 = 5;
    let mut ratios = Vec::new();
    for _ in 0..5 {
        let Some((before, theirs)) = processor_seconds().zip(openssl(LEAF_BYTES)) else {
            println!("skipped: openssl or /proc not there");
            return;
        };
        for _ in 0..TIMES {
            assert!(verify_log::<Sm3, _>(folder, trust, |_| {}).expect("the log is there").is_proved());
        }
        let seconds = (processor_seconds().expect("it was there") - before) / TIMES as f64;
        let (leaves, ours) = (N_LEAVES as f64 / seconds, (N_LEAVES * LEAF_BYTES as u64) as f64 / seconds);
        println!(
            "{leaves:.0} leaves/s, {:.1} MB/s; openssl speed -evp sm3 -bytes {LEAF_BYTES}: {:.1} MB/s; ratio {:.2}",
            ours / 1e6,
            theirs / 1e6,
            ours / theirs
        );
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2}", ratios[ratios.len() / 2]);
    if let Some(long) = openssl(16_384) {
        println!("openssl speed -evp sm3 -bytes 16384: {:.1} MB/s", long / 1e6);
    }
}

fn benches(criterion: &mut Criterion) {
    let place = tempfile::tempdir().expect("a folder");
    let mut writer = LogWriter::<_, Sm3>::new(Folder::new(place.path()));
    (0..N_LEAVES).for_each(|index| {
        writer.append(&leaf(index)).expect("the folder can be written");
    });
    let signer = key(Role::Log);
    let checkpoint = Checkpoint::new(ORIGIN.to_owned(), N_LEAVES, writer.root());
    let note = checkpoint.sign(&signer).expect("a checkpoint").to_string();
    let folder = writer.finish(note.as_bytes()).expect("the folder can be written");
    let trust = Trust::log(signer.public().clone());
    beside_openssl(&folder, &trust);

    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Bytes(N_LEAVES * LEAF_BYTES as u64));
    group.bench_function("verify 200,000 leaves of 500 bytes", |bencher| {
        bencher.iter(|| verify_log::<Sm3, _>(&folder, &trust, |_| {}).expect("the log is there").is_proved());
    });
    group.finish();

    let mut group = criterion.benchmark_group("tree");
    let leaves: Vec<Vec<u8>> = (0..1000).map(leaf).collect();
    group.throughput(Throughput::Elements(leaves.len() as u64));
    group.bench_function("append 1,000 leaves of 500 bytes, tiles taken", |bencher| {
        bencher.iter(|| {
            let mut appender = Appender::<Sm3>::new();
            leaves.iter().for_each(|leaf| {
                appender.append(Sm3::leaf(leaf));
            });
            black_box((appender.take_tiles(), appender.root()))
        });
    });
    group.finish();
    let (index, root) = (123_456, checkpoint.root);
    criterion.bench_function("prove inclusion from tiles in a folder", |bencher| {
        bencher.iter(|| prove_inclusion::<Sm3, _>(&folder, index, N_LEAVES).expect("it is there"));
    });
    let proof = prove_inclusion::<Sm3, _>(&folder, index, N_LEAVES).expect("it is there");
    let hash = Sm3::leaf(&leaf(index));
    criterion.bench_function("verify inclusion", |bencher| {
        bencher.iter(|| verify_inclusion::<Sm3>(&hash, index, N_LEAVES, &root, &proof).is_ok());
    });
    criterion.bench_function("sign a checkpoint", |bencher| {
        bencher.iter(|| checkpoint.sign(&signer).expect("a checkpoint"));
    });
    criterion.bench_function("open a checkpoint", |bencher| {
        bencher.iter(|| trust.open(note.as_bytes()).expect("a checkpoint"));
    });
    criterion.bench_function("SM3 of 16 KiB", |bencher| {
        let bytes = vec![7; 16_384];
        bencher.iter(|| Hash::sm3(black_box(&bytes)));
    });
}

criterion_group! { name = group; config = Criterion::default().sample_size(10); targets = benches }
criterion_main!(group);
