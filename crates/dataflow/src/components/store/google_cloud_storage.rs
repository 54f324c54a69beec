//! `datasource.read.googlecloudstorage` and `datasource.write.googlecloudstorage`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{Google, SharedStore};

/// Where a bucket is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only the stores need to know"))]
struct Bucket {
    /// The bucket.
    bucket_name: String,
    /// The JSON text of the key of a service account.
    #[serde(default)]
    credentials: Secret,
    /// What the names of the objects begin with; the whole bucket without it.
    #[serde(default)]
    object_key_prefix: String,
    /// The address of another service that speaks the same protocol.
    #[serde(default)]
    endpoint: String,
}

impl Address for Bucket {
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "Google Cloud Storage";

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        let bucket = Google {
            bucket: self.bucket_name.clone(),
            credentials: self.credentials.clone(),
            endpoint: self.endpoint.clone(),
        };
        Ok(bucket.with_prefix(&self.object_key_prefix))
    }
}

/// Reads the objects of a Google Cloud Storage bucket whose names begin with a prefix.
///
/// Gigya has such a component; neither its type nor its parameters are documented, so these are ours.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadGoogleCloudStorage {
    #[serde(flatten)]
    bucket: Bucket,
}

impl Component for ReadGoogleCloudStorage {
    const TYPE: &'static str = "datasource.read.googlecloudstorage";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        read(setup, store_of(setup, &self.bucket)?, Wanted::default())
    }
}

/// Writes files as objects of a Google Cloud Storage bucket: the prefix, a slash, the name.
///
/// Gigya has such a component; neither its type nor its parameters are documented, so these are ours.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteGoogleCloudStorage {
    #[serde(flatten)]
    bucket: Bucket,
}

impl Component for WriteGoogleCloudStorage {
    const TYPE: &'static str = "datasource.write.googlecloudstorage";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(setup, place_of(setup, &self.bucket)?, None)
    }
}
