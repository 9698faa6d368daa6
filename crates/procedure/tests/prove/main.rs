//! The exhaustive proof against a naive explorer, seeded faults, dead ends, limits, and fields.

mod faults;
mod kit;
mod limits;
mod oracle;
mod random;
mod sets;
mod way_out;
