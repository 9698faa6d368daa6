//! Use cases: authorize, load, decide, assess, append; and queries. No SQL, no HTML, no HTTP.

mod access;
mod app;
mod caller;
mod clock;
mod error;
pub mod log;
mod matters;
pub mod people;
mod words;

pub use access::{relation, widest};
pub use app::{App, Parts};
pub use caller::Caller;
pub use clock::{Chance, Clock, NoChance, one_time_password, secret};
pub use error::{Error, Result};
pub use matters::{MatterPage, Proposal, RebuildReport, Recorded, TimelineAct};
pub use words::Words;
