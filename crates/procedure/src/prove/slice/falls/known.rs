//! What can be said of falls without making a move: what may be lost, on what that depends, and along which reliance.

use crate::prove::bits::Bits;

use super::{Cond, Edge, Falls, From};

impl<const W: usize> Falls<W> {
    /// What surely and what perhaps falls when only some bits and inputs are known. Whether another strand relied on
    /// something is not asked: each strand is looked at alone.
    pub fn partial(&self, known: &Bits<W>, value: &Bits<W>, inputs: (u64, u64)) -> (u128, u128) {
        let (mut sure, mut perhaps, mut ended) = (0u128, 0u128, 0u128);
        loop {
            let before = (sure, perhaps);
            for edge in &self.edges {
                let begun = match edge.from {
                    From::Named | From::Renewed(None) => (true, true),
                    From::Renewed(Some(input)) => {
                        let (mask, values) = (inputs.0 >> input & 1 == 1, inputs.1 >> input & 1 == 1);
                        (mask && values, !mask || values)
                    }
                    From::Seat(from) => {
                        let onward = ended >> from & 1 == 0;
                        (onward && sure >> from & 1 == 1, onward && (sure | perhaps) >> from & 1 == 1)
                    }
                };
                let carries = match edge.cond {
                    Cond::Sure => (true, true),
                    Cond::Doubt => (false, false),
                    Cond::Bit(bit) => (known.get(bit) && value.get(bit), !known.get(bit) || value.get(bit)),
                };
                let to = 1u128 << edge.to;
                if begun.0 && carries.0 && !edge.loose {
                    sure |= to;
                    if !edge.cascades {
                        ended |= to;
                    }
                } else if begun.1 && carries.1 {
                    perhaps |= to;
                }
            }
            if before == (sure, perhaps) {
                return (sure, perhaps & !sure);
            }
        }
    }

    /// What these seats take with them.
    pub fn lost(&self, seats: u128) -> Bits<W> {
        let mut lost = Bits::EMPTY;
        for (at, local) in self.locals.iter().enumerate() {
            if seats >> at & 1 == 1 {
                lost.add(&local.clear);
            }
        }
        lost
    }

    /// The bits on which falls depend, and everything that may be lost.
    pub fn touched(&self) -> (Bits<W>, Bits<W>) {
        let (mut read, mut lost) = (Bits::EMPTY, Bits::EMPTY);
        for edge in &self.edges {
            if let Cond::Bit(bit) = edge.cond {
                read.put(bit, true);
            }
            lost.add(&self.locals[edge.to].clear);
        }
        (read, lost)
    }

    /// The bits of reliance along which this bit was lost at a move from this state, if it was lost by a fall.
    pub fn chain(&self, state: &Bits<W>, lost: usize) -> Vec<usize> {
        let mut by: Vec<Option<&Edge>> = vec![None; self.locals.len()];
        let mut found = None;
        loop {
            let next = self.edges.iter().find(|edge| {
                let begun = match edge.from {
                    From::Renewed(_) | From::Named => true,
                    From::Seat(from) => by[from].is_some(),
                };
                let carries = match edge.cond {
                    Cond::Sure => true,
                    Cond::Bit(bit) => state.get(bit),
                    Cond::Doubt => false,
                };
                begun && carries && by[edge.to].is_none()
            });
            let Some(edge) = next.filter(|_| found.is_none()) else { break };
            by[edge.to] = Some(edge);
            found = self.locals[edge.to].clear.get(lost).then_some(edge.to);
        }
        let mut bits = Vec::new();
        let mut at = found;
        while let Some(edge) = at.and_then(|at| by[at]) {
            if let Cond::Bit(bit) = edge.cond {
                bits.push(bit);
            }
            at = match edge.from {
                From::Seat(from) => Some(from),
                From::Renewed(_) | From::Named => None,
            };
        }
        bits
    }
}
