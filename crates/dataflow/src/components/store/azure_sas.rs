//! `datasource.read.azure.sas` and `datasource.write.azure.sas`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::store_of;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;

/// Where a container is that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a folder stands in the place of the store")]
struct Signed {
    /// The address of the container, `https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER`, with the shared access
    /// signature as its query. How Gigya fetches the signature with the other parameters is not documented, so it has to
    /// stand here.
    blob_uri: Secret,
    /// Where Gigya asks for the signature; not used.
    #[serde(default)]
    authentication_url: String,
    /// Where Gigya logs in for it; not used.
    #[serde(default)]
    login_url: String,
    /// Who Gigya is there; not used.
    #[serde(default)]
    client_id: String,
    /// Its secret; not used.
    #[serde(default)]
    client_secret: Option<String>,
}

/// Reads the blobs of an Azure container that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAzureSas {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
    address: Signed,
}

impl Component for ReadAzureSas {
    const TYPE: &'static str = "datasource.read.azure.sas";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        read(setup, store_of(setup, "Azure Blob Storage"), Wanted::default())
    }
}

/// Writes files as blobs of an Azure container that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteAzureSas {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
    address: Signed,
}

impl Component for WriteAzureSas {
    const TYPE: &'static str = "datasource.write.azure.sas";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(store_of(setup, "Azure Blob Storage"), None)
    }
}
