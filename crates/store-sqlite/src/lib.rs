//! The store in one SQLite file: WAL, `synchronous=FULL`, one writer, group commit of appends.
//!
//! Whatever writes goes through one thread ([`writer`]); reads have connections of their own ([`readers`]) and never wait for it.
//! A second program on the same file is kept apart by SQLite's own lock, which every transaction of the writer takes first.

mod acts;
mod backup;
mod docs;
mod facts;
mod fault;
mod lists;
mod log;
mod readers;
mod rows;
mod schema;
mod sqlite_store;
mod write;
mod writer;

pub use schema::SCHEMA;
pub use sqlite_store::{Options, SqliteStore};
