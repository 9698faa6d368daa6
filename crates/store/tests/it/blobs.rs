use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use store::Hash;
use store::blobs::{Blob, BlobError, Blobs};

const ANY: [&str; 1] = ["*"];
const LIMIT: u64 = 12 << 20;

/// The pieces a request would come in.
fn pieces(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + use<> {
    let pieces: Vec<_> = bytes.chunks(60_000).map(Bytes::copy_from_slice).map(Ok).collect();
    stream::iter(pieces)
}

async fn read(blobs: &Blobs, digest: &Hash) -> Result<Option<Vec<u8>>, BlobError> {
    let Some(bytes) = blobs.get(digest).await? else { return Ok(None) };
    let pieces: Vec<Bytes> = bytes.try_collect().await?;
    Ok(Some(pieces.concat()))
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn check_kept(blobs: &Blobs) {
    for n_bytes in [1, 8191, 8192, 60_001, (5 << 20) + 1, 11 << 20] {
        let bytes: Vec<u8> = (0..n_bytes).map(|at: u32| (at % 251) as u8).collect();
        let Blob { digest, n_bytes: kept, .. } = blobs.put(pieces(&bytes), &ANY).await.unwrap();
        assert_eq!((digest, kept), (Hash::sm3(&bytes), u64::from(n_bytes)));
        assert_eq!(blobs.put(pieces(&bytes), &ANY).await.unwrap().digest, digest, "twice is once");
        assert_eq!(read(blobs, &digest).await.unwrap(), Some(bytes));
        assert!(blobs.exists(&digest).await.unwrap());
        assert!(blobs.delete(&digest).await.unwrap());
        assert!(!blobs.delete(&digest).await.unwrap());
        assert!(!blobs.exists(&digest).await.unwrap());
        assert_eq!(read(blobs, &digest).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_is_kept_is_read_back_by_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    check_kept(&Blobs::folder(&folder.path().join("new"), LIMIT).unwrap()).await;
    check_kept(&Blobs::new(Arc::new(object_store::memory::InMemory::new()), LIMIT)).await;
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(folder.path(), LIMIT).unwrap();
    let long = vec![b'x'; LIMIT as usize + 1];
    assert!(matches!(blobs.put(pieces(&long), &ANY).await, Err(BlobError::TooLong { .. })));
    assert!(matches!(blobs.put(pieces(&[]), &ANY).await, Err(BlobError::Empty)));
    let program = [b"MZ\x90\x00\x03".as_slice(), &[0; 9000]].concat();
    for bytes in [&program[..], &program[..100]] {
        let refused = blobs.put(pieces(bytes), &["image/*", "application/pdf"]).await;
        assert!(matches!(refused, Err(BlobError::Kind { .. })), "{refused:?}");
    }
    let broken = stream::iter([Ok(Bytes::from_static(b"half of it")), Err("the line is cut")]);
    assert!(matches!(blobs.put(broken, &ANY).await, Err(BlobError::Broken(_))));
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_changed_behind_our_back_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(folder.path(), LIMIT).unwrap();
    let blob = blobs.put(pieces("现场照片说明".as_bytes()), &["text/plain"]).await.unwrap();
    let [file] = &files(folder.path())[..] else { panic!("one file is kept") };
    let mut bytes = std::fs::read(file).unwrap();
    bytes[3] ^= 1;
    std::fs::write(file, bytes).unwrap();
    let error = read(&blobs, &blob.digest).await.unwrap_err();
    assert!(matches!(error, BlobError::Damaged { digest } if digest == blob.digest), "{error:?}");
}

#[tokio::test]
async fn what_never_came_to_its_end_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(folder.path(), LIMIT).unwrap();
    let blob = blobs.put(pieces(b"whole"), &ANY).await.unwrap();
    std::fs::create_dir_all(folder.path().join("incoming")).unwrap();
    std::fs::write(folder.path().join("incoming/left"), "half").unwrap();
    assert_eq!(blobs.sweep("2000-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), 0);
    assert_eq!(blobs.sweep("2900-01-01T00:00:00Z".parse().unwrap()).await.unwrap(), 1);
    assert!(blobs.exists(&blob.digest).await.unwrap());
    assert_eq!(files(folder.path()).len(), 1);
}
