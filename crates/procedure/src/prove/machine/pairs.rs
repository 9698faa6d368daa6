//! Which two things a reachable state can say at once: what never is so together is known before any search.
//!
//! The pairs are found all together: what holds at the start, and what each move can make of pairs found so far. A
//! move's effects are looked at two at a time, so more pairs are found than there are, never fewer.

use std::collections::BTreeMap;

use lawbook::condition::node::ActPattern;

use super::formula::{Formula, INPUT, Lit, Var};
use super::names::{Atom, Bit, Part};
use super::normal::impossible;
use super::{Dep, Kind, Machine, Move, Relied, may_fall};

/// Literals over bits, as a set: twice the bit, and one more for its opposite.
#[derive(Clone, PartialEq, Eq)]
struct Lits(Vec<u64>);

fn number(bit: Var, positive: bool) -> usize {
    2 * bit as usize + usize::from(!positive)
}

impl Lits {
    fn none(n_bits: usize) -> Lits {
        Lits(vec![0; (2 * n_bits).div_ceil(64)])
    }

    fn has(&self, lit: usize) -> bool {
        self.0[lit >> 6] >> (lit & 63) & 1 == 1
    }

    /// Whether it was new.
    fn add(&mut self, lit: usize) -> bool {
        let before = self.0[lit >> 6];
        self.0[lit >> 6] |= 1 << (lit & 63);
        before != self.0[lit >> 6]
    }

    fn remove(&mut self, lit: usize) {
        self.0[lit >> 6] &= !(1 << (lit & 63));
    }

    fn meet(&mut self, other: &Lits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
    }

    fn join(&mut self, other: &Lits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    fn less(&mut self, other: &Lits) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let low = left.trailing_zeros() as usize;
                (left != 0).then(|| {
                    left &= left - 1;
                    at * 64 + low
                })
            })
        })
    }
}

/// The pairs of literals that a reachable state may have at once.
pub struct Pairs {
    n_bits: usize,
    rows: Vec<Lits>,
    /// One of each three always holds: what is settled when an act is done is known while it stands.
    threes: Vec<[usize; 3]>,
    /// The threes in which the opposite of a literal is.
    against: Vec<Vec<usize>>,
}

/// Terms of a formula, each a conjunction; more are not told apart.
const N_TERMS_MAX: usize = 12;

/// What a move may take away, and what goes with it for sure.
struct Losses {
    /// By bit, in each way it may be taken away: the seat that falls, and what surely is gone then.
    by_bit: BTreeMap<Var, Vec<(usize, Lits)>>,
}

impl Pairs {
    /// Finds the pairs of a machine.
    pub fn of(machine: &Machine<'_>) -> Pairs {
        let n_bits = machine.names.bits.len();
        let rows = vec![Lits::none(n_bits); 2 * n_bits];
        let mut pairs =
            Pairs { n_bits, rows, threes: settled(machine), against: vec![Vec::new(); 2 * n_bits] };
        for (at, three) in pairs.threes.iter().enumerate() {
            three.iter().for_each(|lit| pairs.against[lit ^ 1].push(at));
        }
        pairs.begin(machine);
        let losses: Vec<Losses> = machine.moves.iter().map(|one| losses(machine, one)).collect();
        while machine
            .moves
            .iter()
            .zip(&losses)
            .fold(false, |moved, (one, losses)| pairs.make(one, losses) | moved)
        {}
        pairs
    }

    fn begin(&mut self, machine: &Machine<'_>) {
        let bits = &machine.names.bits;
        let mut first = Lits::none(self.n_bits);
        for (bit, named) in bits.iter().enumerate() {
            first.add(number(bit as Var, false));
            if matches!(named, Bit::Fixed(..)) {
                first.add(number(bit as Var, true));
            }
        }
        for lit in first.iter() {
            self.rows[lit] = first.clone();
            self.rows[lit].remove(lit ^ 1);
        }
        for (a, one) in bits.iter().enumerate() {
            let Bit::Fixed(part, node) = one else { continue };
            for (b, other) in bits.iter().enumerate().skip(a + 1) {
                if let Bit::Fixed(home, other) = other
                    && home == part
                {
                    for (sign_a, sign_b) in impossible(node, other) {
                        let (a, b) = (number(a as Var, sign_a), number(b as Var, sign_b));
                        self.rows[a].remove(b);
                        self.rows[b].remove(a);
                    }
                }
            }
        }
    }

    fn put(&mut self, a: usize, b: usize) -> bool {
        let new = self.rows[a].add(b);
        self.rows[b].add(a);
        new
    }

