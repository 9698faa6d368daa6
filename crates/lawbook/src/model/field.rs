//! Fields of acts, and how their values are read.

use serde_json::Value as Json;
use terms::{Moment, Value};

use crate::condition::types::Type;

/// A field that acts may carry.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The id in record lines and conditions.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// Its type.
    pub of: Type,
    /// The values of a choice with their titles, in order.
    pub choices: Vec<(String, String)>,
    /// Whether it holds personal data.
    pub personal: bool,
    /// What to enter, shown beside the field.
    pub help: Option<String>,
}

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("字段 `{field}`（{title}）的值 `{given}` 不对，应为{expected}")]
pub struct FieldValueError {
    /// The field.
    pub field: String,
    /// Its title.
    pub title: String,
    /// What was given.
    pub given: String,
    /// What is expected.
    pub expected: String,
}

impl Field {
    /// Reads a value as it stands in a record line.
    ///
    /// # Errors
    /// When the value is not of the field's type.
    pub fn read(&self, json: &Json) -> Result<Value, FieldValueError> {
        read(&self.of, json).ok_or_else(|| {
            let mut given = json.to_string();
            if given.chars().count() > 60 {
                given = given.chars().take(60).chain(['…']).collect();
            }
            let expected = self.of.chinese();
            FieldValueError { field: self.id.clone(), title: self.title.clone(), given, expected }
        })
    }

    /// What officers read for a value of a choice; other values as they are.
    #[must_use]
    pub fn show(&self, value: &Value) -> String {
        match (value, &self.of) {
            (Value::Text(text), Type::Choice(_)) => {
                let title = self.choices.iter().find(|(id, _)| **id == **text);
                title.map_or_else(|| text.to_string(), |(_, title)| title.clone())
            }
            (Value::Int(fen), Type::Money) => terms::Fen(*fen).to_string(),
            (Value::List(values), _) => {
                values.iter().map(|value| self.show(value)).collect::<Vec<_>>().join("、")
            }
            (value, _) => value.to_string(),
        }
    }
}

fn read(of: &Type, json: &Json) -> Option<Value> {
    Some(match of {
        Type::Bool => Value::Bool(json.as_bool()?),
        Type::Int => Value::Int(json.as_i64()?),
        Type::Money => Value::Int(json.as_i64().filter(|fen| *fen >= 0)?),
        Type::Text => Value::text(json.as_str()?),
        Type::Choice(allowed) => {
            let text = json.as_str()?;
            allowed.iter().find(|value| *value == text)?;
            Value::text(text)
        }
        Type::Day => match json.as_str()?.parse().ok()? {
            Moment::Day(day) => Value::Day(day),
            instant @ Moment::Instant(_) => Value::Day(instant.day()),
        },
        Type::Instant => Value::Instant(json.as_str()?.parse::<Moment>().ok()?.instant()?),
        Type::List(of) => {
            Value::List(json.as_array()?.iter().map(|item| read(of, item)).collect::<Option<_>>()?)
        }
        Type::Row(columns) => {
            let row = json.as_object()?;
            if row.keys().any(|key| !columns.iter().any(|(name, _)| name == key)) {
                return None;
            }
            let mut cells = Vec::new();
            for (name, of) in columns.iter() {
                match row.get(name) {
                    None | Some(Json::Null) => {}
                    Some(cell) => cells.push((name.as_str().into(), read(of, cell)?)),
                }
            }
            Value::Row(cells)
        }
    })
}
