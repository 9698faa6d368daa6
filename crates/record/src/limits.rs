//! Limits of a view (期限): what runs, when it is due, whether it was met.
//!
//! What became of an act later (replaced, fallen, ended) counts for limits so:
//! - *starts*: not at all. What started a limit happened; doing it again never restarts one that binds the agency.
//!   The condition on a start (`when`) is asked once, as things stood right after the starting act.
//! - *until*: an act that fell does not meet a limit that counts from the first start: redoing never restarts that one,
//!   so it runs on. Where each start has its own run or the latest counts, what fell only after the limit was due, or
//!   together with the start, had met it: the redone start has a run of its own.
//!   One that was replaced still meets it, with its own day, if what took its place meets the limit as well and has
//!   not fallen. One that was ended happened.
//!   Counted back, the act must have stood when the starting act came; what became of it later changes nothing.
//! - *pauses*: the clock stands still while the pause stands: until it is resumed, or until the day the pause fell.
//!   One that was replaced or ended happened. A resumption counts whatever became of it: the clock ran.
//! - *days left out*: as its act says while it stands; of one that fell, the days before it fell; of one that was
//!   replaced, none, because what took its place says which.
//! - *extensions*: while they stand.

use calendar::{Direction, Limit as Derived, LimitError, Period};
use jiff::civil::Date;
use lawbook::condition::node::ActPattern;
use lawbook::model::{Counts, Limit, LimitIx, SelectedBy};
use terms::{Moment, Value};

use crate::ask::Asker;
use crate::surroundings::Surroundings;
use crate::view::{Occurrence, Scope, Standing, View, outcome_counts};

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitState {
    /// It runs.
    Running,
    /// It was met in time.
    Met,
    /// It was not met in time.
    Broken,
    /// It does not run on for now.
    Suspended,
    /// It cannot be computed.
    Unknown,
}

impl LimitState {
    /// The word in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            LimitState::Running => "running",
            LimitState::Met => "met",
            LimitState::Broken => "broken",
            LimitState::Suspended => "suspended",
            LimitState::Unknown => "unknown",
        }
    }
}

/// One run of a limit.
#[derive(Debug, Clone)]
pub struct LimitRun {
    /// The limit.
    pub ix: LimitIx,
    /// The strand it runs in.
    pub scope: Scope,
    /// The occurrence that started it.
    pub start: u32,
    /// The occurrence that met it, in time or late.
    pub met_by: Option<u32>,
    /// When it is due, with the derivation.
    pub limit: Result<Derived, LimitError>,
    /// How it stands at the moment asked about.
    pub state: LimitState,
    /// Whether its length is not sure enough to block an act.
    pub weak: bool,
}

