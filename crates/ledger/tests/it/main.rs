//! The log against the public vectors, another implementation, hostile input, and itself.

mod bundles;
mod checkpoints;
mod logs;
mod merkle;
mod sm;
mod tessera;
mod vectors;

use std::path::PathBuf;

use ledger::key::{Role, SigningKey};

/// A folder of the public data beside the repository, if it is there.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !folder.is_dir() {
        println!("skipped: ../shared/data not there");
        return None;
    }
    Some(folder)
}

/// A key for tests; `seed` makes it another one.
fn key(name: &str, role: Role, seed: u8) -> SigningKey {
    SigningKey::from_secret(name.parse().unwrap(), role, &[seed; 32]).unwrap()
}

/// Numbers that look random and are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
