//! The mapping file (`map.toml`): what another system's names mean here.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use encoding_rs::Encoding;
use serde::Deserialize;
use toml::Spanned;

use super::event::Name;
use super::place::Place;
use super::projection::{ActivityRule, Level, Projection, UnknownActivities, ValueKind};

/// A checked mapping.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    procedure: Option<String>,
    fields: Vec<String>,
    projection: Projection,
}

impl Mapping {
    /// Reads a mapping; `file` is its name in messages.
    ///
    /// # Errors
    /// The first error, with its place and a hint.
    pub fn parse(text: &str, file: &str) -> Result<Mapping, MappingError> {
        let source = Source { text, file };
        let written: Written = toml::from_str(text).map_err(|error| source.of_toml(&error))?;
        let mut mapping = Mapping { procedure: written.procedure, ..Mapping::default() };
        let projection = &mut mapping.projection;
        projection.case = written.case.map(Arc::from);
        projection.activity = written.activity.map(Arc::from);
        projection.time = written.time.map(Arc::from);
        projection.transitions = written.lifecycle;
        projection.activities = match written.activities {
            None => ActivityRule::AsWritten,
            Some(acts) => {
                let acts = acts.into_iter().map(|(name, act)| (name.into(), act.into())).collect();
                ActivityRule::Mapped { acts, unknown: written.unknown_activities }
            }
        };
        projection.delimiter = written.delimiter.map(|given| source.delimiter(given)).transpose()?;
        projection.encoding = written.encoding.map(|given| source.encoding(given)).transpose()?;
        for (key, attribute) in written.attributes {
            let kind = source.kind(&attribute)?;
            mapping.projection.want(&key, attribute.get_ref().level, kind);
            mapping.fields.push(attribute.into_inner().field);
        }
        Ok(mapping)
    }

    /// The procedure whose acts the log shows, if the mapping says so.
    pub fn procedure(&self) -> Option<&str> {
        self.procedure.as_deref()
    }

    /// What to read of a log.
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// The field that an attribute becomes.
    pub fn field(&self, name: Name) -> Option<&str> {
        self.fields.get(usize::from(name.0)).map(String::as_str)
    }

    /// Each activity that is named, with its act.
    pub fn acts(&self) -> impl Iterator<Item = (&str, &str)> {
        let acts = match &self.projection.activities {
            ActivityRule::Mapped { acts, .. } => Some(acts),
            ActivityRule::AsWritten => None,
        };
        acts.into_iter().flatten().map(|(name, act)| (&**name, &**act))
    }
}

/// An error of a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} {place}：{why}{}", if hint.is_empty() { String::new() } else { format!("；{hint}") })]
pub struct MappingError {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The place in it.
    pub place: Place,
    /// What is wrong.
    pub why: Arc<str>,
    /// What to write instead; may be empty.
    pub hint: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    case: Option<String>,
    activity: Option<String>,
    time: Option<String>,
    lifecycle: Option<Vec<String>>,
    procedure: Option<String>,
    #[serde(default)]
    unknown_activities: UnknownActivities,
    activities: Option<BTreeMap<String, String>>,
    #[serde(default)]
    attributes: BTreeMap<String, Spanned<WrittenAttribute>>,
    delimiter: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenAttribute {
    field: String,
    r#type: Option<ValueType>,
    unit: Option<MoneyUnit>,
    #[serde(default)]
    level: Level,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum ValueType {
    Money,
    Integer,
    Boolean,
    Text,
    Date,
    Instant,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum MoneyUnit {
    Fen,
    Jiao,
    Yuan,
    WanYuan,
    Cent,
    Euro,
    Dollar,
}

impl MoneyUnit {
    /// Digits between the unit and its smallest coin.
    fn scale(self) -> u8 {
        match self {
            MoneyUnit::Fen | MoneyUnit::Cent => 0,
            MoneyUnit::Jiao => 1,
            MoneyUnit::Yuan | MoneyUnit::Euro | MoneyUnit::Dollar => 2,
            MoneyUnit::WanYuan => 6,
        }
    }
}

/// The text of the mapping, for the places of its errors.
struct Source<'a> {
    text: &'a str,
    file: &'a str,
}

impl Source<'_> {
    fn error(&self, span: Option<Range<usize>>, why: &str, hint: &str) -> MappingError {
        let before = self.text.as_bytes().get(..span.map_or(0, |span| span.start)).unwrap_or_default();
        MappingError {
            file: self.file.into(),
            place: Place::START.after(before),
            why: why.into(),
            hint: hint.into(),
        }
    }

    fn of_toml(&self, error: &toml::de::Error) -> MappingError {
        let message = error.message().lines().next().unwrap_or_default();
        let (why, hint) = in_chinese(message);
        self.error(error.span(), &why, &hint)
    }

    fn delimiter(&self, given: Spanned<String>) -> Result<u8, MappingError> {
        match given.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => {
                let why = format!("分隔符 `{}` 不是单个 ASCII 字符", given.get_ref().escape_debug());
                Err(self.error(Some(given.span()), &why, "可写 \",\"、\";\" 或 \"\\t\""))
            }
        }
    }

