//! A way through the machine as a path people can follow.

use std::collections::BTreeMap;

use super::machine::{Bit, Kind, Machine, Part};
use super::result::PathStep;
use super::slice::Taken;

/// The moves as steps. The facts of the last one, which is the breach, are those it meets.
pub fn path(machine: &Machine<'_>, taken: &[Taken]) -> Vec<PathStep> {
    let moves = taken.iter().filter(|one| machine.moves[one.at].kind != Kind::Look);
    moves.map(|one| step(machine, one)).collect()
}

fn step(machine: &Machine<'_>, taken: &Taken) -> PathStep {
    let procedure = machine.procedure;
    let part = machine.part(taken.at);
    let strand = part.strand().map(|kind| procedure.strands[kind.at()].id.clone());
    let mut step = PathStep {
        act: None,
        strand,
        elsewhere: part.is_other(),
        outcome: None,
        facts: BTreeMap::new(),
        clock: None,
    };
    match machine.moves[taken.at].kind {
        Kind::Look => {}
        Kind::Clock(limit, _) => step.clock = Some(procedure.limits[limit.at()].id.clone()),
        Kind::Act(seat, outcome) => {
            let def = procedure.def(machine.seats[seat].act);
            step.act = Some(def.id.clone());
            step.outcome = outcome.map(|outcome| def.outcomes[outcome.at()].id.clone());
            step.facts = facts(machine, taken, machine.seats[seat].act, part);
        }
    }
    step
}

fn facts(
    machine: &Machine<'_>,
    taken: &Taken,
    act: lawbook::model::ActIx,
    part: Part,
) -> BTreeMap<String, bool> {
    let procedure = machine.procedure;
    let mut found = BTreeMap::new();
    for fact in &procedure.def(act).facts {
        let read = |bit: Bit| {
            machine.names.known_bit(&bit).and_then(|var| taken.state.get(&var).copied()).unwrap_or(false)
        };
        let id = &procedure.facts[fact.at()].id;
        if read(Bit::True(part, *fact)) {
            found.insert(id.clone(), true);
        } else if read(Bit::False(part, *fact)) {
            found.insert(id.clone(), false);
        }
    }
    found
}
