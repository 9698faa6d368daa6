//! Each limit that binds the agency can be met (`limit:ID`): arithmetic over the windows that must pass.
//!
//! All figures are calendar days. A window counts with the most days it takes from any start day of the announced
//! years, a limit with the fewest; so long holidays lengthen the one and never the other.

use std::collections::BTreeMap;

use calendar::{Direction, Period, Unit};
use jiff::ToSpan;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::condition::node::{ActPattern, Node, Which};
use lawbook::model::{
    ActIx, Alternative, Binds, FactKind, Length, Limit, LimitIx, Nature, Need, NeedKind, OutcomeIx, Procedure,
};
use terms::{Moment, Tri, Value};

use super::result::{Property, Verdict};

/// Whether each limit that binds the agency can be met.
pub fn limits(book: &Lawbook, procedure: &Procedure) -> Vec<Property> {
    let days = Days::of(book);
    bound(procedure).map(|limit| property(procedure, limit, &days)).collect()
}

/// The limits that bind the agency to an act.
pub fn bound(procedure: &Procedure) -> impl Iterator<Item = &Limit> {
    let bound = |limit: &&Limit| limit.binds == Binds::Agency && !limit.before && !limit.until.is_empty();
    procedure.limits.iter().filter(bound)
}

/// The id of the property.
pub fn id(limit: &Limit) -> String {
    format!("limit:{}", limit.id)
}

fn property(procedure: &Procedure, limit: &Limit, days: &Days<'_>) -> Property {
    let mut least = i64::MAX;
    for start in &limit.starts {
        for until in &limit.until {
            let mut waits =
                Waits { procedure, days, start: start.act, known: BTreeMap::new(), open: Vec::new() };
            let outcomes: Vec<Option<OutcomeIx>> =
                match (until.outcomes.as_slice(), procedure.def(until.act).outcomes.len()) {
                    ([], 0) => vec![None],
                    ([], n) => (0..n as u8).map(|outcome| Some(OutcomeIx(outcome))).collect(),
                    (named, _) => named.iter().copied().map(Some).collect(),
                };
            for outcome in outcomes {
                least = least.min(waits.before(until.act, outcome).unwrap_or(i64::MAX));
            }
        }
    }
    let shortest = limit.length.values.iter().filter_map(|value| days.fewest(&value.value)).min();
    let (result, detail) = match (least, shortest) {
        (i64::MAX, _) => (Verdict::Broken, "没有当事人配合就办不到".to_owned()),
        (_, None) => (Verdict::Undecided, "期限的长度算不出来".to_owned()),
        (least, Some(shortest)) => {
            let result = if least <= shortest { Verdict::Proved } else { Verdict::Broken };
            (result, format!("必须等待的窗口最多共 {least} 日，期限最短 {shortest} 日（均按自然日）"))
        }
    };
    let mut property = Property::new(id(limit), result, 0);
    property.detail.push(detail);
    if limit.length_field.is_some() {
        property.assumes.push("由起算环节另定长度的，按法定长度计".to_owned());
    }
    property
}

/// Days that must pass between a start and an act.
struct Waits<'a> {
    procedure: &'a Procedure,
    days: &'a Days<'a>,
    start: ActIx,
    known: BTreeMap<(ActIx, Option<OutcomeIx>), Option<i64>>,
    open: Vec<ActIx>,
}

