//! Conditions as formulas: what makes them true, and what makes them false.

use lawbook::Lawbook;
use lawbook::condition::node::{ActPattern, CompareSign, Node, Which};
use lawbook::model::{ActIx, Alternative, LimitIx, OutcomeIx, Procedure, StrandIx};
use terms::Value;

use super::formula::Formula;
use super::names::{Atom, Bit, Input, Names, Part};
use super::normal::{normal, reads};

/// When a condition is true, and when it is false; in between it cannot be told.
#[derive(Debug, Clone)]
pub struct Rails {
    /// It is true.
    pub yes: Formula,
    /// It is false.
    pub no: Formula,
}

/// Where and of which act a condition is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The part.
    pub part: Part,
    /// The act, unless the question is about the matter.
    pub act: Option<ActIx>,
    /// Its outcome.
    pub outcome: Option<OutcomeIx>,
}

impl Asked {
    /// Asked of the matter, in a part.
    pub fn matter(part: Part) -> Asked {
        Asked { part, act: None, outcome: None }
    }
}

/// Turns conditions into formulas, naming bits as it goes.
pub struct Conditions<'a> {
    /// The lawbook.
    pub book: &'a Lawbook,
    /// The procedure.
    pub procedure: &'a Procedure,
    /// The names given so far.
    pub names: Names,
}

/// Counts up to here are told apart; beyond, a count is an atom.
const N_COUNTED_MAX: i64 = 4;

