//! What a record says: what stands, which facts hold, which limits run.

#[path = "../../../lawbook/tests/small/mod.rs"]
mod small;

#[path = "../script/mod.rs"]
mod script;

mod cel;
mod lines;
mod limits;
mod order;
mod standing;
