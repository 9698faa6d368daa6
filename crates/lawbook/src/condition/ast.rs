//! What a condition says, before it is known what its names mean.

use std::ops::Range;

/// An expression with its bytes within the condition's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands in the condition's text.
    pub span: Range<usize>,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// `'text'`.
    Text(String),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// A name: a fact, a list variable, an act.
    Name(String),
    /// `of.field`.
    Select(Box<Expr>, String),
    /// `name(arguments)`.
    Call(String, Vec<Expr>),
    /// `!of`.
    Not(Box<Expr>),
    /// Two operands.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `exists(list, x, body)` or `all(list, x, body)`.
    Quantified {
        /// Whether all must satisfy the body, or one.
        all: bool,
        /// The list.
        list: Box<Expr>,
        /// The variable's name.
        variable: String,
        /// What is asked of each element.
        body: Box<Expr>,
    },
}

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
}

impl Operator {
    /// The sign as written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Eq => "==",
            Operator::Ne => "!=",
            Operator::Lt => "<",
            Operator::Le => "<=",
            Operator::Gt => ">",
            Operator::Ge => ">=",
            Operator::In => "in",
            Operator::Add => "+",
            Operator::Sub => "-",
            Operator::Mul => "*",
        }
    }

    /// How tightly it binds; comparison does not chain.
    #[must_use]
    pub fn level(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Eq
            | Operator::Ne
            | Operator::Lt
            | Operator::Le
            | Operator::Gt
            | Operator::Ge
            | Operator::In => 3,
            Operator::Add | Operator::Sub => 4,
            Operator::Mul => 5,
        }
    }
}

impl std::fmt::Display for Expr {
    /// The normal form: one way to write each condition, so that two equal conditions are equal texts.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write(self, 0, out)
    }
}

fn write(expr: &Expr, level: u8, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    match &expr.kind {
        ExprKind::Bool(known) => write!(out, "{known}"),
        ExprKind::Int(number) => write!(out, "{number}"),
        ExprKind::Text(text) => write!(out, "'{text}'"),
        ExprKind::List(items) => write_list("[", items, "]", out),
        ExprKind::Name(name) => out.write_str(name),
        ExprKind::Select(of, field) => {
            write(of, 9, out)?;
            write!(out, ".{field}")
        }
        ExprKind::Call(name, arguments) => {
            out.write_str(name)?;
            write_list("(", arguments, ")", out)
        }
        ExprKind::Not(of) => {
            out.write_str("!")?;
            write(of, 8, out)
        }
        ExprKind::Binary(operator, a, b) => {
            let own = operator.level();
            let wrap = own < level;
            if wrap {
                out.write_str("(")?;
            }
            // Comparison does not chain; the others lean left.
            write(a, if own == 3 { 4 } else { own }, out)?;
            write!(out, " {} ", operator.sign())?;
            write(b, own + 1, out)?;
            if wrap { out.write_str(")") } else { Ok(()) }
        }
        ExprKind::Quantified { all, list, variable, body } => {
            out.write_str(if *all { "all(" } else { "exists(" })?;
            write(list, 0, out)?;
            write!(out, ", {variable}, ")?;
            write(body, 0, out)?;
            out.write_str(")")
        }
    }
}

fn write_list(
    open: &str,
    items: &[Expr],
    close: &str,
    out: &mut std::fmt::Formatter<'_>,
) -> std::fmt::Result {
    out.write_str(open)?;
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.write_str(", ")?;
        }
        write(item, 0, out)?;
    }
    out.write_str(close)
}
