//! `datasource.read.azure.sas` and `datasource.write.azure.sas`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{Azure, AzureKey, SharedStore};

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
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "Azure Blob Storage";

    fn place(&self) -> String {
        self.blob_uri.expose().split('?').next().unwrap_or_default().to_owned()
    }

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        let parts = parts(self.blob_uri.expose());
        // That it is missing or masked is told elsewhere; nothing is opened with it.
        if parts.is_none() && self.blob_uri.is_given() {
            return Err(
                "blobUri: expected https://ACCOUNT.blob.core.windows.net/CONTAINER?SIGNATURE".to_owned()
            );
        }
        let (endpoint, container, prefix, signature) = parts.unwrap_or_default();
        let key = AzureKey::Signature(signature.into());
        let container = Azure { endpoint: endpoint.to_owned(), container: container.to_owned(), key };
        Ok(container.with_prefix(prefix))
    }
}

/// The address of the service, the container, what the names begin with, and the signature.
#[cfg(feature = "stores")]
fn parts(uri: &str) -> Option<(&str, &str, &str, &str)> {
    let (address, signature) = uri.split_once('?')?;
    let path = address.find("://")? + 3;
    let host = address[path..].split('/').next()?;
    // Where the host is an address, as that of an emulator, the account stands before the container.
    let by_number = host.rsplit_once(':').map_or(host, |(host, _)| host).parse::<std::net::IpAddr>().is_ok();
    let mut slashes = address[path..].match_indices('/').map(|(at, _)| path + at);
    let end = slashes.nth(usize::from(by_number))?;
    let (container, prefix) = address[end + 1..].split_once('/').unwrap_or((&address[end + 1..], ""));
    (!container.is_empty() && !signature.is_empty()).then_some((
        &address[..end],
        container,
        prefix,
        signature,
    ))
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
        write(setup, place_of(setup, &self.address)?, None)
    }
}

#[cfg(all(test, feature = "stores"))]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_container_and_a_signature() {
        for (uri, expected) in [
            (
                "https://a.blob.core.windows.net/c?sv=1&sig=2",
                Some(("https://a.blob.core.windows.net", "c", "", "sv=1&sig=2")),
            ),
            (
                "https://a.blob.core.windows.net/c/d/e?s",
                Some(("https://a.blob.core.windows.net", "c", "d/e", "s")),
            ),
            ("http://127.0.0.1:10000/a/c/d?s", Some(("http://127.0.0.1:10000/a", "c", "d", "s"))),
            ("https://a.blob.core.windows.net/c", None),
            ("https://a.blob.core.windows.net/?s", None),
            ("https://a.blob.core.windows.net?s", None),
            ("a/c?s", None),
        ] {
            assert_eq!(parts(uri), expected, "{uri}");
        }
    }
}
