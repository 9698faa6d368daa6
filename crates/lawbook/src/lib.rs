//! Loads and checks `law/`: norms, parameters, posts, fields, procedures, limits, rules, worked cases.
//!
//! A lawbook with an error does not load; all errors are reported in one run, each with its place and a hint.
//! Nothing here knows a matter, a store or a clock.

pub mod condition;
mod digest;
mod files;
mod lawbook;
mod load;
pub mod lock;
pub mod model;
pub mod report;
mod tree;

pub use files::{LawFile, LawFiles, LawFolderError};
pub use lawbook::{Erratum, Lawbook};
pub use load::{LawReport, load};
pub use model::FieldValueError;
