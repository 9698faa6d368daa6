//! Use cases on a real database.

mod log;
mod matters;
mod people;
mod world;
