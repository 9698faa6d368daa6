//! The normal form of conditions that are not looked into, so that the same question has the same name everywhere.

use std::collections::BTreeSet;

use jiff::ToSpan;
use lawbook::Lawbook;
use lawbook::condition::node::{CompareSign, Node, Which};
use lawbook::model::{ActIx, Procedure, SelectedBy};
use terms::Value;

/// A condition in normal form, and whether it is to be negated: `a <= b` is *not* `a > b`.
pub fn normal(node: &Node) -> (Node, bool) {
    let Node::Compare(sign, a, b) = node else { return (node.clone(), false) };
    let greater =
        |a: &Node, b: &Node| Node::Compare(CompareSign::Gt, Box::new(a.clone()), Box::new(b.clone()));
    match sign {
        CompareSign::Gt => (greater(a, b), false),
        CompareSign::Le => (greater(a, b), true),
        CompareSign::Lt => (greater(b, a), false),
        CompareSign::Ge => (greater(b, a), true),
        CompareSign::Eq | CompareSign::Ne => {
            let swap = format!("{a:?}") > format!("{b:?}");
            let (a, b) = if swap { (b, a) } else { (a, b) };
            (Node::Compare(CompareSign::Eq, a.clone(), b.clone()), *sign == CompareSign::Ne)
        }
    }
}

/// What a condition reads.
#[derive(Debug, Default)]
pub struct Reads {
    /// The act it is asked about.
    pub own: bool,
    /// Acts of which the standing occurrence is read.
    pub standing: BTreeSet<ActIx>,
    /// Acts of which the first or latest occurrence is read.
    pub ever: BTreeSet<ActIx>,
    /// Whether a first occurrence is read.
    pub first: bool,
    /// Whether something else than first occurrences of acts is read.
    pub not_first: bool,
    /// Whether it may change although nothing is recorded, or reads lists of acts.
    pub volatile: bool,
    /// Whether it reads about the party.
    pub party: bool,
    /// Whether an act done again with the same content gives the same value.
    pub steady: bool,
}

/// What a condition reads, of a procedure.
pub fn reads(book: &Lawbook, procedure: &Procedure, node: &Node) -> Reads {
    let mut found = Reads { steady: true, ..Reads::default() };
    node.walk(&mut |part| match part {
        Node::Field(which, field) => {
            found.note(*which);
            let of = match which {
                Which::Standing(act) | Which::Last(act) => procedure.def(*act).substance.contains(field),
                // Whose field this is, the caller knows; it checks its own substance. A first occurrence stays what it is.
                Which::SelfAct | Which::First(_) => true,
                Which::Variable(_) => false,
            };
            found.steady &= of;
        }
        Node::Outcome(which) => found.note(*which),
        Node::DayOf(which) | Node::Persons(which) | Node::Actors(which) => {
            found.note(*which);
            found.steady = false;
        }
        Node::StrandKey(which) => {
            found.note(*which);
            found.own |= *which == Which::SelfAct;
            found.steady = false;
        }
        Node::Parameter(parameter) => {
            let fixed = book.parameter(*parameter).series.selected_by == SelectedBy::FiledOn;
            found.steady &= fixed;
            found.not_first |= !fixed;
        }
        Node::Party(_) => found.party = true,
        Node::SelfId | Node::Adopted | Node::SelfSubjects(_) => {
            found.own = true;
            found.steady = false;
        }
        Node::Stands(_)
        | Node::Occurred(_)
        | Node::Count(_)
        | Node::Since(..)
        | Node::Fact(_)
        | Node::Over(_)
        | Node::Running(_)
        | Node::Due(_)
        | Node::Register { .. }
        | Node::Subjects(..)
        | Node::Everybody(_)
        | Node::Occurrences { .. } => found.volatile = true,
        Node::Const(_)
        | Node::Parties
        | Node::Unit
        | Node::FiledOn
        | Node::Variable(_)
        | Node::Column(..)
        | Node::And(_)
        | Node::Or(_)
        | Node::Not(_)
        | Node::Compare(..)
        | Node::In(..)
        | Node::Arithmetic(..)
        | Node::Elements { .. }
        | Node::Size(_)
        | Node::Has(_)
        | Node::Disjoint(..)
        | Node::Subset(..)
        | Node::Extreme { .. }
        | Node::Between(..)
        | Node::Plus(..)
        | Node::Holiday(_) => {}
    });
    found
}

impl Reads {
    fn note(&mut self, which: Which) {
        match which {
            Which::SelfAct => self.own = true,
            Which::Standing(act) => {
                self.standing.insert(act);
                self.not_first = true;
            }
            Which::First(act) => {
                self.ever.insert(act);
                self.first = true;
            }
            Which::Last(act) => {
                self.ever.insert(act);
                self.not_first = true;
            }
            Which::Variable(_) => {}
        }
    }

    /// Whether nothing recorded is read: it is as it is from the start.
    pub fn fixed(&self) -> bool {
        !self.own && !self.volatile && self.standing.is_empty() && self.ever.is_empty() && !self.not_first
    }
}

