//! Attachments (附件): files by their SM3 digest, in a folder or an S3-compatible store, streamed in and out.
//!
//! An attachment is written under a name of its own, and put in its place when all of it has come, has been found to be of
//! an allowed kind and size, and lies safely on the disk. What is in its place is therefore whole.
//! If we stop in between, a file is left under `incoming/`; nothing refers to it, and [`Blobs::sweep`] removes it.

mod kind;
#[cfg(feature = "s3")]
mod s3;

use std::hash::{BuildHasher as _, Hasher as _};
use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStore, ObjectStoreExt as _};
use sm3::{Digest as _, Sm3};

use crate::tree::Hash;

pub use kind::Kind;
#[cfg(feature = "s3")]
pub use s3::S3;

/// Parts are sent of this size at least: an S3-compatible store takes no smaller ones.
const PART_BYTES: usize = 5 << 20;

/// So many bytes are looked at to tell the kind of a file.
const HEAD_BYTES: usize = 8192;

/// Attachments by their digest.
#[derive(Debug, Clone)]
pub struct Blobs {
    objects: Arc<dyn ObjectStore>,
    n_bytes_max: u64,
}

/// An attachment that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SM3 over its bytes: its name.
    pub digest: Hash,
    /// How long it is.
    pub n_bytes: u64,
    /// What its first bytes say it is.
    pub kind: Kind,
}

