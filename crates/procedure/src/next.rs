//! What is possible now, what is not and why, and the way from one to the other.

use std::sync::Arc;

use jiff::Timestamp;
use lawbook::model::{ActIx, Alternative, Need, NeedKind, OutcomeIx};
use record::{Act, LimitRun, Record, Scope, Surroundings, View};
use terms::Moment;

use crate::gates::{Checked, Gates, Purpose};
use crate::unmet::Unmet;

/// How far back the way to a gate is followed.
const DEPTH_MAX: usize = 12;

/// An act that is possible now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    /// The act.
    pub act: ActIx,
    /// The strand, for an act that belongs to one; empty stands for a new one.
    pub strand: Option<Arc<str>>,
    /// The outcomes it can have now; none when it has no outcomes.
    pub outcomes: Vec<OutcomeIx>,
}

/// An act that is not possible now, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The act.
    pub act: ActIx,
    /// The strand.
    pub strand: Option<Arc<str>>,
    /// The unmet gates of the outcome that is nearest.
    pub unmet: Vec<Unmet>,
}

/// Where a matter stands and what can come next.
#[derive(Debug, Clone)]
pub struct Next {
    /// The stage of the latest act that stands.
    pub stage: Option<usize>,
    /// What is possible.
    pub possible: Vec<Possible>,
    /// What is not.
    pub blocked: Vec<Blocked>,
    /// All limits, met or not.
    pub limits: Vec<LimitRun>,
    /// Which acts stand, by number.
    pub stands: Vec<(u32, bool)>,
}

/// Where the matter stands at an instant.
#[must_use]
pub fn next(record: &Record<'_>, surroundings: &Surroundings<'_>, now: Timestamp) -> Next {
    let view = View::of(record);
    let at = Moment::Instant(now);
    let (mut possible, mut blocked) = (Vec::new(), Vec::new());
    for (index, def) in record.procedure.acts.iter().enumerate() {
        let act = ActIx(index as u16);
        for strand in strands(&view, def.strand) {
            match probe(&view, surroundings, act, strand.clone(), at) {
                Ok(outcomes) => possible.push(Possible { act, strand, outcomes }),
                Err(unmet) => blocked.push(Blocked { act, strand, unmet }),
            }
        }
    }
    let stands = |occurrence: &record::Occurrence| occurrence.standing == record::Standing::Stands;
    let own = view.occurrences.iter().filter(|occurrence| occurrence.adopted_from.is_none());
    let mut standing: Vec<(u32, bool)> =
        own.map(|occurrence| (occurrence.act.seq, stands(occurrence))).collect();
    standing.sort_unstable();
    let staged = view
        .occurrences
        .iter()
        .rev()
        .filter(|occurrence| stands(occurrence))
        .map(|occurrence| view.def(occurrence).stage);
    Next {
        stage: staged.into_iter().find(|stage| *stage < record.procedure.stages.len()),
        possible,
        blocked,
        limits: view.all_limit_runs(at),
        stands: standing,
    }
}

/// The strands to ask in: each open one, and a new one where things may be added.
fn strands(view: &View<'_>, kind: Option<lawbook::model::StrandIx>) -> Vec<Option<Arc<str>>> {
    let Some(kind) = kind else { return vec![None] };
    let mut keys: Vec<Option<Arc<str>>> = view.keys(kind).iter().cloned().map(Some).collect();
    if view.procedure().strands[kind.at()].per != "party" && !view.keys(kind).iter().any(|key| key.is_empty())
    {
        keys.push(Some(Arc::from("")));
    }
    keys
}

/// The outcomes with which an act is possible now, or what stands in the way of the nearest one.
fn probe(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    act: ActIx,
    strand: Option<Arc<str>>,
    at: Moment,
) -> Result<Vec<OutcomeIx>, Vec<Unmet>> {
    let def = view.procedure().def(act);
    let outcomes: Vec<Option<OutcomeIx>> = match def.outcomes.len() {
        0 => vec![None],
        n => (0..n).map(|index| Some(OutcomeIx(index as u8))).collect(),
    };
    let mut open = Vec::new();
    let mut nearest: Option<Vec<Unmet>> = None;
    let mut any = false;
    for outcome in outcomes {
        let checked = probe_outcome(view, surroundings, act, strand.clone(), outcome, at);
        if checked.blocked.is_empty() {
            any = true;
            open.extend(outcome);
        } else if nearest.as_ref().is_none_or(|nearest| checked.blocked.len() < nearest.len()) {
            nearest = Some(checked.blocked);
        }
    }
    if any { Ok(open) } else { Err(nearest.unwrap_or_default()) }
}

fn probe_outcome(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    act: ActIx,
    strand: Option<Arc<str>>,
    outcome: Option<OutcomeIx>,
    at: Moment,
) -> Checked {
    let mut proposed = Act::bare(act, at, strand);
    proposed.outcome = outcome;
    Gates::new(view, &proposed, surroundings, at, Purpose::Probe).check().0
}

/// The acts that are possible now and lead towards a need: its own acts if they are, else those that lead to them.
#[must_use]
pub fn steps_towards(view: &View<'_>, need: &Need, scope: &Scope, now: Moment) -> Vec<String> {
    let mut found = Vec::new();
    let mut asked = Vec::new();
    follow(view, need, scope, now, &mut asked, &mut found, 0);
    found
}

fn follow(
    view: &View<'_>,
    need: &Need,
    scope: &Scope,
    now: Moment,
    asked: &mut Vec<(ActIx, Scope)>,
    found: &mut Vec<String>,
    depth: usize,
) {
    let inside: Vec<Scope> = match &need.kind {
        NeedKind::Any(_) => vec![scope.clone()],
        NeedKind::Every { strand, .. } | NeedKind::Some { strand, .. } => {
            view.keys(*strand).iter().map(|key| Some((*strand, key.clone()))).collect()
        }
        NeedKind::NotStanding(_) => {
            found.extend(crate::gates::direct(view, need));
            return;
        }
    };
    let (NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. }) = &need.kind else {
        return;
    };
    let nobody = Surroundings::none();
    let mut blocked = Vec::new();
    let before = found.len();
    for scope in inside {
        for alternative in any {
            let Alternative::Act(pattern) = alternative else { continue };
            let act = pattern.act;
            if depth > DEPTH_MAX || asked.contains(&(act, scope.clone())) {
                continue;
            }
            asked.push((act, scope.clone()));
            let strand =
                view.procedure().def(act).strand.and_then(|_| scope.as_ref().map(|(_, key)| key.clone()));
            let outcome = pattern.outcomes.first().copied();
            let checked = probe_outcome(view, &nobody, act, strand, outcome, now);
            let id = &view.procedure().def(act).id;
            if !checked.blocked.is_empty() {
                blocked.push((act, scope.clone(), checked));
            } else if !found.contains(id) {
                found.push(id.clone());
            }
        }
    }
    // Only where nothing leads there at once, the way back is followed.
    if found.len() > before {
        return;
    }
    for (act, scope, checked) in blocked {
        for inner in &view.procedure().def(act).needs {
            if checked.blocked.iter().any(|unmet| unmet.need == inner.id) {
                follow(view, inner, &scope, now, asked, found, depth + 1);
            }
        }
    }
}
