//! From every reachable state the agency alone can reach a lawful end, whatever is true (`way-out`).
//!
//! A way from a state is followed by asking which bits of the state and which truths it really needs: it then is a way
//! from every state and for every truth that has those. What it does not cover is split and looked at in turn; a part
//! for which no way is found is a dead end only if it can be reached, which the rules' own search tells.

use std::collections::BTreeSet;

use super::bits::Bits;
use super::machine::{Clause, Formula, Gate, Goal, INPUT, Input, Kind, Lit, Machine, Origin, Var, may_fall};
use super::path;
use super::plan::{Arena, Partial, Planned, Way, works};
use super::refine::{self, Answer, Bounds};
use super::result::{Property, Verdict};
use super::slice::{Clause as DenseClause, Dense, Keep, Replay, Step, Taken, TooWide, replay_moves};

/// Parts of the states looked at before it is given up.
const N_PARTS_MAX: usize = 1_500;

/// Something a way may need: a bit of the state, or a truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Bit(usize),
    Truth(usize),
}

/// States and truths in which these are so.
type Region = Vec<(Key, bool)>;

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

struct Search<'m, 'a, const W: usize> {
    arena: Arena<'m, 'a, W>,
    goal: Step<W>,
    closing: Vec<usize>,
    covers: Vec<(Region, Way)>,
    n_truths: usize,
    bounds: Bounds,
}

fn search<const W: usize>(
    machine: &Machine<'_>,
    closing: &[Var],
    bounds: Bounds,
) -> Result<Property, TooWide> {
    let truths = truths(machine);
    let arena = Arena::<W>::of(machine, &[], &truths, |at| own_move(machine, at))?;
    let closing: Vec<usize> = closing.iter().filter_map(|var| arena.dense(*var)).collect();
    let lits = closing.iter().map(|bit| Dense::bit(*bit, true)).collect();
    let goal = Step::new(machine.look, vec![DenseClause { lits, gate: 0 }], Vec::new(), 0, Vec::new());
    let mut search = Search { arena, goal, closing, covers: Vec::new(), n_truths: truths.len(), bounds };
    let mut waiting: Vec<Region> = vec![Vec::new()];
    let mut n_parts = 0;
    while let Some(region) = waiting.pop() {
        n_parts += 1;
        if n_parts > N_PARTS_MAX {
            let mut property = Property::new("way-out".to_owned(), Verdict::Undecided, n_parts);
            property.detail.push(format!("分作 {n_parts} 种情形仍未看完"));
            return Ok(property);
        }
        match search.look(&region) {
            Looked::Covered(cover) => waiting.extend(rest(&region, &cover)),
            Looked::Unreachable => {}
            Looked::DeadEnd(taken, truth) => {
                let mut property = Property::new("way-out".to_owned(), Verdict::Broken, n_parts);
                property.path = path::path(machine, &taken);
                property.detail = search.explain(&truths, &truth);
                return Ok(property);
            }
            Looked::Unknown => return Ok(Property::new("way-out".to_owned(), Verdict::Undecided, n_parts)),
        }
    }
    Ok(Property::new("way-out".to_owned(), Verdict::Proved, n_parts))
}

/// What a region leaves when a cover is taken out of it.
fn rest(region: &Region, cover: &Region) -> Vec<Region> {
    let new: Vec<(Key, bool)> = cover.iter().filter(|literal| !region.contains(literal)).copied().collect();
    let mut parts = Vec::new();
    for (place, (key, value)) in new.iter().enumerate() {
        let mut part = region.clone();
        part.extend(&new[..place]);
        part.push((*key, !value));
        parts.push(part);
    }
    parts
}

enum Looked {
    /// There is a way from wherever these are so.
    Covered(Region),
    Unreachable,
    /// It can be reached, and there is no way on.
    DeadEnd(Vec<Taken>, Vec<bool>),
    Unknown,
}

impl<const W: usize> Search<'_, '_, W> {
    fn look(&mut self, region: &Region) -> Looked {
        let mut state = Bits::<W>::EMPTY;
        let mut truth = vec![false; self.n_truths];
        for (key, value) in region {
            match key {
                Key::Bit(bit) => state.put(*bit, *value),
                Key::Truth(number) => truth[*number] = *value,
            }
        }
        let fits = |(key, value): &(Key, bool)| match key {
            Key::Bit(bit) => state.get(*bit) == *value,
            Key::Truth(number) => truth[*number] == *value,
        };
        if let Some((cover, _)) = self.covers.iter().find(|(cover, _)| cover.iter().all(fits)) {
            return Looked::Covered(cover.clone());
        }
        if let Planned::Found(way) = self.arena.plan(state, &self.goal, &truth) {
            return Looked::Covered(self.cover(way, state, &truth, region));
        }
        self.reach(region, &truth)
    }

