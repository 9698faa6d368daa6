//! What would break a rule: an act done while what the rule asks does not hold.

use lawbook::condition::node::ActPattern;
use lawbook::model::{BoundRule, Procedure, Shape};

use super::conditions::Asked;
use super::formula::Formula;
use super::guards::Builder;
use super::names::Part;
use super::{Gate, Goal, Kind, Origin};

impl Builder<'_> {
    /// The goals of every bound rule that is to be proved.
    pub fn add_rules(&mut self) {
        let procedure = self.conditions.procedure;
        for bound in &procedure.rules {
            let goals =
                if self.conditions.book.rule(bound.rule).uses.prove { self.goals(bound) } else { Vec::new() };
            self.rule_goals.push(goals);
        }
    }

    fn goals(&mut self, bound: &BoundRule) -> Vec<Goal> {
        let pattern: Option<&ActPattern> = match &bound.shape {
            Shape::Holds { act, .. } => act.as_ref(),
            Shape::Needs { act, .. } => Some(act),
            Shape::Within { .. } | Shape::Exclusive { .. } => return Vec::new(),
        };
        let mut goals = Vec::new();
        for at in 0..self.moves.len() {
            let Kind::Act(seat, outcome) = self.moves[at].kind else { continue };
            let (act, part) = (self.seats[seat].act, self.seats[seat].part);
            let named = pattern.is_none_or(|pattern| Procedure::matches(pattern, act, outcome));
            // What holds for the strand that is followed holds for every strand.
            if !named || part.is_other() {
                continue;
            }
            let broken = self.broken(bound, Asked { part, act: Some(act), outcome });
            if broken != Formula::Const(false) {
                let gates =
                    broken.cnf().into_iter().map(|clause| Gate { clause, origin: Origin::Goal }).collect();
                goals.push(Goal { at, gates, without: None });
            }
        }
        goals
    }

    /// The rule applies, and what it asks is not known to hold.
    fn broken(&mut self, bound: &BoundRule, asked: Asked) -> Formula {
        let (when, kept) = match &bound.shape {
            Shape::Holds { when, holds, .. } => (when, self.conditions.rails(asked, holds).yes),
            Shape::Needs { when, any, since, .. } => {
                let history = any.iter().map(|one| self.conditions.since(one, since, asked.part).yes);
                (when, Formula::any(history.collect::<Vec<_>>()))
            }
            Shape::Within { .. } | Shape::Exclusive { .. } => return Formula::Const(false),
        };
        let applies = match when {
            None => Formula::Const(true),
            Some(when) => self.conditions.rails(asked, when).yes,
        };
        let not_kept = self.conditions.names.negate(&kept);
        Formula::all([applies, not_kept])
    }

    /// The parts an act happens in.
    pub fn parts(procedure: &Procedure, act: lawbook::model::ActIx) -> Vec<Part> {
        match procedure.def(act).strand {
            None => vec![Part::Main],
            Some(kind) => vec![Part::Tracked(kind), Part::Other(kind)],
        }
    }
}
