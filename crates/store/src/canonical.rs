//! The one way a value is written as bytes: keys in byte order, integers only, UTF-8 NFC, no blanks.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::{Map, Value as Json};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// Why a value cannot be written so that it is written the same way for ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number with a fraction or beyond 64 bits.
    #[error("数 `{given}` 不是整数")]
    NotAnInteger {
        /// The number as it was given.
        given: String,
    },
    /// Two keys of one object are the same once composed.
    #[error("键 `{key}` 出现两次")]
    KeyTwice {
        /// The key.
        key: String,
    },
}

/// The bytes of a value; what stands behind a commitment is written so too.
///
/// # Errors
/// `CanonicalError` when it holds a number that is no integer, or two keys that fall together.
pub fn value(given: &Json) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::with_capacity(64);
    write(given, &mut out)?;
    Ok(out)
}

/// The bytes of an object.
///
/// # Errors
/// As [`value`].
pub fn object(given: &Map<String, Json>) -> Result<Vec<u8>, CanonicalError> {
    let mut out = Vec::with_capacity(512);
    write_object(given, &mut out)?;
    Ok(out)
}

/// What [`value`] writes, as text.
///
/// # Errors
/// As [`value`].
pub fn text(given: &Json) -> Result<String, CanonicalError> {
    Ok(String::from_utf8(value(given)?).expect("only text is written"))
}

fn write(given: &Json, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    match given {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) if number.is_i64() || number.is_u64() => put(out, number),
        Json::Number(number) => return Err(CanonicalError::NotAnInteger { given: number.to_string() }),
        Json::String(text) => write_text(text, out),
        Json::Array(values) => {
            out.push(b'[');
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(value, out)?;
            }
            out.push(b']');
        }
        Json::Object(values) => write_object(values, out)?,
    }
    Ok(())
}

fn write_object(given: &Map<String, Json>, out: &mut Vec<u8>) -> Result<(), CanonicalError> {
    let mut sorted: BTreeMap<String, &Json> = BTreeMap::new();
    for (key, value) in given {
        let key = composed(key);
        if sorted.contains_key(&key) {
            return Err(CanonicalError::KeyTwice { key });
        }
        sorted.insert(key, value);
    }
    out.push(b'{');
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_text(&key, out);
        out.push(b':');
        write(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn composed(text: &str) -> String {
    if text.is_ascii() || is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// As JSON asks and no more: quotes, backslashes and control characters are escaped, everything else stands as it is.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for sign in composed(text).chars() {
        match sign {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            control if u32::from(control) < 0x20 => put(out, format_args!("\\u{:04x}", u32::from(control))),
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

fn put(out: &mut Vec<u8>, what: impl std::fmt::Display) {
    write!(out, "{what}").expect("a vector takes every byte");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(given: Json, expect: &str) {
        let bytes = value(&given).unwrap();
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expect);
        let read: Json = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value(&read).unwrap(), bytes, "reading and writing again gives the same bytes");
    }

    #[test]
    fn keys_stand_in_byte_order_at_every_depth() {
        check(
            json!({"b": 1, "a": {"d": [], "c": null}, "中": true}),
            r#"{"a":{"c":null,"d":[]},"b":1,"中":true}"#,
        );
    }

    #[test]
    fn text_is_composed_and_escaped_no_more_than_json_asks() {
        check(json!("cafe\u{301}"), "\"café\"");
        check(json!("a/b\"\\\n\u{1}豫"), "\"a/b\\\"\\\\\\n\\u0001豫\"");
        check(json!([i64::MIN, u64::MAX]), "[-9223372036854775808,18446744073709551615]");
    }

    #[test]
    fn what_could_be_written_in_two_ways_is_refused() {
        assert_eq!(value(&json!([1.5])), Err(CanonicalError::NotAnInteger { given: "1.5".into() }));
        assert_eq!(value(&json!({"é": 1, "e\u{301}": 2})), Err(CanonicalError::KeyTwice { key: "é".into() }));
    }
}
