//! `datasource.read.*` and `datasource.write.*` of stores: components through which whole files come and go.

mod amazon_s3;
mod azure_blob;
mod azure_sas;
mod ftp;
mod google_cloud_storage;
mod reading;
mod sftp;
mod writing;

pub(crate) use writing::Written;

use std::sync::Arc;

use crate::component::Setup;
use crate::registry::Registry;
use crate::stores::{Folder, SharedStore};

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry
        .with::<sftp::ReadSftp>()
        .with::<sftp::WriteSftp>()
        .with::<ftp::ReadFtp>()
        .with::<ftp::WriteFtp>()
        .with::<amazon_s3::ReadAmazonS3>()
        .with::<amazon_s3::WriteAmazonS3>()
        .with::<azure_blob::ReadAzureBlob>()
        .with::<azure_blob::WriteAzureBlob>()
        .with::<azure_sas::ReadAzureSas>()
        .with::<azure_sas::WriteAzureSas>()
        .with::<google_cloud_storage::ReadGoogleCloudStorage>()
        .with::<google_cloud_storage::WriteGoogleCloudStorage>()
}

/// The parameters that say where a store is, and who we are there.
trait Address: std::fmt::Debug {
    /// What kind of store it is, as a person calls it.
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str;

    /// What tells it from other stores; never shown.
    fn place(&self) -> String {
        // Secrets are not in it.
        format!("{self:?}")
    }

    /// The store, not opened yet.
    ///
    /// # Errors
    /// What is wrong with the parameters.
    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String>;
}

/// A store and what tells it from others.
struct Place {
    store: SharedStore,
    name: String,
}

/// Where a step writes to.
fn place_of<A: Address>(setup: &Setup<'_>, address: &A) -> Result<Place, String> {
    let name = match setup.store() {
        Some(folder) => folder.display().to_string(),
        None => address.place(),
    };
    Ok(Place { store: store_of(setup, address)?, name })
}

/// The store of a step: the folder that was put in its place, or the one that its parameters mean.
fn store_of<A: Address>(setup: &Setup<'_>, address: &A) -> Result<SharedStore, String> {
    if let Some(folder) = setup.store() {
        return Ok(Arc::new(Folder::new(folder)));
    }
    #[cfg(feature = "stores")]
    let store = address.store()?;
    #[cfg(not(feature = "stores"))]
    let (store, _) = (Arc::new(crate::stores::NotBuilt::new(setup.step, A::KIND)), address);
    Ok(store)
}
