//! Use cases on a real database.

mod people;
mod world;
