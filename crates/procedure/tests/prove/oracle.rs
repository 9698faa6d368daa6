//! A naive explorer: it keeps every standing occurrence with its content and what it relied on, and tries everything.
//!
//! It knows nothing of bits, slices or clauses, and understands only the conditions the random procedures use.

mod ends;

use std::collections::{HashSet, VecDeque};

use lawbook::condition::node::{ActPattern, Node, Reset, Which};
use lawbook::model::{
    ActIx, Again, Alternative, BoundRule, Counts, FieldIx, Nature, Need, NeedKind, OutcomeIx, Procedure,
    Shape,
};
use terms::Tri;

pub use ends::Ends;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Link {
    on: usize,
    fields: Vec<FieldIx>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Occurrence {
    act: ActIx,
    /// The strand: 0 for the main part, else the number of the strand.
    key: u8,
    outcome: Option<OutcomeIx>,
    content: u8,
    links: Vec<Link>,
}

/// The outcome and content of the latest one, if there was any.
type Last = Option<(Option<OutcomeIx>, u8)>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    standing: Vec<Occurrence>,
    last: Vec<Vec<Last>>,
    count: Vec<Vec<Vec<u8>>>,
    since: Vec<Vec<bool>>,
    started: Vec<bool>,
    over: Vec<bool>,
}

/// The act that is proposed.
#[derive(Debug, Clone, Copy)]
struct Proposed {
    act: ActIx,
    key: u8,
    outcome: Option<OutcomeIx>,
    content: u8,
}

/// A procedure and the histories its rules and conditions ask for.
pub struct Oracle<'p> {
    procedure: &'p Procedure,
    histories: Vec<(ActPattern, Vec<Reset>)>,
    n_keys: u8,
    n_multi_max: usize,
}

/// What the explorer found out.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rule holds; so many states.
    Holds(usize),
    /// The shortest path that breaks it has so many steps.
    Breaks(usize),
    /// Too many states.
    GaveUp,
}

