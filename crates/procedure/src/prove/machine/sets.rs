//! Conditions that read a field of another act: whether that act, with that field, always has been there.

use std::collections::{BTreeMap, BTreeSet};

use lawbook::condition::node::{ActPattern, CompareSign, Node, Which};
use lawbook::model::{ActIx, Alternative, FieldIx, Nature, Need, NeedKind, OutcomeIx, Procedure};
use terms::Value;

use super::conditions::Asked;
use super::formula::Formula;
use super::guards::Builder;
use super::names::Bit;
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

/// One reading: by which act, of which occurrence, and when its value can matter.
#[derive(Clone)]
struct Reading<'a> {
    reader: ActIx,
    /// The need in whose condition it stands; none in the condition of a fact.
    need: Option<(usize, &'a Need)>,
    /// In the premise of the need itself.
    in_premise: bool,
    which: Which,
    field: FieldIx,
    /// Conditions beside it: where one is false (`true`) or true (`false`), the value does not matter.
    beside: Vec<(&'a Node, bool)>,
    /// Other ways to meet the need: where one is met, the value does not matter.
    instead: Vec<&'a Alternative>,
}

impl<'a> Reading<'a> {
    /// The premise under which it is read.
    fn premise(&self) -> Option<&'a Node> {
        self.need.and_then(|(_, need)| need.when.as_ref()).filter(|_| !self.in_premise)
    }

    /// Whether it is asked first if the field is there.
    fn asks_first(&self) -> bool {
        let has = |node: &Node| matches!(node, Node::Has(of) if matches!(&**of, Node::Field(which, field) if *which == self.which && *field == self.field));
        let lacks = |node: &Node| matches!(node, Node::Not(of) if has(of));
        let premise = self.premise().map(|premise| (premise, true));
        self.beside.iter().copied().chain(premise).any(|(node, wanted)| match (node, wanted) {
            (Node::And(parts), true) => parts.iter().any(has),
            (node, true) => has(node),
            (node, false) => lacks(node),
        })
    }
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
            let set = if reading.asks_first() {
                Some(ActPattern { act, outcomes: Vec::new() })
            } else {
                self.set_by(act, reading.field)
            };
            match set {
                None if !goal.optional.contains(&reading.reader) => goal.optional.push(reading.reader),
                None => {}
                Some(set) if set.outcomes.is_empty() && ensured(procedure, &reading, act) => {}
                Some(set) => {
                    let goals = self.missing(&reading, &set);
                    goal.goals.extend(goals);
                }
            }
        }
        self.set_goals = found.into_values().collect();
    }

    /// The act with the outcomes that do not come without the field; none when it can always be left empty.
    fn set_by(&self, act: ActIx, field: FieldIx) -> Option<ActPattern> {
        let def = self.conditions.procedure.def(act);
        let any = ActPattern { act, outcomes: Vec::new() };
        if def.fields.iter().any(|own| own.field == field && own.required) {
            return Some(any);
        }
        let asks = |need: &&Need| {
            let NeedKind::Any(ways) = &need.kind else { return false };
            matches!(ways.as_slice(), [Alternative::Holds(node)] if asks_own(node, field))
                && self.conditions.blocks(need)
        };
        let asked: Vec<&Need> = def.needs.iter().filter(asks).collect();
        if asked.iter().any(|need| need.when.is_none()) {
            return Some(any);
        }
        let applies = |outcome: &str| {
            asked.iter().any(|need| need.when.as_ref().is_some_and(|when| is_outcome(when, outcome)))
        };
        let outcomes = def.outcomes.iter().enumerate().filter(|(_, outcome)| applies(&outcome.id));
        let outcomes: Vec<OutcomeIx> = outcomes.map(|(at, _)| OutcomeIx(at as u8)).collect();
        (!outcomes.is_empty()).then_some(ActPattern { act, outcomes })
    }

    /// The reader done, its other gates met, while the act is not there and its field could matter.
    fn missing(&mut self, reading: &Reading<'_>, set: &ActPattern) -> Vec<Goal> {
        let mut goals = Vec::new();
        for at in 0..self.moves.len() {
            let Kind::Act(seat, outcome) = self.moves[at].kind else { continue };
            let part = self.seats[seat].part;
            if self.seats[seat].act != reading.reader || part.is_other() {
                continue;
            }
            let asked = Asked { part, act: Some(reading.reader), outcome };
            let mut all = vec![self.not_there(reading.which, set, asked)];
            if let Some(when) = reading.premise() {
                all.push(self.conditions.rails(asked, when).yes);
            }
            for (node, wanted) in &reading.beside {
                let rails = self.conditions.rails(asked, node);
                let settles = if *wanted { rails.no } else { rails.yes };
                all.push(self.conditions.names.negate(&settles));
            }
            for way in &reading.instead {
                let met = self.conditions.alternative(asked, way);
                all.push(self.conditions.names.negate(&met));
            }
            let clauses = Formula::all(all).cnf().into_iter();
            let gates = clauses.map(|clause| Gate { clause, origin: Origin::Goal }).collect();
            goals.push(Goal { at, gates, without: reading.need.map(|(place, _)| place) });
        }
        goals
    }

    fn not_there(&mut self, which: Which, set: &ActPattern, asked: Asked) -> Formula {
        let there = match which {
            Which::Standing(_) => self.conditions.stands(set, asked.part).yes,
            Which::First(act) | Which::Last(act) if !set.outcomes.is_empty() => {
                let part = self.conditions.history(act, asked.part);
                let pattern = self.conditions.pattern(set);
                let first = matches!(which, Which::First(_));
                self.conditions.names.yes(if first {
                    Bit::First(part, pattern)
                } else {
                    Bit::Last(part, pattern)
                })
            }
            Which::SelfAct | Which::First(_) | Which::Last(_) | Which::Variable(_) => {
                self.conditions.occurred(set, asked.part, 1).yes
            }
        };
        self.conditions.names.negate(&there)
    }
}

