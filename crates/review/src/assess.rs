//! Reviews one record against every rule: the meaning of each rule shape, act by act.

use std::sync::Arc;

use calendar::{Period, Unit};
use jiff::civil::Date;
use lawbook::condition::node::ActPattern;
use lawbook::model::{BoundRule, Counts, Limit, LimitIx, RuleIx, SelectedBy, Shape};
use procedure::{Answer, ask, in_force};
use record::{Act, Asker, Corrections, LimitRun, LimitState, Record, Surroundings, View};
use rustc_hash::FxHashMap;
use terms::{Moment, Tri};

/// How one rule stands at one act or limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Kept.
    Kept,
    /// Not yet decided: the limit runs until that moment.
    Pending(Moment),
    /// Something is missing.
    CannotTell(Vec<String>),
    /// Broken.
    Broken,
}

impl Verdict {
    /// The worse a verdict, the larger.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Verdict::Kept => 0,
            Verdict::Pending(_) => 1,
            Verdict::CannotTell(_) => 2,
            Verdict::Broken => 3,
        }
    }
}

/// One time a rule spoke about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The rule.
    pub rule: RuleIx,
    /// The strand, for a rule asked in one.
    pub strand: Option<Arc<str>>,
    /// The act it was asked at, or that started the limit, by number (0: brought in from another matter).
    pub start: u32,
    /// The act that met the limit, in time or late.
    pub end: Option<u32>,
    /// The days concerned: of the start, and of the end or the due day.
    pub days: (Date, Option<Date>),
    /// The verdict.
    pub verdict: Verdict,
    /// Broken as first recorded; only a correction made it disappear.
    pub only_corrected: bool,
}

/// Every time a rule spoke about the record, as of a day.
#[must_use]
pub fn assess(record: &Record<'_>, surroundings: &Surroundings<'_>, as_of: Date) -> Vec<Instance> {
    Assessor::default().assess(record, surroundings, as_of).to_vec()
}

/// Assesses many records one after the other, using its memory again.
#[derive(Debug, Default)]
pub struct Assessor<'b> {
    view: Option<View<'b>>,
    found: Vec<Instance>,
    dues: DueDays,
}

impl<'b> Assessor<'b> {
    /// Every time a rule spoke about the record, as of a day.
    pub fn assess(
        &mut self,
        record: &Record<'b>,
        surroundings: &Surroundings<'_>,
        as_of: Date,
    ) -> &[Instance] {
        self.found.clear();
        let found = &mut self.found;
        let view = self.view.get_or_insert_with(|| View::empty(record));
        view.refold(record, Corrections::Made, |view, act| ask_rules(view, act, surroundings, found));
        for bound in &record.procedure.rules {
            if let Shape::Within { limit, both, when } = &bound.shape {
                let plain = when.is_none() && self.dues.is_plain(view, *limit);
                if plain {
                    plain_limit(view, bound, *limit, *both, as_of, &mut self.dues, found);
                } else {
                    limit_instances(view, bound, surroundings, as_of, found);
                }
            }
        }
        if record.acts.iter().any(|act| record.procedure.def(act.act).corrects) {
            add_corrected(record, surroundings, as_of, found);
        }
        &self.found
    }
}

/// Due days of limits that depend on nothing but the day they start, so that each is computed once.
#[derive(Debug, Default)]
struct DueDays {
    procedure: Option<usize>,
    plain: Vec<bool>,
    dues: Vec<FxHashMap<Date, Option<Moment>>>,
}

impl DueDays {
    /// Whether a limit of the view's procedure has its due day from its start alone.
    fn is_plain(&mut self, view: &View<'_>, limit: LimitIx) -> bool {
        let procedure = view.procedure();
        let address = std::ptr::from_ref(procedure).addr();
        if self.procedure != Some(address) {
            self.procedure = Some(address);
            self.plain = procedure.limits.iter().map(is_plain).collect();
            self.dues = vec![FxHashMap::default(); procedure.limits.len()];
        }
        self.plain[limit.at()]
    }

