//! Bundles (卷宗包): one matter in one file, verified with no database and no network.
//!
//! A bundle is a ZIP archive that any program opens. Its members, in this order:
//!
//! | member | what |
//! |---|---|
//! | `README.txt` | the same words in every bundle: what this is and how to check it by hand |
//! | `manifest.json` | [`Manifest`]: matter, lawbook, digest of every other member, list of attached files |
//! | `manifest.note` | only if the manifest is signed: a signed note over its digest |
//! | `checkpoint` | the signed checkpoint, with its cosignatures |
//! | `proofs.jsonl` | per record its index in the log, its leaf hash and its inclusion proof |
//! | `openings.jsonl` | only if there are any: values and salts of commitments that stand in the records |
//! | `records.jsonl` | the records, each a line, byte for byte as they were stored and hashed |
//! | `files/0001-….pdf`, … | attachments and papers that travel with the bundle |
//!
//! The archive is written in one way only: members stored without compression, no dates, no extra fields, no
//! comments, nothing between or after. The verifier reads it from its first byte to its last, knows from the
//! manifest what must come next, and accepts no other byte; so nothing is unpacked, no name is ever used as a path,
//! and a flipped bit is found wherever it is. A bundle has less than 4 GiB; larger files stay outside and are listed
//! with their digest.
//!
//! A manifest alone proves nothing; what it says about the records is checked against them. With `manifest.note` the
//! log's own key vouches for the rest: that these are all records of the matter, the titles, the lawbook.

mod archive;
mod lines;
mod manifest;
mod report;
mod verify;
mod write;

pub use manifest::{FileEntry, Manifest, MemberDigest, Opening, ProofLine};
pub use report::{Element, Report, Unchecked, Verdict, Wrong};
pub use verify::verify;
pub use write::{Contents, Record, WriteError, write};

/// The format this program writes, and the only one it reads.
pub const FORMAT: &str = "guiju-bundle/v1";

/// The most records of a bundle.
pub const RECORDS_MAX: u64 = 100_000;

/// The most opened commitments of a bundle.
pub const OPENINGS_MAX: u64 = 100_000;

/// The most attached files of a bundle.
pub const FILES_MAX: usize = 10_000;

/// The longest manifest, in bytes.
pub const MANIFEST_BYTES_MAX: u64 = 16 << 20;

/// The longest line of `openings.jsonl`, in bytes: a value is at most about this long.
pub const OPENING_BYTES_MAX: usize = 1 << 20;

const README: &str = "README.txt";
const MANIFEST: &str = "manifest.json";
const MANIFEST_NOTE: &str = "manifest.note";
const CHECKPOINT: &str = "checkpoint";
const PROOFS: &str = "proofs.jsonl";
const OPENINGS: &str = "openings.jsonl";
const RECORDS: &str = "records.jsonl";

/// Part of the format: the same in every bundle, so it changes with [`FORMAT`] alone.
const README_TEXT: &str = include_str!("README.txt");
