//! What a change moves, compared with the lock of a release.

use lawbook::lock;

use crate::small::{load, real, small, small_files};

const LIMITS: &str = "procedures/enforcement/small/limits.toml";

#[test]
fn nothing_moves_where_nothing_changed() {
    for book in [small(), real()] {
        let text = lock::write(&lock::lock(book));
        assert_eq!(lock::compare(&lock::read(&text).unwrap(), book), []);
    }
}

#[test]
fn a_later_value_is_told_with_what_rests_on_the_limit() {
    let before = lock::lock(small());
    let mut files = small_files();
    let (_, limits) = files.iter_mut().find(|(name, _)| name == LIMITS).unwrap();
    let value = limits.lines().find(|line| line.contains("from = 2022-07-01")).unwrap().to_owned();
    let later = value.replacen("2022-07-01", "2999-01-01", 1);
    *limits = limits.replacen(&value, &format!("{value}\n{later}"), 1);
    let changes = lock::compare(&before, &load(files).unwrap());
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert!(change.later && change.allowed() && change.before.is_none(), "{change:?}");
    assert!(change.key.ends_with("2999-01-01"), "{change:?}");
    assert!(change.moves[0].starts_with("期限"), "{change:?}");
}

#[test]
fn a_value_in_force_may_not_be_edited() {
    let mut before = lock::lock(small());
    let (key, value) = before.iter_mut().find(|(key, _)| key.starts_with("limit ")).unwrap();
    *value = "1 second".to_owned();
    let key = key.clone();
    let changes = lock::compare(&before, small());
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(change.key, key);
    assert!(!change.allowed() && !change.later && !change.moves.is_empty(), "{change:?}");
}

#[test]
fn a_new_act_is_no_later_value() {
    let mut before = lock::lock(small());
    let act = before.keys().find(|key| key.starts_with("act ")).unwrap().clone();
    before.remove(&act);
    let changes = lock::compare(&before, small());
    assert!(changes.iter().all(|change| !change.later && change.allowed()), "{changes:?}");
}
