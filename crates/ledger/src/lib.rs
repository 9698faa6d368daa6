//! The ledger (账本): an append-only log of byte strings that anyone can check.
//!
//! Nothing here knows what the bytes mean, where they are stored, or what time it is.
//!
//! ```text
//! hash ─► merkle ─► tiles      the tree, and how it lies in files (tlog-tiles)
//!   │        └────► bundle     one matter in one file, verified offline
//!   ├─► note ─► key ─► checkpoint   who vouches for the root (signed notes, SM2)
//!   └─► commitment             what stands in the log for a value that may be erased
//! ```
//!
//! To append: [`tiles::Appender`] grows the tree and names the tiles to write; [`checkpoint::Checkpoint::sign`]
//! signs the root; [`checkpoint::verify_continues`] keeps the log from forking. To prove: a
//! [`merkle::Plan`] names what to read, before anything is read. To check: [`checkpoint::Trust::open`],
//! [`merkle::verify_inclusion`], [`tiles::verify_log`], [`bundle::verify`].

pub mod bundle;
pub mod checkpoint;
pub mod commitment;
mod hash;
pub mod key;
pub mod merkle;
pub mod note;
mod text;
pub mod tiles;

pub use hash::{HASH_BYTES, Hash, HashError, TreeHash};
pub use sm3::Sm3;
