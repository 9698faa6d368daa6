//! Types of conditions and fields.

use std::sync::Arc;

/// The type of a field or of a part of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// 是/否.
    Bool,
    /// A whole number.
    Int,
    /// An amount in fen (分).
    Money,
    /// Free text or an id.
    Text,
    /// One of a fixed set of values.
    Choice(Arc<[String]>),
    /// A legal day.
    Day,
    /// An instant.
    Instant,
    /// Several of one type.
    List(Box<Type>),
    /// A line of a table.
    Row(Arc<[(String, Type)]>),
}

impl Type {
    /// What officers call it.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Type::Bool => "是否".to_owned(),
            Type::Int => "整数".to_owned(),
            Type::Money => "金额（分）".to_owned(),
            Type::Text => "文字".to_owned(),
            Type::Choice(values) => format!("选项（{}）", values.join("、")),
            Type::Day => "日期".to_owned(),
            Type::Instant => "时刻".to_owned(),
            Type::List(of) => format!("{}的列表", of.chinese()),
            Type::Row(columns) => {
                let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
                format!("表行（{}）", names.join("、"))
            }
        }
    }

    /// Whether values of the two can be compared for equality.
    #[must_use]
    pub fn comparable(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Int | Type::Money, Type::Int | Type::Money)
            | (Type::Text, Type::Choice(_))
            | (Type::Choice(_), Type::Text) => true,
            (Type::Choice(a), Type::Choice(b)) => a.iter().any(|value| b.contains(value)),
            (Type::List(a), Type::List(b)) => a.comparable(b),
            (a, b) => a == b,
        }
    }

    /// Whether it has an order.
    #[must_use]
    pub fn ordered(&self) -> bool {
        matches!(self, Type::Int | Type::Money | Type::Day | Type::Instant)
    }
}
