//! Reads a condition into its expression: a subset of CEL, with hyphens in names.

use std::ops::Range;

use super::ConditionError;
use super::ast::{Expr, ExprKind, Operator};
use super::lexer::{Spanned, Token, tokens};

/// How deep a condition may nest. One line never needs more, and no input can exhaust the stack.
const DEPTH_MAX: usize = 64;

/// Parses a condition.
///
/// # Errors
/// The first place where it cannot be read.
pub fn parse(text: &str) -> Result<Expr, ConditionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.len(), depth: 0 };
    let expr = parser.binary(1)?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.error("条件到这里应当结束")),
    }
}

struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn error(&self, message: &str) -> ConditionError {
        ConditionError { span: self.span(), message: message.to_owned() }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign_of(sign)));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), ConditionError> {
        if self.takes(sign) { Ok(()) } else { Err(self.error(&format!("此处应为 `{sign}`"))) }
    }

    fn operator(&self) -> Option<Operator> {
        use Operator::{Add, And, Eq, Ge, Gt, In, Le, Lt, Mul, Ne, Or, Sub};
        match self.peek()? {
            Token::Name(name) if name == "in" => Some(In),
            Token::Sign(sign) => [Or, And, Eq, Ne, Lt, Le, Gt, Ge, Add, Sub, Mul]
                .into_iter()
                .find(|operator| operator.sign() == *sign),
            _ => None,
        }
    }

    fn binary(&mut self, level: u8) -> Result<Expr, ConditionError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("条件嵌套太深"));
        }
        let mut left = self.unary()?;
        while let Some(operator) = self.operator().filter(|operator| operator.level() >= level) {
            self.at += 1;
            let right = self.binary(operator.level() + 1)?;
            let compared =
                |expr: &Expr| matches!(&expr.kind, ExprKind::Binary(inner, ..) if inner.level() == 3);
            if operator.level() == 3 && compared(&left) {
                return Err(self.error("比较不能连写，请用 `&&` 连接"));
            }
            let span = left.span.start..right.span.end;
            left = Expr { kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)), span };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, ConditionError> {
        let start = self.span().start;
        let mut negations = 0_usize;
        while self.takes("!") {
            negations += 1;
        }
        let mut expr = self.postfix()?;
        // `!!x` says `x`.
        if negations % 2 == 1 {
            let span = start..expr.span.end;
            expr = Expr { kind: ExprKind::Not(Box::new(expr)), span };
        }
        Ok(expr)
    }

    fn postfix(&mut self) -> Result<Expr, ConditionError> {
        let mut expr = self.primary()?;
        while self.takes(".") {
            let span = self.span();
            let Some(Token::Name(field)) = self.peek().cloned() else {
                return Err(self.error("`.` 之后应为字段名"));
            };
            self.at += 1;
            let span = expr.span.start..span.end;
            expr = Expr { kind: ExprKind::Select(Box::new(expr), field), span };
        }
        Ok(expr)
    }

    fn primary(&mut self) -> Result<Expr, ConditionError> {
        let span = self.span();
        let Some(token) = self.peek().cloned() else {
            return Err(self.error("条件不完整"));
        };
        self.at += 1;
        let kind = match token {
            Token::Int(number) => ExprKind::Int(number),
            Token::Text(text) => ExprKind::Text(text),
            Token::Name(name) if name == "true" || name == "false" => ExprKind::Bool(name == "true"),
            Token::Name(name) => {
                if self.takes("(") {
                    return self.call(name, span.start);
                }
                ExprKind::Name(name)
            }
            Token::Sign("(") => {
                let inner = self.binary(1)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Token::Sign("[") => {
                let items = self.arguments("]")?;
                ExprKind::List(items)
            }
            Token::Sign("-") => match self.peek() {
                Some(Token::Int(number)) => {
                    let number = -number;
                    self.at += 1;
                    ExprKind::Int(number)
                }
                _ => return Err(self.error("`-` 之后应为数")),
            },
            Token::Sign(_) => {
                self.at -= 1;
                return Err(self.error("此处应为字段、数、文字或括号"));
            }
        };
        let end = self.tokens[self.at - 1].1.end;
        Ok(Expr { kind, span: span.start..end })
    }

    fn call(&mut self, name: String, start: usize) -> Result<Expr, ConditionError> {
        let mut arguments = self.arguments(")")?;
        let span = start..self.tokens[self.at - 1].1.end;
        if name != "all" && name != "exists" {
            return Ok(Expr { kind: ExprKind::Call(name, arguments), span });
        }
        let wrong = ConditionError {
            span: span.clone(),
            message: format!("`{name}` 写作 `{name}(列表, x, 条件)`"),
        };
        if arguments.len() != 3 {
            return Err(wrong);
        }
        let (Some(body), Some(variable), Some(list)) = (arguments.pop(), arguments.pop(), arguments.pop())
        else {
            return Err(wrong);
        };
        let ExprKind::Name(variable) = variable.kind else { return Err(wrong) };
        let kind =
            ExprKind::Quantified { all: name == "all", list: Box::new(list), variable, body: Box::new(body) };
        Ok(Expr { kind, span })
    }

    fn arguments(&mut self, close: &str) -> Result<Vec<Expr>, ConditionError> {
        let mut found = Vec::new();
        if self.takes(close) {
            return Ok(found);
        }
        loop {
            found.push(self.binary(1)?);
            if self.takes(close) {
                return Ok(found);
            }
            self.expect(",")?;
        }
    }
}

/// The static spelling of a sign, as the lexer produces it.
fn sign_of(sign: &str) -> &'static str {
    match sign {
        "!" => "!",
        "(" => "(",
        ")" => ")",
        "[" => "[",
        "]" => "]",
        "," => ",",
        "." => ".",
        _ => "",
    }
}