impl Conditions<'_> {
    /// The parts in which something of a strand is found, seen from a part; a strand of another kind is every one of it.
    pub fn homes(&self, strand: Option<StrandIx>, from: Part) -> Vec<Part> {
        match strand {
            None => vec![Part::Main],
            Some(kind) if from.strand() == Some(kind) => vec![from],
            Some(kind) => vec![Part::Tracked(kind), Part::Other(kind)],
        }
    }

    /// The part whose history answers for an act, seen from a part; the main part sums up all strands.
    pub fn history(&self, act: ActIx, from: Part) -> Part {
        match self.procedure.def(act).strand {
            Some(kind) if from.strand() == Some(kind) => from,
            _ => Part::Main,
        }
    }

    /// The pattern with its outcomes in order; all of them is any of them.
    pub fn pattern(&self, given: &ActPattern) -> ActPattern {
        let mut outcomes = given.outcomes.clone();
        outcomes.sort_unstable();
        outcomes.dedup();
        if outcomes.len() == self.procedure.def(given.act).outcomes.len() {
            outcomes.clear();
        }
        ActPattern { act: given.act, outcomes }
    }

    /// The outcomes that a pattern does not name; none when it names them all.
    fn other_outcomes(&self, given: &ActPattern) -> Option<ActPattern> {
        let n_outcomes = self.procedure.def(given.act).outcomes.len() as u8;
        let rest: Vec<OutcomeIx> =
            (0..n_outcomes).map(OutcomeIx).filter(|one| !given.outcomes.contains(one)).collect();
        (!rest.is_empty() && !given.outcomes.is_empty())
            .then(|| self.pattern(&ActPattern { act: given.act, outcomes: rest }))
    }

    /// Such an act stands, seen from a part.
    pub fn stands(&mut self, given: &ActPattern, from: Part) -> Rails {
        let pattern = self.pattern(given);
        let homes = self.homes(self.procedure.def(given.act).strand, from);
        let no = self.names.no(Bit::Stands(homes[0], pattern.clone()));
        let yes = homes
            .into_iter()
            .map(|home| self.names.yes(Bit::Stands(home, pattern.clone())))
            .collect::<Vec<_>>();
        Rails { yes: Formula::any(yes), no }
    }

    /// Such an act occurred at least so often, seen from a part.
    pub fn occurred(&mut self, given: &ActPattern, from: Part, times: u8) -> Rails {
        let bit = Bit::Occurred(self.history(given.act, from), self.pattern(given), times);
        Rails { yes: self.names.yes(bit.clone()), no: self.names.no(bit) }
    }

    /// Such an act occurred after the last of the resets, seen from a part.
    pub fn since(
        &mut self,
        given: &ActPattern,
        resets: &[lawbook::condition::node::Reset],
        from: Part,
    ) -> Rails {
        if resets.is_empty() {
            return self.occurred(given, from, 1);
        }
        let own = |act| from != Part::Main && self.history(act, from) == from;
        let inside = own(given.act) || resets.iter().any(|reset| own(reset.pattern.act));
        let resets = resets.iter().map(|reset| lawbook::condition::node::Reset {
            pattern: self.pattern(&reset.pattern),
            changed: reset.changed,
        });
        let bit = Bit::Since(if inside { from } else { Part::Main }, self.pattern(given), resets.collect());
        Rails { yes: self.names.yes(bit.clone()), no: self.names.no(bit) }
    }

    /// The window of a limit is over.
    pub fn over(&mut self, limit: LimitIx, from: Part) -> Rails {
        let def = &self.procedure.limits[limit.at()];
        if def.before {
            let input = self.names.input(Input::Atom(Node::Over(limit)));
            return self.two_valued(Formula::var(input));
        }
        let homes = self.homes(def.strand, from);
        let no = self.names.no(Bit::Over(homes[0], limit));
        let yes = homes.into_iter().map(|home| self.names.yes(Bit::Over(home, limit))).collect::<Vec<_>>();
        Rails { yes: Formula::any(yes), no }
    }

    /// The value of a fact.
    pub fn fact(&mut self, fact: lawbook::model::FactIx, from: Part) -> Rails {
        let homes = self.homes(self.procedure.facts[fact.at()].strand, from);
        let yes = homes.iter().map(|home| self.names.yes(Bit::True(*home, fact))).collect::<Vec<_>>();
        let no = homes.iter().map(|home| self.names.yes(Bit::False(*home, fact))).collect::<Vec<_>>();
        Rails { yes: Formula::any(yes), no: Formula::any(no) }
    }

    /// One way to meet a need.
    pub fn alternative(&mut self, asked: Asked, alternative: &Alternative) -> Formula {
        match alternative {
            Alternative::Act(pattern) => self.stands(pattern, asked.part).yes,
            Alternative::Over(limit) => self.over(*limit, asked.part).yes,
            Alternative::Fact(fact) => self.fact(*fact, asked.part).yes,
            Alternative::NotFact(fact) => self.fact(*fact, asked.part).no,
            Alternative::Never(pattern) => self.occurred(pattern, asked.part, 1).no,
            Alternative::Holds(node) => self.rails(asked, node).yes,
        }
    }

    fn two_valued(&mut self, yes: Formula) -> Rails {
        let no = self.names.negate(&yes);
        Rails { yes, no }
    }

    fn known(&self, truth: bool) -> Rails {
        Rails { yes: Formula::Const(truth), no: Formula::Const(!truth) }
    }

    /// A condition as formulas.
    pub fn rails(&mut self, asked: Asked, node: &Node) -> Rails {
        match node {
            Node::Const(Value::Bool(truth)) => self.known(*truth),
            Node::And(parts) => {
                let rails: Vec<Rails> = parts.iter().map(|part| self.rails(asked, part)).collect();
                let (yes, no): (Vec<_>, Vec<_>) =
                    rails.into_iter().map(|rails| (rails.yes, rails.no)).unzip();
                Rails { yes: Formula::all(yes), no: Formula::any(no) }
            }
            Node::Or(parts) => {
                let rails: Vec<Rails> = parts.iter().map(|part| self.rails(asked, part)).collect();
                let (yes, no): (Vec<_>, Vec<_>) =
                    rails.into_iter().map(|rails| (rails.yes, rails.no)).unzip();
                Rails { yes: Formula::any(yes), no: Formula::all(no) }
            }
            Node::Not(of) => {
                let rails = self.rails(asked, of);
                Rails { yes: rails.no, no: rails.yes }
            }
            Node::Stands(pattern) => self.stands(pattern, asked.part),
            Node::Occurred(pattern) => self.occurred(pattern, asked.part, 1),
            Node::Since(pattern, resets) => self.since(pattern, resets, asked.part),
            Node::Fact(fact) => self.fact(*fact, asked.part),
            Node::Over(limit) => self.over(*limit, asked.part),
            Node::Compare(sign, a, b) => self.compare(asked, node, *sign, a, b),
            Node::In(x, list) => self.one_of(asked, node, x, list),
            Node::Has(of) => self.has(asked, node, of),
            _ => self.atom(asked, node),
        }
    }

    fn compare(&mut self, asked: Asked, node: &Node, sign: CompareSign, a: &Node, b: &Node) -> Rails {
        let (side, value) = match (a, b) {
            (side, Node::Const(value)) | (Node::Const(value), side) => (side, value),
            _ => return self.atom(asked, node),
        };
        let equality = match sign {
            CompareSign::Eq => Some(true),
            CompareSign::Ne => Some(false),
            CompareSign::Lt | CompareSign::Le | CompareSign::Gt | CompareSign::Ge => None,
        };
        if let (Some(equal), Value::Text(text)) = (equality, value)
            && let Some(rails) = self.named(asked, side, &[text])
        {
            return if equal { rails } else { Rails { yes: rails.no, no: rails.yes } };
        }
        if let (Some(equal), Value::Bool(truth)) = (equality, value) {
            let rails = self.rails(asked, side);
            return if equal == *truth { rails } else { Rails { yes: rails.no, no: rails.yes } };
        }
        if let (Node::Count(pattern), Some(n)) = (side, value.as_int())
            && let Some(rails) = self.counted(asked, pattern, matches!(b, Node::Const(_)), sign, n)
        {
            return rails;
        }
        self.atom(asked, node)
    }

    /// `count(act) > n`, when `n` is small.
    fn counted(
        &mut self,
        asked: Asked,
        pattern: &ActPattern,
        straight: bool,
        sign: CompareSign,
        n: i64,
    ) -> Option<Rails> {
        let sign = match (sign, straight) {
            (sign, true) => sign,
            (CompareSign::Lt, false) => CompareSign::Gt,
            (CompareSign::Le, false) => CompareSign::Ge,
            (CompareSign::Gt, false) => CompareSign::Lt,
            (CompareSign::Ge, false) => CompareSign::Le,
            (sign @ (CompareSign::Eq | CompareSign::Ne), false) => sign,
        };
        if !(0..N_COUNTED_MAX).contains(&n) {
            return None;
        }
        let mut at_least = |times: i64| match u8::try_from(times) {
            Ok(0) | Err(_) => Rails { yes: Formula::Const(true), no: Formula::Const(false) },
            Ok(times) => self.occurred(pattern, asked.part, times),
        };
        let (least, more) = (at_least(n), at_least(n + 1));
        let opposite = |rails: Rails| Rails { yes: rails.no, no: rails.yes };
        Some(match sign {
            CompareSign::Ge => least,
            CompareSign::Lt => opposite(least),
            CompareSign::Gt => more,
            CompareSign::Le => opposite(more),
            CompareSign::Eq | CompareSign::Ne => {
                let equal =
                    Rails { yes: Formula::all([least.yes, more.no]), no: Formula::any([least.no, more.yes]) };
                if sign == CompareSign::Eq { equal } else { opposite(equal) }
            }
        })
    }

    fn one_of(&mut self, asked: Asked, node: &Node, x: &Node, list: &Node) -> Rails {
        let Node::Const(Value::List(values)) = list else { return self.atom(asked, node) };
        let texts: Vec<&str> = values.iter().filter_map(Value::as_text).collect();
        if texts.len() == values.len()
            && let Some(rails) = self.named(asked, x, &texts)
        {
            return rails;
        }
        let equal = |value: &Value| {
            Node::Compare(CompareSign::Eq, Box::new(x.clone()), Box::new(Node::Const(value.clone())))
        };
        let parts: Vec<Node> = values.iter().map(equal).collect();
        self.rails(asked, &Node::Or(parts))
    }

    /// Whether an outcome, or the id of the act, is one of these.
    fn named(&mut self, asked: Asked, side: &Node, texts: &[impl AsRef<str>]) -> Option<Rails> {
        let is_one = |id: &str| texts.iter().any(|text| text.as_ref() == id);
        let own = asked.act.map(|act| self.procedure.def(act));
        let pattern = |act: ActIx| {
            let outcomes = self.procedure.def(act).outcomes.iter().enumerate();
            let named = outcomes
                .filter(|(_, outcome)| is_one(&outcome.id))
                .map(|(at, _)| OutcomeIx(at as u8))
                .collect();
            ActPattern { act, outcomes: named }
        };
        Some(match side {
            Node::SelfId => self.known(is_one(&own?.id)),
            Node::Outcome(Which::SelfAct) => self.known(is_one(&own?.outcomes.get(asked.outcome?.at())?.id)),
            Node::Outcome(Which::Standing(act)) => {
                let pattern = pattern(*act);
                self.outcome_rails(&pattern, |of, given| of.stands(given, asked.part).yes)
            }
            Node::Outcome(Which::Last(act)) => {
                let part = self.history(*act, asked.part);
                self.outcome_rails(&pattern(*act), |of, given| of.names.yes(Bit::Last(part, given.clone())))
            }
            Node::Outcome(Which::First(act)) => {
                let part = self.history(*act, asked.part);
                self.outcome_rails(&pattern(*act), |of, given| of.names.yes(Bit::First(part, given.clone())))
            }
            _ => return None,
        })
    }

    fn outcome_rails(
        &mut self,
        given: &ActPattern,
        bit: impl Fn(&mut Self, &ActPattern) -> Formula,
    ) -> Rails {
        let any = ActPattern { act: given.act, outcomes: Vec::new() };
        if given.outcomes.is_empty() {
            return Rails { yes: Formula::Const(false), no: bit(self, &any) };
        }
        let given = self.pattern(given);
        let no = self.other_outcomes(&given).map_or(Formula::Const(false), |rest| bit(self, &rest));
        Rails { yes: bit(self, &given), no }
    }

    fn has(&mut self, asked: Asked, node: &Node, of: &Node) -> Rails {
        if let Node::Field(which, field) = of {
            let act = match which {
                Which::SelfAct => asked.act,
                Which::Standing(act) | Which::First(act) | Which::Last(act) => Some(*act),
                Which::Variable(_) => None,
            };
            let carried =
                act.and_then(|act| self.procedure.def(act).fields.iter().find(|own| own.field == *field));
            match (which, act, carried) {
                (Which::SelfAct, Some(_), None) => return self.known(false),
                (Which::SelfAct, Some(_), Some(own)) if own.required => return self.known(true),
                (Which::Standing(_), Some(act), Some(own)) if own.required => {
                    return self.stands(&ActPattern { act, outcomes: Vec::new() }, asked.part);
                }
                _ => {}
            }
        }
        self.atom(asked, node)
    }

    /// A condition that is not looked into.
    fn atom(&mut self, asked: Asked, node: &Node) -> Rails {
        let (node, negated) = normal(node);
        let rails = self.plain_atom(asked, node);
        if negated { Rails { yes: rails.no, no: rails.yes } } else { rails }
    }

    fn plain_atom(&mut self, asked: Asked, node: Node) -> Rails {
        let found = reads(self.book, self.procedure, &node);
        if found.fixed() && !asked.part.is_other() {
            let part = if found.party { asked.part } else { Part::Main };
            let bit = Bit::Fixed(part, node);
            return Rails { yes: self.names.yes(bit.clone()), no: self.names.no(bit) };
        }
        let recorded = !found.standing.is_empty() || !found.ever.is_empty();
        let foreign =
            found.standing.iter().chain(&found.ever).any(|act| {
                self.procedure.def(*act).strand.is_some_and(|kind| asked.part.strand() != Some(kind))
            });
        if found.own || found.volatile || !recorded || foreign {
            let input = self.names.input(Input::Atom(node));
            return self.two_valued(Formula::var(input));
        }
        let inside =
            found.standing.iter().chain(&found.ever).any(|act| self.procedure.def(*act).strand.is_some());
        let part = if inside || found.party { asked.part } else { Part::Main };
        let two_valued = matches!(node, Node::Has(_));
        let atom = self.names.atom(Atom {
            standing: found.standing.into_iter().collect(),
            ever: found.ever.into_iter().collect(),
            once: found.first && !found.not_first,
            two_valued,
            steady: found.steady,
            node,
        });
        let yes = self.names.yes(Bit::Holds(part, atom));
        if two_valued {
            return Rails { no: self.names.no(Bit::Holds(part, atom)), yes };
        }
        Rails { yes, no: self.names.yes(Bit::Fails(part, atom)) }
    }
}