    /// The literals that may hold where a move is possible; none when it is not.
    fn context(&self, one: &Move) -> Option<Lits> {
        let mut context = Lits::none(self.n_bits);
        (0..self.rows.len()).filter(|lit| self.rows[*lit].has(*lit)).for_each(|lit| {
            context.add(lit);
        });
        let clauses = one.gates.iter().filter(|gate| gate.clause.iter().all(|lit| lit.var < INPUT));
        let clauses: Vec<Vec<usize>> = clauses
            .map(|gate| gate.clause.iter().map(|lit| number(lit.var, lit.positive)).collect())
            .collect();
        loop {
            let before = context.clone();
            for clause in &clauses {
                let mut any = Lits::none(self.n_bits);
                clause.iter().filter(|lit| context.has(**lit)).for_each(|lit| any.join(&self.rows[*lit]));
                context.meet(&any);
            }
            for bit in 0..self.n_bits {
                match (context.has(2 * bit), context.has(2 * bit + 1)) {
                    (false, false) => return None,
                    (true, false) => context.meet(&self.rows[2 * bit]),
                    (false, true) => context.meet(&self.rows[2 * bit + 1]),
                    (true, true) => {}
                }
            }
            if before == context {
                return Some(context);
            }
        }
    }

    /// What may hold together with a formula having a value; none when it cannot have it.
    fn support(&self, formula: &Formula, want: bool, context: &Lits) -> Option<Lits> {
        match formula {
            Formula::Const(truth) => (*truth == want).then(|| context.clone()),
            Formula::Lit(lit) if lit.var >= INPUT => Some(context.clone()),
            Formula::Lit(lit) => {
                let lit = number(lit.var, lit.positive == want);
                context.has(lit).then(|| {
                    let mut found = self.rows[lit].clone();
                    found.meet(context);
                    found
                })
            }
            Formula::All(parts) | Formula::Any(parts) => {
                let mut supports = parts.iter().map(|part| self.support(part, want, context));
                if matches!(formula, Formula::All(_)) == want {
                    supports.try_fold(context.clone(), |mut all, part| {
                        all.meet(&part?);
                        Some(all)
                    })
                } else {
                    supports.flatten().reduce(|mut any, part| {
                        any.join(&part);
                        any
                    })
                }
            }
        }
    }

    /// Whether two terms may hold at once.
    fn agree(&self, a: &[Lit], b: &[Lit], context: &Lits) -> bool {
        let all = || a.iter().chain(b);
        all().all(|one| {
            if one.var >= INPUT {
                return all().all(|other| other.var != one.var || other.positive == one.positive);
            }
            let lit = number(one.var, one.positive);
            context.has(lit)
                && all()
                    .filter(|other| other.var < INPUT)
                    .all(|other| self.rows[lit].has(number(other.var, other.positive)))
        })
    }

    /// Adds the pairs a move may make. Returns whether there were new ones.
    fn make(&mut self, one: &Move, losses: &Losses) -> bool {
        let Some(context) = self.context(one) else { return false };
        let mut moved = false;
        let mut written = Lits::none(self.n_bits);
        one.writes.iter().for_each(|write| {
            written.add(number(write.bit, true));
            written.add(number(write.bit, false));
        });
        // New values beside what stays.
        let mut values: Vec<(usize, Vec<Vec<Lit>>)> = Vec::new();
        for write in &one.writes {
            for want in [true, false] {
                let spoilt = !want && !write.unless.is_empty();
                let support =
                    if spoilt { Some(context.clone()) } else { self.support(&write.to, want, &context) };
                let Some(support) = support else { continue };
                let lit = number(write.bit, want);
                let terms = if spoilt { vec![Vec::new()] } else { terms(&write.to, want) };
                values.push((lit, terms));
                moved |= self.put(lit, lit);
                let mut beside = support.clone();
                for (bit, ways) in losses.by_bit.iter().filter(|(bit, _)| support.has(number(**bit, true))) {
                    if !want || ways.iter().any(|(seat, _)| !write.unless.contains(seat)) {
                        beside.add(number(*bit, false));
                    }
                }
                beside.less(&written);
                for other in beside.iter() {
                    moved |= self.put(lit, other);
                }
            }
        }
        for (place, (a, terms)) in values.iter().enumerate() {
            for (b, others) in &values[..place] {
                if a >> 1 != b >> 1
                    && !self.rows[*a].has(*b)
                    && terms.iter().any(|one| others.iter().any(|other| self.agree(one, other, &context)))
                {
                    moved |= self.put(*a, *b);
                }
            }
        }
        moved | self.lose(losses, &context, &written)
    }

