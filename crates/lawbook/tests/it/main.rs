//! What the loader demands of the law content.

#[path = "../small/mod.rs"]
mod small;

mod access;
mod edits;
mod faults;
mod forms;
mod lock;
mod real;
mod strict;
mod strict_files;
mod versions;
