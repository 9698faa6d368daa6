//! Whether an act may be recorded, and what can come next.

#[path = "../../../lawbook/tests/small/mod.rs"]
mod small;

#[path = "../../../record/tests/script/mod.rs"]
mod script;

mod any;
mod gates;
