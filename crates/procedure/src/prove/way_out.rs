//! From every reachable state the agency alone can reach a lawful end, whatever is true (`way-out`).
//!
//! The states are taken apart until each part has a way out (`plan::Parts`). Where what the end asks for is met in many
//! ways, the parts are too many: then it is brought about one clause after the other, keeping what is met already.

use std::collections::{BTreeMap, BTreeSet};

use super::machine::{Formula, INPUT, Input, Kind, Machine, Var, may_fall};
use super::path;
use super::plan::{Arena, Begun, Outcome, Parts, Stage};
use super::refine::Bounds;
use super::result::{Property, Verdict};
use super::slice::{Clause, Dense, Step, Taken, TooWide};

/// Parts looked at before the end is brought about clause by clause.
const N_PARTS_AT_ONCE: usize = 400;
/// Parts of one stage looked at before it is given up.
const N_PARTS_MAX: usize = 4_000;
/// Ends tried clause by clause.
const N_ENDS_MAX: usize = 4;

/// Whether there always is a way out.
pub fn way_out(machine: &Machine<'_>, bounds: Bounds) -> Property {
    let closing: Vec<Var> = closing(machine);
    if closing.is_empty() {
        let mut property = Property::new("way-out".to_owned(), Verdict::Proved, 0);
        property.detail.push("本程序没有办结环节".to_owned());
        return property;
    }
    let found = match machine.names.bits.len() {
        0..=256 => search::<4>(machine, &closing, bounds),
        257..=512 => search::<8>(machine, &closing, bounds),
        513..=1024 => search::<16>(machine, &closing, bounds),
        _ => search::<32>(machine, &closing, bounds),
    };
    let mut property =
        found.unwrap_or_else(|TooWide| Property::new("way-out".to_owned(), Verdict::Undecided, 0));
    property.assumes.push("各分支单独看待；登记簿和日期上的条件由本机关设法满足".to_owned());
    property
}

/// The bits that say that the matter is closed.
fn closing(machine: &Machine<'_>) -> Vec<Var> {
    let closes =
        machine.seats.iter().filter(|seat| machine.procedure.def(seat.act).closes && !seat.part.is_other());
    let any = |seat: &super::machine::Seat| {
        let pattern = lawbook::condition::node::ActPattern { act: seat.act, outcomes: Vec::new() };
        machine.names.known_bit(&super::machine::Bit::Stands(seat.part, pattern))
    };
    closes.filter_map(any).collect()
}

/// What the agency may do by itself.
fn own_move(machine: &Machine<'_>, at: usize) -> bool {
    if machine.part(at).is_other() {
        return false;
    }
    match machine.moves[at].kind {
        Kind::Clock(..) => true,
        Kind::Look => false,
        Kind::Act(seat, _) => {
            let def = machine.procedure.def(machine.seats[seat].act);
            let outside =
                |post: &String| machine.book.posts.iter().any(|known| known.id == *post && !known.agency);
            let own = def.by.is_empty() || !def.by.iter().all(outside);
            let work = may_fall(def.nature) && def.nature != lawbook::model::Nature::Waiver;
            own && (work || def.nature == lawbook::model::Nature::Firm)
                && !def.adopts
                && !def.reopens
                && !def.corrects
        }
    }
}

/// Inputs that settle a found fact: by the seat of the act and the input.
fn truths(machine: &Machine<'_>) -> Vec<(usize, Var)> {
    let mut found = BTreeSet::new();
    for one in &machine.moves {
        let Kind::Act(seat, _) = one.kind else { continue };
        for write in &one.writes {
            let fact = match &machine.names.bits[write.bit as usize] {
                super::machine::Bit::True(_, fact) | super::machine::Bit::False(_, fact) => *fact,
                _ => continue,
            };
            if machine.procedure.facts[fact.at()].kind == lawbook::model::FactKind::Found {
                note_inputs(machine, &write.to, seat, &mut found);
            }
        }
    }
    found.into_iter().collect()
}

fn note_inputs(machine: &Machine<'_>, formula: &Formula, seat: usize, found: &mut BTreeSet<(usize, Var)>) {
    formula.vars(&mut |var| {
        if var >= INPUT && matches!(machine.names.input_at(var), Some(Input::Atom(_) | Input::Chosen(..))) {
            found.insert((seat, var));
        }
    });
}

