//! The digest of a lawbook: SM3 over names and texts.

use sm3::{Digest, Sm3};

use crate::files::LawFiles;

/// SM3 over the name and the text of every file but the lock, each with its length before it; lower-case hexadecimal.
#[must_use]
pub fn digest(files: &LawFiles) -> String {
    let mut hash = Sm3::new();
    for file in files.0.iter().filter(|file| file.name != "lawbook.lock.toml") {
        for text in [&file.name, &file.text] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
