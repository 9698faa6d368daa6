//! Who may read what: grants are read strictly.

use lawbook::model::{Relation, Thing};

use crate::small::{load, small_files, told};

const GRANT: &str = r#"
[[grant]]
id = "unit-reads"
posts = ["officer"]
relation = "unit"
things = ["documents", "matter"]
procedures = ["small"]
cite = "product#default"
gist = "本单位的人看本单位的事项"
status = "default"
"#;

fn with(text: &str) -> Vec<(String, String)> {
    let mut files = small_files();
    files.push(("access.toml".to_owned(), text.to_owned()));
    files
}

#[test]
fn a_grant_is_read() {
    let book = load(with(GRANT)).unwrap();
    let [grant] = book.grants.as_slice() else { panic!("one grant") };
    assert_eq!((grant.id.as_str(), grant.relation), ("unit-reads", Relation::Unit));
    assert_eq!(grant.things, [Thing::Matter, Thing::Documents]);
    assert!(grant.covers(Thing::Matter, Some("small")));
    assert!(!grant.covers(Thing::Matter, Some("other")));
    assert!(!grant.covers(Thing::Matter, None));
    assert!(!grant.covers(Thing::Sealed, Some("small")));
}

#[test]
fn without_grants_nobody_reads() {
    assert!(load(small_files()).unwrap().grants.is_empty());
}

#[test]
fn what_a_grant_names_must_be_known() {
    let cases = [
        ("\"officer\"", "\"offcer\"", "不认识 `offcer`"),
        ("\"unit\"", "\"units\"", "units"),
        ("\"matter\"", "\"matters\"", "不认识 `matters`"),
        ("\"small\"", "\"smal\"", "不认识 `smal`"),
        ("relation", "relations", "不认识的键 `relations`"),
        ("posts = [\"officer\"]\n", "", "缺少 `posts`"),
        ("gist = \"本单位的人看本单位的事项\"\n", "", "缺少 `gist`"),
        ("cite = \"product#default\"", "cite = \"nobody#1\"", "nobody"),
    ];
    for (from, to, message) in cases {
        let told = told(with(&GRANT.replacen(from, to, 1)));
        assert!(told.contains("access.toml:") && told.contains(message), "{to}: {told}");
    }
    let twice = told(with(&format!("{GRANT}{GRANT}")));
    assert!(twice.contains("定义了两次"), "{twice}");
}