    /// What is taken away, beside what stays and what else is taken away.
    fn lose(&mut self, losses: &Losses, context: &Lits, written: &Lits) -> bool {
        let mut moved = false;
        let gone = |bit: Var| !written.has(number(bit, true)) && context.has(number(bit, true));
        for (bit, ways) in losses.by_bit.iter().filter(|(bit, _)| gone(**bit)) {
            let (lit, was) = (number(*bit, false), number(*bit, true));
            moved |= self.put(lit, lit);
            let mut before = self.rows[was].clone();
            before.meet(context);
            before.less(written);
            let mut beside = Lits::none(self.n_bits);
            for (_, sure) in ways {
                let mut stays = before.clone();
                stays.less(sure);
                beside.join(&stays);
            }
            for other in losses.by_bit.keys().filter(|other| before.has(number(**other, true))) {
                beside.add(number(*other, false));
            }
            beside.remove(was);
            for other in beside.iter() {
                moved |= self.put(lit, other);
            }
        }
        moved
    }

    /// Nothing known yet.
    pub fn closure(&self) -> Closure {
        let n_words = (2 * self.n_bits).div_ceil(64);
        Closure { possible: Lits(vec![u64::MAX; n_words]), known: Lits::none(self.n_bits) }
    }

    /// Adds a literal and everything that follows. Returns whether all that can be so together; if not, what the closure
    /// says is of no use any more.
    pub fn add(&self, closure: &mut Closure, lit: Lit) -> bool {
        let mut waiting = vec![number(lit.var, lit.positive)];
        while let Some(lit) = waiting.pop() {
            if !closure.possible.has(lit) || !self.rows[lit].has(lit) {
                return false;
            }
            if !closure.known.add(lit) {
                continue;
            }
            for three in self.against[lit].iter().map(|at| &self.threes[*at]) {
                let open: Vec<usize> =
                    three.iter().copied().filter(|one| !closure.known.has(one ^ 1)).collect();
                match open[..] {
                    [] => return false,
                    [last] => waiting.push(last),
                    _ => {}
                }
            }
            let row = &self.rows[lit].0;
            for (at, (possible, row)) in closure.possible.0.iter_mut().zip(row).enumerate() {
                let mut lost = *possible & !row;
                *possible &= row;
                while lost != 0 {
                    let one = at * 64 + lost.trailing_zeros() as usize;
                    lost &= lost - 1;
                    if one < 2 * self.n_bits {
                        waiting.push(one ^ 1);
                    }
                }
            }
        }
        true
    }
}

/// Some literals with everything that follows from them.
#[derive(Clone)]
pub struct Closure {
    possible: Lits,
    known: Lits,
}

impl Closure {
    /// The value of a bit, if it is known.
    pub fn value(&self, bit: Var) -> Option<bool> {
        match (self.known.has(number(bit, true)), self.known.has(number(bit, false))) {
            (false, false) => None,
            (positive, _) => Some(positive),
        }
    }

    /// What is known.
    pub fn known(&self) -> impl Iterator<Item = Lit> + '_ {
        self.known.iter().map(|lit| Lit { var: (lit >> 1) as Var, positive: lit & 1 == 0 })
    }
}

/// What is settled when an act is done is true or false while it stands.
fn settled(machine: &Machine<'_>) -> Vec<[usize; 3]> {
    let names = &machine.names;
    let mut found = Vec::new();
    for (yes, bit) in names.bits.iter().enumerate() {
        let (part, act, no) = match bit {
            Bit::True(part, fact) => (*part, machine.procedure.facts[fact.at()].on, Bit::False(*part, *fact)),
            Bit::Holds(part, atom) => match &names.atoms[*atom as usize] {
                Atom { standing, ever, .. } if standing.len() == 1 && ever.is_empty() => {
                    (*part, standing[0], Bit::Fails(*part, *atom))
                }
                _ => continue,
            },
            _ => continue,
        };
        let of = if machine.procedure.def(act).strand.is_some() { part } else { Part::Main };
        let stands = Bit::Stands(of, ActPattern { act, outcomes: Vec::new() });
        let (yes, Some(no), Some(stands)) = (yes as Var, names.known_bit(&no), names.known_bit(&stands))
        else {
            continue;
        };
        if machine.seat(act, of).is_some_and(|seat| is_settled(machine, seat, [yes, no, stands])) {
            found.push([number(yes, true), number(no, true), number(stands, false)]);
        }
    }
    found
}

