//! Matters: beginning them, acting in them, reading them, listing them.

mod act;
mod erase;
mod import;
mod load;
mod lookup;
mod number;
mod personal;
mod read;
mod reads;
mod rebuild;
mod rows;
mod seal;

pub use act::{Proposal, Recorded};
pub(crate) use load::record;
pub use read::{MatterPage, TimelineAct};
pub use rebuild::RebuildReport;