fn search<const W: usize>(
    machine: &Machine<'_>,
    closing: &[Var],
    bounds: Bounds,
) -> Result<Property, TooWide> {
    let truths = truths(machine);
    let arena = Arena::<W>::of(machine, &[], &truths, |at| own_move(machine, at))?;
    let end = closing.iter().filter_map(|var| arena.dense(*var)).map(|bit| Dense::bit(bit, true)).collect();
    let end = Clause { lits: end, gate: 0 };
    let mut parts = Parts::new(arena, closing, &truths, bounds);
    let mut outcome = parts.look_through(&closed(machine, &end), N_PARTS_AT_ONCE);
    if matches!(outcome, Outcome::Unknown) {
        for order in ends(&parts) {
            outcome = by_stages(&mut parts, &end, &order);
            if !matches!(outcome, Outcome::Unknown) {
                break;
            }
        }
    }
    let property = |verdict| Property::new("way-out".to_owned(), verdict, parts.n_looked);
    Ok(match outcome {
        Outcome::Covered => property(Verdict::Proved),
        Outcome::DeadEnd(taken, truth) => broken(machine, property(Verdict::Broken), &taken, &truths, &truth),
        Outcome::Unknown => {
            let mut property = property(Verdict::Undecided);
            property.detail.push(format!("分作 {} 种情形仍未看完", parts.n_looked));
            property
        }
    })
}

/// The question whether the matter can be closed at all.
fn closed<const W: usize>(machine: &Machine<'_>, end: &Clause) -> Stage<W> {
    Stage { kept: Vec::new(), goals: vec![goal(machine, vec![end.clone()])] }
}

fn goal<const W: usize>(machine: &Machine<'_>, clauses: Vec<Clause>) -> Step<W> {
    Step::new(machine.look, clauses, Vec::new(), 0, Vec::new())
}

/// What the moves ask for with which the ways found end, the commonest first: the clauses over bits, in the order in
/// which the longest of those ways came to meet them for good.
fn ends<const W: usize>(parts: &Parts<'_, '_, W>) -> Vec<Vec<Clause>> {
    let mut by_end: BTreeMap<usize, Vec<&Begun<W>>> = BTreeMap::new();
    for one in &parts.ways {
        if let Some((last, _)) = one.1.last() {
            by_end.entry(*last).or_default().push(one);
        }
    }
    let mut ends: Vec<(usize, Vec<&Begun<W>>)> = by_end.into_iter().collect();
    ends.sort_by_key(|(_, ways)| std::cmp::Reverse(ways.len()));
    let longest = |(end, ways): (usize, Vec<&Begun<W>>)| {
        let longest = ways.into_iter().max_by_key(|(_, way)| way.len())?;
        Some(order(parts, &parts.arena.slice.steps[end], longest))
    };
    ends.into_iter().take(N_ENDS_MAX).filter_map(longest).collect()
}

/// The clauses of a step over bits, in the order in which a way came to meet them for good.
fn order<const W: usize>(parts: &Parts<'_, '_, W>, end: &Step<W>, (start, way): &Begun<W>) -> Vec<Clause> {
    let mut states = vec![*start];
    for (place, inputs) in &way[..way.len().saturating_sub(1)] {
        let state = states[states.len() - 1];
        states.push(parts.arena.slice.steps[*place].after(&state, *inputs));
    }
    let over_bits = |clause: &&Clause| clause.lits.iter().all(|lit| lit.bit_number().is_some());
    let mut clauses: Vec<(usize, Clause)> = Vec::new();
    for clause in end.clauses().filter(over_bits) {
        let one: Step<W> = goal(parts.arena.machine, vec![clause.clone()]);
        let unmet = states.iter().rposition(|state| one.possible(state).is_none());
        clauses.push((unmet.map_or(0, |at| at + 1), clause.clone()));
    }
    clauses.sort_by_key(|(at, _)| *at);
    clauses.into_iter().map(|(_, clause)| clause).collect()
}

/// Brings the end about clause by clause: from every state in which some are met there is a way to one in which the next
/// is met too. Each state on the way can be reached, so all together this is a way out.
fn by_stages<const W: usize>(parts: &mut Parts<'_, '_, W>, end: &Clause, order: &[Clause]) -> Outcome {
    let machine = parts.arena.machine;
    for n_met in 0..=order.len() {
        let mut stage: Stage<W> = closed(machine, end);
        stage.kept = order[..n_met].to_vec();
        if n_met < order.len() {
            stage.goals.insert(0, goal(machine, order[..=n_met].to_vec()));
        }
        match parts.look_through(&stage, N_PARTS_MAX) {
            Outcome::Covered => {}
            other => return other,
        }
    }
    Outcome::Covered
}

/// The path to a dead end, and the truths under which it is one, for people.
fn broken(
    machine: &Machine<'_>,
    mut property: Property,
    taken: &[Taken],
    truths: &[(usize, Var)],
    truth: &[bool],
) -> Property {
    property.path = path::path(machine, taken);
    let mut found = Vec::new();
    for fact in &machine.procedure.facts {
        let settled = truths.iter().zip(truth).any(|((seat, _), _)| machine.seats[*seat].act == fact.on);
        if settled && fact.kind == lawbook::model::FactKind::Found {
            found.push(format!("“{}”", fact.title));
        }
    }
    if !found.is_empty() {
        property.detail.push(format!("客观情况取最不利的值：{}", found.join("、")));
    }
    property
}
