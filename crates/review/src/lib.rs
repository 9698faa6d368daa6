//! Monitors, findings, and the import of logs from elsewhere.

mod assess;
pub mod import;
mod play;

pub use assess::{Instance, Verdict, assess, broken_rules};
pub use play::{Happened, Play, Played, check_example, play};
