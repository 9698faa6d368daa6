//! First guesses of what a question needs: the gates of the act it is asked at, and the reliance between that act, the
//! acts whose order is asked about, and what resets it.

use std::collections::BTreeSet;

use super::machine::{Bit, Clause, Dep, Goal, INPUT, Kind, Machine, Origin, Part, Relied, Var, may_fall};
use super::slice::Keep;

/// Bits to begin with, from few to many.
pub fn guesses(machine: &Machine<'_>, goals: &[Goal]) -> Vec<Keep> {
    let (resets, asked) = histories(machine, goals);
    let ahead = reach(machine, if resets.is_empty() { &asked } else { &resets }, Way::Ahead);
    let mut thin = Keep::nothing(machine);
    for goal in goals {
        goal.gates.iter().for_each(|gate| add_clause(machine, &mut thin, &gate.clause));
        let own = machine.moves[goal.at].gates.iter();
        own.filter(|gate| about(machine, &gate.clause, &ahead) || about(machine, &gate.clause, &asked))
            .for_each(|gate| add_clause(machine, &mut thin, &gate.clause));
    }
    let mut named = asked;
    named.extend(standing(machine, &thin));
    let mut near = thin.clone();
    for reset in &resets {
        let from = shortest(machine, *reset);
        named.iter().for_each(|seat| add_way(machine, &mut thin, &from, *seat));
    }
    let region = between(machine, &resets, &named);
    add_reliance(machine, &mut near, &region);
    let mut far = near.clone();
    let mut seats: BTreeSet<usize> = named;
    seats.extend(region.iter().flat_map(|dep| [machine.deps[*dep].owner, machine.deps[*dep].target]));
    for (at, one) in machine.moves.iter().enumerate() {
        if seat(machine, at).is_some_and(|seat| seats.contains(&seat) && !machine.seats[seat].part.is_other())
        {
            let needs = one.gates.iter().filter(|gate| matches!(gate.origin, Origin::Need(_)));
            needs.filter(|gate| about(machine, &gate.clause, &seats)).for_each(|gate| {
                add_clause(machine, &mut far, &gate.clause);
            });
        }
    }
    let region = between(machine, &resets, &standing(machine, &far).into_iter().collect());
    add_reliance(machine, &mut far, &region);
    let mut found = vec![thin, near, far];
    found.dedup();
    found
}

/// For each seat, the dependency by which a fall reaches it from another with the fewest doubts.
fn shortest(machine: &Machine<'_>, from: usize) -> Vec<Option<usize>> {
    let mut cost = vec![u32::MAX; machine.seats.len()];
    let mut by = vec![None; machine.seats.len()];
    cost[from] = 0;
    loop {
        let mut moved = false;
        for (at, dep) in machine.deps.iter().enumerate() {
            let step = match dep.relied {
                Relied::Certain => 1,
                Relied::Bit(_) => 10,
                Relied::Guess => continue,
            };
            let falls = may_fall(machine.seats[dep.owner].nature) && cost[dep.target] != u32::MAX;
            if falls && cost[dep.target] + step < cost[dep.owner] {
                cost[dep.owner] = cost[dep.target] + step;
                by[dep.owner] = Some(at);
                moved = true;
            }
        }
        if !moved {
            return by;
        }
    }
}

/// The reliance along one way, and the gates that make it so.
fn add_way(machine: &Machine<'_>, keep: &mut Keep, by: &[Option<usize>], mut seat: usize) {
    // No way is longer than there are seats.
    for _ in 0..machine.seats.len() {
        let Some(at) = by[seat] else { return };
        let dep = &machine.deps[at];
        if let Relied::Bit(var) = dep.relied {
            keep.add(machine, var);
            let target = BTreeSet::from([dep.target]);
            let moves =
                machine.moves.iter().filter(|one| matches!(one.kind, Kind::Act(owner, _) if owner == seat));
            for gate in moves.flat_map(|one| &one.gates).filter(|gate| matches!(gate.origin, Origin::Need(_)))
            {
                if about(machine, &gate.clause, &target) {
                    add_clause(machine, keep, &gate.clause);
                }
            }
        }
        seat = dep.target;
    }
}

