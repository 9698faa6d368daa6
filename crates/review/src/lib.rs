//! review
pub mod import;
