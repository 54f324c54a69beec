//! `datasource.read.amazon.s3` and `datasource.write.amazon.s3`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{AmazonS3, SharedStore};

/// Where a bucket is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only the stores need to know"))]
struct Bucket {
    /// The bucket.
    bucket_name: String,
    /// The id of the access key.
    access_key: String,
    /// The secret access key.
    #[serde(default)]
    secret_key: Secret,
    /// What the keys of the objects begin with; the whole bucket without it.
    #[serde(default)]
    object_key_prefix: String,
    /// The region of the bucket; asked for without it. Gigya has no such parameter.
    #[serde(default)]
    region: String,
    /// The address of another service that speaks S3. Gigya has no such parameter.
    #[serde(default)]
    endpoint: String,
}

impl Address for Bucket {
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "Amazon S3";

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        let bucket = AmazonS3 {
            bucket: self.bucket_name.clone(),
            access_key: self.access_key.clone(),
            secret_key: self.secret_key.clone(),
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
        };
        Ok(bucket.with_prefix(&self.object_key_prefix))
    }
}

/// Reads the objects of an Amazon S3 bucket whose keys begin with a prefix.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAmazonS3 {
    #[serde(flatten)]
    bucket: Bucket,
}

impl Component for ReadAmazonS3 {
    const TYPE: &'static str = "datasource.read.amazon.s3";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        read(setup, store_of(setup, &self.bucket)?, Wanted::default())
    }
}

/// Writes files as objects of an Amazon S3 bucket: the prefix, a slash, the name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteAmazonS3 {
    #[serde(flatten)]
    bucket: Bucket,
}

impl Component for WriteAmazonS3 {
    const TYPE: &'static str = "datasource.write.amazon.s3";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(setup, place_of(setup, &self.bucket)?, None)
    }
}