fn add_reliance(machine: &Machine<'_>, keep: &mut Keep, deps: &[usize]) {
    for dep in deps {
        if let Relied::Bit(var) = machine.deps[*dep].relied {
            keep.add(machine, var);
        }
    }
}

fn seat(machine: &Machine<'_>, at: usize) -> Option<usize> {
    match machine.moves[at].kind {
        Kind::Act(seat, _) => Some(seat),
        Kind::Clock(..) | Kind::Look => None,
    }
}

fn add_clause(machine: &Machine<'_>, keep: &mut Keep, clause: &Clause) {
    clause.iter().filter(|lit| lit.var < INPUT).for_each(|lit| keep.add(machine, lit.var));
}

/// Whether the clause asks for one of these acts.
fn about(machine: &Machine<'_>, clause: &Clause, seats: &BTreeSet<usize>) -> bool {
    clause.iter().any(|lit| match machine.names.bits.get(lit.var as usize) {
        Some(Bit::Stands(part, pattern)) => {
            machine.seat(pattern.act, *part).is_some_and(|seat| seats.contains(&seat))
        }
        _ => false,
    })
}

/// Seats that reset the histories of the goals, and those whose order is asked about.
fn histories(machine: &Machine<'_>, goals: &[Goal]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut resets, mut asked) = (BTreeSet::new(), BTreeSet::new());
    let vars = goals.iter().flat_map(|goal| &goal.gates).flat_map(|gate| &gate.clause).map(|lit| lit.var);
    for var in vars {
        let (part, pattern, of): (Part, _, &[_]) = match machine.names.bits.get(var as usize) {
            Some(Bit::Since(part, pattern, of)) => (*part, pattern, of),
            Some(Bit::Occurred(part, pattern, _)) => (*part, pattern, &[]),
            _ => continue,
        };
        let at = |act| machine.seat(act, part).or_else(|| machine.seat(act, Part::Main));
        asked.extend(at(pattern.act));
        resets.extend(of.iter().filter_map(|reset| at(reset.pattern.act)));
    }
    (resets, asked)
}

/// Seats whose standing is kept.
fn standing(machine: &Machine<'_>, keep: &Keep) -> Vec<usize> {
    let seat = |var: Var| match &machine.names.bits[var as usize] {
        Bit::Stands(part, pattern) => machine.seat(pattern.act, *part),
        _ => None,
    };
    keep.vars().filter_map(seat).collect()
}

/// Which way reliance is followed.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// To those that rely on it.
    Ahead,
    /// To those it relies on.
    Back,
}

/// The seats to which reliance leads.
fn reach(machine: &Machine<'_>, starts: &BTreeSet<usize>, way: Way) -> BTreeSet<usize> {
    let mut found = starts.clone();
    let mut waiting: Vec<usize> = starts.iter().copied().collect();
    while let Some(at) = waiting.pop() {
        for dep in machine.deps.iter().filter(|dep| may_fall(machine.seats[dep.owner].nature)) {
            let (here, next) =
                if way == Way::Ahead { (dep.target, dep.owner) } else { (dep.owner, dep.target) };
            if here == at && found.insert(next) {
                waiting.push(next);
            }
        }
    }
    found
}

/// Dependencies on the ways along which a fall goes from some seats to others.
fn between(machine: &Machine<'_>, from: &BTreeSet<usize>, to: &BTreeSet<usize>) -> Vec<usize> {
    let (ahead, back) = (reach(machine, from, Way::Ahead), reach(machine, to, Way::Back));
    let inside = |dep: &Dep| ahead.contains(&dep.target) && back.contains(&dep.owner);
    machine.deps.iter().enumerate().filter(|(_, dep)| inside(dep)).map(|(at, _)| at).collect()
}