/// Why an attachment was not taken or not given.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Longer than allowed.
    #[error("附件超过 {n_bytes_max} 字节的上限，没有保存")]
    TooLong {
        /// The most bytes allowed.
        n_bytes_max: u64,
    },
    /// Nothing in it.
    #[error("附件是空文件，没有保存")]
    Empty,
    /// Of a kind that is not allowed.
    #[error("附件的内容是 {found}，只接受 {}，没有保存", .allowed.join("、"))]
    Kind {
        /// What its first bytes say it is.
        found: Kind,
        /// The media types that are allowed.
        allowed: Vec<String>,
    },
    /// It stopped coming.
    #[error("附件没有传完，没有保存")]
    Broken(#[source] crate::error::Source),
    /// What is kept is not what its name says.
    #[error("附件 {digest} 的内容已被改动或损坏")]
    Damaged {
        /// Its name.
        digest: Hash,
    },
    /// No room; nothing was kept.
    #[error("附件存储空间已满，没有保存")]
    Full(#[source] crate::error::Source),
    /// Anything else of the place they are kept in.
    #[error("附件存储出错")]
    Other(#[source] crate::error::Source),
}

impl Blobs {
    /// Attachments in a folder, which is made when it is not there. What is answered is on the disk.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn folder(folder: &FilePath, n_bytes_max: u64) -> Result<Blobs, BlobError> {
        std::fs::create_dir_all(folder).map_err(|error| BlobError::Other(error.into()))?;
        let objects =
            object_store::local::LocalFileSystem::new_with_prefix(folder).map_err(of)?.with_fsync(true);
        Ok(Blobs::new(Arc::new(objects), n_bytes_max))
    }

    /// Attachments in any store of objects.
    #[must_use]
    pub fn new(objects: Arc<dyn ObjectStore>, n_bytes_max: u64) -> Blobs {
        Blobs { objects, n_bytes_max }
    }

    /// Keeps an attachment as it comes. `allowed` are media types such as `image/jpeg`, or `image/*`.
    ///
    /// # Errors
    /// When it is too long, empty, of another kind, stops coming, or cannot be kept; nothing is kept then.
    pub async fn put<E: Into<crate::error::Source>>(
        &self,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        allowed: &[&str],
    ) -> Result<Blob, BlobError> {
        let incoming = Path::from(format!("incoming/{:016x}{:016x}", unlikely(), unlikely()));
        let mut upload = self.objects.put_multipart(&incoming).await.map_err(of)?;
        let taken = match self.take(&mut *upload, bytes, allowed).await {
            Ok(blob) => upload.complete().await.map(|_| blob).map_err(of),
            Err(refused) => {
                // What cannot be taken back now is swept later.
                let _ = upload.abort().await;
                Err(refused)
            }
        };
        let blob = taken?;
        // The same content has the same name: what is there already is as good.
        self.objects.rename(&incoming, &place(&blob.digest)).await.map_err(of)?;
        Ok(blob)
    }

    /// An attachment as it is read; the last item is an error when it is not what its name says.
    ///
    /// # Errors
    /// When the place it is kept in fails; none when there is no such attachment.
    pub async fn get(
        &self,
        digest: &Hash,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, BlobError>>>, BlobError> {
        let found = match self.objects.get(&place(digest)).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(of(error)),
        };
        let digest = *digest;
        let bytes =
            found.into_stream().map_err(of).map(Some).chain(futures_util::stream::once(async { None }));
        let checked = bytes.scan(Sm3::new(), move |sum, next| {
            let next = match next {
                Some(Ok(bytes)) => {
                    sum.update(&bytes);
                    Some(Ok(bytes))
                }
                Some(Err(error)) => Some(Err(error)),
                None if Hash(sum.clone().finalize().into()) == digest => None,
                None => Some(Err(BlobError::Damaged { digest })),
            };
            std::future::ready(next)
        });
        Ok(Some(checked.boxed()))
    }

    /// Whether an attachment is kept.
    ///
    /// # Errors
    /// When the place it is kept in fails.
    pub async fn exists(&self, digest: &Hash) -> Result<bool, BlobError> {
        match self.objects.head(&place(digest)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(of(error)),
        }
    }

    /// Deletes an attachment, as an erasure asks for it once no other act names it; false when there was none.
    ///
    /// # Errors
    /// When the place it is kept in fails.
    pub async fn delete(&self, digest: &Hash) -> Result<bool, BlobError> {
        if !self.exists(digest).await? {
            return Ok(false);
        }
        match self.objects.delete(&place(digest)).await {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(of(error)),
        }
    }

    /// Removes what never came to its end and was begun before `before`, and says how many.
    ///
    /// # Errors
    /// When the place they are kept in fails.
    pub async fn sweep(&self, before: jiff::Timestamp) -> Result<usize, BlobError> {
        let left = self.objects.list(Some(&Path::from("incoming")));
        let is_old = |seconds: i64| seconds < before.as_second();
        let left: Vec<_> = left.try_collect().await.map_err(of)?;
        let old: Vec<_> = left.into_iter().filter(|left| is_old(left.last_modified.timestamp())).collect();
        for left in &old {
            self.objects.delete(&left.location).await.map_err(of)?;
        }
        Ok(old.len())
    }

    async fn take<E: Into<crate::error::Source>>(
        &self,
        upload: &mut dyn MultipartUpload,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        allowed: &[&str],
    ) -> Result<Blob, BlobError> {
        let mut bytes = std::pin::pin!(bytes);
        let (mut sum, mut n_bytes, mut kind) = (Sm3::new(), 0_u64, None);
        let mut part: Vec<u8> = Vec::new();
        while let Some(next) = bytes.next().await {
            let next = next.map_err(|error| BlobError::Broken(error.into()))?;
            n_bytes += next.len() as u64;
            if n_bytes > self.n_bytes_max {
                return Err(BlobError::TooLong { n_bytes_max: self.n_bytes_max });
            }
            sum.update(&next);
            part.extend_from_slice(&next);
            if kind.is_none() && part.len() >= HEAD_BYTES {
                kind = Some(Kind::allowed(&part, allowed)?);
            }
            if part.len() >= PART_BYTES {
                upload.put_part(std::mem::take(&mut part).into()).await.map_err(of)?;
            }
        }
        if n_bytes == 0 {
            return Err(BlobError::Empty);
        }
        let kind = kind.map_or_else(|| Kind::allowed(&part, allowed), Ok)?;
        if !part.is_empty() {
            upload.put_part(part.into()).await.map_err(of)?;
        }
        Ok(Blob { digest: Hash(sum.finalize().into()), n_bytes, kind })
    }
}

/// Where an attachment is: `blobs/ab/cdef…`, so that no folder holds too many.
fn place(digest: &Hash) -> Path {
    let name = digest.to_string();
    Path::from(format!("blobs/{}/{}", &name[..2], &name[2..]))
}

/// A number that nobody else takes at the same time.
fn unlikely() -> u64 {
    std::hash::RandomState::new().build_hasher().finish()
}

fn of(error: Error) -> BlobError {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(next) = cause {
        let is_full = |io: &std::io::Error| io.kind() == std::io::ErrorKind::StorageFull;
        if next.downcast_ref::<std::io::Error>().is_some_and(is_full) {
            return BlobError::Full(error.into());
        }
        cause = next.source();
    }
    BlobError::Other(error.into())
}
