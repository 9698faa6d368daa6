//! Acts: recorded once, read back as they were, refused with the reason.

use serde_json::json;

use super::sample::{act, append, key, keyed, line, numbered, resting};
use super::{Site, record};
use crate::{AppendError, Erase, Hash, Opening};

/// Bytes, hashes, openings and leaves come back as they were written.
pub async fn what_is_recorded_is_read_back(site: &dyn Site) {
    let store = site.open().await;
    let key = key("a");
    let mut first = append(&key, 0, 2);
    first.acts[1].openings = vec![
        Opening { path: "fields/party-name".into(), value: json!("张三"), salt: [7; 32] },
        Opening { path: "fields/age".into(), value: json!({"b": 1, "a": [null]}), salt: [8; 32] },
    ];
    let bytes = first.acts[0].seal(None).unwrap();
    let mut openings = first.acts[1].openings.clone();
    let appended = record(&*store, first).await;
    assert_eq!((appended.first_leaf, appended.seqs.as_slice()), (0, [1, 2].as_slice()));
    assert_eq!((appended.size_after, appended.repeated), (2, false));
    let matter = store.load(&key).await.unwrap().unwrap();
    assert_eq!(matter.version(), 2);
    assert_eq!(store.version(&key).await.unwrap(), 2);
    assert_eq!(matter.acts[0].bytes, bytes);
    assert_eq!(matter.acts[0].hash, crate::tree::leaf_hash(&bytes));
    assert_eq!(matter.acts[0].line(), Some(line(&key, 1, "evidence-taken")));
    openings.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(matter.acts[1].openings, openings);
    assert_eq!(matter.acts[1].leaf, 1);
    assert_eq!(store.leaf(1).await.unwrap(), Some((key.clone(), 2)));
    let rows = store.rows(&key).await.unwrap().unwrap();
    assert_eq!(rows.row.n_acts, 2);
    // Keys in any order, and twice, give each matter once.
    record(&*store, append(&super::sample::key("b"), 0, 1)).await;
    let many = [super::sample::key("b"), key.clone(), super::sample::key("none"), key.clone()];
    let many = store.load_many(&many).await.unwrap();
    assert_eq!(many.iter().map(|matter| matter.key.matter.as_str()).collect::<Vec<_>>(), ["a", "b"]);
}

/// What is not there is told so, not invented.
pub async fn what_was_never_recorded_is_not_there(site: &dyn Site) {
    let store = site.open().await;
    assert_eq!(store.load(&key("a")).await.unwrap(), None);
    assert_eq!(store.version(&key("a")).await.unwrap(), 0);
    assert_eq!(store.rows(&key("a")).await.unwrap(), None);
    assert_eq!(store.leaf(0).await.unwrap(), None);
    assert_eq!(store.leaf(u64::MAX).await.unwrap(), None);
    assert_eq!(store.numbered("豫永交罚〔2026〕1号").await.unwrap(), None);
    let head = store.log_head().await.unwrap();
    assert_eq!((head.size, head.root, head.recorded), (0, Hash::sm3(b""), None));
}

/// Who comes too late gets the acts they did not know of.
pub async fn a_conflict_shows_what_the_other_did(site: &dyn Site) {
    let store = site.open().await;
    let key = key("a");
    record(&*store, append(&key, 0, 2)).await;
    record(&*store, append(&key, 2, 1)).await;
    let error = store.append(append(&key, 2, 1)).await.unwrap_err();
    let AppendError::Conflict { seen: 2, current: 3, since } = &error else { panic!("{error:?}") };
    assert_eq!(since.iter().map(|act| act.seq).collect::<Vec<_>>(), [3]);
    assert_eq!(since[0].line(), Some(line(&key, 3, "evidence-taken")));
    assert!(error.to_string().contains("现在有 3 个"), "{error}");
    // Who claims to have seen more than there is, is wrong as well.
    let error = store.append(append(&key, 9, 1)).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { current: 3, .. }), "{error:?}");
    assert_eq!(store.version(&key).await.unwrap(), 3);
}

/// Two beginnings of one matter are not two matters.
pub async fn a_matter_begins_once(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, append(&key("a"), 0, 1)).await;
    let error = store.append(append(&key("a"), 0, 1)).await.unwrap_err();
    assert!(matches!(error, AppendError::Exists { current: 1, .. }), "{error:?}");
}

/// What a decision looked up must still be so.
pub async fn a_decision_rests_on_what_it_saw(site: &dyn Site) {
    let store = site.open().await;
    let (certificate, case) = (key("certificate"), key("case"));
    record(&*store, append(&certificate, 0, 1)).await;
    record(&*store, resting(append(&case, 0, 1), &certificate, 1)).await;
    record(&*store, append(&certificate, 1, 1)).await;
    let error = store.append(resting(append(&case, 1, 1), &certificate, 1)).await.unwrap_err();
    let AppendError::SeenChanged { key, seen: 1, current: 2 } = &error else { panic!("{error:?}") };
    assert_eq!(key, &certificate);
    // What was not there must still not be there.
    record(&*store, resting(append(&case, 1, 1), &super::sample::key("none"), 0)).await;
    assert_eq!(store.version(&case).await.unwrap(), 2);
}

