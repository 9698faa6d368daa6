//! Use cases on a real database.

mod matters;
mod people;
mod world;
