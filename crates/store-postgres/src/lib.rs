//! The store in a PostgreSQL database: a few set-based statements for a whole group, any number of servers at once.
//!
//! The order of the log is taken inside the transaction of a group, by locking the one row that heads it; no server is special.
//! Connections go to the writable one of several hosts, and are made anew after another one has taken over.

mod acts;
mod backup;
mod cell;
mod database;
mod docs;
mod facts;
mod fault;
mod lists;
mod log;
mod postgres_store;
mod rows;
mod schema;
mod write;
mod writer;

pub use postgres_store::{Options, PostgresStore};
pub use schema::SCHEMA;
