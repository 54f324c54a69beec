//! Azure Blob Storage.

use futures_util::future::BoxFuture;
use opendal::Operator;
use opendal::services::Azblob;

use super::{Objects, Service, client, operator};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::stores::SharedStore;

/// A container of Azure Blob Storage.
#[derive(Clone, Debug)]
pub struct Azure {
    /// The address of the service: `https://ACCOUNT.blob.core.windows.net`.
    pub endpoint: String,
    /// The container.
    pub container: String,
    /// What opens it.
    pub key: AzureKey,
}

/// What opens a container.
#[derive(Clone, Debug)]
pub enum AzureKey {
    /// The key of a storage account.
    Account {
        /// The account.
        name: String,
        /// Its key, base64.
        key: Secret,
    },
    /// A shared access signature, as the query of a URL without the question mark.
    Signature(Secret),
}

impl Azure {
    /// The blobs whose names begin with `prefix`.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> SharedStore {
        Objects::shared(self, prefix)
    }

    fn opened(&self) -> Result<Operator, Fault> {
        let builder = Azblob::default().endpoint(&self.endpoint).container(&self.container);
        let builder = match &self.key {
            AzureKey::Account { name, key } => builder.account_name(name).account_key(key.expose()),
            AzureKey::Signature(signature) => builder.sas_token(signature.expose()),
        };
        operator(builder, client(&self.endpoint)?)
    }
}

impl Service for Azure {
    fn place(&self) -> String {
        format!("container {} at {}", self.container, self.endpoint)
    }

    fn open(&self) -> BoxFuture<'_, Result<Operator, Fault>> {
        Box::pin(async { self.opened() })
    }
}
