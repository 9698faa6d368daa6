//! Random small procedures: the prover gives the naive explorer's verdict and path length.

use lawbook::Lawbook;
use procedure::prove::{Verdict, prove_way_out};

use crate::kit::{Law, book, rule};
use crate::oracle::{Ends, Oracle, Outcome};

/// A generator that gives the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

/// What a random procedure may contain.
#[derive(Clone, Copy)]
struct Shape {
    n_acts: usize,
    adds: bool,
    strands: bool,
    reopens: bool,
    /// The last act closes the matter.
    closes: bool,
}

struct Act {
    outcomes: bool,
    fact: bool,
    strand: bool,
    nature: &'static str,
    again: &'static str,
}

struct Maker {
    /// Acts that need another always, as (act, the other).
    sure: Vec<(usize, usize)>,
    dice: Dice,
    acts: Vec<Act>,
    limits: Vec<usize>,
}

impl Maker {
    fn new(seed: u64, shape: Shape) -> Maker {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut acts = Vec::new();
        for at in 0..shape.n_acts {
            let again = if shape.adds && dice.chance(30) {
                "adds"
            } else {
                dice.pick(&["replaces", "replaces", "replaces", "refused"])
            };
            acts.push(Act {
                outcomes: dice.chance(30),
                fact: dice.chance(40),
                strand: shape.strands && at > 0 && dice.chance(45),
                nature: dice.pick(&["work", "work", "work", "firm", "claim", "waiver"]),
                again,
            });
        }
        let limits = (0..shape.n_acts).filter(|at| !acts[*at].strand && dice.chance(15)).take(1).collect();
        Maker { sure: Vec::new(), dice, acts, limits }
    }

    /// An act that may be read from another: of the main part, or of the same strand.
    fn seen(&mut self, from: usize, below: usize) -> Option<usize> {
        let strand = self.acts[from].strand;
        let found: Vec<usize> =
            (0..below).filter(|at| *at != from && (!self.acts[*at].strand || strand)).collect();
        (!found.is_empty()).then(|| found[self.dice.roll(found.len())])
    }

    fn pattern(&mut self, at: usize) -> String {
        if self.acts[at].outcomes && self.dice.chance(50) {
            format!("a{at}={}", self.dice.pick(&["x", "y"]))
        } else {
            format!("a{at}")
        }
    }

    fn call(&mut self, at: usize) -> String {
        if self.acts[at].outcomes && self.dice.chance(50) {
            format!("a{at}, '{}'", self.dice.pick(&["x", "y"]))
        } else {
            format!("a{at}")
        }
    }

    fn condition(&mut self, from: usize, standing: bool) -> String {
        let n_acts = self.acts.len();
        let mut parts = Vec::new();
        for _ in 0..1 + self.dice.roll(2) {
            let Some(other) = self.seen(from, n_acts) else { return format!("self.c{from}") };
            let part = match self.dice.roll(6) {
                0 | 1 if self.acts[other].fact => format!("fact{other}"),
                2 => format!("occurred({})", self.call(other)),
                3 if self.acts[from].outcomes => "self.outcome == 'x'".to_owned(),
                4 if standing => format!("stands({})", self.call(other)),
                5 if standing => format!("a{other}.c{other}"),
                _ => format!("self.c{from}"),
            };
            parts.push(if self.dice.chance(35) { format!("!({part})") } else { part });
        }
        parts.join(self.dice.pick(&[" && ", " || "]))
    }

    fn alternative(&mut self, from: usize) -> Option<String> {
        let n_acts = self.acts.len();
        let other = self.seen(from, n_acts)?;
        Some(match self.dice.roll(8) {
            0 if self.acts[other].fact => format!("fact:fact{other}"),
            1 if self.acts[other].fact => format!("not:fact{other}"),
            2 if !self.limits.is_empty() && !self.acts[self.limits[0]].strand => "over:w".to_owned(),
            3 => format!("never:{}", self.pattern(other)),
            _ => format!("act:{}", self.pattern(other)),
        })
    }

    fn need(&mut self, from: usize, key: usize) -> Option<String> {
        let when = if self.dice.chance(40) {
            format!(", when = \"{}\"", self.condition(from, true))
        } else {
            String::new()
        };
        let strands: Vec<usize> = (0..self.acts.len()).filter(|at| self.acts[*at].strand).collect();
        if !strands.is_empty() && !self.acts[from].strand && self.dice.chance(40) {
            let (a, b) = (strands[self.dice.roll(strands.len())], strands[self.dice.roll(strands.len())]);
            let word = self.dice.pick(&["every", "every", "some"]);
            let started = if word == "every" && self.dice.chance(50) {
                format!(", started = \"a{b}\"")
            } else {
                String::new()
            };
            let pattern = self.pattern(a);
            return Some(format!(
                "{{@n key = \"k{key}\", {word} = \"s\", any = [\"act:{pattern}\"]{started}{when} }}"
            ));
        }
        Some(match self.dice.roll(10) {
            0..=5 => {
                let below = if self.dice.chance(80) { from } else { self.acts.len() };
                let other = self.seen(from, below)?;
                let relies =
                    if self.dice.chance(15) { format!(", relies = [\"c{other}\"]") } else { String::new() };
                let pattern = self.pattern(other);
                if when.is_empty() {
                    self.sure.push((from, other));
                }
                format!("{{@n key = \"k{key}\", any = [\"act:{pattern}\"]{relies}{when} }}")
            }
            6..=8 => {
                let mut any = Vec::new();
                for _ in 0..2 + self.dice.roll(2) {
                    any.push(format!("\"{}\"", self.alternative(from)?));
                }
                format!("{{@n key = \"k{key}\", any = [{}]{when} }}", any.join(", "))
            }
            _ => {
                let n_acts = self.acts.len();
                let other = self.seen(from, n_acts)?;
                format!("{{@n key = \"k{key}\", none = \"{}\"{when} }}", self.pattern(other))
            }
        })
    }

