//! Conditions (条件): one line, typed when the lawbook loads, evaluated in three values.
//!
//! The syntax is a subset of CEL (comparison, `in`, `&& || !`, `exists`/`all` over one list, named functions) with one
//! addition: hyphens belong to names, as they do in act and field ids.

pub mod ast;
mod bind;
mod functions;
mod lexer;
pub mod node;
mod parser;
pub mod scope;
pub mod types;

use std::ops::Range;

pub use bind::{Subject, bind, bind_value};
pub use functions::FUNCTIONS;
pub use parser::parse;

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// Bytes within the condition's text.
    pub span: Range<usize>,
    /// What is wrong, in Chinese.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, normal: &str) {
        assert_eq!(parse(text).unwrap().to_string(), normal);
    }

    #[test]
    fn conditions_are_read_and_written_in_one_way() {
        check(
            "report.review-listed||occurred( hearing-held )",
            "report.review-listed || occurred(hearing-held)",
        );
        check("!(a && b)||c", "!(a && b) || c");
        check("a && (b || c)", "a && (b || c)");
        check("self.outcome in ['penalty','transfer']", "self.outcome in ['penalty', 'transfer']");
        check("all(self.opinions, o, o.outcome != '')", "all(self.opinions, o, o.outcome != '')");
        check("self.fine <= 3 * first(notice).fine + 100", "self.fine <= 3 * first(notice).fine + 100");
        check("!!x", "x");
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        for (text, at) in
            [("self.fine >=", 12), ("a &&& b", 4), ("a == b == c", 11), ("f(", 2), ("'x", 0), ("罚款 > 1", 0)]
        {
            assert_eq!(parse(text).unwrap_err().span.start, at, "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&"!".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "[ a-z0-9.'()\\[\\],&|!=<>+*-]{0,60}") {
            if let Ok(expr) = parse(&text) {
                let written = expr.to_string();
                prop_assert_eq!(parse(&written).unwrap().to_string(), written);
            }
        }
    }
}