fn is_settled(machine: &Machine<'_>, seat: usize, [yes, no, stands]: [Var; 3]) -> bool {
    let kept = |at: usize| at == seat || [yes, no].iter().all(|bit| !machine.seats[at].clear.contains(bit));
    let written = |one: &Move| {
        let write = |bit: Var| one.writes.iter().find(|write| write.bit == bit);
        match (write(yes), write(no), write(stands)) {
            (None, None, None) => true,
            (Some(yes), Some(no), _) => {
                let either = Formula::any([yes.to.clone(), no.to.clone()]);
                yes.unless.is_empty() && no.unless.is_empty() && either.cnf().is_empty()
            }
            _ => false,
        }
    };
    machine.seats[seat].clear.contains(&stands)
        && (0..machine.seats.len()).all(kept)
        && machine.moves.iter().all(written)
}

/// The terms of a formula having a value; one that always holds when they are too many.
fn terms(formula: &Formula, want: bool) -> Vec<Vec<Lit>> {
    match formula {
        Formula::Const(truth) => {
            if *truth == want {
                vec![Vec::new()]
            } else {
                Vec::new()
            }
        }
        Formula::Lit(lit) => vec![vec![Lit { var: lit.var, positive: lit.positive == want }]],
        Formula::All(parts) | Formula::Any(parts) if matches!(formula, Formula::All(_)) == want => {
            let mut product: Vec<Vec<Lit>> = vec![Vec::new()];
            for part in parts {
                let right = terms(part, want);
                if product.len() * right.len() > N_TERMS_MAX {
                    continue;
                }
                product = (product.iter())
                    .flat_map(|left| right.iter().map(move |right| [&left[..], &right[..]].concat()))
                    .collect();
            }
            product
        }
        Formula::All(parts) | Formula::Any(parts) => {
            let found: Vec<Vec<Lit>> = parts.iter().flat_map(|part| terms(part, want)).collect();
            if found.len() > N_TERMS_MAX { vec![Vec::new()] } else { found }
        }
    }
}

/// What may fall or end at a move.
fn losses(machine: &Machine<'_>, one: &Move) -> Losses {
    let mut losses = Losses { by_bit: BTreeMap::new() };
    let Kind::Act(own, _) = one.kind else { return losses };
    let heirs = |seat: usize| machine.heirs[seat].iter().map(|dep| &machine.deps[*dep]);
    let spared = |dep: &&Dep| {
        let owner = &machine.seats[dep.owner];
        may_fall(owner.nature) && (dep.owner != own || owner.multi)
    };
    let mut falls = vec![false; machine.seats.len()];
    let mut ends = vec![false; machine.seats.len()];
    let mut waiting: Vec<usize> = Vec::new();
    if one.replaces {
        waiting.extend(heirs(own).filter(spared).map(|dep| dep.owner));
    }
    for hit in &one.hits {
        if hit.cascades { waiting.push(hit.seat) } else { ends[hit.seat] = true }
    }
    if one.reopens {
        waiting.extend((0..machine.seats.len()).filter(|seat| *seat != own));
    }
    while let Some(seat) = waiting.pop() {
        if !std::mem::replace(&mut falls[seat], true) {
            waiting.extend(heirs(seat).filter(spared).map(|dep| dep.owner));
        }
    }
    let bits = machine.names.bits.len();
    let cleared = |seats: &[usize]| {
        let mut found = Lits::none(bits);
        seats.iter().flat_map(|seat| &machine.seats[*seat].clear).for_each(|bit| {
            found.add(number(*bit, true));
        });
        found
    };
    for seat in (0..machine.seats.len()).filter(|seat| falls[*seat] || ends[*seat]) {
        // What goes with it for sure; an end goes no further.
        let mut along = vec![seat];
        let mut at = 0;
        while at < along.len() && falls[seat] && !ends[seat] {
            let from = along[at];
            at += 1;
            if machine.seats[from].multi || ends[from] {
                continue;
            }
            for dep in heirs(from).filter(spared).filter(|dep| dep.relied == Relied::Certain) {
                if !along.contains(&dep.owner) {
                    along.push(dep.owner);
                }
            }
        }
        let sure = cleared(&along);
        for bit in &machine.seats[seat].clear {
            losses.by_bit.entry(*bit).or_default().push((seat, sure.clone()));
            // Of several occurrences only some may fall.
            if let (true, Bit::Stands(_, pattern)) =
                (machine.seats[seat].multi, &machine.names.bits[*bit as usize])
                && !pattern.outcomes.is_empty()
            {
                let mut alone = Lits::none(bits);
                alone.add(number(*bit, true));
                losses.by_bit.entry(*bit).or_default().push((seat, alone));
            }
        }
    }
    losses
}