    fn act(&mut self, at: usize, shape: Shape) -> String {
        let mut keys = format!("nature = \"{}\", again = \"{}\"", self.acts[at].nature, self.acts[at].again);
        let fields = if self.acts[at].fact { format!("\"c{at}\", \"f{at}\"") } else { format!("\"c{at}\"") };
        keys.push_str(&format!(", fields = [{fields}]"));
        if self.acts[at].outcomes {
            keys.push_str(", outcomes = [\"x=甲\", \"y=乙\"]");
        }
        if self.acts[at].strand {
            keys.push_str(", strand = \"s\"");
        }
        let n_acts = self.acts.len();
        for word in ["ends", "voids"] {
            if self.dice.chance(8)
                && let Some(other) = self.seen(at, n_acts)
            {
                keys.push_str(&format!(", {word} = [\"{}\"]", self.pattern(other)));
            }
        }
        if at + 1 == n_acts && shape.reopens {
            keys.push_str(", after-end = true, reopens = true");
        } else if at + 2 == n_acts && shape.reopens && !self.acts[at].strand
            || at + 1 == n_acts && shape.closes
        {
            keys.push_str(", closes = true");
        }
        let n_needs = self.dice.roll(3);
        let needs: Vec<String> = (0..n_needs).filter_map(|key| self.need(at, key)).collect();
        format!("{{@a id = \"a{at}\", {keys}, needs = [ {} ] }},\n", needs.join(", "))
    }

    /// A rule; half of them follow the gates, so that they are likely to hold.
    fn rule(&mut self, number: usize) -> String {
        let followed = (!self.sure.is_empty() && self.dice.chance(50))
            .then(|| self.sure[self.dice.roll(self.sure.len())]);
        let at = followed.map_or_else(|| self.dice.roll(self.acts.len()), |(at, _)| at);
        let n_acts = self.acts.len();
        let place = self.pattern(at);
        let when = if self.dice.chance(40) {
            format!(", when = \"{}\"", self.condition(at, false))
        } else {
            String::new()
        };
        let other = followed
            .map(|(_, other)| other)
            .or_else(|| self.seen(at, n_acts).filter(|_| self.dice.chance(70)));
        let asks = match other {
            Some(other) => {
                let below = self.sure.iter().find(|(from, _)| *from == other).map(|(_, below)| *below);
                let reset = below.filter(|_| followed.is_some()).or_else(|| self.seen(at, n_acts));
                let since = reset.filter(|_| self.dice.chance(70)).map_or(String::new(), |reset| {
                    let changed =
                        if followed.is_some() { "changed " } else { self.dice.pick(&["", "changed "]) };
                    format!(", since = [\"{changed}{}\"]", self.pattern(reset))
                });
                let asked = if followed.is_some() { format!("a{other}") } else { self.pattern(other) };
                format!("needs = [\"{asked}\"]{since}")
            }
            None => format!("holds = \"{}\"", self.condition(at, false)),
        };
        format!("{{@r id = \"r{number}\", at = \"{place}\"{when}, {asks} }},\n")
    }

    fn book(&mut self, shape: Shape) -> Lawbook {
        let mut text =
            String::from("strand = [ { id = \"s\", title = \"分支\", per = \"property\" } ]\nact = [\n");
        for at in 0..self.acts.len() {
            text.push_str(&self.act(at, shape));
        }
        text.push_str("]\nfact = [\n");
        for at in (0..self.acts.len()).filter(|at| self.acts[*at].fact) {
            text.push_str(&format!("{{@f id = \"fact{at}\", on = \"a{at}\", holds = \"self.f{at}\" }},\n"));
        }
        text.push(']');
        let limits = self.limits.first().map_or(String::new(), |at| {
            let counts = self.dice.pick(&["first", "latest"]);
            format!(
                "limit = [ {{ id = \"w\", title = \"期限\", starts = [\"a{at}\"], counts = \"{counts}\", binds = \"party\", severity = \"low\", opens = true, selected-by = \"act-day\", values = [ {{@v length = 5, unit = \"day\" }} ] }} ]"
            )
        });
        let rules: String = (0..2).map(|number| self.rule(number)).collect();
        let flags = (0..self.acts.len()).flat_map(|at| [format!("c{at}"), format!("f{at}")]).collect();
        book(&Law { flags, procedure: &text, limits: &limits, rules: &format!("rule = [\n{rules}]") })
    }
}

