//! Every act can be reached (`reach:ACT`).

use std::collections::BTreeSet;

use super::bits::Bits;
use super::machine::{Bit, Goal, Kind, Machine};
use super::plan::{Arena, Planned};
use super::refine::{self, Answer, Bounds};
use super::result::{Property, Verdict};
use super::slice::TooWide;

/// Whether each act can happen.
pub fn reach(machine: &Machine<'_>, bounds: Bounds) -> Vec<Property> {
    let found = match machine.names.bits.len() {
        0..=256 => reached::<4>(machine),
        257..=512 => reached::<8>(machine),
        513..=1024 => reached::<16>(machine),
        _ => reached::<32>(machine),
    };
    let found = found.unwrap_or_default();
    let mut properties = Vec::new();
    for (at, def) in machine.procedure.acts.iter().enumerate() {
        let id = format!("reach:{}", def.id);
        if found.contains(&at) {
            properties.push(Property::new(id, Verdict::Proved, 0));
            continue;
        }
        let goals: Vec<Goal> = moves_of(machine, at).into_iter().map(Goal::plain).collect();
        let (answer, states) = refine::ask(machine, &goals, Bounds { n_states_max: 100_000, ..bounds });
        let result = match answer {
            Answer::Happens(_) => Verdict::Proved,
            Answer::Never => Verdict::Broken,
            Answer::Undecided => Verdict::Undecided,
        };
        properties.push(Property::new(id, result, states));
    }
    properties
}

fn moves_of(machine: &Machine<'_>, act: usize) -> Vec<usize> {
    let own = |at: &usize| match machine.moves[*at].kind {
        Kind::Act(seat, _) => machine.seats[seat].act.at() == act && !machine.seats[seat].part.is_other(),
        Kind::Clock(..) | Kind::Look => false,
    };
    (0..machine.moves.len()).filter(own).collect()
}

/// Acts for which a way was found. Those on the way to another need no search of their own.
fn reached<const W: usize>(machine: &Machine<'_>) -> Result<BTreeSet<usize>, TooWide> {
    let allow = |at: usize| !machine.part(at).is_other() && machine.moves[at].kind != Kind::Look;
    let mut goals = Vec::new();
    for act in 0..machine.procedure.acts.len() {
        goals.extend(moves_of(machine, act).into_iter().map(|at| (act, Goal::plain(at))));
    }
    let plain: Vec<Goal> = goals.iter().map(|(_, goal)| goal.clone()).collect();
    let arena = Arena::<W>::of(machine, &plain, &[], allow)?;
    let mut found = BTreeSet::new();
    let starts = starts(&arena);
    for (place, (act, _)) in goals.iter().enumerate().rev() {
        if found.contains(act) {
            continue;
        }
        let goal = &arena.slice.goals[place];
        let way = starts.iter().find_map(|start| match arena.plan(*start, goal, &[]) {
            Planned::Found(way) => Some(way),
            Planned::Impossible | Planned::NotFound => None,
        });
        let Some(way) = way else { continue };
        found.insert(*act);
        for (step, _) in way {
            if let Kind::Act(seat, _) = machine.moves[arena.slice.steps[step].at].kind {
                found.insert(machine.seats[seat].act.at());
            }
        }
    }
    Ok(found)
}

/// Some ways in which what is fixed from the start may be: nothing, each alone, everything.
fn starts<const W: usize>(arena: &Arena<'_, '_, W>) -> Vec<Bits<W>> {
    let bits = &arena.machine.names.bits;
    let fixed = (0..bits.len()).filter(|var| matches!(bits[*var], Bit::Fixed(..)));
    let fixed: Vec<usize> = fixed.filter_map(|var| arena.dense(var as u32)).collect();
    let with = |set: &[usize]| {
        let mut start = Bits::EMPTY;
        set.iter().for_each(|bit| start.put(*bit, true));
        start
    };
    let mut found = vec![with(&[])];
    found.extend(fixed.iter().map(|bit| with(&[*bit])));
    found.push(with(&fixed));
    found
}
