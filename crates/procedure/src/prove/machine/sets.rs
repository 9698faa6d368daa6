//! Conditions that read a field of another act: whether that act, with that field, always has been there.

use std::collections::{BTreeMap, BTreeSet};

use lawbook::condition::node::{ActPattern, Node, Which};
use lawbook::model::{ActIx, Alternative, FieldIx, Nature, Need, NeedKind, Procedure};

use super::conditions::Asked;
use super::formula::Formula;
use super::guards::Builder;
use super::{Gate, Goal, Kind, Origin};

/// A field of an act that conditions read, and what would show that it was not set.
#[derive(Debug, Clone)]
pub struct SetGoal {
    /// The act that carries the field.
    pub act: ActIx,
    /// The field.
    pub field: FieldIx,
    /// Acts whose conditions read it although it may be left empty.
    pub optional: Vec<ActIx>,
    /// Acts whose conditions read it, done while it is not there.
    pub goals: Vec<Goal>,
}

/// One reading: in which need, of which occurrence.
struct Reading<'a> {
    reader: ActIx,
    place: usize,
    need: &'a Need,
    /// In the premise of the need itself.
    in_premise: bool,
    which: Which,
    field: FieldIx,
}

impl Builder<'_> {
    /// Finds the readings, and asks about those that are not plainly in order.
    pub fn add_sets(&mut self) {
        let procedure = self.conditions.procedure;
        let mut found: BTreeMap<(ActIx, FieldIx), SetGoal> = BTreeMap::new();
        for reading in readings(procedure) {
            let (Which::Standing(act) | Which::First(act) | Which::Last(act)) = reading.which else {
                continue;
            };
            let entry = found.entry((act, reading.field));
            let goal = entry.or_insert(SetGoal {
                act,
                field: reading.field,
                optional: Vec::new(),
                goals: Vec::new(),
            });
            let carries =
                procedure.def(act).fields.iter().any(|own| own.field == reading.field && own.required);
            if !carries && !goal.optional.contains(&reading.reader) {
                goal.optional.push(reading.reader);
            }
            if !ensured(procedure, &reading, act) {
                let goals = self.missing(&reading, act);
                goal.goals.extend(goals);
            }
        }
        self.set_goals = found.into_values().collect();
    }

    /// The reader done, its other gates met, while the act is not there.
    fn missing(&mut self, reading: &Reading<'_>, act: ActIx) -> Vec<Goal> {
        let mut goals = Vec::new();
        for at in 0..self.moves.len() {
            let Kind::Act(seat, outcome) = self.moves[at].kind else { continue };
            let part = self.seats[seat].part;
            if self.seats[seat].act != reading.reader || part.is_other() {
                continue;
            }
            let any = ActPattern { act, outcomes: Vec::new() };
            let there = match reading.which {
                Which::Standing(_) => self.conditions.stands(&any, part),
                Which::SelfAct | Which::First(_) | Which::Last(_) | Which::Variable(_) => {
                    self.conditions.occurred(&any, part, 1)
                }
            };
            let asked = Asked { part, act: Some(reading.reader), outcome };
            let applies = match &reading.need.when {
                Some(when) if !reading.in_premise => self.conditions.rails(asked, when).yes,
                _ => Formula::Const(true),
            };
            let missing = Formula::all([applies, there.no]);
            let gates =
                missing.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::Goal }).collect();
            goals.push(Goal { at, gates, without: Some(reading.place) });
        }
        goals
    }
}

/// Every reading of another act's field in the conditions of needs that is not guarded where it stands.
fn readings(procedure: &Procedure) -> Vec<Reading<'_>> {
    let mut found = Vec::new();
    for (at, def) in procedure.acts.iter().enumerate() {
        for (place, need) in def.needs.iter().enumerate().filter(|(_, need)| need.blocks()) {
            let conditions: Vec<&Node> = match &need.kind {
                NeedKind::Any(any) => any.iter().filter_map(held).collect(),
                NeedKind::Every { .. } | NeedKind::Some { .. } | NeedKind::NotStanding(_) => Vec::new(),
            };
            let nodes = need
                .when
                .iter()
                .map(|node| (node, true))
                .chain(conditions.into_iter().map(|node| (node, false)));
            for (node, in_premise) in nodes {
                let premise = need.when.as_ref().filter(|_| !in_premise);
                node.walk(&mut |part| {
                    if let Node::Field(which, field) = part
                        && !matches!(which, Which::SelfAct | Which::Variable(_))
                        && !guarded(node, *which)
                        && !premise.is_some_and(|premise| guarded(premise, *which))
                    {
                        let reader = ActIx(at as u16);
                        found.push(Reading { reader, place, need, in_premise, which: *which, field: *field });
                    }
                });
            }
        }
    }
    found
}

fn held(alternative: &Alternative) -> Option<&Node> {
    match alternative {
        Alternative::Holds(node) => Some(node),
        Alternative::Act(_)
        | Alternative::Over(_)
        | Alternative::Fact(_)
        | Alternative::NotFact(_)
        | Alternative::Never(_) => None,
    }
}

/// Whether the condition itself asks first whether the act, or the field, is there.
fn guarded(node: &Node, which: Which) -> bool {
    let (Which::Standing(act) | Which::First(act) | Which::Last(act)) = which else { return true };
    let mut found = false;
    node.walk(&mut |part| {
        found |= match part {
            Node::Stands(pattern) | Node::Occurred(pattern) | Node::Count(pattern) => pattern.act == act,
            Node::Since(pattern, _) => pattern.act == act,
            Node::Has(of) => matches!(&**of, Node::Field(read, _) if *read == which),
            _ => false,
        };
    });
    found
}

/// Whether another need of the reader asks, under no narrower premise, for the act or for one that rests on it.
fn ensured(procedure: &Procedure, reading: &Reading<'_>, act: ActIx) -> bool {
    let premise = reading.need.when.as_ref().filter(|_| !reading.in_premise);
    let needs = procedure.def(reading.reader).needs.iter().enumerate();
    let mut others = needs.filter(|(place, need)| *place != reading.place && need.blocks());
    others.any(|(_, need)| {
        need.when.as_ref().is_none_or(|when| Some(when) == premise) && asks_for(procedure, need, act)
    })
}

fn asks_for(procedure: &Procedure, need: &Need, act: ActIx) -> bool {
    let NeedKind::Any(any) = &need.kind else { return false };
    !any.is_empty()
        && any.iter().all(|one| match one {
            Alternative::Act(pattern) => pattern.act == act || rests_on(procedure, pattern.act, act),
            _ => false,
        })
}

/// Whether an act never stands unless another stands: it needs it always, and falls with it.
fn rests_on(procedure: &Procedure, act: ActIx, other: ActIx) -> bool {
    let ended = |act: ActIx| {
        procedure.def(act).closes
            || procedure
                .acts
                .iter()
                .any(|def| def.ends.iter().chain(&def.voids).any(|pattern| pattern.act == act))
    };
    let mut seen = BTreeSet::from([act]);
    let mut waiting = vec![act];
    while let Some(at) = waiting.pop() {
        let def = procedure.def(at);
        if !matches!(def.nature, Nature::Work | Nature::Waiver) {
            continue;
        }
        for need in def.needs.iter().filter(|need| need.when.is_none() && need.blocks()) {
            if let NeedKind::Any(any) = &need.kind
                && let [Alternative::Act(pattern)] = any.as_slice()
                && !ended(pattern.act)
            {
                if pattern.act == other {
                    return true;
                }
                if seen.insert(pattern.act) {
                    waiting.push(pattern.act);
                }
            }
        }
    }
    false
}
