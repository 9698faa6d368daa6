//! What stands when a limit begins, and which windows are over.

use lawbook::condition::node::{ActPattern, Node};
use lawbook::model::{
    ActDef, ActIx, Again, Alternative, LimitIx, Nature, Need, NeedKind, OutcomeIx, Procedure,
};

use super::super::machine::may_fall;

/// What is known at the moment a limit begins. Nobody redoes anything after that on the cheapest way.
pub struct Begun {
    /// Acts that stand; where outcomes are named, with one of these.
    acts: Vec<ActPattern>,
    /// Windows that are over.
    over: Vec<LimitIx>,
}

impl Begun {
    /// The start has just been recorded, and these acts are known to stand.
    pub fn at(procedure: &Procedure, start: &ActPattern, also: &[ActPattern]) -> Begun {
        let taken = Taken::by(procedure, start.act);
        let mut begun = Begun { acts: vec![start.clone()], over: Vec::new() };
        let mut waiting: Vec<(ActPattern, bool)> = vec![(start.clone(), true)];
        let also = also.iter().filter(|pattern| !taken.has(pattern.act));
        for pattern in also.cloned() {
            waiting.push((pattern.clone(), may_fall(procedure.def(pattern.act).nature)));
            begun.acts.push(pattern);
        }
        // What a standing act of the office relies on stands too, unless it could be ended apart; a firm act stands by
        // itself.
        while let Some((pattern, relies)) = waiting.pop() {
            let needs = procedure.def(pattern.act).needs.iter().filter(|_| relies);
            for one in needs.filter_map(only) {
                match one {
                    Alternative::Act(needed) => {
                        let surely = pattern.act == start.act || !is_ended(procedure, needed.act);
                        if surely && !taken.has(needed.act) && !begun.acts.contains(needed) {
                            begun.acts.push(needed.clone());
                            waiting.push((needed.clone(), may_fall(procedure.def(needed.act).nature)));
                        }
                    }
                    Alternative::Over(limit) => begun.over.push(*limit),
                    Alternative::Fact(_)
                    | Alternative::NotFact(_)
                    | Alternative::Never(_)
                    | Alternative::Holds(_) => {}
                }
            }
        }
        begun
    }

    /// Whether such an act stands.
    pub fn stands(&self, pattern: &ActPattern) -> bool {
        let within = |known: &&[OutcomeIx]| {
            pattern.outcomes.is_empty()
                || (!known.is_empty() && known.iter().all(|one| pattern.outcomes.contains(one)))
        };
        let known = self.acts.iter().filter(|known| known.act == pattern.act);
        known.map(|known| known.outcomes.as_slice()).any(|known| within(&known))
    }

    /// Whether a window is over.
    pub fn is_over(&self, limit: LimitIx) -> bool {
        self.over.contains(&limit)
    }
}

/// The one thing a need asks for in every case.
fn only(need: &Need) -> Option<&Alternative> {
    match &need.kind {
        NeedKind::Any(any) if need.when.is_none() && need.blocks() && any.len() == 1 => any.first(),
        NeedKind::Any(_) | NeedKind::Every { .. } | NeedKind::Some { .. } | NeedKind::NotStanding(_) => None,
    }
}

/// What an act takes away when it is recorded.
struct Taken(Vec<ActIx>);

impl Taken {
    fn by(procedure: &Procedure, act: ActIx) -> Taken {
        let def = procedure.def(act);
        let mut taken: Vec<ActIx> = def.ends.iter().chain(&def.voids).map(|pattern| pattern.act).collect();
        if def.reopens {
            // It may name anything.
            let falls = (0..procedure.acts.len()).map(|at| ActIx(at as u16));
            taken.extend(falls.filter(|at| may_fall(procedure.def(*at).nature)));
        }
        // Whoever may have relied on it falls with it.
        loop {
            let falls = |(at, def): (usize, &ActDef)| {
                let at = ActIx(at as u16);
                let relies = may_fall(def.nature) && mentions(def, &taken);
                (relies && at != act && !taken.contains(&at)).then_some(at)
            };
            let more: Vec<ActIx> = procedure.acts.iter().enumerate().filter_map(falls).collect();
            if more.is_empty() {
                return Taken(taken);
            }
            taken.extend(more);
        }
    }

    fn has(&self, act: ActIx) -> bool {
        self.0.contains(&act)
    }
}

fn mentions(def: &ActDef, acts: &[ActIx]) -> bool {
    let any = def.needs.iter().flat_map(|need| match &need.kind {
        NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => any.as_slice(),
        NeedKind::NotStanding(_) => &[],
    });
    any.into_iter().any(|one| matches!(one, Alternative::Act(pattern) if acts.contains(&pattern.act)))
}

/// The ways in which a condition can be true, each as the acts that then stand. Other parts of it say nothing.
pub fn cases(procedure: &Procedure, when: &Node) -> Vec<Vec<ActPattern>> {
    match when {
        Node::Or(parts) => parts.iter().flat_map(|part| cases(procedure, part)).collect(),
        Node::And(parts) => parts.iter().fold(vec![Vec::new()], |all, part| {
            let more = cases(procedure, part);
            all.iter().flat_map(|one| more.iter().map(|other| [one.as_slice(), other].concat())).collect()
        }),
        Node::Stands(pattern) => vec![vec![pattern.clone()]],
        Node::Occurred(pattern) if lasts(procedure, pattern.act) => vec![vec![pattern.clone()]],
        _ => vec![Vec::new()],
    }
}

/// Whether an act that occurred once stands for ever, with the same outcome.
fn lasts(procedure: &Procedure, act: ActIx) -> bool {
    let def = procedure.def(act);
    let voided = procedure.acts.iter().flat_map(|other| &other.voids).any(|one| one.act == act);
    matches!(def.nature, Nature::Firm | Nature::Claim)
        && !is_ended(procedure, act)
        && !voided
        && (def.outcomes.is_empty() || def.again != Again::Replaces)
}

/// Whether an act can be ended while what relied on it stands.
fn is_ended(procedure: &Procedure, act: ActIx) -> bool {
    let ended = procedure.acts.iter().flat_map(|other| &other.ends).any(|one| one.act == act);
    ended || procedure.def(act).closes
}
