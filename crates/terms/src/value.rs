//! What stands in a field of an act.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::moment::Moment;

/// A checked value of a field. Money is an integer of fen, a choice is the id of its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A count, a number of days, or an amount in fen.
    Int(i64),
    /// Free text, a choice, or an id.
    Text(Box<str>),
    /// A legal day.
    Day(Date),
    /// An instant.
    Instant(Timestamp),
    /// Several values of one type.
    List(Vec<Value>),
    /// A line of a table: columns in the order of the field's declaration.
    Row(Vec<(Box<str>, Value)>),
}

impl Value {
    /// A text value.
    #[must_use]
    pub fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(values) => Some(values),
            _ => None,
        }
    }

    /// The column of a row.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Row(columns) => {
                columns.iter().find(|(column, _)| &**column == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(true) => out.write_str("是"),
            Value::Bool(false) => out.write_str("否"),
            Value::Int(number) => write!(out, "{number}"),
            Value::Text(text) => out.write_str(text),
            Value::Day(day) => write!(out, "{day}"),
            Value::Instant(instant) => write!(out, "{}", Moment::Instant(*instant)),
            Value::List(values) => {
                for (place, value) in values.iter().enumerate() {
                    let comma = if place == 0 { "" } else { "、" };
                    write!(out, "{comma}{value}")?;
                }
                Ok(())
            }
            Value::Row(columns) => {
                for (place, (name, value)) in columns.iter().enumerate() {
                    let comma = if place == 0 { "" } else { "，" };
                    write!(out, "{comma}{name}={value}")?;
                }
                Ok(())
            }
        }
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Bool(known) => out.serialize_bool(*known),
            Value::Int(number) => out.serialize_i64(*number),
            Value::Text(text) => out.serialize_str(text),
            Value::Day(day) => out.collect_str(day),
            Value::Instant(instant) => out.collect_str(&Moment::Instant(*instant)),
            Value::List(values) => out.collect_seq(values),
            Value::Row(columns) => out.collect_map(columns.iter().map(|(name, value)| (name, value))),
        }
    }
}