/// Compares so many procedures; returns how many rules were compared, and how many of them were broken.
fn compare(seeds: std::ops::Range<u64>, shape: Shape, exact: bool) -> (usize, usize) {
    let (mut n_compared, mut n_broken) = (0, 0);
    for seed in seeds {
        let mut maker = Maker::new(seed, shape);
        let book = maker.book(shape);
        let procedure = &book.procedures[0];
        let oracle =
            Oracle::new(procedure, if shape.strands { 2 } else { 0 }, if shape.adds { 2 } else { 1 });
        for bound in &procedure.rules {
            let id = &book.rule(bound.rule).id;
            let found = oracle.explore(bound, 8_000);
            let property = rule(&book, procedure, id);
            let context = || {
                let file = book.files.get("procedures/enforcement/p/procedure.toml").unwrap();
                let rules = book.files.get("rules/r.toml").unwrap();
                let limits =
                    book.files.get("procedures/enforcement/p/limits.toml").map_or("", |file| &file.text);
                format!("seed {seed} {id}: {found:?} {property:#?}\n{}\n{}\n{limits}", file.text, rules.text)
            };
            match &found {
                Outcome::GaveUp => continue,
                Outcome::Holds(_) if exact => assert_eq!(property.result, Verdict::Proved, "{}", context()),
                Outcome::Holds(_) => {}
                Outcome::Breaks(length) => {
                    n_broken += 1;
                    assert_eq!(property.result, Verdict::Broken, "{}", context());
                    if exact {
                        assert_eq!(property.path.len(), *length, "{}", context());
                    } else {
                        assert!(property.path.len() <= *length, "{}", context());
                    }
                }
            }
            n_compared += 1;
        }
    }
    (n_compared, n_broken)
}

#[test]
fn verdict_and_path_length_are_those_of_the_naive_explorer() {
    let shape = Shape { n_acts: 5, adds: false, strands: false, reopens: false, closes: false };
    let (n_compared, n_broken) = compare(0..320, shape, true);
    println!("{n_compared} rules compared, {n_broken} broken");
    assert!(n_compared > 450 && n_broken > 100 && n_broken + 60 < n_compared);
}

#[test]
fn so_they_are_with_an_end_and_a_reopening() {
    let shape = Shape { n_acts: 5, adds: false, strands: false, reopens: true, closes: false };
    let (n_compared, n_broken) = compare(1000..1100, shape, true);
    println!("{n_compared} rules compared, {n_broken} broken");
    assert!(n_compared > 100);
}

#[test]
fn nothing_broken_is_missed_with_acts_side_by_side() {
    let shape = Shape { n_acts: 4, adds: true, strands: false, reopens: false, closes: false };
    let (n_compared, n_broken) = compare(2000..2100, shape, false);
    println!("{n_compared} rules compared, {n_broken} broken");
    assert!(n_broken > 50);
}

#[test]
fn nothing_broken_is_missed_with_two_strands() {
    let shape = Shape { n_acts: 4, adds: false, strands: true, reopens: false, closes: false };
    let (n_compared, n_broken) = compare(3000..3100, shape, false);
    println!("{n_compared} rules compared, {n_broken} broken");
    assert!(n_broken > 50);
}

/// Compares the way out of so many procedures that have an end; returns how many were compared, and how many were stuck.
fn compare_ends(seeds: std::ops::Range<u64>, shape: Shape) -> (usize, usize) {
    let (mut n_compared, mut n_stuck) = (0, 0);
    for seed in seeds {
        let mut maker = Maker::new(seed, shape);
        let book = maker.book(shape);
        let procedure = &book.procedures[0];
        if !procedure.acts.iter().any(|act| act.closes) {
            continue;
        }
        let expect = match Oracle::new(procedure, 0, 1).ends(2_000) {
            Ends::GaveUp => continue,
            Ends::Always => Verdict::Proved,
            Ends::Stuck => Verdict::Broken,
        };
        let property = prove_way_out(&book, procedure);
        let file = book.files.get("procedures/enforcement/p/procedure.toml").unwrap();
        assert_eq!(property.result, expect, "seed {seed} {property:#?}\n{}", file.text);
        n_compared += 1;
        n_stuck += usize::from(expect == Verdict::Broken);
    }
    (n_compared, n_stuck)
}

#[test]
fn the_way_out_is_that_of_the_naive_explorer() {
    let mut all = (0, 0);
    for (seeds, n_acts, reopens) in [(4000..4150, 4, true), (4200..4260, 4, false), (4400..4460, 5, false)] {
        let shape = Shape { n_acts, adds: false, strands: false, reopens, closes: !reopens };
        let (n_compared, n_stuck) = compare_ends(seeds, shape);
        println!("{n_compared} procedures compared, {n_stuck} stuck");
        all = (all.0 + n_compared, all.1 + n_stuck);
    }
    assert!(all.0 > 60 && all.1 > 30 && all.1 + 15 < all.0, "{all:?}");
}