    fn due(&mut self, view: &View<'_>, limit: LimitIx, start: Date) -> Option<Moment> {
        *self.dues[limit.at()].entry(start).or_insert_with(|| {
            let def = &view.procedure().limits[limit.at()];
            let length = &def.length.on(start)?.value;
            let period = Period::new(Moment::Day(start), length.number, length.unit);
            period.compute(view.book.calendar()).ok().map(|derived| derived.due)
        })
    }
}

fn is_plain(limit: &Limit) -> bool {
    limit.strand.is_none()
        && limit.when.is_none()
        && !limit.before
        && !limit.opens
        && limit.length_field.is_none()
        && limit.counts == Counts::First
        && limit.length.selected_by != SelectedBy::FiledOn
        && limit.length.values.iter().all(|value| value.value.unit != Unit::Hour)
        && limit.extended_by.is_empty()
        && limit.excluded.is_empty()
        && limit.suspended_by.is_empty()
        && limit.restarted_by.is_empty()
}

/// The first occurrence any of the patterns names of which `counts` holds.
fn earliest<'v>(
    view: &'v View<'_>,
    patterns: &'v [ActPattern],
    counts: impl Fn(u32) -> bool,
) -> Option<(u32, &'v record::Occurrence)> {
    let firsts =
        patterns.iter().filter_map(|pattern| view.matching(pattern, &None).find(|(at, _)| counts(*at)));
    firsts.min_by_key(|(at, _)| *at)
}

/// A rule about a plain limit: the same answer as [`limit_instances`], without the derivation.
fn plain_limit(
    view: &View<'_>,
    bound: &BoundRule,
    limit: LimitIx,
    both: bool,
    as_of: Date,
    dues: &mut DueDays,
    found: &mut Vec<Instance>,
) {
    let rule = view.book.rule(bound.rule);
    if !rule.uses.review {
        return;
    }
    let def = &view.procedure().limits[limit.at()];
    let Some((from, start)) = earliest(view, &def.starts, |_| true) else { return };
    let day = start.act.at.day();
    if !in_force(rule, day) {
        return;
    }
    let met =
        earliest(view, &def.until, |at| both || (at > from && view.undone_by(at, &def.until).is_none()));
    if both && met.is_none() {
        return;
    }
    if def.length.on(day).is_none() {
        return;
    }
    let due = dues.due(view, limit, day);
    let verdict = match (due, met) {
        (None, _) => return limit_instances(view, bound, &Surroundings::none(), as_of, found),
        (Some(due), Some((_, met))) if met.act.at.compare(due).is_le() => Verdict::Kept,
        (Some(due), None) if Moment::Day(as_of).compare(due).is_le() => Verdict::Pending(due),
        (Some(_), _) => Verdict::Broken,
    };
    found.push(Instance {
        rule: bound.rule,
        strand: None,
        start: start.act.seq,
        end: met.map(|(_, met)| met.act.seq),
        days: (day, met.map(|(_, met)| met.act.at.day()).or(due.map(Moment::day))),
        verdict,
        only_corrected: false,
    });
}

/// What was broken as first recorded and is not any more stays a finding, marked so.
pub(crate) fn add_corrected(
    record: &Record<'_>,
    surroundings: &Surroundings<'_>,
    as_of: Date,
    found: &mut Vec<Instance>,
) {
    let mut before = Vec::new();
    let view =
        View::fold(record, Corrections::Ignored, |view, act| ask_rules(view, act, surroundings, &mut before));
    ask_limits(&view, surroundings, as_of, &mut before);
    for old in before.into_iter().filter(|old| old.verdict == Verdict::Broken) {
        let same = |new: &Instance| (new.rule, &new.strand, new.start) == (old.rule, &old.strand, old.start);
        if !found.iter().any(|new| same(new) && new.verdict == Verdict::Broken) {
            found.push(Instance { only_corrected: true, ..old });
        }
    }
}

