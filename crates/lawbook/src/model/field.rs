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
    /// The form a text has to have, if any.
    pub form: Option<Form>,
    /// Whether it holds personal data.
    pub personal: bool,
    /// What to enter, shown beside the field.
    pub help: Option<String>,
}

/// A form that a text has to have: numbers with check characters, plates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 公民身份号码 (GB 11643).
    CitizenNumber,
    /// 统一社会信用代码 (GB 32100).
    CreditCode,
    /// 机动车号牌 (GA 36).
    Plate,
}

impl Form {
    /// The words in `fields/*.toml`.
    pub const WORDS: [(&'static str, Form); 3] =
        [("citizen-number", Form::CitizenNumber), ("credit-code", Form::CreditCode), ("plate", Form::Plate)];

    /// The text in the one form in which it is stored, or what is wrong with it.
    ///
    /// # Errors
    /// What is wrong, for the person who typed it.
    pub fn read(self, text: &str) -> Result<String, String> {
        fn of<T: std::str::FromStr<Err: ToString> + ToString>(text: &str) -> Result<String, String> {
            text.parse::<T>().map(|read| read.to_string()).map_err(|error| error.to_string())
        }
        match self {
            Form::CitizenNumber => of::<terms::CitizenNumber>(text),
            Form::CreditCode => of::<terms::CreditCode>(text),
            Form::Plate => of::<terms::Plate>(text),
        }
    }
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
        let error = |expected: String| {
            let mut given = json.to_string();
            if given.chars().count() > 60 {
                given = given.chars().take(60).chain(['…']).collect();
            }
            FieldValueError { field: self.id.clone(), title: self.title.clone(), given, expected }
        };
        let value = read(&self.of, json).ok_or_else(|| error(self.of.chinese()))?;
        match (self.form, &value) {
            (Some(form), Value::Text(text)) => form
                .read(text)
                .map(|text| Value::text(&text))
                .map_err(|why| error(format!("{}：{why}", self.title))),
            _ => Ok(value),
        }
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