    fn encoding(&self, given: Spanned<String>) -> Result<&'static Encoding, MappingError> {
        Encoding::for_label(given.get_ref().as_bytes()).ok_or_else(|| {
            let why = format!("编码 `{}` 无法识别", given.get_ref());
            self.error(Some(given.span()), &why, "可写 \"utf-8\"、\"gb18030\"、\"gbk\"、\"utf-16le\"")
        })
    }

    fn kind(&self, attribute: &Spanned<WrittenAttribute>) -> Result<ValueKind, MappingError> {
        let WrittenAttribute { r#type, unit, field, .. } = attribute.get_ref();
        let fault = |why: String, hint: &str| Err(self.error(Some(attribute.span()), &why, hint));
        match (r#type, unit) {
            (Some(ValueType::Money), Some(unit)) => Ok(ValueKind::Money { scale: unit.scale() }),
            (Some(ValueType::Money), None) => fault(
                format!("金额 `{field}` 没有写单位"),
                "请加上 unit = \"yuan\"（元）或 unit = \"fen\"（分）等",
            ),
            (_, Some(_)) => {
                fault(format!("`{field}` 不是金额，不应有 unit"), "请写 type = \"money\" 或删去 unit")
            }
            (None, None) => Ok(ValueKind::AsWritten),
            (Some(ValueType::Integer), None) => Ok(ValueKind::Integer),
            (Some(ValueType::Boolean), None) => Ok(ValueKind::Boolean),
            (Some(ValueType::Text), None) => Ok(ValueKind::Text),
            (Some(ValueType::Date), None) => Ok(ValueKind::Day),
            (Some(ValueType::Instant), None) => Ok(ValueKind::Instant),
        }
    }
}

/// The messages of the TOML reader that a user of mappings meets, in Chinese, with a hint.
fn in_chinese(message: &str) -> (String, String) {
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let choices = || match message.split_once("expected ") {
        Some((_, choices)) => {
            format!("可写的有 {}", choices.trim_start_matches("one of ").replace(", ", "、"))
        }
        None => String::new(),
    };
    match message {
        m if m.starts_with("unknown field") => (format!("没有 `{}` 这一项", quoted(m)), choices()),
        m if m.starts_with("unknown variant") => (format!("不能写 `{}`", quoted(m)), choices()),
        m if m.starts_with("missing field") => (format!("缺少 `{}`", quoted(m)), String::new()),
        m if m.starts_with("duplicate key") => ("同一项写了两次".to_owned(), String::new()),
        m => (format!("TOML 有误（{m}）"), "文字要加引号，表格写作 [activities]".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"
case = "concept:name"
time = "time:timestamp"
activity = "concept:name"
lifecycle = ["complete"]
procedure = "road-fine"
unknown-activities = "skip"
delimiter = ";"
encoding = "gbk"

[activities]
"Create Fine" = "create-fine"

[attributes]
"amount" = { field = "fine", type = "money", unit = "euro" }
"article" = { field = "article", type = "integer" }
"vehicle" = { field = "vehicle", level = "trace" }
"#;

    #[test]
    fn a_whole_mapping_is_read() {
        let mapping = Mapping::parse(MAP, "map.toml").unwrap();
        assert_eq!(mapping.procedure(), Some("road-fine"));
        assert_eq!(mapping.field(Name(0)), Some("fine"));
        assert_eq!(mapping.projection().key(Name(0)), Some("amount"));
        assert_eq!(mapping.projection().wanted[0].kind, ValueKind::Money { scale: 2 });
        assert_eq!(mapping.projection().wanted[2].level, Level::Trace);
        assert_eq!(mapping.acts().collect::<Vec<_>>(), [("Create Fine", "create-fine")]);
        assert_eq!(mapping.field(Name(3)), None);
    }

    #[track_caller]
    fn check_error(text: &str, expect: &str) {
        assert_eq!(Mapping::parse(text, "map.toml").unwrap_err().to_string(), expect);
    }

    #[test]
    fn errors_name_place_and_remedy() {
        check_error(
            "case = \"a\"\ntimes = \"b\"\n",
            "map.toml 第 2 行第 1 列：没有 `times` 这一项；可写的有 `case`、`activity`、`time`、`lifecycle`、`procedure`、`unknown-activities`、`activities`、`attributes`、`delimiter`、`encoding`",
        );
        check_error(
            "[attributes]\n\"a\" = { field = \"f\", type = \"money\" }",
            "map.toml 第 2 行第 7 列：金额 `f` 没有写单位；请加上 unit = \"yuan\"（元）或 unit = \"fen\"（分）等",
        );
        check_error(
            "[attributes]\n\"a\" = { field = \"f\", unit = \"fen\" }",
            "map.toml 第 2 行第 7 列：`f` 不是金额，不应有 unit；请写 type = \"money\" 或删去 unit",
        );
        check_error(
            "[attributes]\n\"a\" = { field = \"f\", type = \"float\" }",
            "map.toml 第 2 行第 29 列：不能写 `float`；可写的有 `money`、`integer`、`boolean`、`text`、`date`、`instant`",
        );
        check_error(
            "encoding = \"klingon\"",
            "map.toml 第 1 行第 12 列：编码 `klingon` 无法识别；可写 \"utf-8\"、\"gb18030\"、\"gbk\"、\"utf-16le\"",
        );
        check_error(
            "delimiter = \"，\"",
            "map.toml 第 1 行第 13 列：分隔符 `，` 不是单个 ASCII 字符；可写 \",\"、\";\" 或 \"\\t\"",
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_safe(text in "[a-z=\"\\[\\]\n{}案 ]{0,60}") {
            let _ = Mapping::parse(&text, "map.toml");
        }
    }
}
