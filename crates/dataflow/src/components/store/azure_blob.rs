//! `datasource.read.azure.blob` and `datasource.write.azure.blob`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::delta::since;
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{Azure, AzureKey, SharedStore};

/// Where a container is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only the stores need to know"))]
struct Container {
    /// The storage account.
    account_name: String,
    /// Its key, base64.
    #[serde(default)]
    account_key: Secret,
    /// The container.
    container: String,
    /// What the names of the blobs begin with; the whole container without it.
    #[serde(default)]
    blob_prefix: String,
    /// The address of the service if it is not `https://ACCOUNT.blob.core.windows.net`. Gigya has no such parameter.
    #[serde(default)]
    endpoint: String,
}

impl Address for Container {
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "Azure Blob Storage";

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        let endpoint = match self.endpoint.as_str() {
            "" => format!("https://{}.blob.core.windows.net", self.account_name),
            given => given.to_owned(),
        };
        let key = AzureKey::Account { name: self.account_name.clone(), key: self.account_key.clone() };
        let container = Azure { endpoint, container: self.container.clone(), key };
        Ok(container.with_prefix(&self.blob_prefix))
    }
}

/// Reads the blobs of an Azure container whose names begin with a prefix.
///
/// Only those that were changed since the last run, unless everything is extracted (`fullExtract`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAzureBlob {
    #[serde(flatten)]
    container: Container,
    /// A regular expression that the whole name of a file has to match; all files without it.
    #[serde(default)]
    file_name_regex: Option<String>,
}

impl Component for ReadAzureBlob {
    const TYPE: &'static str = "datasource.read.azure.blob";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let wanted = Wanted::named(self.file_name_regex.as_deref())?;
        let wanted = Wanted { since: since(setup.context), ..wanted };
        read(setup, store_of(setup, &self.container)?, wanted)
    }
}

/// Writes files as blobs of an Azure container: the prefix, a slash, the name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteAzureBlob {
    #[serde(flatten)]
    container: Container,
}

impl Component for WriteAzureBlob {
    const TYPE: &'static str = "datasource.write.azure.blob";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(setup, place_of(setup, &self.container)?, None)
    }
}
