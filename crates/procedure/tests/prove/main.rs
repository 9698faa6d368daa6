//! The exhaustive proof against a naive explorer, seeded faults, and dead ends.

mod faults;
mod kit;
mod oracle;
mod random;
mod way_out;
