//! Gates, `decide`, refusals, and the exhaustive proof that no path of a procedure breaks its rules.
//!
//! Everything here is pure: the caller brings the record, what it looked up, and the instant.

mod decide;
mod gates;
mod json;
mod judge;
mod next;
pub mod prove;
mod unmet;

pub use decide::{Decided, Refusal, decide};
pub use gates::{Checked, Gates, Purpose};
pub use json::{limit_json, next_json, try_json};
pub use judge::{Answer, ask, in_force};
pub use next::{Blocked, Next, Possible, next};
pub use unmet::{Unmet, facts_used};
