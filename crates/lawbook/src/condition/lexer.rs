//! Splits a condition into tokens.

use std::ops::Range;

use super::ConditionError;

/// A token and its bytes in the text.
pub type Spanned = (Token, Range<usize>);

/// The tokens of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A name; hyphens belong to it, so subtraction needs spaces: `a - b`.
    Name(String),
    /// A whole number.
    Int(i64),
    /// Text between single quotes; there are no escapes.
    Text(String),
    /// An operator or bracket.
    Sign(&'static str),
}

const SIGNS: [&str; 19] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "+", "*", "-", "/"];

/// All tokens of a condition.
///
/// # Errors
/// A character no condition uses, an unclosed quotation, a number too large.
pub fn tokens(text: &str) -> Result<Vec<Spanned>, ConditionError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if c.is_whitespace() {
            c.len_utf8()
        } else if c.is_ascii_lowercase() {
            let length = name_length(rest);
            found.push((Token::Name(rest[..length].to_owned()), at..at + length));
            length
        } else if c.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(rest.len());
            let number = rest[..length].replace('_', "").parse().map_err(|_| ConditionError {
                span: at..at + length,
                message: format!("数 `{}` 太大", &rest[..length]),
            })?;
            found.push((Token::Int(number), at..at + length));
            length
        } else if c == '\'' {
            let end = rest[1..]
                .find('\'')
                .ok_or_else(|| ConditionError {
                    span: at..text.len(), message: "引号没有闭合".to_owned()
                })?;
            found.push((Token::Text(rest[1..=end].to_owned()), at..at + end + 2));
            end + 2
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            found.push((Token::Sign(sign), at..at + sign.len()));
            sign.len()
        } else {
            let message = format!("条件里不能用 `{c}`");
            return Err(ConditionError { span: at..at + c.len_utf8(), message });
        };
        at += length;
    }
    Ok(found)
}

/// A name is letters, digits and single hyphens between them.
fn name_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let word =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_');
    let mut length = 0;
    while word(bytes.get(length)) || (bytes.get(length) == Some(&b'-') && word(bytes.get(length + 1))) {
        length += 1;
    }
    length
}