/// Asks every rule about an act, on the view of what came before it.
pub(crate) fn ask_rules(
    view: &View<'_>,
    act: &Act,
    surroundings: &Surroundings<'_>,
    found: &mut Vec<Instance>,
) {
    let procedure = view.procedure();
    let def = procedure.def(act.act);
    if def.rules.is_empty() {
        return;
    }
    let asker = Asker::about(view, act, surroundings);
    for index in &def.rules {
        let bound = &procedure.rules[*index as usize];
        let rule = view.book.rule(bound.rule);
        if !rule.uses.review {
            continue;
        }
        let verdict = match ask(rule, bound, view, &asker, act) {
            Answer::NotApplicable => continue,
            Answer::Kept => Verdict::Kept,
            Answer::Broken => Verdict::Broken,
            Answer::CannotTell(missing) => Verdict::CannotTell(missing),
        };
        found.push(Instance {
            rule: bound.rule,
            strand: view.key_of(act),
            start: act.seq,
            end: None,
            days: (act.at.day(), None),
            verdict,
            only_corrected: false,
        });
    }
}

/// Asks every rule about a limit.
pub(crate) fn ask_limits(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    as_of: Date,
    found: &mut Vec<Instance>,
) {
    for bound in &view.procedure().rules {
        if matches!(bound.shape, Shape::Within { .. }) {
            limit_instances(view, bound, surroundings, as_of, found);
        }
    }
}

/// A rule about a limit, in every strand and for every start that counts.
fn limit_instances(
    view: &View<'_>,
    bound: &BoundRule,
    surroundings: &Surroundings<'_>,
    as_of: Date,
    found: &mut Vec<Instance>,
) {
    let Shape::Within { limit, both, when } = &bound.shape else { return };
    let rule = view.book.rule(bound.rule);
    if !rule.uses.review {
        return;
    }
    let at = Moment::Day(as_of);
    let scopes = match bound.strand {
        None => vec![None],
        Some(kind) => view.keys(kind).iter().map(|key| Some((kind, key.clone()))).collect(),
    };
    for scope in scopes {
        for mut run in view.limit_runs(*limit, &scope, at) {
            if *both && !judge_firsts(view, &mut run) {
                continue;
            }
            let start = &view.occurrences[run.start as usize].act;
            if !in_force(rule, start.at.day()) {
                continue;
            }
            let asked = when
                .as_ref()
                .map(|when| Asker::about_matter(view, at, surroundings).in_scope(scope.clone()).truth(when));
            let verdict = match asked {
                Some(Tri::False) => continue,
                Some(Tri::Unknown(missing)) => Verdict::CannotTell(missing),
                Some(Tri::True) | None => verdict_of(&run),
            };
            let end = run.met_by.map(|end| &view.occurrences[end as usize].act);
            let due = run.limit.as_ref().ok().map(|limit| limit.due.day());
            found.push(Instance {
                rule: bound.rule,
                strand: scope.as_ref().map(|(_, key)| key.clone()),
                start: start.seq,
                end: end.map(|end| end.seq),
                days: (start.at.day(), end.map(|end| end.at.day()).or(due)),
                verdict,
                only_corrected: false,
            });
        }
    }
}

/// Judges a run on the first act that meets its limit, wherever it lies; false when there is none.
fn judge_firsts(view: &View<'_>, run: &mut LimitRun) -> bool {
    let limit = &view.procedure().limits[run.ix.at()];
    let firsts = limit.until.iter().filter_map(|pattern| view.matching(pattern, &run.scope).next());
    let Some((first, occurrence)) = firsts.min_by_key(|(at, _)| *at) else { return false };
    run.met_by = Some(first);
    if let Ok(derived) = &run.limit {
        let late = occurrence.act.at.compare(derived.due).is_gt();
        run.state = if late { LimitState::Broken } else { LimitState::Met };
    }
    true
}

fn verdict_of(run: &LimitRun) -> Verdict {
    match (run.state, &run.limit) {
        (LimitState::Met, _) => Verdict::Kept,
        (LimitState::Broken, _) => Verdict::Broken,
        (LimitState::Running | LimitState::Suspended, Ok(limit)) => Verdict::Pending(limit.due),
        (_, Err(why)) => Verdict::CannotTell(vec![why.to_string()]),
        (LimitState::Unknown, Ok(_)) => Verdict::CannotTell(vec!["期限".to_owned()]),
    }
}

/// The ids of the rules a record breaks, sorted.
#[must_use]
pub fn broken_rules(record: &Record<'_>, instances: &[Instance]) -> Vec<String> {
    let broken = instances.iter().filter(|instance| instance.verdict == Verdict::Broken);
    let mut ids: Vec<String> = broken.map(|instance| record.book.rule(instance.rule).id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}
