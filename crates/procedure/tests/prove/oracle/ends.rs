//! Whether the agency can close the matter from every state, whatever is true: every state, every truth, tried.

use std::collections::HashMap;

use lawbook::condition::node::{Node, Which};
use lawbook::model::{ActIx, Nature};

use super::{Oracle, Proposed, State};

/// What the explorer found out about ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// There always is a way out.
    Always,
    /// From some state there is none.
    Stuck,
    /// Too many states.
    GaveUp,
}

/// What the agency may do in a state: where it leads, and the act with its content.
type Own = (usize, Option<(ActIx, u8)>);

impl Oracle<'_> {
    /// Explores every state, and asks of each whether the agency alone can close the matter.
    pub fn ends(&self, n_states_max: usize) -> Ends {
        let start = self.empty();
        let mut number = HashMap::from([(start.clone(), 0)]);
        let mut states = vec![start];
        let mut edges: Vec<Vec<Own>> = Vec::new();
        while edges.len() < states.len() {
            let state = states[edges.len()].clone();
            let mut own = Vec::new();
            for (next, by) in self.steps(&state) {
                let at = *number.entry(next.clone()).or_insert_with(|| {
                    states.push(next);
                    states.len() - 1
                });
                match by {
                    None => own.push((at, None)),
                    Some(done) if self.by_the_agency(done.act) => {
                        own.push((at, Some((done.act, done.content))))
                    }
                    Some(_) => {}
                }
            }
            edges.push(own);
            if states.len() > n_states_max {
                return Ends::GaveUp;
            }
        }
        let closed: Vec<bool> = states.iter().map(|state| self.is_closed(state)).collect();
        let truths = self.truths();
        for truth in 0..1u32 << truths.len() {
            let fits = |done: Option<(ActIx, u8)>| {
                truths.iter().enumerate().all(|(at, (act, field))| {
                    done.is_none_or(|(done, content)| {
                        done != *act || u32::from(content >> field & 1) == truth >> at & 1
                    })
                })
            };
            let mut out = closed.clone();
            while (0..out.len()).fold(false, |moved, at| {
                let found = !out[at] && edges[at].iter().any(|(to, done)| out[*to] && fits(*done));
                out[at] |= found;
                moved | found
            }) {}
            if out.contains(&false) {
                return Ends::Stuck;
            }
        }
        Ends::Always
    }

    /// Everything that may happen in a state, and which act it is if it is one.
    fn steps(&self, state: &State) -> Vec<(State, Option<Proposed>)> {
        let mut found = Vec::new();
        for act in (0..self.procedure.acts.len()).map(|act| ActIx(act as u16)) {
            for proposed in self.proposals(act) {
                if self.allowed(state, proposed) {
                    found.extend(self.done(state, proposed).into_iter().map(|next| (next, Some(proposed))));
                }
            }
        }
        for limit in
            (0..self.procedure.limits.len()).filter(|limit| state.started[*limit] && !state.over[*limit])
        {
            let mut later = state.clone();
            later.over[limit] = true;
            found.push((later, None));
        }
        found
    }

    fn by_the_agency(&self, act: ActIx) -> bool {
        let def = self.procedure.def(act);
        matches!(def.nature, Nature::Work | Nature::Firm) && !def.reopens
    }

    fn is_closed(&self, state: &State) -> bool {
        state.standing.iter().any(|one| self.procedure.def(one.act).closes)
    }

    /// The acts with facts, and the place of the field each fact reads.
    fn truths(&self) -> Vec<(ActIx, usize)> {
        let place = |act: ActIx, holds: &Node| match holds {
            Node::Field(Which::SelfAct, field) => {
                self.procedure.def(act).fields.iter().position(|own| own.field == *field).unwrap()
            }
            other => panic!("{other:?}"),
        };
        self.procedure.facts.iter().map(|fact| (fact.on, place(fact.on, &fact.holds))).collect()
    }
}
