//! `datasource.read.googlecloudstorage` and `datasource.write.googlecloudstorage`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::store_of;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;

/// Where a bucket is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a folder stands in the place of the store")]
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

/// Reads the objects of a Google Cloud Storage bucket whose names begin with a prefix.
///
/// Gigya has such a component; neither its type nor its parameters are documented, so these are ours.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadGoogleCloudStorage {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
    bucket: Bucket,
}

impl Component for ReadGoogleCloudStorage {
    const TYPE: &'static str = "datasource.read.googlecloudstorage";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        read(setup, store_of(setup, "Google Cloud Storage"), Wanted::default())
    }
}

/// Writes files as objects of a Google Cloud Storage bucket: the prefix, a slash, the name.
///
/// Gigya has such a component; neither its type nor its parameters are documented, so these are ours.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteGoogleCloudStorage {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
    bucket: Bucket,
}

impl Component for WriteGoogleCloudStorage {
    const TYPE: &'static str = "datasource.write.googlecloudstorage";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(store_of(setup, "Google Cloud Storage"), None)
    }
}
