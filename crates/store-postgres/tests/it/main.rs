//! The store in a PostgreSQL database against the suite, and what only a server can suffer.

mod cluster;
mod kill;
mod server;
mod suite;
