//! Which bits a slice keeps.

use lawbook::condition::node::ActPattern;

use crate::prove::machine::{Bit, INPUT, Machine, Var};

/// A set of bits, closed under what is needed to follow them exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    kept: Vec<bool>,
    n_kept: usize,
}

impl Keep {
    /// Nothing is kept.
    pub fn nothing(machine: &Machine<'_>) -> Keep {
        Keep { kept: vec![false; machine.names.bits.len()], n_kept: 0 }
    }

    /// Everything is kept.
    pub fn everything(machine: &Machine<'_>) -> Keep {
        Keep { kept: vec![true; machine.names.bits.len()], n_kept: machine.names.bits.len() }
    }

    /// Whether the bit is kept.
    pub fn has(&self, var: Var) -> bool {
        self.kept.get(var as usize).copied().unwrap_or(false)
    }

    /// How many bits are kept.
    pub fn len(&self) -> usize {
        self.n_kept
    }

    /// The kept bits.
    pub fn vars(&self) -> impl Iterator<Item = Var> + '_ {
        self.kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(var, _)| var as Var)
    }

    /// Keeps a bit, and those without which it could not be followed.
    pub fn add(&mut self, machine: &Machine<'_>, var: Var) {
        let mut waiting = vec![var];
        while let Some(var) = waiting.pop() {
            if var >= INPUT || self.has(var) {
                continue;
            }
            self.kept[var as usize] = true;
            self.n_kept += 1;
            waiting.extend(partners(machine, var));
        }
    }
}

fn partners(machine: &Machine<'_>, var: Var) -> Vec<Var> {
    let names = &machine.names;
    let found: Vec<Bit> = match &names.bits[var as usize] {
        Bit::Occurred(part, pattern, times) if *times > 1 => {
            vec![Bit::Occurred(*part, pattern.clone(), times - 1)]
        }
        Bit::First(part, pattern) => {
            vec![Bit::Occurred(*part, ActPattern { act: pattern.act, outcomes: Vec::new() }, 1)]
        }
        Bit::True(part, fact) | Bit::False(part, fact) => {
            vec![Bit::True(*part, *fact), Bit::False(*part, *fact)]
        }
        Bit::WasTrue(part, fact) | Bit::WasFalse(part, fact) => {
            vec![Bit::WasTrue(*part, *fact), Bit::WasFalse(*part, *fact)]
        }
        Bit::Over(part, limit) => vec![Bit::Started(*part, *limit)],
        Bit::Holds(part, atom) | Bit::Fails(part, atom) => {
            let mut others = vec![Bit::Holds(*part, *atom), Bit::Fails(*part, *atom)];
            let read = &names.atoms[*atom as usize];
            let home = |act: lawbook::model::ActIx| {
                if machine.procedure.def(act).strand.is_some() {
                    *part
                } else {
                    crate::prove::machine::Part::Main
                }
            };
            let any = |act| ActPattern { act, outcomes: Vec::new() };
            let several = read.standing.len() + read.ever.len() > 1;
            if several {
                others.extend(read.standing.iter().map(|act| Bit::Stands(home(*act), any(*act))));
            }
            if several || read.once {
                others.extend(read.ever.iter().map(|act| Bit::Occurred(home(*act), any(*act), 1)));
            }
            others
        }
        Bit::Stands(..)
        | Bit::Occurred(..)
        | Bit::Since(..)
        | Bit::Last(..)
        | Bit::Fixed(..)
        | Bit::Started(..)
        | Bit::Relied(_)
        | Bit::Opened(_) => Vec::new(),
    };
    found.iter().filter_map(|bit| names.known_bit(bit)).collect()
}