    /// No way from the emptiest state of the region: is there a reachable one, and a way from there?
    fn reach(&mut self, region: &Region, truth: &[bool]) -> Looked {
        let machine = self.arena.machine;
        let unit = |lit: Lit| Gate { clause: Clause::from([lit]), origin: Origin::Goal };
        let bits = region.iter().filter_map(|(key, value)| match key {
            Key::Bit(bit) => Some(unit(Lit { var: self.arena.slice.order[*bit], positive: *value })),
            Key::Truth(_) => None,
        });
        let open =
            self.closing.iter().map(|bit| unit(Lit { var: self.arena.slice.order[*bit], positive: false }));
        let goal = Goal { at: machine.look, gates: bits.chain(open).collect(), without: None };
        let bounds = Bounds { n_states_max: 100_000.min(self.bounds.n_states_max), ..self.bounds };
        let taken = match refine::ask(machine, std::slice::from_ref(&goal), bounds).0 {
            Answer::Never => return Looked::Unreachable,
            Answer::Undecided => return Looked::Unknown,
            Answer::Happens(taken) => taken,
        };
        let moves: Vec<usize> = taken.iter().map(|one| one.at).filter(|at| *at != machine.look).collect();
        let Replay::Real(full) = replay_moves(machine, &Keep::everything(machine), &moves, &goal) else {
            return Looked::Unknown;
        };
        let mut state = Bits::<W>::EMPTY;
        if let Some(last) = full.last() {
            for (bit, var) in self.arena.slice.order.iter().enumerate() {
                state.put(bit, last.state.get(var).copied().unwrap_or(false));
            }
        }
        match self.arena.plan(state, &self.goal, truth) {
            Planned::Found(way) => Looked::Covered(self.cover(way, state, truth, region)),
            Planned::Impossible => Looked::DeadEnd(full, truth.to_vec()),
            Planned::NotFound if self.exhausted(state, truth) => Looked::DeadEnd(full, truth.to_vec()),
            Planned::NotFound => Looked::Unknown,
        }
    }

    /// Whether everything the agency can do from a state was tried, and nothing ends the matter.
    fn exhausted(&self, start: Bits<W>, truth: &[bool]) -> bool {
        const N_STATES_MAX: usize = 20_000;
        let mut seen = rustc_hash::FxHashSet::from_iter([start]);
        let mut waiting = vec![start];
        while let Some(state) = waiting.pop() {
            if self.goal.possible(&state).is_some() || seen.len() > N_STATES_MAX {
                return false;
            }
            for (place, step) in self.arena.slice.steps.iter().enumerate() {
                let (mask, values) = self.arena.fixed(place, truth);
                step.successors(&state, &mut |inputs, next| {
                    if (inputs ^ values) & mask == 0 && seen.insert(next) {
                        waiting.push(next);
                    }
                });
            }
        }
        true
    }

    /// What a way needs of the state and the truths it was found for.
    fn cover(&mut self, way: Way, state: Bits<W>, truth: &[bool], region: &Region) -> Region {
        let decided = |key: Key| region.iter().any(|(known, _)| *known == key);
        let touched = self.touched(&way);
        let n_bits = self.arena.slice.order.len();
        let mut known = Bits::<W>::EMPTY;
        for bit in (0..n_bits).filter(|bit| decided(Key::Bit(*bit)) || touched.get(*bit)) {
            known.put(bit, true);
        }
        let mut needed: Vec<bool> = (0..self.n_truths).map(|_| true).collect();
        let check = |known: &Bits<W>, needed: &[bool]| {
            works(&self.arena, &way, &self.goal, Partial { known: *known, value: state }, &|number| {
                !needed[number]
            })
        };
        for number in (0..self.n_truths).filter(|number| !decided(Key::Truth(*number))) {
            needed[number] = false;
            needed[number] = !check(&known, &needed);
        }
        // Truths and absent bits go last: what stands is looked at first.
        for bit in (0..n_bits).filter(|bit| !decided(Key::Bit(*bit)) && touched.get(*bit)) {
            known.put(bit, false);
            if !check(&known, &needed) {
                known.put(bit, true);
            }
        }
        let mut cover: Region = Vec::new();
        cover.extend(
            (0..self.n_truths)
                .filter(|number| needed[*number])
                .map(|number| (Key::Truth(number), truth[number])),
        );
        cover.extend(known.ones().filter(|bit| *bit < n_bits).map(|bit| (Key::Bit(bit), state.get(bit))));
        self.covers.push((cover.clone(), way));
        cover
    }

    /// The bits a way reads or may lose.
    fn touched(&self, way: &Way) -> Bits<W> {
        let mut touched = Bits::<W>::EMPTY;
        let mut note = |lit: Dense| {
            if let Some((bit, _)) = lit.bit_number() {
                touched.put(bit, true);
            }
        };
        for step in way.iter().map(|(place, _)| &self.arena.slice.steps[*place]).chain([&self.goal]) {
            step.clauses().flat_map(|clause| &clause.lits).for_each(|lit| note(*lit));
            step.writes.iter().for_each(|(_, shape, _)| shape.lits(&mut note));
            step.falls.touched().0.ones().for_each(|bit| note(Dense::bit(bit, true)));
        }
        touched
    }

    /// The truths under which there is no way, for people.
    fn explain(&self, truths: &[(usize, Var)], truth: &[bool]) -> Vec<String> {
        let machine = self.arena.machine;
        let mut found = Vec::new();
        for fact in &machine.procedure.facts {
            let settled = truths.iter().zip(truth).any(|((seat, _), _)| machine.seats[*seat].act == fact.on);
            if settled && fact.kind == lawbook::model::FactKind::Found {
                found.push(format!("“{}”", fact.title));
            }
        }
        if found.is_empty() {
            Vec::new()
        } else {
            vec![format!("客观情况取最不利的值：{}", found.join("、"))]
        }
    }
}
