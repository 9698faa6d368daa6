//! Texts that have to have a form: numbers with check characters, plates.

use serde_json::json;
use terms::Value;

use crate::small::{load, small_files, told};

fn with(text: &str) -> Vec<(String, String)> {
    let mut files = small_files();
    files.push(("fields/more.toml".to_owned(), text.to_owned()));
    files
}

const FIELDS: &str = r#"field = [
  { id = "person-number", title = "身份号码", type = "text", form = "citizen-number" },
  { id = "firm-code", title = "信用代码", type = "text", form = "credit-code" },
  { id = "plate-of", title = "号牌", type = "text", form = "plate" },
]"#;

#[test]
fn a_text_with_a_form_is_read_into_it_or_refused_with_the_reason() {
    let book = load(with(FIELDS)).unwrap();
    let read = |id: &str, text: &str| book.field(id).unwrap().1.read(&json!(text));
    assert_eq!(read("person-number", " 11010519491231002x"), Ok(Value::text("11010519491231002X")));
    assert_eq!(read("firm-code", "91350100m000100y43"), Ok(Value::text("91350100M000100Y43")));
    assert_eq!(read("plate-of", "豫n12345(黄)"), Ok(Value::text("豫N12345（黄）")));
    for (id, wrong, why) in [
        ("person-number", "110105194912310021", "校验不通过"),
        ("firm-code", "91350100M000100Y44", "校验不通过"),
        ("plate-of", "N12345", "简称"),
    ] {
        let told = read(id, wrong).unwrap_err().to_string();
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn only_texts_have_a_form_and_only_a_known_one() {
    let number = told(with(&FIELDS.replacen("\"text\"", "\"integer\"", 1)));
    assert!(number.contains("只有文字"), "{number}");
    let unknown = told(with(&FIELDS.replacen("\"plate\"", "\"plates\"", 1)));
    assert!(unknown.contains("plates"), "{unknown}");
}
