//! What the loader demands of the law content.

#[path = "../small/mod.rs"]
mod small;

mod real;
mod strict;
mod versions;
