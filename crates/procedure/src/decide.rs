//! Decides whether an act may be recorded now. Pure: no clock, no database, no network.

use jiff::Timestamp;
use record::{Act, LimitRun, Record, Relied, Surroundings, View};
use terms::Moment;

use crate::gates::{Gates, Purpose};
use crate::unmet::Unmet;

/// An act that may be recorded: what it relied on, what was seen, which limits it starts.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The act to record.
    pub act: Act,
    /// Limits that begin with it.
    pub limits: Vec<LimitRun>,
    /// Gates that do not block but must be acknowledged.
    pub warnings: Vec<Unmet>,
}

/// Why an act may not be recorded (不予通过). Refusing is not failing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Every unmet gate at once.
    pub blocked: Vec<Unmet>,
    /// Gates that would only warn.
    pub warned: Vec<Unmet>,
}

/// Whether `proposed` may be recorded now. The caller brings the record, what it looked up, and the instant.
///
/// # Errors
/// Every unmet gate at once, each with its citation and the acts that would meet it.
pub fn decide(
    record: &Record<'_>,
    surroundings: &Surroundings<'_>,
    proposed: &Act,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    let view = View::of(record);
    // What was seen is for the program to say, not for who proposes the act.
    let proposed = &Act { seen: Vec::new(), ..proposed.clone() };
    let (checked, seen) =
        Gates::new(&view, proposed, surroundings, Moment::Instant(now), Purpose::Decide).check();
    if !checked.blocked.is_empty() {
        return Err(Refusal { blocked: checked.blocked, warned: checked.warned });
    }
    let def = view.procedure().def(proposed.act);
    let mut act = proposed.clone();
    act.seq = record.next_seq();
    act.recorded = Some(now);
    act.strand = view.key_of(proposed);
    act.seen = seen;
    let mut asked = proposed.clone();
    asked.seen.clone_from(&act.seen);
    let own = |link: &record::Link| {
        let on = &view.occurrences[link.on as usize];
        on.adopted_from.is_none().then(|| Relied { seq: on.act.seq, fields: link.fields.clone() })
    };
    act.relied = Some(view.derive_links(&asked, def).iter().filter_map(own).collect());
    let limits = started(record, &act, Moment::Instant(now));
    Ok(Decided { act, limits, warnings: checked.warned })
}

/// The limits that begin with an act, as they stand once it is recorded.
fn started(record: &Record<'_>, act: &Act, now: Moment) -> Vec<LimitRun> {
    let mut after = record.clone();
    after.push(act.clone());
    let view = View::of(&after);
    let Some((own, _)) = view.by_seq(act.seq) else { return Vec::new() };
    let concerned = |limit: &lawbook::model::Limit| limit.starts.iter().any(|pattern| pattern.act == act.act);
    let mut found = Vec::new();
    for (index, limit) in view.procedure().limits.iter().enumerate() {
        if concerned(limit) {
            let runs = view.limit_runs(lawbook::model::LimitIx(index as u16), &view.scope_of(act), now);
            found.extend(runs.into_iter().filter(|run| run.start == own));
        }
    }
    found
}
