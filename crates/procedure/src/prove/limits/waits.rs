//! Days that must pass between the beginning of a limit and an act, on the cheapest way.

use std::collections::BTreeMap;

use lawbook::condition::node::{ActPattern, CompareSign, Node, Which};
use lawbook::model::{
    ActIx, Alternative, FactKind, Limit, LimitIx, Nature, Need, NeedKind, OutcomeIx, Procedure,
};
use terms::{Tri, Value};

use super::begun::Begun;
use super::days::Days;

/// The days before each act, once what has begun is taken into account.
pub struct Waits<'a> {
    procedure: &'a Procedure,
    days: &'a Days<'a>,
    begun: &'a Begun,
    /// By act and outcome; not there when the agency cannot bring it about.
    known: BTreeMap<(ActIx, Option<OutcomeIx>), i64>,
}

impl<'a> Waits<'a> {
    /// The fewest days of every act: from nothing known, better ways are taken until there are none.
    pub fn after(procedure: &'a Procedure, days: &'a Days<'a>, begun: &'a Begun) -> Waits<'a> {
        let mut waits = Waits { procedure, days, begun, known: BTreeMap::new() };
        loop {
            let mut found = Vec::new();
            for act in (0..procedure.acts.len()).map(|at| ActIx(at as u16)) {
                for outcome in outcomes(procedure, act) {
                    let before = waits.known.get(&(act, outcome)).copied().unwrap_or(i64::MAX);
                    found.extend(
                        waits
                            .before(act, outcome)
                            .filter(|days| *days < before)
                            .map(|days| ((act, outcome), days)),
                    );
                }
            }
            if found.is_empty() {
                return waits;
            }
            waits.known.extend(found);
        }
    }

    /// The days until such an act has been done with the outcome that takes longest of those the agency can bring
    /// about; none when there is no such outcome.
    pub fn longest(&self, pattern: &ActPattern) -> Option<i64> {
        self.of_outcomes(pattern).max()
    }

    fn of_outcomes(&self, pattern: &ActPattern) -> impl Iterator<Item = i64> {
        let counts = |outcome: &Option<OutcomeIx>| Procedure::matches(pattern, pattern.act, *outcome);
        let found = outcomes(self.procedure, pattern.act).into_iter().filter(counts);
        found.filter_map(|outcome| self.known.get(&(pattern.act, outcome)).copied())
    }

    /// The days before an act, as far as the acts it needs are known.
    fn before(&self, act: ActIx, outcome: Option<OutcomeIx>) -> Option<i64> {
        let procedure = self.procedure;
        let mut days = 0;
        for need in procedure.def(act).needs.iter().filter(|need| need.blocks()) {
            days = days.max(self.need(need, act, outcome)?);
        }
        for limit in procedure.limits.iter().filter(|limit| limit.before) {
            days = days.max(self.ahead(limit, act));
        }
        Some(days)
    }

    /// What must lie so many days before this act.
    fn ahead(&self, limit: &Limit, act: ActIx) -> i64 {
        if !limit.starts.iter().any(|pattern| pattern.act == act) {
            return 0;
        }
        let needed = |pattern: &&ActPattern| {
            let asks = |need: &Need| matches!(&need.kind, NeedKind::Any(any) if any.as_slice() == [Alternative::Act((*pattern).clone())]);
            self.procedure.def(act).needs.iter().any(asks)
        };
        let Some(first) = limit.until.iter().find(needed) else { return 0 };
        let lengths = limit.length.values.iter();
        let length = lengths.filter_map(|value| self.days.most_before(&value.value)).max().unwrap_or(0);
        self.standing(first).unwrap_or(0) + length
    }

    fn need(&self, need: &Need, act: ActIx, outcome: Option<OutcomeIx>) -> Option<i64> {
        if need.when.as_ref().is_some_and(|when| self.premise(when, act, outcome).is_false()) {
            return Some(0);
        }
        let any: &[Alternative] = match &need.kind {
            NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => any,
            NeedKind::NotStanding(pattern) => return self.gone(pattern),
        };
        let sure = any.iter().filter_map(|one| self.alternative(one)).min();
        // What only the facts decide, or others by not doing anything, is taken to come about.
        let chance = |one: &Alternative| match one {
            Alternative::Fact(_) | Alternative::NotFact(_) | Alternative::Never(_) => true,
            Alternative::Act(_) | Alternative::Over(_) | Alternative::Holds(_) => false,
        };
        sure.or(any.iter().any(chance).then_some(0))
    }

    /// The days of one way to meet a need that the agency can take whatever is true.
    fn alternative(&self, one: &Alternative) -> Option<i64> {
        match one {
            Alternative::Act(pattern) => self.standing(pattern),
            Alternative::Over(limit) => self.window(*limit),
            Alternative::Fact(fact) | Alternative::NotFact(fact) => {
                (self.procedure.facts[fact.at()].kind == FactKind::Decided).then_some(0)
            }
            Alternative::Never(_) => None,
            Alternative::Holds(node) => self.truth(node, true),
        }
    }

    /// The days until a condition can be true, or false: what it reads must be there.
    fn truth(&self, node: &Node, wanted: bool) -> Option<i64> {
        let all = |parts: &[Node]| {
            parts.iter().try_fold(0, |days: i64, part| Some(days.max(self.truth(part, wanted)?)))
        };
        let one = |parts: &[Node]| parts.iter().filter_map(|part| self.truth(part, wanted)).min();
        match node {
            Node::Not(of) => self.truth(of, !wanted),
            Node::And(parts) if wanted => all(parts),
            Node::Or(parts) if !wanted => all(parts),
            Node::And(parts) | Node::Or(parts) => one(parts),
            Node::Stands(pattern) | Node::Occurred(pattern) | Node::Since(pattern, _) if wanted => {
                self.standing(pattern)
            }
            Node::Stands(pattern) => self.gone(pattern),
            Node::Occurred(_) | Node::Since(..) => Some(0),
            Node::Over(limit) if wanted => self.window(*limit),
            Node::Has(_) if !wanted => Some(0),
            Node::Occurrences { all, act, .. } if *all != wanted => self.standing(act),
            Node::Occurrences { .. } => Some(0),
            _ => self.reads(node),
        }
    }

    /// The days until every act is there that a condition reads.
    fn reads(&self, node: &Node) -> Option<i64> {
        let mut days = Some(0);
        node.walk(&mut |part| {
            if let Node::Field(which, _) | Node::Outcome(which) | Node::DayOf(which) | Node::Persons(which) =
                part
                && let Which::Standing(act) | Which::First(act) | Which::Last(act) = which
            {
                days = days.zip(self.standing(&any(*act))).map(|(days, more)| days.max(more));
            }
        });
        days
    }

    /// The days until such an act stands: none when it has been done, never when others would have to do it.
    fn standing(&self, pattern: &ActPattern) -> Option<i64> {
        if self.begun.stands(pattern) {
            return Some(0);
        }
        if self.of_others(pattern.act) { None } else { self.of_outcomes(pattern).min() }
    }

    /// The days until what stands at the beginning has been ended.
    fn gone(&self, pattern: &ActPattern) -> Option<i64> {
        if !self.begun.stands(pattern) {
            return Some(0);
        }
        let acts = self.procedure.acts.iter().enumerate();
        let enders = acts.filter(|(_, def)| {
            def.ends.iter().chain(&def.voids).any(|ended| ended.act == pattern.act) || def.reopens
        });
        let ender = |at: usize| ActPattern { act: ActIx(at as u16), outcomes: Vec::new() };
        enders.filter_map(|(at, _)| self.standing(&ender(at))).min()
    }

    fn window(&self, limit: LimitIx) -> Option<i64> {
        if self.begun.is_over(limit) {
            return Some(0);
        }
        let limit = &self.procedure.limits[limit.at()];
        let begun = limit.starts.iter().filter_map(|pattern| self.standing(pattern)).min()?;
        let lengths = limit.length.values.iter();
        let most = lengths.filter_map(|value| self.days.most(&value.value, limit.opens)).max()?;
        Some(begun + most)
    }

    /// Whether the act is up to the party or another body.
    fn of_others(&self, act: ActIx) -> bool {
        let def = self.procedure.def(act);
        let outside =
            |post: &String| self.days.book.posts.iter().any(|known| known.id == *post && !known.agency);
        matches!(def.nature, Nature::Claim | Nature::Waiver)
            || (!def.by.is_empty() && def.by.iter().all(outside))
    }

    /// The premise of a need, when others do nothing and the facts are not known.
    fn premise(&self, node: &Node, act: ActIx, outcome: Option<OutcomeIx>) -> Tri {
        let unknown = || Tri::Unknown(Vec::new());
        match node {
            Node::Const(Value::Bool(truth)) => (*truth).into(),
            Node::And(parts) => {
                parts.iter().fold(Tri::True, |all, part| all.and(self.premise(part, act, outcome)))
            }
            Node::Or(parts) => {
                parts.iter().fold(Tri::False, |any, part| any.or(self.premise(part, act, outcome)))
            }
            Node::Not(of) => self.premise(of, act, outcome).negate(),
            Node::Occurred(pattern) | Node::Stands(pattern) if self.begun.stands(pattern) => Tri::True,
            Node::Occurred(pattern) | Node::Stands(pattern) | Node::Since(pattern, _)
                if self.of_others(pattern.act) && !self.begun.stands(&any(pattern.act)) =>
            {
                Tri::False
            }
            Node::Compare(sign, a, b) if matches!(**a, Node::Outcome(Which::SelfAct)) => {
                match (&**b, self.outcome(act, outcome)) {
                    (Node::Const(Value::Text(text)), Some(own)) => {
                        let same = Tri::from(own == &**text);
                        if *sign == CompareSign::Ne { same.negate() } else { same }
                    }
                    _ => unknown(),
                }
            }
            Node::In(a, b) if matches!(**a, Node::Outcome(Which::SelfAct)) => {
                match (&**b, self.outcome(act, outcome)) {
                    (Node::Const(Value::List(list)), Some(own)) => {
                        list.iter().any(|one| one.as_text() == Some(own)).into()
                    }
                    _ => unknown(),
                }
            }
            _ => unknown(),
        }
    }

    fn outcome(&self, act: ActIx, outcome: Option<OutcomeIx>) -> Option<&str> {
        Some(&self.procedure.def(act).outcomes.get(outcome?.at())?.id)
    }
}

fn any(act: ActIx) -> ActPattern {
    ActPattern { act, outcomes: Vec::new() }
}

fn outcomes(procedure: &Procedure, act: ActIx) -> Vec<Option<OutcomeIx>> {
    match procedure.def(act).outcomes.len() {
        0 => vec![None],
        n => (0..n as u8).map(|outcome| Some(OutcomeIx(outcome))).collect(),
    }
}
