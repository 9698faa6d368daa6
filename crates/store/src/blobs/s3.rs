//! Attachments in an S3-compatible store.

use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;

use crate::blobs::{BlobError, Blobs, of};

/// Where an S3-compatible store is, and who asks it.
#[derive(Clone)]
pub struct S3 {
    /// Its address, such as `https://minio.example:9000`.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// What the names of all objects begin with; may be empty.
    pub prefix: String,
    /// The region, where it asks for one; `us-east-1` suits most.
    pub region: String,
    /// The id of the access key.
    pub key_id: String,
    /// The secret of the access key.
    pub secret: String,
}

impl Blobs {
    /// Attachments in an S3-compatible store.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn s3(at: &S3, n_bytes_max: u64) -> Result<Blobs, BlobError> {
        // The second one who installs it finds it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let objects = AmazonS3Builder::new()
            .with_endpoint(&at.endpoint)
            .with_allow_http(at.endpoint.starts_with("http://"))
            .with_bucket_name(&at.bucket)
            .with_region(&at.region)
            .with_access_key_id(&at.key_id)
            .with_secret_access_key(&at.secret)
            .build()
            .map_err(of)?;
        Ok(Blobs::new(Arc::new(PrefixStore::new(objects, at.prefix.as_str())), n_bytes_max))
    }
}
