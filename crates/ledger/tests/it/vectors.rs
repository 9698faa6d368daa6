//! The public vectors of transparency-dev/merkle, with SHA-256.

use std::fs;
use std::ops::Range;
use std::path::Path;

use base64ct::{Base64, Encoding};
use ledger::merkle::{verify_consistency, verify_inclusion, verify_subtree};
use ledger::{Hash, TreeHash};
use serde_json::Value;
use sha2::Sha256;

/// Files, and those among them that must be rejected.
const FILES: (usize, usize) = (518, 482);

#[test]
fn every_public_vector_is_answered_as_it_must_be() {
    let Some(folder) = crate::shared("tlog/transparency-dev-merkle/testdata") else { return };
    let (mut n_files, mut n_rejected) = (0, 0);
    for kind in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        for file in files_below(&folder.join(kind)) {
            let vector: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            let must_be_rejected = vector["wantErr"].as_bool().unwrap();
            let is_rejected = !holds(kind, &vector);
            assert_eq!(is_rejected, must_be_rejected, "{}: {}", file.display(), vector["desc"]);
            n_files += 1;
            n_rejected += usize::from(is_rejected);
        }
    }
    assert_eq!((n_files, n_rejected), FILES);
}

fn holds(kind: &str, vector: &Value) -> bool {
    let number = |field: &str| vector[field].as_u64().unwrap();
    let leaves = |size: &str| if vector.get(size).is_some() { 0..number(size) } else { 0..0 };
    let subtree = || Range { start: number("start"), end: number("end") };
    let hash = |field: &str| hash(&vector[field]);
    // No leaf has a hash of another length.
    if vector
        .get("leafHash")
        .is_some_and(|leaf| Base64::decode_vec(leaf.as_str().unwrap()).unwrap().len() != 32)
    {
        return false;
    }
    let proof: Vec<Hash> = vector["proof"].as_array().into_iter().flatten().map(self::hash).collect();
    let answer = match kind {
        "inclusion" => verify_inclusion::<Sha256>(
            &hash("leafHash"),
            number("leafIdx"),
            number("treeSize"),
            &hash("root"),
            &proof,
        ),
        "consistency" => verify_consistency::<Sha256>(
            number("size1"),
            &hash("root1"),
            number("size2"),
            &hash("root2"),
            &proof,
        ),
        "subtreeinclusion" => {
            let index = number("leafIdx");
            let leaf = index..index.wrapping_add(1);
            verify_subtree::<Sha256>(leaf, &hash("leafHash"), subtree(), &hash("root"), &proof)
        }
        _ => verify_subtree::<Sha256>(subtree(), &hash("root1"), leaves("size"), &hash("root2"), &proof),
    };
    answer.is_ok()
}

/// A hash has 32 bytes here and cannot be anything else, so roots of another length are given one to stand for them:
/// equal ones stay equal, and unequal ones unequal.
fn hash(text: &Value) -> Hash {
    let bytes = Base64::decode_vec(text.as_str().unwrap()).unwrap();
    Hash::from_slice(&bytes).unwrap_or_else(|| Sha256::leaf(&bytes))
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