impl View<'_> {
    /// All limits of the matter in all strands, at a moment.
    #[must_use]
    pub fn all_limit_runs(&self, at: Moment) -> Vec<LimitRun> {
        let mut found = Vec::new();
        for (index, limit) in self.procedure().limits.iter().enumerate() {
            let ix = LimitIx(index as u16);
            match limit.strand {
                None => found.extend(self.limit_runs(ix, &None, at)),
                Some(kind) => {
                    for key in self.keys(kind) {
                        found.extend(self.limit_runs(ix, &Some((kind, key.clone())), at));
                    }
                }
            }
        }
        found
    }

    /// The runs of a limit in a strand: one, or one for each start.
    #[must_use]
    pub fn limit_runs(&self, ix: LimitIx, scope: &Scope, at: Moment) -> Vec<LimitRun> {
        let limit = &self.procedure().limits[ix.at()];
        let mut starts: Vec<u32> =
            limit.starts.iter().flat_map(|pattern| self.matching(pattern, scope).map(|(at, _)| at)).collect();
        if starts.is_empty() {
            return Vec::new();
        }
        starts.sort_unstable();
        starts.dedup();
        if limit.when.is_some() {
            starts.retain(|start| self.occurrences[*start as usize].starts.contains(&ix));
        }
        // Reopening lets a limit start anew: it runs from the first start after it, or from the reopening itself.
        let restart = limit
            .restarted_by
            .iter()
            .filter_map(|pattern| self.matching(pattern, scope).next_back())
            .map(|(at, _)| at)
            .max();
        if let Some(restart) = restart
            && starts.iter().any(|start| *start < restart)
        {
            starts.retain(|start| *start > restart);
            if starts.is_empty() {
                starts.push(restart);
            }
        }
        let counted: &[u32] = match (limit.counts, starts.as_slice()) {
            (_, []) => &[],
            (Counts::First, [first, ..]) => std::slice::from_ref(first),
            (Counts::Latest, [.., last]) => std::slice::from_ref(last),
            (Counts::Each, all) => all,
        };
        counted.iter().filter_map(|start| self.run(ix, limit, scope, *start, at)).collect()
    }

    fn run(&self, ix: LimitIx, limit: &Limit, scope: &Scope, start: u32, at: Moment) -> Option<LimitRun> {
        let started = &self.occurrences[start as usize];
        let day = match limit.length.selected_by {
            SelectedBy::FiledOn => self.filed_on().unwrap_or_else(|| started.act.at.day()),
            SelectedBy::ActDay | SelectedBy::DecidedOn => started.act.at.day(),
        };
        let value = limit.length.on(day)?;
        let own = limit.length_field.and_then(|field| started.act.field(field)).and_then(Value::as_int);
        let suspension = self.suspension(limit, scope, start);
        let period = Period {
            start: started.act.at,
            length: own.unwrap_or(value.value.number),
            unit: value.value.unit,
            direction: if limit.before { Direction::Before } else { Direction::After },
            opens: limit.opens,
            excluded: self.excluded(limit, scope, start, &suspension, at),
            extensions: self.extensions(limit, scope, start),
        };
        let derived = period.compute(self.book.calendar());
        let due = derived.as_ref().ok().map(|derived| derived.due);
        let met_by = self.met_by(limit, scope, start, due);
        let state = match &derived {
            Err(_) => LimitState::Unknown,
            Ok(derived) => self.state(limit, derived, met_by, suspension.open.is_some(), at),
        };
        let weak = own.is_none() && !value.basis.status.may_block();
        Some(LimitRun { ix, scope: scope.clone(), start, met_by, limit: derived, state, weak })
    }

    fn state(
        &self,
        limit: &Limit,
        derived: &Derived,
        met_by: Option<u32>,
        suspended: bool,
        at: Moment,
    ) -> LimitState {
        match met_by {
            Some(met) if self.occurrences[met as usize].act.at.compare(derived.due).is_le() => {
                LimitState::Met
            }
            Some(_) => LimitState::Broken,
            // Counted back from an event that has come: what had to lie before it can no longer be done.
            None if limit.before => LimitState::Broken,
            None if limit.until.is_empty() => {
                if at.compare(derived.due).is_gt() {
                    LimitState::Met
                } else {
                    LimitState::Running
                }
            }
            None if suspended => LimitState::Suspended,
            None if at.compare(derived.due).is_gt() => LimitState::Broken,
            None => LimitState::Running,
        }
    }

    /// The limits with a condition that the occurrence at `index`, the latest, starts: asked as things stand now.
    pub(crate) fn conditional_starts(&self, index: u32) -> Vec<LimitIx> {
        let act = &*self.occurrences[index as usize].act;
        let nobody = Surroundings::none();
        let starts = |ix: &LimitIx| {
            let limit = &self.procedure().limits[ix.at()];
            limit.starts.iter().any(|start| start.act == act.act && outcome_counts(start, act.outcome))
                && limit
                    .when
                    .as_ref()
                    .is_some_and(|when| Asker::about(self, act, &nobody).truth(when).is_true())
        };
        self.procedure().def(act.act).limits.iter().copied().filter(starts).collect()
    }

    /// The first act that meets the limit after its start; for one counted back, the last one before it.
    fn met_by(&self, limit: &Limit, scope: &Scope, start: u32, due: Option<Moment>) -> Option<u32> {
        let found = limit.until.iter().flat_map(|pattern| self.matching(pattern, scope).map(|(at, _)| at));
        if limit.before {
            return found.filter(|at| *at < start && self.stood_at(*at, start)).max();
        }
        let fell = |at: u32| matches!(self.occurrences[at as usize].standing, Standing::Fell { .. });
        let met = |at: &u32| match self.undone_by(*at, &limit.until) {
            None => true,
            Some(_) if limit.counts == Counts::First => false,
            Some(by) => {
                let undone = self.occurrences[by as usize].act.at;
                fell(start) || due.is_some_and(|due| undone.compare(due).is_gt())
            }
        };
        found.filter(|at| *at > start).filter(met).min()
    }

    /// Whether an occurrence stood, or had been ended, when a later one came.
    fn stood_at(&self, at: u32, later: u32) -> bool {
        match self.occurrences[at as usize].standing {
            Standing::Stands | Standing::Ended { .. } => true,
            Standing::Superseded { by } | Standing::Fell { by } => by >= later,
        }
    }

    /// What undid an occurrence that one of the patterns names: what made it or its successor fall, or the successor
    /// that none of them names. Nothing undid one that stands, was ended, or whose successor does the same.
    #[must_use]
    pub fn undone_by(&self, at: u32, named: &[ActPattern]) -> Option<u32> {
        let mut at = at;
        loop {
            match self.occurrences[at as usize].standing {
                Standing::Stands | Standing::Ended { .. } => return None,
                Standing::Fell { by } => return Some(by),
                Standing::Superseded { by } => {
                    let act = &self.occurrences[by as usize].act;
                    let names =
                        |pattern: &ActPattern| pattern.act == act.act && outcome_counts(pattern, act.outcome);
                    if !named.iter().any(names) {
                        return Some(by);
                    }
                    // What takes a place comes later: this ends.
                    at = by;
                }
            }
        }
    }

    fn extensions(&self, limit: &Limit, scope: &Scope, start: u32) -> Vec<i64> {
        let standing =
            |(at, occurrence): &(u32, &Occurrence)| *at > start && occurrence.standing == Standing::Stands;
        let mut found = Vec::new();
        for extension in &limit.extended_by {
            for (_, occurrence) in self.matching(&extension.act, scope).filter(standing) {
                found.extend(
                    occurrence.act.field(extension.field).and_then(Value::as_int).filter(|by| *by > 0),
                );
            }
        }
        found
    }

    fn suspension(&self, limit: &Limit, scope: &Scope, start: u32) -> Suspension {
        let mut events: Vec<(u32, bool)> = Vec::new();
        for (patterns, stops) in [(&limit.suspended_by, true), (&limit.resumed_by, false)] {
            for pattern in patterns {
                for (at, occurrence) in self.matching(pattern, scope) {
                    events.push((at, stops));
                    if let (true, Standing::Fell { by }) = (stops, occurrence.standing) {
                        events.push((by, false));
                    }
                }
            }
        }
        events.sort_unstable();
        let mut found = Suspension::default();
        for (at, stops) in events.into_iter().filter(|(at, _)| *at > start) {
            let day = self.occurrences[at as usize].act.at.day();
            match (stops, found.open) {
                (true, None) => found.open = Some(day),
                (false, Some(from)) => {
                    found.closed.push((from, day));
                    found.open = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        found
    }

    fn excluded(
        &self,
        limit: &Limit,
        scope: &Scope,
        start: u32,
        suspension: &Suspension,
        at: Moment,
    ) -> Vec<(Date, Date)> {
        let mut found = suspension.closed.clone();
        found.extend(suspension.open.map(|from| (from, at.day().max(from))));
        for exclusion in &limit.excluded {
            for (index, occurrence) in self.matching(&exclusion.act, scope) {
                let day = |field| match occurrence.act.field(field) {
                    Some(Value::Day(day)) => Some(*day),
                    _ => None,
                };
                // The day it fell counts again.
                let until = match occurrence.standing {
                    Standing::Stands | Standing::Ended { .. } => Date::MAX,
                    Standing::Fell { by } => {
                        self.occurrences[by as usize].act.at.day().yesterday().unwrap_or(Date::MIN)
                    }
                    Standing::Superseded { .. } => continue,
                };
                let (Some(from), Some(to)) = (day(exclusion.from), day(exclusion.to)) else { continue };
                let to = to.min(until);
                if index > start && from <= to {
                    found.push((from, to));
                }
            }
        }
        found
    }
}

/// Days on which the clock stood still.
#[derive(Debug, Default)]
struct Suspension {
    closed: Vec<(Date, Date)>,
    open: Option<Date>,
}
