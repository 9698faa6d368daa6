//! What a record says: what stands, which facts hold, which limits run.

#[path = "../../../lawbook/tests/small/mod.rs"]
mod small;

#[path = "../script/mod.rs"]
mod script;

mod cel;
mod limits;
mod limits_later;
mod lines;
mod order;
mod standing;
mod strands;