impl Waits<'_> {
    /// The most days that must pass before an act; none when the agency cannot bring it about.
    fn before(&mut self, act: ActIx, outcome: Option<OutcomeIx>) -> Option<i64> {
        if act == self.start || self.open.contains(&act) {
            return Some(0);
        }
        if let Some(known) = self.known.get(&(act, outcome)) {
            return *known;
        }
        self.open.push(act);
        let procedure = self.procedure;
        let mut days = Some(0);
        for need in procedure.def(act).needs.iter().filter(|need| need.blocks()) {
            let more = self.need(need, act, outcome);
            days = days.zip(more).map(|(days, more)| days.max(more));
        }
        for limit in procedure.limits.iter().filter(|limit| limit.before) {
            days = days.map(|days| days.max(self.ahead(limit, act)));
        }
        self.open.pop();
        self.known.insert((act, outcome), days);
        days
    }

    /// What must lie so many days before this act.
    fn ahead(&mut self, limit: &Limit, act: ActIx) -> i64 {
        if !limit.starts.iter().any(|pattern| pattern.act == act) {
            return 0;
        }
        let needed = |pattern: &&ActPattern| {
            let asks = |need: &Need| matches!(&need.kind, NeedKind::Any(any) if any.as_slice() == [Alternative::Act((*pattern).clone())]);
            self.procedure.def(act).needs.iter().any(asks)
        };
        let Some(first) = limit.until.iter().find(needed).cloned() else { return 0 };
        let length = limit
            .length
            .values
            .iter()
            .filter_map(|value| self.days.most_before(&value.value))
            .max()
            .unwrap_or(0);
        self.pattern(&first).unwrap_or(0) + length
    }

    fn pattern(&mut self, pattern: &ActPattern) -> Option<i64> {
        match pattern.outcomes.as_slice() {
            [] => self.before(pattern.act, None),
            named => named.iter().filter_map(|outcome| self.before(pattern.act, Some(*outcome))).min(),
        }
    }

    fn need(&mut self, need: &Need, act: ActIx, outcome: Option<OutcomeIx>) -> Option<i64> {
        if need.when.as_ref().is_some_and(|when| self.premise(when, act, outcome).is_false()) {
            return Some(0);
        }
        let any: &[Alternative] = match &need.kind {
            NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => any,
            NeedKind::NotStanding(_) => return Some(0),
        };
        let sure: Vec<i64> = any.iter().filter_map(|one| self.alternative(one)).collect();
        // What only the facts or the party decide is taken to come about.
        let chance = any.iter().any(|one| !matches!(one, Alternative::Act(_) | Alternative::Over(_)));
        sure.into_iter().min().or(chance.then_some(0))
    }

    /// The days of one way to meet a need that the agency can take whatever is true.
    fn alternative(&mut self, one: &Alternative) -> Option<i64> {
        match one {
            Alternative::Act(pattern) if self.of_party(pattern.act) => None,
            Alternative::Act(pattern) => self.pattern(pattern),
            Alternative::Over(limit) => self.window(*limit),
            Alternative::Fact(fact) | Alternative::NotFact(fact) => {
                (self.procedure.facts[fact.at()].kind == FactKind::Decided).then_some(0)
            }
            Alternative::Never(_) => None,
            Alternative::Holds(_) => Some(0),
        }
    }

    fn window(&mut self, limit: LimitIx) -> Option<i64> {
        let limit = &self.procedure.limits[limit.at()];
        let starts = limit.starts.clone();
        let begun = starts.iter().filter_map(|pattern| self.pattern(pattern)).min()?;
        let most =
            limit.length.values.iter().filter_map(|value| self.days.most(&value.value, limit.opens)).max()?;
        Some(begun + most)
    }

    fn of_party(&self, act: ActIx) -> bool {
        let def = self.procedure.def(act);
        let outside =
            |post: &String| self.days.book.posts.iter().any(|known| known.id == *post && !known.agency);
        matches!(def.nature, Nature::Claim | Nature::Waiver)
            || (!def.by.is_empty() && def.by.iter().all(outside))
    }

    /// The premise of a need, when the party does nothing and the facts are not known.
    fn premise(&self, node: &Node, act: ActIx, outcome: Option<OutcomeIx>) -> Tri {
        let unknown = || Tri::Unknown(Vec::new());
        match node {
            Node::Const(Value::Bool(truth)) => (*truth).into(),
            Node::And(parts) => {
                parts.iter().fold(Tri::True, |all, part| all.and(self.premise(part, act, outcome)))
            }
            Node::Or(parts) => {
                parts.iter().fold(Tri::False, |any, part| any.or(self.premise(part, act, outcome)))
            }
            Node::Not(of) => self.premise(of, act, outcome).negate(),
            Node::Occurred(pattern) | Node::Stands(pattern) | Node::Since(pattern, _)
                if self.of_party(pattern.act) =>
            {
                Tri::False
            }
            Node::Compare(sign, a, b) if matches!(**a, Node::Outcome(Which::SelfAct)) => {
                match (&**b, self.outcome(act, outcome)) {
                    (Node::Const(Value::Text(text)), Some(own)) => {
                        let same = Tri::from(own == &**text);
                        if *sign == lawbook::condition::node::CompareSign::Ne { same.negate() } else { same }
                    }
                    _ => unknown(),
                }
            }
            Node::In(a, b) if matches!(**a, Node::Outcome(Which::SelfAct)) => {
                match (&**b, self.outcome(act, outcome)) {
                    (Node::Const(Value::List(list)), Some(own)) => {
                        list.iter().any(|one| one.as_text() == Some(own)).into()
                    }
                    _ => unknown(),
                }
            }
            _ => unknown(),
        }
    }

    fn outcome(&self, act: ActIx, outcome: Option<OutcomeIx>) -> Option<&str> {
        Some(&self.procedure.def(act).outcomes.get(outcome?.at())?.id)
    }
}

/// Lengths in calendar days, over all start days of the announced years.
struct Days<'a> {
    book: &'a Lawbook,
    starts: Vec<Date>,
}

impl<'a> Days<'a> {
    fn of(book: &'a Lawbook) -> Days<'a> {
        let mut starts = Vec::new();
        let last = book.calendar().last_known_year().unwrap_or(0);
        let first = book.calendar().first_known_year().unwrap_or(last).max(last - 6);
        for year in first..=last {
            let Ok(begin) = Date::new(year, 1, 1) else { continue };
            starts.extend(begin.series(1.day()).take_while(|day| day.year() == year));
        }
        Days { book, starts }
    }

    /// For every start day, the days until the period is over.
    fn spans(&self, length: &Length, direction: Direction, opens: bool) -> Vec<i64> {
        if length.unit == Unit::Hour {
            let days = length.number.max(0) / 24 + i64::from(length.number % 24 != 0);
            return vec![days];
        }
        let span = |start: &Date| {
            let mut period = Period::new(Moment::Day(*start), length.number, length.unit);
            period.direction = direction;
            period.opens = opens;
            let found = period.compute(self.book.calendar()).ok().filter(|found| !found.is_provisional())?;
            let end = found.first_allowed.unwrap_or(found.due).day();
            let days = start.until(end).ok()?.get_days();
            Some(i64::from(days).abs())
        };
        self.starts.iter().filter_map(span).collect()
    }

    fn fewest(&self, length: &Length) -> Option<i64> {
        self.spans(length, Direction::After, false).into_iter().min()
    }

    fn most(&self, length: &Length, opens: bool) -> Option<i64> {
        self.spans(length, Direction::After, opens).into_iter().max()
    }

    fn most_before(&self, length: &Length) -> Option<i64> {
        self.spans(length, Direction::Before, false).into_iter().max()
    }
}
