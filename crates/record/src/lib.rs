//! Acts, and the view of a matter: what stands, strands, facts, limits, subjects, adoption, correction.
//!
//! `View` is a pure function of the record and never refuses: what happened, happened. Gates live in `procedure`.

mod act;
mod ask;
mod head;
mod limits;
mod line;
mod order;
mod record;
mod surroundings;
mod view;

pub use act::{Act, Actor, Adopted, Relied, Seen};
pub use ask::{Asker, Missing};
pub use head::{Head, Party, PartyKind};
pub use limits::{LimitRun, LimitState};
pub use line::{LineError, fill_adopted, read_act, read_record, read_text, start_record, write_act};
pub use order::{Corrected, Correction};
pub use record::Record;
pub use surroundings::{Asked, Looked, Surroundings};
pub use view::{Corrections, Link, Occurrence, Scope, Standing, View, outcome_counts};