/// The condition as it is asked of the act itself, of which it reads the latest occurrence.
pub fn about_self(node: &Node, act: ActIx) -> Node {
    let mut node = node.clone();
    rewrite(&mut node, &mut |which| {
        if *which == Which::Standing(act) || *which == Which::Last(act) {
            *which = Which::SelfAct;
        }
    });
    normal(&node).0
}

fn rewrite(node: &mut Node, change: &mut dyn FnMut(&mut Which)) {
    match node {
        Node::Field(which, _)
        | Node::Outcome(which)
        | Node::DayOf(which)
        | Node::StrandKey(which)
        | Node::Persons(which)
        | Node::Actors(which) => change(which),
        Node::And(parts) | Node::Or(parts) => parts.iter_mut().for_each(|part| rewrite(part, change)),
        Node::Not(of) | Node::Size(of) | Node::Has(of) | Node::Holiday(of) | Node::Column(of, _) => {
            rewrite(of, change)
        }
        Node::Register { subject, .. } => rewrite(subject, change),
        Node::Occurrences { body, .. } => rewrite(body, change),
        Node::Compare(_, a, b)
        | Node::In(a, b)
        | Node::Arithmetic(_, a, b)
        | Node::Disjoint(a, b)
        | Node::Subset(a, b)
        | Node::Extreme { a, b, .. }
        | Node::Between(_, a, b)
        | Node::Plus(a, b, _)
        | Node::Elements { list: a, body: b, .. } => {
            rewrite(a, change);
            rewrite(b, change);
        }
        Node::Const(_)
        | Node::SelfId
        | Node::Adopted
        | Node::Stands(_)
        | Node::Occurred(_)
        | Node::Count(_)
        | Node::Since(..)
        | Node::Fact(_)
        | Node::Over(_)
        | Node::Running(_)
        | Node::Due(_)
        | Node::Parameter(_)
        | Node::Party(_)
        | Node::Parties
        | Node::Unit
        | Node::FiledOn
        | Node::Subjects(..)
        | Node::SelfSubjects(_)
        | Node::Everybody(_)
        | Node::Variable(_) => {}
    }
}

/// Signs of two conditions that cannot hold together: `x > 5` and not `x > 3`, `x == 'a'` and `x == 'b'`.
pub fn impossible(a: &Node, b: &Node) -> Vec<(bool, bool)> {
    let (Some((x, value, bound_a)), Some((y, other, bound_b))) = (bound(a), bound(b)) else {
        return Vec::new();
    };
    if x != y {
        return Vec::new();
    }
    let mut samples = Vec::new();
    for value in [value, other] {
        samples.push(value.clone());
        samples.extend(neighbours(value));
    }
    // A text that is neither.
    samples.push(Value::text("\u{0}"));
    let seen: BTreeSet<(bool, bool)> = samples
        .iter()
        .filter(|sample| std::mem::discriminant(*sample) == std::mem::discriminant(value))
        .map(|sample| (bound_a.holds(sample, value), bound_b.holds(sample, other)))
        .collect();
    let all = [(false, false), (false, true), (true, false), (true, true)];
    all.into_iter().filter(|signs| !seen.contains(signs)).collect()
}

#[derive(Clone, Copy)]
enum BoundSign {
    Equal,
    Above,
    Below,
}

impl BoundSign {
    fn holds(self, sample: &Value, value: &Value) -> bool {
        match self {
            BoundSign::Equal => sample == value,
            BoundSign::Above => sample > value,
            BoundSign::Below => sample < value,
        }
    }
}

fn bound(node: &Node) -> Option<(&Node, &Value, BoundSign)> {
    let Node::Compare(sign, a, b) = node else { return None };
    let (x, value, flipped) = match (&**a, &**b) {
        (Node::Const(value), x) => (x, value, true),
        (x, Node::Const(value)) => (x, value, false),
        _ => return None,
    };
    let comparable = matches!(value, Value::Int(_) | Value::Day(_) | Value::Text(_));
    let sign = match (sign, flipped) {
        (CompareSign::Eq, _) => BoundSign::Equal,
        (CompareSign::Gt, false) => BoundSign::Above,
        (CompareSign::Gt, true) => BoundSign::Below,
        (CompareSign::Ne | CompareSign::Lt | CompareSign::Le | CompareSign::Ge, _) => return None,
    };
    let ordered_text = matches!(value, Value::Text(_)) && !matches!(sign, BoundSign::Equal);
    (comparable && !ordered_text).then_some((x, value, sign))
}

fn neighbours(value: &Value) -> Vec<Value> {
    match value {
        Value::Int(number) => {
            [number.checked_sub(1), number.checked_add(1)].into_iter().flatten().map(Value::Int).collect()
        }
        Value::Day(day) => {
            let near = [day.checked_sub(1.day()), day.checked_add(1.day())];
            near.into_iter().filter_map(Result::ok).map(Value::Day).collect()
        }
        Value::Bool(_) | Value::Text(_) | Value::Instant(_) | Value::List(_) | Value::Row(_) => Vec::new(),
    }
}
