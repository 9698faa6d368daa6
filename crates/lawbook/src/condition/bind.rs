//! Gives the names of a condition their meaning, and checks its types.

use std::sync::Arc;

use terms::Value;

use crate::model::{ActIx, StrandIx};
use crate::report::closest;

use super::ConditionError;
use super::ast::{Expr, ExprKind, Operator};
use super::functions::FUNCTIONS;
use super::node::{
    ActPattern, ArithmeticSign, Between, CompareSign, Node, PartyAttribute, PlusUnit, Reset, Which,
};
use super::scope::Scope;
use super::types::Type;

/// For which act a condition is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An act of the procedure.
    Act(ActIx),
    /// Any act: only what every act has may be read of `self`.
    AnyAct,
    /// No act: a state of the whole matter.
    Matter,
}

/// Binds a condition that must be true or false.
///
/// # Errors
/// The first name that is not known, or the first place where types do not fit.
pub fn bind(scope: &Scope, subject: Subject, expr: &Expr) -> Result<Node, ConditionError> {
    let mut binder = Binder { scope, subject, variables: Vec::new() };
    let (node, of) = binder.expr(expr)?;
    if of != Type::Bool {
        return Err(error(expr, format!("条件应当为真或假，这里是{}", of.chinese())));
    }
    Ok(node)
}

/// Binds an expression of any type, such as the value of a register entry.
///
/// # Errors
/// As for [`bind`].
pub fn bind_value(scope: &Scope, subject: Subject, expr: &Expr) -> Result<(Node, Type), ConditionError> {
    Binder { scope, subject, variables: Vec::new() }.expr(expr)
}

type Bound = Result<(Node, Type), ConditionError>;

enum Variable {
    Element(String, Type),
    Occurrence(String, ActIx),
}

struct Binder<'a> {
    scope: &'a Scope,
    subject: Subject,
    variables: Vec<Variable>,
}

fn error(expr: &Expr, message: impl Into<String>) -> ConditionError {
    ConditionError { span: expr.span.clone(), message: message.into() }
}

fn with_suggestion<'s>(message: String, given: &str, known: impl IntoIterator<Item = &'s str>) -> String {
    match closest(given, known) {
        Some(word) => format!("{message}，是否想写 `{word}`？"),
        None => message,
    }
}