impl<'p> Oracle<'p> {
    /// With so many strands of each kind, and so many occurrences side by side of acts that add.
    pub fn new(procedure: &'p Procedure, n_keys: u8, n_multi_max: usize) -> Oracle<'p> {
        let mut histories = Vec::new();
        let mut note = |pattern: &ActPattern, resets: &Vec<Reset>| {
            let entry = (pattern.clone(), resets.clone());
            if !histories.contains(&entry) {
                histories.push(entry);
            }
        };
        let mut look = |node: &Node| {
            node.walk(&mut |part| {
                if let Node::Since(pattern, resets) = part {
                    note(pattern, resets);
                }
            });
        };
        for need in procedure.acts.iter().flat_map(|act| &act.needs) {
            need.when.iter().for_each(&mut look);
        }
        for bound in &procedure.rules {
            match &bound.shape {
                Shape::Holds { when, holds, .. } => when.iter().chain([holds]).for_each(&mut look),
                Shape::Needs { when, .. } => when.iter().for_each(&mut look),
                _ => {}
            }
        }
        for bound in &procedure.rules {
            if let Shape::Needs { any, since, .. } = &bound.shape {
                for pattern in any {
                    let entry = (pattern.clone(), since.clone());
                    if !histories.contains(&entry) {
                        histories.push(entry);
                    }
                }
            }
        }
        Oracle { procedure, histories, n_keys, n_multi_max }
    }

    fn n_fields(&self, act: ActIx) -> usize {
        self.procedure.def(act).fields.len()
    }

    fn keys(&self, act: ActIx) -> std::ops::RangeInclusive<u8> {
        if self.procedure.def(act).strand.is_some() { 1..=self.n_keys } else { 0..=0 }
    }

    fn empty(&self) -> State {
        let n_keys = usize::from(self.n_keys) + 1;
        let acts = &self.procedure.acts;
        State {
            standing: Vec::new(),
            last: vec![vec![None; n_keys]; acts.len()],
            count: acts.iter().map(|act| vec![vec![0; act.outcomes.len().max(1)]; n_keys]).collect(),
            since: vec![vec![false; n_keys]; self.histories.len()],
            started: vec![false; self.procedure.limits.len()],
            over: vec![false; self.procedure.limits.len()],
        }
    }

    /// Explores breadth first until the rule is broken.
    pub fn explore(&self, rule: &BoundRule, n_states_max: usize) -> Outcome {
        let start = self.empty();
        let mut seen = HashSet::from([start.clone()]);
        let mut queue = VecDeque::from([(start, 0)]);
        while let Some((state, depth)) = queue.pop_front() {
            let mut next = Vec::new();
            for act in (0..self.procedure.acts.len()).map(|act| ActIx(act as u16)) {
                for proposed in self.proposals(act) {
                    if self.allowed(&state, proposed) {
                        if self.breaks(&state, rule, proposed) {
                            return Outcome::Breaks(depth + 1);
                        }
                        next.extend(self.done(&state, proposed));
                    }
                }
            }
            for limit in 0..self.procedure.limits.len() {
                if state.started[limit] && !state.over[limit] {
                    let mut later = state.clone();
                    later.over[limit] = true;
                    next.push(later);
                }
            }
            for state in next {
                if seen.insert(state.clone()) {
                    queue.push_back((state, depth + 1));
                }
            }
            if seen.len() > n_states_max {
                return Outcome::GaveUp;
            }
        }
        Outcome::Holds(seen.len())
    }

    fn proposals(&self, act: ActIx) -> Vec<Proposed> {
        let def = self.procedure.def(act);
        let outcomes: Vec<Option<OutcomeIx>> = match def.outcomes.len() {
            0 => vec![None],
            n => (0..n as u8).map(|outcome| Some(OutcomeIx(outcome))).collect(),
        };
        let mut found = Vec::new();
        for key in self.keys(act) {
            for outcome in &outcomes {
                for content in 0..1u8 << self.n_fields(act) {
                    found.push(Proposed { act, key, outcome: *outcome, content });
                }
            }
        }
        found
    }

    fn named(pattern: &ActPattern, act: ActIx, outcome: Option<OutcomeIx>) -> bool {
        Procedure::matches(pattern, act, outcome)
    }

    /// The strand in which a condition about an act is asked: all of them, seen from the main part.
    fn sees(&self, act: ActIx, key: u8, asked: u8) -> bool {
        self.procedure.def(act).strand.is_none() || asked == 0 || key == asked
    }

    fn stands(&self, state: &State, pattern: &ActPattern, key: u8) -> Option<usize> {
        state
            .standing
            .iter()
            .rposition(|one| Self::named(pattern, one.act, one.outcome) && self.sees(one.act, one.key, key))
    }

    fn n_occurred(&self, state: &State, pattern: &ActPattern, key: u8) -> u8 {
        let counts = &state.count[pattern.act.at()];
        let outcomes = |counts: &Vec<u8>| -> u8 {
            let named = counts.iter().enumerate().filter(|(outcome, _)| {
                pattern.outcomes.is_empty() || pattern.outcomes.contains(&OutcomeIx(*outcome as u8))
            });
            named.map(|(_, count)| *count).sum()
        };
        (0..counts.len())
            .filter(|own| self.sees(pattern.act, *own as u8, key))
            .map(|own| outcomes(&counts[own]))
            .sum()
    }

    fn since(&self, state: &State, pattern: &ActPattern, resets: &[Reset], key: u8) -> bool {
        let at = self
            .histories
            .iter()
            .position(|(known, of)| known == pattern && of.as_slice() == resets)
            .unwrap();
        state.since[at][usize::from(key)]
    }

    fn truth(&self, state: &State, node: &Node, key: u8, own: Option<Proposed>) -> Tri {
        let bit = |content: u8, act: ActIx, field: &FieldIx| {
            let at = self.procedure.def(act).fields.iter().position(|own| own.field == *field).unwrap();
            Tri::from(content >> at & 1 == 1)
        };
        match node {
            Node::And(parts) => {
                parts.iter().fold(Tri::True, |all, part| all.and(self.truth(state, part, key, own)))
            }
            Node::Or(parts) => {
                parts.iter().fold(Tri::False, |any, part| any.or(self.truth(state, part, key, own)))
            }
            Node::Not(of) => self.truth(state, of, key, own).negate(),
            Node::Field(Which::SelfAct, field) => bit(own.unwrap().content, own.unwrap().act, field),
            Node::Field(Which::Standing(act), field) => {
                match self.stands(state, &ActPattern { act: *act, outcomes: Vec::new() }, key) {
                    Some(at) => bit(state.standing[at].content, *act, field),
                    None => Tri::missing("x"),
                }
            }
            Node::Fact(fact) => {
                let def = &self.procedure.facts[fact.at()];
                match self.stands(state, &ActPattern { act: def.on, outcomes: Vec::new() }, key) {
                    None => Tri::missing("x"),
                    Some(at) => {
                        let one = &state.standing[at];
                        let own = Proposed { act: one.act, key, outcome: one.outcome, content: one.content };
                        self.truth(state, &def.holds, key, Some(own))
                    }
                }
            }
            Node::Stands(pattern) => self.stands(state, pattern, key).is_some().into(),
            Node::Occurred(pattern) => (self.n_occurred(state, pattern, key) > 0).into(),
            Node::Since(pattern, resets) => self.since(state, pattern, resets, key).into(),
            Node::Over(limit) => state.over[limit.at()].into(),
            Node::Compare(_, a, b) => match (&**a, &**b) {
                (Node::Outcome(Which::SelfAct), Node::Const(text)) => {
                    let own = own.unwrap();
                    let id = &self.procedure.def(own.act).outcomes[own.outcome.unwrap().at()].id;
                    Tri::from(text.as_text() == Some(id))
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn met(&self, state: &State, one: &Alternative, key: u8, own: Option<Proposed>) -> Tri {
        match one {
            Alternative::Act(pattern) => self.stands(state, pattern, key).is_some().into(),
            Alternative::Over(limit) => state.over[limit.at()].into(),
            Alternative::Fact(fact) => self.truth(state, &Node::Fact(*fact), key, own),
            Alternative::NotFact(fact) => self.truth(state, &Node::Fact(*fact), key, own).negate(),
            Alternative::Never(pattern) => (self.n_occurred(state, pattern, key) == 0).into(),
            Alternative::Holds(node) => self.truth(state, node, key, own),
        }
    }

    /// The strands that count for `every` and `some`: those in which anything, or that act, ever happened.
    fn opened(&self, state: &State, started: Option<&ActPattern>) -> Vec<u8> {
        let any = |key: &u8| match started {
            Some(started) => self.n_occurred(state, started, *key) > 0,
            None => state.count.iter().enumerate().any(|(act, counts)| {
                self.procedure.acts[act].strand.is_some()
                    && counts[usize::from(*key)].iter().any(|count| *count > 0)
            }),
        };
        (1..=self.n_keys).filter(any).collect()
    }

    fn need_met(&self, state: &State, need: &Need, own: Proposed) -> bool {
        match need.when.as_ref().map_or(Tri::True, |when| self.truth(state, when, own.key, Some(own))) {
            Tri::False => return true,
            Tri::Unknown(_) => return false,
            Tri::True => {}
        }
        match &need.kind {
            NeedKind::Any(any) => any.iter().any(|one| self.met(state, one, own.key, Some(own)).is_true()),
            NeedKind::Every { started, any, .. } => (self.opened(state, started.as_ref()).iter())
                .all(|key| any.iter().any(|one| self.met(state, one, *key, None).is_true())),
            NeedKind::Some { any, .. } => (self.opened(state, None).iter())
                .any(|key| any.iter().any(|one| self.met(state, one, *key, None).is_true())),
            NeedKind::NotStanding(pattern) => self.stands(state, pattern, own.key).is_none(),
        }
    }

    fn allowed(&self, state: &State, own: Proposed) -> bool {
        let def = self.procedure.def(own.act);
        let closed = state.standing.iter().any(|one| self.procedure.def(one.act).closes);
        if closed && !def.after_end && !def.reopens {
            return false;
        }
        let same = |one: &&Occurrence| one.act == own.act && one.key == own.key;
        let n_standing = state.standing.iter().filter(same).count();
        match def.again {
            Again::Refused if n_standing > 0 => return false,
            Again::Adds if n_standing >= self.n_multi_max => return false,
            Again::Replaces if self.held_firm(state, own) => return false,
            _ => {}
        }
        def.needs.iter().filter(|need| need.blocks()).all(|need| self.need_met(state, need, own))
    }

    fn held_firm(&self, state: &State, own: Proposed) -> bool {
        let Some(at) = state.standing.iter().position(|one| one.act == own.act && one.key == own.key) else {
            return false;
        };
        let mut waiting = vec![at];
        let mut reached = HashSet::new();
        while let Some(at) = waiting.pop() {
            for (later, one) in state.standing.iter().enumerate() {
                if one.links.iter().any(|link| link.on == at) && reached.insert(later) {
                    match self.procedure.def(one.act).nature {
                        Nature::Firm => return true,
                        Nature::Work | Nature::Waiver => waiting.push(later),
                        Nature::Claim => {}
                    }
                }
            }
        }
        false
    }

    fn links(&self, state: &State, own: Proposed) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for need in &self.procedure.def(own.act).needs {
            if need.when.as_ref().is_some_and(|when| self.truth(state, when, own.key, Some(own)).is_false()) {
                continue;
            }
            let first = |any: &[Alternative], key: u8, inside: Option<Proposed>| -> Option<usize> {
                for one in any {
                    if let Alternative::Act(pattern) = one {
                        if let Some(at) = self.stands(state, pattern, key) {
                            return Some(at);
                        }
                    } else if self.met(state, one, key, inside).is_true() {
                        return None;
                    }
                }
                None
            };
            let found: Vec<usize> = match &need.kind {
                NeedKind::Any(any) => first(any, own.key, Some(own)).into_iter().collect(),
                NeedKind::Every { started, any, .. } => self
                    .opened(state, started.as_ref())
                    .into_iter()
                    .filter_map(|key| first(any, key, None))
                    .collect(),
                NeedKind::Some { any, .. } => self
                    .opened(state, None)
                    .into_iter()
                    .find_map(|key| first(any, key, None))
                    .into_iter()
                    .collect(),
                NeedKind::NotStanding(_) => Vec::new(),
            };
            for on in found {
                let substance = &self.procedure.def(state.standing[on].act).substance;
                let fields = need.relies.as_ref().unwrap_or(substance).clone();
                match links.iter_mut().find(|link| link.on == on) {
                    Some(link) => {
                        link.fields.extend(fields);
                        link.fields.sort_unstable();
                        link.fields.dedup();
                    }
                    None => links.push(Link { on, fields }),
                }
            }
        }
        links
    }

    fn same(
        &self,
        act: ActIx,
        fields: &[FieldIx],
        a: (Option<OutcomeIx>, u8),
        b: (Option<OutcomeIx>, u8),
    ) -> bool {
        let at = |field: &FieldIx| self.procedure.def(act).fields.iter().position(|own| own.field == *field);
        a.0 == b.0 && fields.iter().filter_map(at).all(|at| a.1 >> at & 1 == b.1 >> at & 1)
    }

    /// Every state the act leads to.
    fn done(&self, state: &State, own: Proposed) -> Vec<State> {
        let def = self.procedure.def(own.act);
        let links = self.links(state, own);
        let mut next = state.clone();
        let content = (own.outcome, own.content);
        let last = &mut next.last[own.act.at()][usize::from(own.key)];
        let changed = last.is_none_or(|last| !self.same(own.act, &def.substance, last, content));
        *last = Some(content);
        let count = &mut next.count[own.act.at()][usize::from(own.key)][own.outcome.map_or(0, OutcomeIx::at)];
        *count = (*count + 1).min(2);
        self.note_since(&mut next, own, changed);
        self.note_limits(&mut next, own);
        let mut alive: Vec<Option<Occurrence>> = next.standing.iter().cloned().map(Some).collect();
        let new = alive.len();
        alive.push(Some(Occurrence {
            act: own.act,
            key: own.key,
            outcome: own.outcome,
            content: own.content,
            links,
        }));
        if def.again != Again::Adds {
            let same = |one: &Option<Occurrence>| {
                one.as_ref().is_some_and(|one| one.act == own.act && one.key == own.key)
            };
            if let Some(old) = (0..new).find(|at| same(&alive[*at])) {
                self.replace(&mut alive, old, new, content);
            }
        }
        for (patterns, cascades) in [(&def.ends, false), (&def.voids, true)] {
            for pattern in patterns {
                for at in 0..new {
                    let hit = alive[at].as_ref().is_some_and(|one| {
                        Self::named(pattern, one.act, one.outcome) && self.sees(one.act, one.key, own.key)
                    });
                    if hit && cascades {
                        self.fall(&mut alive, at, new);
                    } else if hit {
                        alive[at] = None;
                    }
                }
            }
        }
        if !def.reopens {
            return vec![self.settled(next, alive)];
        }
        for one in &mut alive {
            if one.as_ref().is_some_and(|one| self.procedure.def(one.act).closes) {
                *one = None;
            }
        }
        let mut found = Vec::new();
        for named in 0..1u32 << new {
            let mut alive = alive.clone();
            for at in (0..new).filter(|at| named >> at & 1 == 1) {
                self.fall(&mut alive, at, new);
            }
            found.push(self.settled(next.clone(), alive));
        }
        found
    }

    fn replace(
        &self,
        alive: &mut [Option<Occurrence>],
        old: usize,
        new: usize,
        content: (Option<OutcomeIx>, u8),
    ) {
        let Some(before) = alive[old].take() else { return };
        for at in 0..new {
            let Some(one) = &alive[at] else { continue };
            let Some(place) = one.links.iter().position(|link| link.on == old) else { continue };
            let same =
                self.same(before.act, &one.links[place].fields, (before.outcome, before.content), content);
            match (self.procedure.def(one.act).nature, same) {
                (Nature::Waiver, _) | (Nature::Work, false) => self.fall(alive, at, new),
                _ => {
                    if let Some(one) = &mut alive[at] {
                        one.links[place].on = new;
                    }
                }
            }
        }
    }

    fn fall(&self, alive: &mut [Option<Occurrence>], at: usize, new: usize) {
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if alive[at].take().is_none() {
                continue;
            }
            for (later, one) in alive.iter().enumerate() {
                let Some(one) = one else { continue };
                let may = matches!(self.procedure.def(one.act).nature, Nature::Work | Nature::Waiver);
                if may && later != new && one.links.iter().any(|link| link.on == at) {
                    waiting.push(later);
                }
            }
        }
    }

    /// Leaves out what no longer stands, and orders the rest.
    fn settled(&self, mut next: State, alive: Vec<Option<Occurrence>>) -> State {
        let mut order: Vec<usize> = (0..alive.len()).filter(|at| alive[*at].is_some()).collect();
        order.sort_by_key(|at| alive[*at].as_ref().map(|one| (one.act, one.key)));
        let place = |at: usize| order.iter().position(|known| *known == at);
        next.standing = order
            .iter()
            .filter_map(|at| {
                let mut one = alive[*at].clone()?;
                one.links.retain(|link| place(link.on).is_some());
                one.links.iter_mut().for_each(|link| link.on = place(link.on).unwrap());
                one.links.sort_by_key(|link| link.on);
                Some(one)
            })
            .collect();
        next
    }

    fn note_since(&self, next: &mut State, own: Proposed, changed: bool) {
        for (at, (pattern, resets)) in self.histories.iter().enumerate() {
            for key in 0..=self.n_keys {
                if !self.sees(own.act, own.key, key) {
                    continue;
                }
                let value = &mut next.since[at][usize::from(key)];
                *value |= Self::named(pattern, own.act, own.outcome);
                let reset = |reset: &Reset| {
                    (!reset.changed || changed) && Self::named(&reset.pattern, own.act, own.outcome)
                };
                *value &= !resets.iter().any(reset);
            }
        }
    }

    fn note_limits(&self, next: &mut State, own: Proposed) {
        for (at, limit) in self.procedure.limits.iter().enumerate() {
            if limit.starts.iter().any(|pattern| Self::named(pattern, own.act, own.outcome)) {
                if limit.counts != Counts::First {
                    next.over[at] = false;
                }
                next.started[at] = true;
            }
        }
    }

    fn breaks(&self, state: &State, rule: &BoundRule, own: Proposed) -> bool {
        let applies = |when: &Option<Node>| {
            when.as_ref().is_none_or(|when| self.truth(state, when, own.key, Some(own)).is_true())
        };
        match &rule.shape {
            Shape::Holds { act, when, holds } => {
                act.as_ref().is_none_or(|act| Self::named(act, own.act, own.outcome))
                    && applies(when)
                    && !self.truth(state, holds, own.key, Some(own)).is_true()
            }
            Shape::Needs { act, when, any, since } => {
                Self::named(act, own.act, own.outcome)
                    && applies(when)
                    && !any.iter().any(|one| self.since(state, one, since, own.key))
            }
            _ => false,
        }
    }
}
