//! Asks a condition of a view, in three values.

mod value;

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::civil::Date;
use lawbook::condition::node::{ActPattern, ArithmeticSign, CompareSign, Node, Reset, Which};
use lawbook::model::{Alternative, LimitIx};
use terms::{Moment, Tri, Value};

use crate::act::{Act, Seen};
use crate::limits::LimitState;
use crate::surroundings::Surroundings;
use crate::view::{Scope, View};

/// What is missing, for people to read.
pub type Missing = Vec<String>;

type Found = Result<Value, Missing>;

/// Days between are counted up to here; further apart, the answer is *cannot tell*.
const DAYS_BETWEEN_MAX: i64 = 40_000;

#[derive(Debug, Clone)]
enum Bound {
    Value(Value),
    Occurrence(u32),
}

/// Asks conditions about one act (or about the whole matter) of one view, at one moment.
#[derive(Debug)]
pub struct Asker<'v, 'b> {
    view: &'v View<'b>,
    subject: Option<&'v Act>,
    scope: Scope,
    at: Moment,
    surroundings: &'v Surroundings<'v>,
    seen: RefCell<Vec<Seen>>,
    unlooked: Cell<bool>,
    weak: Cell<bool>,
    self_missing: Cell<bool>,
    unwritten: bool,
    variables: RefCell<Vec<Bound>>,
}

impl<'v, 'b> Asker<'v, 'b> {
    /// About an act, at its own moment, in its own strand.
    #[must_use]
    pub fn about(view: &'v View<'b>, act: &'v Act, surroundings: &'v Surroundings<'v>) -> Asker<'v, 'b> {
        Asker {
            subject: Some(act),
            scope: view.scope_of(act),
            ..Asker::about_matter(view, act.at, surroundings)
        }
    }

    /// About an act that is not written yet: what it does not say may still be said, and is missing rather than absent.
    #[must_use]
    pub fn about_unwritten(
        view: &'v View<'b>,
        act: &'v Act,
        surroundings: &'v Surroundings<'v>,
    ) -> Asker<'v, 'b> {
        Asker { unwritten: true, ..Asker::about(view, act, surroundings) }
    }

    /// About the matter as a whole, at a moment.
    #[must_use]
    pub fn about_matter(view: &'v View<'b>, at: Moment, surroundings: &'v Surroundings<'v>) -> Asker<'v, 'b> {
        Asker {
            view,
            subject: None,
            scope: None,
            at,
            surroundings,
            seen: RefCell::default(),
            unlooked: Cell::new(false),
            weak: Cell::new(false),
            self_missing: Cell::new(false),
            unwritten: false,
            variables: RefCell::default(),
        }
    }

    /// The same question in another strand.
    #[must_use]
    pub fn in_scope(mut self, scope: Scope) -> Asker<'v, 'b> {
        self.scope = scope;
        self
    }