/// A repeated click, or a request sent again, gets the first answer.
pub async fn a_repeated_command_records_once(site: &dyn Site) {
    let store = site.open().await;
    let key = key("a");
    let command = || keyed(numbered(append(&key, 0, 2), "罚"), "click-1", "content");
    let first = record(&*store, command()).await;
    record(&*store, append(&key, 2, 1)).await;
    let again = record(&*store, command()).await;
    assert!(again.repeated && !first.repeated);
    assert_eq!(
        (again.first_leaf, &again.seqs, &again.numbers),
        (first.first_leaf, &first.seqs, &first.numbers)
    );
    assert_eq!(again.size_after, first.size_after);
    assert_eq!(store.version(&key).await.unwrap(), 3);
    let name = command().command.unwrap();
    let (matter, answer) = store.answered(&key.unit, &name).await.unwrap().unwrap();
    assert_eq!((matter, answer), (key.clone(), again));
    // The key belongs to the unit.
    assert_eq!(store.answered("elsewhere", &name).await.unwrap(), None);
}

/// A key that named another command is refused.
pub async fn a_key_names_one_command(site: &dyn Site) {
    let store = site.open().await;
    record(&*store, keyed(append(&key("a"), 0, 1), "click-1", "content")).await;
    let other = keyed(append(&key("a"), 1, 1), "click-1", "other");
    let name = other.command.clone().unwrap();
    for error in
        [store.append(other).await.unwrap_err(), store.answered("yongcheng", &name).await.unwrap_err()]
    {
        assert!(matches!(&error, AppendError::KeyReused { key } if key == "click-1"), "{error:?}");
    }
    let elsewhere = keyed(append(&key("b"), 0, 1), "click-1", "content");
    let error = store.append(elsewhere).await.unwrap_err();
    assert!(matches!(error, AppendError::KeyReused { .. }), "{error:?}");
    assert_eq!(store.version(&key("b")).await.unwrap(), 0);
}

/// Numbers count on from the first of the series, and one that is not recorded takes none.
pub async fn numbers_have_no_gaps(site: &dyn Site) {
    let store = site.open().await;
    let mut numbers = Vec::new();
    for n in 0..4 {
        let matter = key(&format!("m{n}"));
        let mut append = numbered(append(&matter, 0, 2), "罚");
        append.acts[0].series.as_mut().unwrap().first = 7;
        numbers.extend(record(&*store, append).await.numbers);
        store.append(numbered(super::sample::append(&matter, 0, 1), "罚")).await.unwrap_err();
    }
    let expected = (7..11).flat_map(|serial| [Some(format!("豫永交罚〔2026〕{serial}号")), None]);
    assert_eq!(numbers, expected.collect::<Vec<_>>());
    let found = store.numbered("豫永交罚〔2026〕9号").await.unwrap();
    assert_eq!(found, Some((key("m2"), 1)));
    let stored = store.load(&key("m2")).await.unwrap().unwrap();
    assert_eq!(stored.acts[0].line().unwrap()["number"], json!("豫永交罚〔2026〕9号"));
    let rows = store.rows(&key("m2")).await.unwrap().unwrap();
    assert_eq!(rows.row.number.as_deref(), Some("豫永交罚〔2026〕9号"));
}

/// An erasure takes value and salt; the bytes of the act, its hash and the root stay.
pub async fn what_is_erased_is_gone_and_the_act_stays(site: &dyn Site) {
    let store = site.open().await;
    let key = key("a");
    let mut first = append(&key, 0, 1);
    let opening = |path: &str| Opening { path: path.into(), value: json!("王五"), salt: [1; 32] };
    first.acts[0].openings = vec![opening("fields/address"), opening("fields/name")];
    record(&*store, first).await;
    let before = store.load(&key).await.unwrap().unwrap();
    let mut erasure = append(&key, 1, 1);
    erasure.erase = vec![Erase { seq: 1, path: "fields/name".into() }];
    erasure.rows.words = vec!["超限".into()];
    record(&*store, erasure).await;
    let after = store.load(&key).await.unwrap().unwrap();
    let (then, now) = (&before.acts[0], &after.acts[0]);
    assert_eq!((&then.bytes, then.hash), (&now.bytes, now.hash));
    assert_eq!(now.openings, [opening("fields/address")]);
    assert_eq!(now.erased, [("fields/name".to_owned(), 2)]);
    let mut search = crate::MatterQuery::of(super::lists::everything());
    search.words = vec!["某某".into()];
    assert_eq!(store.matters(&search).await.unwrap().rows, []);
}

/// Every act that names an attachment is known, so that none is deleted that is still needed.
pub async fn attachments_know_their_acts(site: &dyn Site) {
    let store = site.open().await;
    let digest = Hash::sm3(b"photo");
    for matter in ["b", "a"] {
        let mut append = append(&key(matter), 0, 2);
        append.acts[1].blobs = vec![digest, Hash::sm3(b"other"), digest];
        record(&*store, append).await;
    }
    assert_eq!(store.blob_uses(&digest).await.unwrap(), [(key("a"), 2), (key("b"), 2)]);
    assert_eq!(store.blob_uses(&Hash::sm3(b"none")).await.unwrap(), []);
}

/// What could not be read back the same way is refused, and nothing of it is kept.
pub async fn what_cannot_be_stored_is_refused(site: &dyn Site) {
    let store = site.open().await;
    let key = key("a");
    let mut wrong = append(&key, 0, 2);
    wrong.acts[1] = act(&key, 2);
    wrong.acts[1].line.insert("weight".into(), json!(1.5));
    let error = store.append(wrong).await.unwrap_err();
    assert!(matches!(error, AppendError::Invalid { .. }), "{error:?}");
    assert_eq!(store.version(&key).await.unwrap(), 0);
    assert_eq!(store.log_head().await.unwrap().size, 0);
}
