//! Rules asked of records: one by one, step by step, and of whole files.

#[path = "../../../lawbook/tests/small/mod.rs"]
mod small;

#[path = "../../../record/tests/script/mod.rs"]
mod script;

mod coverage;
mod files;
mod monitor;
mod shapes;
mod stream;