impl Binder<'_> {
    fn expr(&mut self, expr: &Expr) -> Bound {
        match &expr.kind {
            ExprKind::Bool(known) => Ok((Node::Const(Value::Bool(*known)), Type::Bool)),
            ExprKind::Int(number) => Ok((Node::Const(Value::Int(*number)), Type::Int)),
            ExprKind::Text(text) => Ok((Node::Const(Value::text(text)), Type::Text)),
            ExprKind::List(items) => self.list(expr, items),
            ExprKind::Name(name) => self.name(expr, name),
            ExprKind::Select(of, field) => self.select(expr, of, field),
            ExprKind::Call(name, arguments) => self.call(expr, name, arguments),
            ExprKind::Not(of) => Ok((Node::Not(Box::new(self.truth(of)?)), Type::Bool)),
            ExprKind::Binary(operator, a, b) => self.binary(expr, *operator, a, b),
            ExprKind::Quantified { all, list, variable, body } => self.quantified(*all, list, variable, body),
        }
    }

    fn truth(&mut self, expr: &Expr) -> Result<Node, ConditionError> {
        match self.expr(expr)? {
            (node, Type::Bool) => Ok(node),
            (_, of) => Err(error(expr, format!("此处应为真或假，而不是{}", of.chinese()))),
        }
    }

    fn list(&mut self, expr: &Expr, items: &[Expr]) -> Bound {
        let mut values = Vec::new();
        let mut of = Type::Text;
        for item in items {
            let (node, found) = self.expr(item)?;
            let Node::Const(value) = node else {
                return Err(error(item, "列表里只能写固定的值"));
            };
            if !values.is_empty() && !of.comparable(&found) {
                return Err(error(expr, "列表里的值类型不一致"));
            }
            of = found;
            values.push(value);
        }
        Ok((Node::Const(Value::List(values)), Type::List(Box::new(of))))
    }

    fn name(&mut self, expr: &Expr, name: &str) -> Bound {
        for (depth, variable) in self.variables.iter().enumerate().rev() {
            if let Variable::Element(known, of) = variable
                && known == name
            {
                return Ok((Node::Variable(depth as u8), of.clone()));
            }
        }
        if let Some(place) = self.scope.facts.iter().position(|(id, _)| id == name) {
            self.in_reach(expr, self.scope.facts[place].1, name)?;
            return Ok((Node::Fact(crate::model::FactIx(place as u16)), Type::Bool));
        }
        let known = self.scope.facts.iter().map(|(id, _)| id.as_str());
        Err(error(expr, with_suggestion(format!("没有名为 `{name}` 的事实"), name, known)))
    }

    /// Whether something in `strand` can be read by the act asked about: the main part from everywhere, a strand from inside it.
    fn in_reach(&self, expr: &Expr, strand: Option<StrandIx>, name: &str) -> Result<(), ConditionError> {
        let own = match self.subject {
            Subject::Act(act) => self.scope.acts[act.0 as usize].strand,
            Subject::AnyAct => {
                return if strand.is_none() { Ok(()) } else { Err(self.out_of_reach(expr, name)) };
            }
            Subject::Matter => return Ok(()),
        };
        if strand.is_none() || strand == own { Ok(()) } else { Err(self.out_of_reach(expr, name)) }
    }

    fn out_of_reach(&self, expr: &Expr, name: &str) -> ConditionError {
        error(expr, format!("`{name}` 属于另一分支，须用 every/some 或 all/exists 逐一判断"))
    }

    fn act(&self, expr: &Expr, reach: bool) -> Result<ActIx, ConditionError> {
        let ExprKind::Name(name) = &expr.kind else { return Err(error(expr, "此处应为环节名")) };
        let Some(act) = self.scope.act(name) else {
            let known = self.scope.acts.iter().map(|act| act.id.as_str());
            return Err(error(expr, with_suggestion(format!("本程序没有环节 `{name}`"), name, known)));
        };
        if reach {
            self.in_reach(expr, self.scope.acts[act.0 as usize].strand, name)?;
        }
        Ok(act)
    }

    fn pattern(&self, arguments: &[Expr], reach: bool) -> Result<ActPattern, ConditionError> {
        let act = self.act(&arguments[0], reach)?;
        let mut outcomes = Vec::new();
        for argument in &arguments[1..] {
            let ExprKind::Text(name) = &argument.kind else {
                return Err(error(argument, "此处应为结果，例如 'pass'"));
            };
            let outcome =
                self.scope.outcome(act, name).ok_or_else(|| self.no_outcome(argument, act, name))?;
            outcomes.push(outcome);
        }
        Ok(ActPattern { act, outcomes })
    }

    fn no_outcome(&self, expr: &Expr, act: ActIx, name: &str) -> ConditionError {
        let act = &self.scope.acts[act.0 as usize];
        error(expr, format!("环节 `{}` 没有结果 `{name}`，可用：{}", act.id, act.outcomes.join("、")))
    }

    fn which(&mut self, of: &Expr) -> Result<Option<(Which, Option<ActIx>)>, ConditionError> {
        Ok(match &of.kind {
            ExprKind::Name(name) if name == "self" => match self.subject {
                Subject::Act(act) => Some((Which::SelfAct, Some(act))),
                Subject::AnyAct => Some((Which::SelfAct, None)),
                Subject::Matter => return Err(error(of, "此处没有 `self`")),
            },
            ExprKind::Name(name) => {
                for (depth, variable) in self.variables.iter().enumerate().rev() {
                    match variable {
                        Variable::Occurrence(known, act) if known == name => {
                            return Ok(Some((Which::Variable(depth as u8), Some(*act))));
                        }
                        Variable::Element(known, _) if known == name => return Ok(None),
                        Variable::Occurrence(..) | Variable::Element(..) => {}
                    }
                }
                if matches!(name.as_str(), "party" | "matter") {
                    return Ok(None);
                }
                let act = self.act(of, true)?;
                Some((Which::Standing(act), Some(act)))
            }
            ExprKind::Call(name, arguments)
                if (name == "first" || name == "last") && arguments.len() == 1 =>
            {
                let act = self.act(&arguments[0], true)?;
                Some((if name == "first" { Which::First(act) } else { Which::Last(act) }, Some(act)))
            }
            _ => None,
        })
    }

    fn select(&mut self, expr: &Expr, of: &Expr, field: &str) -> Bound {
        if let Some((which, act)) = self.which(of)? {
            return self.act_field(expr, which, act, field);
        }
        if let ExprKind::Name(name) = &of.kind {
            let kinds = || {
                Type::Choice(Arc::from(["citizen", "individual-business", "organisation"].map(String::from)))
            };
            match (name.as_str(), field) {
                ("party", "kind") => return Ok((Node::Party(PartyAttribute::Kind), kinds())),
                ("party", "id") => return Ok((Node::Party(PartyAttribute::Id), Type::Text)),
                ("matter", "parties") => return Ok((Node::Parties, Type::Int)),
                ("matter", "unit") => return Ok((Node::Unit, Type::Text)),
                ("matter", "filed-on") => return Ok((Node::FiledOn, Type::Day)),
                ("party" | "matter", _) => {
                    return Err(error(
                        expr,
                        "可用：party.kind、party.id、matter.parties、matter.unit、matter.filed-on",
                    ));
                }
                _ => {}
            }
        }
        let (node, found) = self.expr(of)?;
        let Type::Row(columns) = &found else {
            return Err(error(of, format!("{}没有字段", found.chinese())));
        };
        let Some((_, column)) = columns.iter().find(|(name, _)| name == field) else {
            return Err(error(expr, format!("没有列 `{field}`，{}", found.chinese())));
        };
        Ok((Node::Column(Box::new(node), field.to_owned()), column.clone()))
    }

    fn act_field(&self, expr: &Expr, which: Which, act: Option<ActIx>, field: &str) -> Bound {
        let people =
            || Type::Row(Arc::from([("person".to_owned(), Type::Text), ("post".to_owned(), Type::Text)]));
        let own = which == Which::SelfAct;
        match field {
            "day" => return Ok((Node::DayOf(which), Type::Day)),
            "persons" => return Ok((Node::Persons(which), Type::List(Box::new(Type::Text)))),
            "by" => return Ok((Node::Actors(which), Type::List(Box::new(people())))),
            "adopted" if own => return Ok((Node::Adopted, Type::Int)),
            "act" if own => return Ok((Node::SelfId, Type::Text)),
            "strand" if own || matches!(which, Which::Variable(_)) => {
                let in_none = act.is_some_and(|act| self.scope.acts[act.0 as usize].strand.is_none());
                if !own && in_none {
                    return Err(error(expr, "这个环节在主干，没有分支"));
                }
                return Ok((Node::StrandKey(which), Type::Text));
            }
            _ => {}
        }
        let Some(act) = act else {
            return Err(error(expr, "对任意环节只能读 day、persons、by、act、strand、adopted"));
        };
        let scope = &self.scope.acts[act.0 as usize];
        if field == "outcome" {
            if scope.outcomes.is_empty() {
                return Err(error(expr, format!("环节 `{}` 没有结果", scope.id)));
            }
            return Ok((Node::Outcome(which), Type::Choice(Arc::from(scope.outcomes.clone()))));
        }
        let found = self.scope.fields.get(field).filter(|(ix, _)| scope.fields.contains(ix));
        let Some((ix, of)) = found else {
            let known: Vec<&str> =
                scope.fields.iter().filter_map(|ix| Some(self.scope.field_type(*ix)?.0)).collect();
            let message = format!("环节 `{}` 没有字段 `{field}`", scope.id);
            return Err(error(expr, with_suggestion(message, field, known)));
        };
        Ok((Node::Field(which, *ix), of.clone()))
    }

    fn binary(&mut self, expr: &Expr, operator: Operator, a: &Expr, b: &Expr) -> Bound {
        match operator {
            Operator::And | Operator::Or => {
                let (left, right) = (self.truth(a)?, self.truth(b)?);
                let make: fn(Vec<Node>) -> Node =
                    if operator == Operator::And { Node::And } else { Node::Or };
                let mut parts = Vec::new();
                for part in [left, right] {
                    match (operator, part) {
                        (Operator::And, Node::And(inner)) | (Operator::Or, Node::Or(inner)) => {
                            parts.extend(inner)
                        }
                        (_, part) => parts.push(part),
                    }
                }
                Ok((make(parts), Type::Bool))
            }
            Operator::Add | Operator::Sub | Operator::Mul => {
                let ((left, x), (right, y)) = (self.expr(a)?, self.expr(b)?);
                let number = |of: &Type| matches!(of, Type::Int | Type::Money);
                if !number(&x) || !number(&y) {
                    return Err(error(expr, "只有数和金额可以相加减乘"));
                }
                let sign = match operator {
                    Operator::Add => ArithmeticSign::Add,
                    Operator::Sub => ArithmeticSign::Sub,
                    _ => ArithmeticSign::Mul,
                };
                let of = if x == Type::Money || y == Type::Money { Type::Money } else { Type::Int };
                Ok((Node::Arithmetic(sign, Box::new(left), Box::new(right)), of))
            }
            Operator::In => {
                let ((left, x), (right, y)) = (self.expr(a)?, self.expr(b)?);
                let Type::List(of) = &y else { return Err(error(b, "`in` 之后应为列表")) };
                if !x.comparable(of) {
                    return Err(error(expr, format!("{}不会在{}里", x.chinese(), y.chinese())));
                }
                self.check_choices(b, &x, &right)?;
                self.check_choices(a, &y, &left)?;
                Ok((Node::In(Box::new(left), Box::new(right)), Type::Bool))
            }
            _ => self.comparison(expr, operator, a, b),
        }
    }

    fn comparison(&mut self, expr: &Expr, operator: Operator, a: &Expr, b: &Expr) -> Bound {
        let ((mut left, mut x), (mut right, mut y)) = (self.expr(a)?, self.expr(b)?);
        as_day(&mut left, &mut x, &y);
        as_day(&mut right, &mut y, &x);
        if !x.comparable(&y) {
            return Err(error(expr, format!("{}与{}不能比较", x.chinese(), y.chinese())));
        }
        let Some(sign) = Node::compare_sign(operator) else { return Err(error(expr, "此处应为比较")) };
        if !matches!(sign, CompareSign::Eq | CompareSign::Ne) && !x.ordered() {
            return Err(error(expr, format!("{}没有大小先后", x.chinese())));
        }
        self.check_choices(b, &x, &right)?;
        self.check_choices(a, &y, &left)?;
        if let (Node::StrandKey(one), Node::StrandKey(other)) = (&left, &right)
            && self.strand_kind(*one) != self.strand_kind(*other)
        {
            return Err(error(expr, "两个环节不在同一种分支，分支的键不会相同"));
        }
        Ok((Node::Compare(sign, Box::new(left), Box::new(right)), Type::Bool))
    }

    /// The kind of strand an act that is read belongs to.
    fn strand_kind(&self, which: Which) -> Option<StrandIx> {
        let act = match (which, self.subject) {
            (Which::SelfAct, Subject::Act(act)) => act,
            (Which::SelfAct, Subject::AnyAct | Subject::Matter) => return None,
            (Which::Standing(act) | Which::First(act) | Which::Last(act), _) => act,
            (Which::Variable(depth), _) => match self.variables.get(depth as usize) {
                Some(Variable::Occurrence(_, act)) => *act,
                Some(Variable::Element(..)) | None => return None,
            },
        };
        self.scope.acts[act.0 as usize].strand
    }

    /// A fixed value compared with a choice must be one of its values; otherwise the comparison could never hold.
    fn check_choices(&self, expr: &Expr, of: &Type, node: &Node) -> Result<(), ConditionError> {
        let of = if let Type::List(element) = of { element } else { of };
        let (Type::Choice(allowed), Node::Const(value)) = (of, node) else { return Ok(()) };
        let given: Vec<&str> = match value {
            Value::List(values) => values.iter().filter_map(Value::as_text).collect(),
            value => value.as_text().into_iter().collect(),
        };
        for text in given {
            if !text.is_empty() && !allowed.iter().any(|known| known == text) {
                let message = format!("`{text}` 不是可选的值（{}），条件永远不成立", allowed.join("、"));
                return Err(error(expr, with_suggestion(message, text, allowed.iter().map(String::as_str))));
            }
        }
        Ok(())
    }

    fn quantified(&mut self, all: bool, list: &Expr, variable: &str, body: &Expr) -> Bound {
        if self.variables.len() >= 8 {
            return Err(error(list, "量词嵌套太深"));
        }
        if let ExprKind::Name(name) = &list.kind
            && let Some(act) = self.scope.act(name)
        {
            self.variables.push(Variable::Occurrence(variable.to_owned(), act));
            let body = self.truth(body);
            self.variables.pop();
            let act = ActPattern { act, outcomes: Vec::new() };
            return Ok((Node::Occurrences { all, act, body: Box::new(body?) }, Type::Bool));
        }
        let (node, of) = self.expr(list)?;
        let Type::List(element) = of else {
            return Err(error(list, format!("此处应为列表，而不是{}", of.chinese())));
        };
        self.variables.push(Variable::Element(variable.to_owned(), *element));
        let body = self.truth(body);
        self.variables.pop();
        Ok((Node::Elements { all, list: Box::new(node), body: Box::new(body?) }, Type::Bool))
    }

    fn call(&mut self, expr: &Expr, name: &str, arguments: &[Expr]) -> Bound {
        if let Some(bound) = self.act_call(expr, name, arguments)? {
            return Ok(bound);
        }
        let wrong = |shape: &str| Err(error(expr, format!("`{name}` 写作 `{shape}`")));
        match (name, arguments) {
            ("size", [of]) => {
                let (node, found) = self.expr(of)?;
                if !matches!(found, Type::List(_) | Type::Text) {
                    return Err(error(of, "只有列表和文字有长度"));
                }
                Ok((Node::Size(Box::new(node)), Type::Int))
            }
            ("has", [of]) => Ok((Node::Has(Box::new(self.expr(of)?.0)), Type::Bool)),
            ("disjoint" | "subset", [a, b]) => {
                let ((left, x), (right, y)) = (self.expr(a)?, self.expr(b)?);
                let lists = matches!((&x, &y), (Type::List(p), Type::List(q)) if p.comparable(q));
                if !lists {
                    return Err(error(expr, "此处应为两个同类的列表"));
                }
                self.check_choices(b, &x, &right)?;
                self.check_choices(a, &y, &left)?;
                let make: fn(Box<Node>, Box<Node>) -> Node =
                    if name == "disjoint" { Node::Disjoint } else { Node::Subset };
                Ok((make(Box::new(left), Box::new(right)), Type::Bool))
            }
            ("min" | "max", [a, b]) => {
                let ((left, x), (right, y)) = (self.expr(a)?, self.expr(b)?);
                if !x.comparable(&y) || !x.ordered() {
                    return Err(error(expr, "此处应为两个可比较的值"));
                }
                let node = Node::Extreme { max: name == "max", a: Box::new(left), b: Box::new(right) };
                Ok((node, if x == Type::Int { y } else { x }))
            }
            ("days" | "full-days" | "full-working-days", [a, b]) => {
                let how = match name {
                    "days" => Between::Days,
                    "full-days" => Between::FullDays,
                    _ => Between::FullWorkingDays,
                };
                let (from, to) = (self.day(a)?, self.day(b)?);
                Ok((Node::Between(how, Box::new(from), Box::new(to)), Type::Int))
            }
            ("plus", [day, number, unit]) => self.plus(day, number, unit),
            ("is-holiday", [day]) => Ok((Node::Holiday(Box::new(self.day(day)?)), Type::Bool)),
            ("param", [Expr { kind: ExprKind::Text(id), .. }]) => match self.scope.parameters.get(id) {
                Some((ix, of)) => Ok((Node::Parameter(*ix), of.clone())),
                None => {
                    let known = self.scope.parameters.keys().map(String::as_str);
                    Err(error(expr, with_suggestion(format!("没有参数 `{id}`"), id, known)))
                }
            },
            (
                "register",
                [
                    Expr { kind: ExprKind::Text(register), .. },
                    subject,
                    Expr { kind: ExprKind::Text(value), .. },
                ],
            ) => {
                let (subject, _) = self.expr(subject)?;
                let Some(of) = self.scope.registers.get(&(register.clone(), value.clone())) else {
                    return Err(error(expr, format!("登记簿 `{register}` 没有 `{value}`")));
                };
                let (register, value) = (register.clone(), value.clone());
                Ok((Node::Register { register, subject: Box::new(subject), value }, of.clone()))
            }
            ("size" | "has", _) => wrong("size(列表)"),
            ("disjoint" | "subset" | "min" | "max", _) => wrong("名(甲, 乙)"),
            ("param", _) => wrong("param('参数')"),
            ("register", _) => wrong("register('登记簿', 对象, '值')"),
            _ => Err(error(expr, with_suggestion(format!("没有函数 `{name}`"), name, FUNCTIONS))),
        }
    }

    fn day(&mut self, expr: &Expr) -> Result<Node, ConditionError> {
        let (mut node, mut of) = self.expr(expr)?;
        as_day(&mut node, &mut of, &Type::Day);
        if of == Type::Day {
            Ok(node)
        } else {
            Err(error(expr, format!("此处应为日期，而不是{}", of.chinese())))
        }
    }

    fn plus(&mut self, day: &Expr, number: &Expr, unit: &Expr) -> Bound {
        let unit = match &unit.kind {
            ExprKind::Text(text) if text == "day" => PlusUnit::Day,
            ExprKind::Text(text) if text == "month" => PlusUnit::Month,
            ExprKind::Text(text) if text == "year" => PlusUnit::Year,
            _ => return Err(error(unit, "单位应为 'day'、'month' 或 'year'")),
        };
        let (count, of) = self.expr(number)?;
        if of != Type::Int {
            return Err(error(number, "此处应为整数"));
        }
        let day = self.day(day)?;
        Ok((Node::Plus(Box::new(day), Box::new(count), unit), Type::Day))
    }

    /// Functions whose first argument is an act or a limit.
    fn act_call(
        &mut self,
        expr: &Expr,
        name: &str,
        arguments: &[Expr],
    ) -> Result<Option<(Node, Type)>, ConditionError> {
        let texts = || Type::List(Box::new(Type::Text));
        Ok(Some(match (name, arguments) {
            ("stands", [_, ..]) => (Node::Stands(self.pattern(arguments, true)?), Type::Bool),
            ("occurred", [_, ..]) => (Node::Occurred(self.pattern(arguments, true)?), Type::Bool),
            ("count", [_, ..]) => (Node::Count(self.pattern(arguments, true)?), Type::Int),
            ("persons", [_, ..]) => (Node::Everybody(self.pattern(arguments, false)?), texts()),
            ("since", [act, resets @ ..]) => {
                let pattern = self.since_pattern(act)?;
                let resets = resets.iter().map(|reset| self.reset(reset)).collect::<Result<_, _>>()?;
                (Node::Since(pattern, resets), Type::Bool)
            }
            ("day", [act]) => {
                let act = self.act(act, true)?;
                (Node::DayOf(Which::Standing(act)), Type::Day)
            }
            ("subjects", [Expr { kind: ExprKind::Text(kind), .. }, rest @ ..]) if !rest.is_empty() => {
                if matches!(&rest[0].kind, ExprKind::Name(name) if name == "self") {
                    return Ok(Some((Node::SelfSubjects(kind.clone()), texts())));
                }
                (Node::Subjects(kind.clone(), self.pattern(rest, false)?), texts())
            }
            ("over" | "running" | "due", [limit]) => {
                let ExprKind::Name(id) = &limit.kind else {
                    return Err(error(limit, "此处应为期限名"));
                };
                let Some(ix) = self.scope.limit(id) else {
                    let known = self.scope.limits.iter().map(|(id, _)| id.as_str());
                    return Err(error(limit, with_suggestion(format!("本程序没有期限 `{id}`"), id, known)));
                };
                self.in_reach(limit, self.scope.limits[ix.0 as usize].1, id)?;
                match name {
                    "over" => (Node::Over(ix), Type::Bool),
                    "running" => (Node::Running(ix), Type::Bool),
                    _ => (Node::Due(ix), Type::Day),
                }
            }
            (
                "stands" | "occurred" | "count" | "persons" | "since" | "day" | "over" | "running" | "due",
                _,
            ) => {
                return Err(error(expr, format!("`{name}` 写作 `{name}(环节或期限, …)`")));
            }
            _ => return Ok(None),
        }))
    }

    /// `act` or `outcome-limited act`, written `act` or as a call `act('pass')`.
    fn since_pattern(&self, expr: &Expr) -> Result<ActPattern, ConditionError> {
        match &expr.kind {
            ExprKind::Call(name, outcomes) => {
                let head = Expr { kind: ExprKind::Name(name.clone()), span: expr.span.clone() };
                let mut parts = vec![head];
                parts.extend(outcomes.iter().cloned());
                self.pattern(&parts, true)
            }
            _ => self.pattern(std::slice::from_ref(expr), true),
        }
    }

    fn reset(&self, expr: &Expr) -> Result<Reset, ConditionError> {
        if let ExprKind::Call(name, arguments) = &expr.kind
            && name == "changed"
            && let [act] = arguments.as_slice()
        {
            return Ok(Reset { pattern: self.since_pattern(act)?, changed: true });
        }
        Ok(Reset { pattern: self.since_pattern(expr)?, changed: false })
    }
}

/// A fixed text beside a day is a day, when it can be one.
fn as_day(node: &mut Node, of: &mut Type, other: &Type) {
    if *other == Type::Day
        && let Node::Const(Value::Text(text)) = node
        && let Ok(day) = text.parse()
    {
        *node = Node::Const(Value::Day(day));
        *of = Type::Day;
    }
}
