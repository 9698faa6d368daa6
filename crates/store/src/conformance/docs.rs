//! Documents by key.

use serde_json::json;

use super::Site;
use super::sample::instant;
use crate::{DocsOf, NewDoc, Over, StoreError};

fn doc(key: &str, over: Over) -> NewDoc {
    NewDoc {
        kind: "session".into(),
        key: key.into(),
        over,
        json: json!({"person": "p-017", "n": 1.5}),
        index: None,
        expires: None,
    }
}

/// Who changes a document must have seen it as it is.
pub async fn a_document_changes_at_its_version(site: &dyn Site) {
    let store = site.open().await;
    assert_eq!(store.doc("session", "a").await.unwrap(), None);
    assert_eq!(store.put_doc(doc("a", Over::Nothing)).await.unwrap(), 1);
    let error = store.put_doc(doc("a", Over::Nothing)).await.unwrap_err();
    assert!(matches!(error, StoreError::DocChanged { current: 1, .. }), "{error:?}");
    assert_eq!(store.put_doc(doc("a", Over::Version(1))).await.unwrap(), 2);
    let error = store.put_doc(doc("a", Over::Version(1))).await.unwrap_err();
    assert!(matches!(error, StoreError::DocChanged { current: 2, .. }), "{error:?}");
    assert_eq!(
        store.put_doc(NewDoc { index: Some("p-017".into()), ..doc("a", Over::Anything) }).await.unwrap(),
        3
    );
    let stored = store.doc("session", "a").await.unwrap().unwrap();
    assert_eq!((stored.version, stored.index.as_deref()), (3, Some("p-017")));
    assert_eq!(stored.json, json!({"person": "p-017", "n": 1.5}));
    let error = store.delete_doc("session", "a", Over::Version(2)).await.unwrap_err();
    assert!(matches!(error, StoreError::DocChanged { current: 3, .. }), "{error:?}");
    assert!(store.delete_doc("session", "a", Over::Version(3)).await.unwrap());
    assert!(!store.delete_doc("session", "a", Over::Anything).await.unwrap());
    let error = store.put_doc(doc("a", Over::Version(3))).await.unwrap_err();
    assert!(matches!(error, StoreError::DocChanged { current: 0, .. }), "{error:?}");
    // Of many who change it at once, from the same version, one does.
    store.put_doc(doc("a", Over::Nothing)).await.unwrap();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let store = store.clone();
        clients.spawn(async move { store.put_doc(doc("a", Over::Version(1))).await.is_ok() });
    }
    assert_eq!(clients.join_all().await.into_iter().filter(|is_written| *is_written).count(), 1);
}

/// By beginning of the key or by index, page by page.
pub async fn documents_are_listed_in_order(site: &dyn Site) {
    let store = site.open().await;
    for (key, index) in [("b/2", "x"), ("a/1", "x"), ("b/1", "y"), ("豫/1", "x"), ("b", "y")] {
        store.put_doc(NewDoc { index: Some(index.into()), ..doc(key, Over::Nothing) }).await.unwrap();
    }
    store.put_doc(NewDoc { kind: "draft".into(), ..doc("b/3", Over::Nothing) }).await.unwrap();
    let keys = async |of: DocsOf, after: Option<&str>, n| {
        let docs = store.docs("session", &of, after, n).await.unwrap();
        docs.into_iter().map(|doc| doc.key).collect::<Vec<_>>()
    };
    let prefix = |prefix: &str| DocsOf::Prefix(prefix.into());
    assert_eq!(keys(prefix(""), None, 10).await, ["a/1", "b", "b/1", "b/2", "豫/1"]);
    assert_eq!(keys(prefix("b"), None, 2).await, ["b", "b/1"]);
    assert_eq!(keys(prefix("b"), Some("b/1"), 2).await, ["b/2"]);
    assert_eq!(keys(DocsOf::Index("x".into()), None, 2).await, ["a/1", "b/2"]);
    assert_eq!(keys(DocsOf::Index("x".into()), Some("b/2"), 2).await, ["豫/1"]);
}

/// What has expired goes, what has not stays, what never does stays.
pub async fn what_expired_is_purged(site: &dyn Site) {
    let store = site.open().await;
    for (key, expires) in [("old", Some(instant(5))), ("new", Some(instant(50))), ("ever", None)] {
        store.put_doc(NewDoc { expires, ..doc(key, Over::Nothing) }).await.unwrap();
    }
    assert_eq!(store.purge_expired(instant(10)).await.unwrap(), 1);
    let left = store.docs("session", &DocsOf::Prefix(String::new()), None, 10).await.unwrap();
    assert_eq!(left.iter().map(|doc| doc.key.as_str()).collect::<Vec<_>>(), ["ever", "new"]);
    assert_eq!(left[1].expires, Some(instant(50)));
}
