//! What would be needed if nothing were ever lost: the estimate that leads the search.

use crate::prove::bits::Bits;
use crate::prove::slice::{Clause, Dense, Shape, Step};

/// What cannot be had.
const NEVER: u32 = u32::MAX / 4;

/// Steps that help, in the order of their cost, and the literals they are wanted for.
#[derive(Debug, Default)]
pub struct Help {
    /// Estimated number of moves.
    pub cost: u32,
    /// Places of steps.
    pub steps: Vec<usize>,
    /// Bits that shall be set, or not.
    pub wanted: Vec<(usize, bool)>,
}

/// The estimate for one state.
pub struct Relaxed<'s, const W: usize> {
    steps: &'s [Step<W>],
    allowed: &'s [bool],
    cost: Vec<[u32; 2]>,
    by: Vec<[usize; 2]>,
    step_cost: Vec<u32>,
}

impl<'s, const W: usize> Relaxed<'s, W> {
    /// Estimates what every literal costs from a state.
    pub fn of(steps: &'s [Step<W>], allowed: &'s [bool], state: &Bits<W>) -> Relaxed<'s, W> {
        let mut cost = vec![[NEVER; 2]; W * 64];
        for (bit, cost) in cost.iter_mut().enumerate() {
            cost[usize::from(state.get(bit))] = 0;
        }
        let by = vec![[usize::MAX; 2]; W * 64];
        let mut relaxed = Relaxed { steps, allowed, cost, by, step_cost: vec![NEVER; steps.len()] };
        while relaxed.improve() {}
        relaxed
    }

    fn improve(&mut self) -> bool {
        let mut moved = false;
        for place in 0..self.steps.len() {
            if !self.allowed[place] {
                continue;
            }
            let step = &self.steps[place];
            let own = step.clauses().map(|clause| self.clause(clause)).fold(0u32, u32::saturating_add);
            if own >= NEVER || own >= self.step_cost[place] {
                continue;
            }
            self.step_cost[place] = own;
            for (bit, shape, _) in &step.writes {
                for want in [false, true] {
                    let all = own.saturating_add(self.shape(shape, want)).saturating_add(1);
                    moved |= self.offer(*bit, want, all, place);
                }
            }
            for bit in &step.falls.lost {
                moved |= self.offer(*bit, false, own + 1, place);
            }
        }
        moved
    }

    fn offer(&mut self, bit: usize, want: bool, cost: u32, place: usize) -> bool {
        let at = usize::from(want);
        let better = cost < self.cost[bit][at];
        if better {
            self.cost[bit][at] = cost;
            self.by[bit][at] = place;
        }
        better
    }

    fn lit(&self, lit: Dense, want: bool) -> u32 {
        match lit.bit_number() {
            Some((bit, positive)) => self.cost[bit][usize::from(positive == want)],
            None => 0,
        }
    }

    fn clause(&self, clause: &Clause) -> u32 {
        clause.lits.iter().map(|lit| self.lit(*lit, true)).min().unwrap_or(NEVER)
    }

    fn shape(&self, shape: &Shape, want: bool) -> u32 {
        match shape {
            Shape::Const(truth) => {
                if *truth == want {
                    0
                } else {
                    NEVER
                }
            }
            Shape::Lit(lit) => self.lit(*lit, want),
            Shape::All(parts) | Shape::Any(parts) => {
                let costs = parts.iter().map(|part| self.shape(part, want));
                if matches!(shape, Shape::All(_)) == want {
                    costs.fold(0, u32::saturating_add)
                } else {
                    costs.min().unwrap_or(NEVER)
                }
            }
        }
    }

    /// What helps towards a goal; nothing when it cannot be had.
    pub fn help(&self, goal: &Step<W>) -> Option<Help> {
        let mut help = Help::default();
        let mut done = vec![false; self.steps.len()];
        let mut waiting: Vec<(usize, bool)> = Vec::new();
        self.want(goal, &mut waiting)?;
        let mut seen = rustc_hash::FxHashSet::default();
        while let Some((bit, want)) = waiting.pop() {
            if !seen.insert((bit, want)) || self.cost[bit][usize::from(want)] == 0 {
                continue;
            }
            help.wanted.push((bit, want));
            let place = self.by[bit][usize::from(want)];
            if let Some((_, shape, _)) =
                self.steps[place].writes.iter().find(|(written, _, _)| *written == bit)
            {
                self.want_shape(shape, want, &mut waiting);
            }
            if !std::mem::replace(&mut done[place], true) {
                self.want(&self.steps[place], &mut waiting)?;
                help.steps.push(place);
            }
        }
        help.steps.sort_by_key(|place| self.step_cost[*place]);
        help.cost = help.steps.len() as u32;
        Some(help)
    }

    /// The cheapest literal of each clause.
    fn want(&self, step: &Step<W>, waiting: &mut Vec<(usize, bool)>) -> Option<()> {
        for clause in step.clauses() {
            let cheapest = clause.lits.iter().min_by_key(|lit| self.lit(**lit, true))?;
            if self.lit(*cheapest, true) >= NEVER {
                return None;
            }
            waiting.extend(cheapest.bit_number());
        }
        Some(())
    }

    fn want_shape(&self, shape: &Shape, want: bool, waiting: &mut Vec<(usize, bool)>) {
        match shape {
            Shape::Const(_) => {}
            Shape::Lit(lit) => {
                waiting.extend(lit.bit_number().map(|(bit, positive)| (bit, positive == want)))
            }
            Shape::All(parts) | Shape::Any(parts) => {
                if matches!(shape, Shape::All(_)) == want {
                    parts.iter().for_each(|part| self.want_shape(part, want, waiting));
                } else if let Some(part) = parts.iter().min_by_key(|part| self.shape(part, want)) {
                    self.want_shape(part, want, waiting);
                }
            }
        }
    }
}
