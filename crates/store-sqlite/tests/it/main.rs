//! The store in a SQLite file against the suite, and what only a file can suffer.

mod file;
mod kill;
mod site;
mod suite;