    /// The strand the questions are asked in.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The moment of the question.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.at
    }

    /// What was seen in registers so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// Whether a register was asked that nobody looked up.
    #[must_use]
    pub fn unlooked(&self) -> bool {
        self.unlooked.get()
    }

    /// Whether a value was used whose status is not sure enough to block an act.
    #[must_use]
    pub fn weak(&self) -> bool {
        self.weak.get()
    }

    /// Whether something was asked of the act that it does not say (yet).
    #[must_use]
    pub fn self_missing(&self) -> bool {
        self.self_missing.get()
    }

    /// Forgets what was noted, before the next question.
    pub fn reset(&self) {
        self.unlooked.set(false);
        self.weak.set(false);
        self.self_missing.set(false);
    }

    /// Whether a condition holds.
    #[must_use]
    pub fn truth(&self, node: &Node) -> Tri {
        match node {
            Node::And(parts) => {
                let mut answer = Tri::True;
                for part in parts {
                    answer = answer.and(self.truth(part));
                    if answer.is_false() {
                        break;
                    }
                }
                answer
            }
            Node::Or(parts) => {
                let mut answer = Tri::False;
                for part in parts {
                    answer = answer.or(self.truth(part));
                    if answer.is_true() {
                        break;
                    }
                }
                answer
            }
            Node::Not(of) => self.truth(of).negate(),
            Node::Fact(fact) => self.view.fact(*fact, &self.scope),
            Node::Stands(pattern) => self.view.standing(pattern, &self.scope).is_some().into(),
            Node::Occurred(pattern) => self.view.matching(pattern, &self.scope).next().is_some().into(),
            Node::Since(pattern, resets) => self.since(pattern, resets).into(),
            Node::Over(limit) => self.over(*limit),
            Node::Running(limit) => self.running(*limit),
            Node::Compare(sign, a, b) => self.compare(*sign, a, b),
            Node::In(a, b) => self.both(a, b, |a, b| b.as_list().map(|list| list.contains(&a))),
            Node::Disjoint(a, b) => self.both(a, b, |a, b| {
                let (a, b) = (a.as_list()?.to_vec(), b.as_list()?.to_vec());
                Some(!a.iter().any(|value| b.contains(value)))
            }),
            Node::Subset(a, b) => self.both(a, b, |a, b| {
                let (a, b) = (a.as_list()?.to_vec(), b.as_list()?.to_vec());
                Some(a.iter().all(|value| b.contains(value)))
            }),
            Node::Elements { all, list, body } => match self.value(list) {
                Err(missing) => Tri::Unknown(missing),
                Ok(Value::List(values)) => self.quantify(*all, values.into_iter().map(Bound::Value), body),
                Ok(_) => Tri::missing("列表"),
            },
            Node::Occurrences { all, act, body } => {
                let standing: Vec<Bound> = self
                    .view
                    .matching(act, &None)
                    .filter(|(_, occurrence)| occurrence.standing == crate::view::Standing::Stands)
                    .map(|(at, _)| Bound::Occurrence(at))
                    .collect();
                self.quantify(*all, standing.into_iter(), body)
            }
            Node::Has(of) => {
                let noted = self.self_missing.replace(false);
                let found = self.value(of);
                let open = self.unwritten && self.self_missing.get();
                self.self_missing.set(noted || self.self_missing.get());
                match found {
                    Ok(_) => Tri::True,
                    Err(missing) if open => Tri::Unknown(missing),
                    Err(_) => Tri::False,
                }
            }
            Node::Holiday(day) => match self.day(day) {
                Err(missing) => Tri::Unknown(missing),
                Ok(day) => match self.view.book.calendar().is_statutory_holiday(day) {
                    Some(known) => known.into(),
                    None => Tri::missing(format!("{}年的节假日安排", day.year())),
                },
            },
            _ => match self.value(node) {
                Ok(Value::Bool(known)) => known.into(),
                Ok(_) => Tri::missing("真假值"),
                Err(missing) => Tri::Unknown(missing),
            },
        }
    }

    fn quantify(&self, all: bool, values: impl Iterator<Item = Bound>, body: &Node) -> Tri {
        let mut answer: Tri = all.into();
        for value in values {
            self.variables.borrow_mut().push(value);
            let one = self.truth(body);
            self.variables.borrow_mut().pop();
            answer = if all { answer.and(one) } else { answer.or(one) };
        }
        answer
    }

    fn both(&self, a: &Node, b: &Node, ask: impl Fn(Value, Value) -> Option<bool>) -> Tri {
        match (self.value(a), self.value(b)) {
            (Ok(a), Ok(b)) => ask(a, b).map_or_else(|| Tri::missing("列表"), Tri::from),
            (Err(mut a), Err(b)) => {
                a.extend(b);
                Tri::Unknown(a)
            }
            (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Tri::Unknown(missing),
        }
    }

    fn compare(&self, sign: CompareSign, a: &Node, b: &Node) -> Tri {
        self.both(a, b, |a, b| {
            let order = match (&a, &b) {
                (Value::Int(a), Value::Int(b)) => a.cmp(b),
                (Value::Day(a), Value::Day(b)) => a.cmp(b),
                (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
                (a, b) if a == b => Ordering::Equal,
                _ => Ordering::Less,
            };
            Some(match sign {
                CompareSign::Eq => order.is_eq(),
                CompareSign::Ne => order.is_ne(),
                CompareSign::Lt => order.is_lt(),
                CompareSign::Le => order.is_le(),
                CompareSign::Gt => order.is_gt(),
                CompareSign::Ge => order.is_ge(),
            })
        })
    }

    /// Whether the pattern occurred after the last of the resets.
    fn since(&self, pattern: &ActPattern, resets: &[Reset]) -> bool {
        let Some((last, _)) = self.view.matching(pattern, &self.scope).next_back() else { return false };
        resets.iter().all(|reset| {
            let mut matching = self.view.matching(&reset.pattern, &self.scope);
            let reset_at = matching.rfind(|(_, occurrence)| !reset.changed || occurrence.changed);
            reset_at.is_none_or(|(at, _)| at < last)
        })
    }

    /// Whether an alternative of a need is met in a strand.
    #[must_use]
    pub fn met(&self, alternative: &Alternative, scope: &Scope) -> Tri {
        match alternative {
            Alternative::Act(pattern) => {
                let before = |found: Option<(u32, &crate::view::Occurrence)>| {
                    found.is_some_and(|(_, occurrence)| occurrence.act.at.compare(self.at).is_le())
                };
                before(self.view.standing(pattern, scope)).into()
            }
            Alternative::Never(pattern) => self.view.matching(pattern, scope).next().is_none().into(),
            Alternative::Over(limit) => self.over_in(*limit, scope),
            Alternative::Fact(fact) => self.view.fact(*fact, scope),
            Alternative::NotFact(fact) => self.view.fact(*fact, scope).negate(),
            Alternative::Holds(node) if *scope == self.scope => self.truth(node),
            Alternative::Holds(node) => {
                let inside =
                    Asker::about_matter(self.view, self.at, self.surroundings).in_scope(scope.clone());
                let answer = inside.truth(node);
                self.note_weak(inside.weak());
                self.unlooked.set(self.unlooked.get() || inside.unlooked());
                inside.seen.take().into_iter().for_each(|seen| self.note_seen(seen));
                answer
            }
        }
    }

    fn over(&self, limit: LimitIx) -> Tri {
        self.over_in(limit, &self.scope)
    }

    fn over_in(&self, limit: LimitIx, scope: &Scope) -> Tri {
        let runs = self.view.limit_runs(limit, scope, self.at);
        let Some(run) = runs.last() else { return Tri::False };
        self.note_weak(run.weak);
        match &run.limit {
            Err(why) => Tri::missing(why.to_string()),
            Ok(limit) => {
                let allowed = limit.first_allowed.map_or_else(
                    || self.at.compare(limit.due).is_gt(),
                    |allowed| self.at.compare(allowed).is_ge(),
                );
                allowed.into()
            }
        }
    }

    fn running(&self, limit: LimitIx) -> Tri {
        let runs = self.view.limit_runs(limit, &self.scope, self.at);
        let Some(run) = runs.last() else { return Tri::False };
        self.note_weak(run.weak);
        matches!(run.state, LimitState::Running | LimitState::Suspended).into()
    }

    fn note_seen(&self, seen: Seen) {
        let mut known = self.seen.borrow_mut();
        if !known.contains(&seen) {
            known.push(seen);
        }
    }

    /// What the act says beside its fields: while it is not written, nothing yet is no answer.
    fn said<T>(&self, which: Which, said: &[T], what: &str) -> Result<(), Missing> {
        if self.unwritten && which == Which::SelfAct && said.is_empty() {
            self.self_missing.set(true);
            return Err(vec![what.to_owned()]);
        }
        Ok(())
    }

    fn note_weak(&self, weak: bool) {
        self.weak.set(self.weak.get() || weak);
    }

    fn occurrence_act(&self, which: Which) -> Result<&Act, Missing> {
        let none = |act: lawbook::model::ActIx, word: &str| {
            vec![format!("{word}“{}”", self.view.procedure().def(act).title)]
        };
        match which {
            Which::SelfAct => self.subject.ok_or_else(|| vec!["所问的环节".to_owned()]),
            Which::Standing(act) => {
                let found = self.view.standing_act(act, &self.scope);
                found.map(|(_, occurrence)| &*occurrence.act).ok_or_else(|| none(act, "尚无有效的"))
            }
            Which::First(act) => {
                let found = self.view.all(act, &self.scope).next();
                found.map(|(_, occurrence)| &*occurrence.act).ok_or_else(|| none(act, "尚无"))
            }
            Which::Last(act) => {
                let found = self.view.all(act, &self.scope).next_back();
                found.map(|(_, occurrence)| &*occurrence.act).ok_or_else(|| none(act, "尚无"))
            }
            Which::Variable(depth) => match self.variables.borrow().get(depth as usize) {
                Some(Bound::Occurrence(at)) => Ok(&self.view.occurrences[*at as usize].act),
                _ => Err(vec!["量词变量".to_owned()]),
            },
        }
    }

    /// The key of the strand an act belongs to: of the act asked about, the strand the question is asked in.
    fn strand_key(&self, which: Which) -> Option<Arc<str>> {
        match which {
            Which::Variable(depth) => match self.variables.borrow().get(depth as usize) {
                Some(Bound::Occurrence(at)) => self.view.occurrences[*at as usize].key.clone(),
                _ => None,
            },
            Which::SelfAct | Which::Standing(_) | Which::First(_) | Which::Last(_) => {
                self.scope.as_ref().map(|(_, key)| key.clone())
            }
        }
    }

    fn day(&self, node: &Node) -> Result<Date, Missing> {
        match self.value(node)? {
            Value::Day(day) => Ok(day),
            Value::Instant(instant) => Ok(Moment::Instant(instant).day()),
            _ => Err(vec!["日期".to_owned()]),
        }
    }

    fn int(&self, node: &Node) -> Result<i64, Missing> {
        self.value(node)?.as_int().ok_or_else(|| vec!["数".to_owned()])
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// What is missing.
    pub fn value(&self, node: &Node) -> Found {
        let view = self.view;
        let texts = |ids: Vec<&str>| Value::List(ids.into_iter().map(Value::text).collect());
        Ok(match node {
            Node::Const(value) => value.clone(),
            Node::Field(which, field) => {
                let act = self.occurrence_act(*which)?;
                let missing = || {
                    self.self_missing.set(self.self_missing.get() || *which == Which::SelfAct);
                    let def = self.view.procedure().def(act.act);
                    vec![format!("“{}”的“{}”", def.title, view.book.field_at(*field).title)]
                };
                act.field(*field).cloned().ok_or_else(missing)?
            }
            Node::Outcome(which) => {
                let act = self.occurrence_act(*which)?;
                let def = self.view.procedure().def(act.act);
                let outcome = act.outcome.ok_or_else(|| {
                    self.self_missing.set(self.self_missing.get() || *which == Which::SelfAct);
                    vec![format!("“{}”的结果", def.title)]
                })?;
                Value::text(&def.outcomes[outcome.at()].id)
            }
            Node::DayOf(which) => Value::Day(self.occurrence_act(*which)?.at.day()),
            Node::Persons(which) => {
                let by = &self.occurrence_act(*which)?.by;
                self.said(*which, by, "办理人员")?;
                texts(by.iter().map(|actor| &*actor.person).collect())
            }
            Node::Actors(which) => {
                let by = &self.occurrence_act(*which)?.by;
                self.said(*which, by, "办理人员")?;
                let row = |actor: &crate::act::Actor| {
                    Value::Row(vec![
                        ("person".into(), Value::text(&actor.person)),
                        ("post".into(), Value::text(&actor.post)),
                    ])
                };
                Value::List(by.iter().map(row).collect())
            }
            Node::SelfId => {
                Value::text(&self.view.procedure().def(self.occurrence_act(Which::SelfAct)?.act).id)
            }
            Node::Adopted => {
                let adopted = &self.occurrence_act(Which::SelfAct)?.adopted;
                self.said(Which::SelfAct, adopted, "引入的环节")?;
                Value::Int(adopted.len() as i64)
            }
            Node::StrandKey(which) => {
                Value::text(&self.strand_key(*which).ok_or_else(|| vec!["分支".to_owned()])?)
            }
            Node::Count(pattern) => Value::Int(self.view.matching(pattern, &self.scope).count() as i64),
            Node::Due(limit) => {
                let runs = self.view.limit_runs(*limit, &self.scope, self.at);
                let run = runs.last().ok_or_else(|| {
                    vec![format!("期限“{}”", self.view.procedure().limits[limit.at()].title)]
                })?;
                match &run.limit {
                    Ok(limit) => Value::Day(limit.due.day()),
                    Err(why) => return Err(vec![why.to_string()]),
                }
            }
            Node::Parameter(parameter) => self.parameter(*parameter)?,
            Node::Party(attribute) => self.party(*attribute)?,
            Node::Parties => Value::Int(view.head.parties.len() as i64),
            Node::Unit => Value::text(view.head.unit.as_deref().ok_or_else(|| vec!["单位".to_owned()])?),
            Node::FiledOn => Value::Day(view.filed_on().unwrap_or_else(|| self.at.day())),
            Node::Register { register, subject, value } => self.register(register, subject, value)?,
            Node::Subjects(kind, pattern) => {
                let acts = self.view.matching(pattern, &None);
                texts(
                    acts.flat_map(|(_, occurrence)| occurrence.act.subjects(kind)).map(|id| &**id).collect(),
                )
            }
            Node::SelfSubjects(kind) => {
                let subjects = self.occurrence_act(Which::SelfAct)?.subjects(kind);
                self.said(Which::SelfAct, subjects, "所涉对象")?;
                texts(subjects.iter().map(|id| &**id).collect())
            }
            Node::Everybody(pattern) => {
                let acts = self.view.matching(pattern, &None);
                texts(
                    acts.flat_map(|(_, occurrence)| &occurrence.act.by).map(|actor| &*actor.person).collect(),
                )
            }
            Node::Variable(depth) => match self.variables.borrow().get(*depth as usize) {
                Some(Bound::Value(value)) => value.clone(),
                _ => return Err(vec!["量词变量".to_owned()]),
            },
            Node::Column(of, name) => {
                let row = self.value(of)?;
                row.column(name).cloned().ok_or_else(|| vec![format!("列 {name}")])?
            }
            Node::Arithmetic(sign, a, b) => {
                let (a, b) = (self.int(a)?, self.int(b)?);
                let result = match sign {
                    ArithmeticSign::Add => a.checked_add(b),
                    ArithmeticSign::Sub => a.checked_sub(b),
                    ArithmeticSign::Mul => a.checked_mul(b),
                };
                Value::Int(result.ok_or_else(|| vec!["数太大，无法计算".to_owned()])?)
            }
            Node::Size(of) => match self.value(of)? {
                Value::List(values) => Value::Int(values.len() as i64),
                Value::Text(text) => Value::Int(text.chars().count() as i64),
                _ => return Err(vec!["列表".to_owned()]),
            },
            Node::Extreme { max, a, b } => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                if *max { a.max(b) } else { a.min(b) }
            }
            Node::Between(how, a, b) => Value::Int(self.between(*how, self.day(a)?, self.day(b)?)?),
            Node::Plus(day, count, unit) => Value::Day(value::plus(self.day(day)?, self.int(count)?, *unit)?),
            _ => match self.truth(node) {
                Tri::True => Value::Bool(true),
                Tri::False => Value::Bool(false),
                Tri::Unknown(missing) => return Err(missing),
            },
        })
    }
}