/// Whether a condition can only be true when a field of the act asked about is there.
fn asks_own(node: &Node, field: FieldIx) -> bool {
    match node {
        Node::And(parts) => parts.iter().any(|part| asks_own(part, field)),
        Node::Or(parts) => parts.iter().all(|part| asks_own(part, field)),
        Node::Not(of) => !matches!(**of, Node::Has(_) | Node::And(_) | Node::Or(_)) && asks_own(of, field),
        Node::Elements { list, .. } => asks_own(list, field),
        _ => {
            let mut found = false;
            node.walk(&mut |part| found |= *part == Node::Field(Which::SelfAct, field));
            found
        }
    }
}

/// Whether a premise is true of every act with that outcome.
fn is_outcome(when: &Node, outcome: &str) -> bool {
    match when {
        Node::Or(parts) => parts.iter().any(|part| is_outcome(part, outcome)),
        Node::And(parts) => parts.iter().all(|part| is_outcome(part, outcome)),
        Node::Compare(CompareSign::Eq, a, b) => {
            **a == Node::Outcome(Which::SelfAct)
                && matches!(&**b, Node::Const(Value::Text(text)) if &**text == outcome)
        }
        Node::In(a, b) => {
            let named = |list: &[Value]| list.iter().any(|one| one.as_text() == Some(outcome));
            **a == Node::Outcome(Which::SelfAct)
                && matches!(&**b, Node::Const(Value::List(list)) if named(list))
        }
        _ => false,
    }
}

/// Every reading of another act's field in the conditions of needs and facts.
fn readings(procedure: &Procedure) -> Vec<Reading<'_>> {
    let mut found = Vec::new();
    for (at, def) in procedure.acts.iter().enumerate() {
        let reader = ActIx(at as u16);
        for (place, need) in def.needs.iter().enumerate().filter(|(_, need)| need.blocks()) {
            let read = Reading {
                reader,
                need: Some((place, need)),
                in_premise: true,
                which: Which::SelfAct,
                field: FieldIx(0),
                beside: Vec::new(),
                instead: Vec::new(),
            };
            if let Some(when) = &need.when {
                collect(when, &read, &mut found);
            }
            let NeedKind::Any(any) = &need.kind else { continue };
            for (way, one) in any.iter().enumerate() {
                let Alternative::Holds(node) = one else { continue };
                let others = any.iter().enumerate().filter(|(other, _)| *other != way);
                let instead = others.map(|(_, other)| other).collect();
                collect(node, &Reading { in_premise: false, instead, ..read.clone() }, &mut found);
            }
        }
    }
    for fact in &procedure.facts {
        let read = Reading {
            reader: fact.on,
            need: None,
            in_premise: false,
            which: Which::SelfAct,
            field: FieldIx(0),
            beside: Vec::new(),
            instead: Vec::new(),
        };
        collect(&fact.holds, &read, &mut found);
    }
    found
}

/// The readings below a condition; those beside them in a conjunction or disjunction may settle it.
fn collect<'a>(node: &'a Node, read: &Reading<'a>, found: &mut Vec<Reading<'a>>) {
    match node {
        Node::And(parts) | Node::Or(parts) => {
            let wanted = matches!(node, Node::And(_));
            for (place, part) in parts.iter().enumerate() {
                let mut inner = read.clone();
                let others = parts.iter().enumerate().filter(|(other, _)| *other != place);
                inner.beside.extend(others.map(|(_, other)| (other, wanted)));
                collect(part, &inner, found);
            }
        }
        Node::Not(of) => collect(of, read, found),
        Node::Has(_) => {}
        _ => node.walk(&mut |part| {
            if let Node::Field(which, field) = part
                && !matches!(which, Which::SelfAct | Which::Variable(_))
            {
                found.push(Reading { which: *which, field: *field, ..read.clone() });
            }
        }),
    }
}

/// Whether another need of the reader asks, under no narrower premise, for the act or for one that rests on it.
fn ensured(procedure: &Procedure, reading: &Reading<'_>, act: ActIx) -> bool {
    let (premise, place) = (reading.premise(), reading.need.map(|(place, _)| place));
    let needs = procedure.def(reading.reader).needs.iter().enumerate();
    let mut others = needs.filter(|(at, need)| Some(*at) != place && need.blocks());
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
