//! `datasource.read.azure.sas` and `datasource.write.azure.sas`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::writing::write;
use super::{Address, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
use crate::stores::SharedStore;

/// Where a container is that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "parameters of Gigya's that nothing here needs")]
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

impl Address for Signed {
    #[cfg(feature = "stores")]
    fn store(&self, _: &str) -> Result<SharedStore, String> {
        let wrong = || {
            "blobUri: expected https://ACCOUNT.blob.core.windows.net/CONTAINER?SIGNATURE; how a signature is fetched is \
             not documented"
                .to_owned()
        };
        let (address, signature) = self.blob_uri.expose().split_once('?').ok_or_else(wrong)?;
        let (scheme, rest) = address.split_once("://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
        let (container, prefix) = path.split_once('/').unwrap_or((path, ""));
        let builder = opendal::services::Azblob::default()
            .endpoint(&format!("{scheme}://{host}"))
            .sas_token(signature)
            .container(container);
        crate::stores::Objects::bucket(builder, prefix)
    }

    #[cfg(not(feature = "stores"))]
    fn store(&self, step: &str) -> Result<SharedStore, String> {
        Ok(std::sync::Arc::new(crate::stores::NotBuilt::new(step, "Azure Blob Storage")))
    }
}

/// Reads the blobs of an Azure container that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAzureSas {
    #[serde(flatten)]
    address: Signed,
}

impl Component for ReadAzureSas {
    const TYPE: &'static str = "datasource.read.azure.sas";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        read(setup, store_of(setup, &self.address)?, Wanted::default())
    }
}

/// Writes files as blobs of an Azure container that is opened with a shared access signature.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteAzureSas {
    #[serde(flatten)]
    address: Signed,
}

impl Component for WriteAzureSas {
    const TYPE: &'static str = "datasource.write.azure.sas";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(store_of(setup, &self.address)?, None)
    }
}
