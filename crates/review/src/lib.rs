//! Monitors, findings, and the import of logs from elsewhere.

mod assess;
mod coverage;
pub mod import;
mod monitor;
mod play;
mod stream;
mod tally;

pub use assess::{Assessor, Instance, Verdict, assess, broken_rules};
pub use coverage::{Loose, loose_needs};
pub use monitor::Monitor;
pub use play::{Happened, Play, Played, check_example, play, record_of};
pub use stream::{Finding, ReviewError, ReviewOptions, Reviewed, review_file};
pub use tally::{RuleCount, Tally};
