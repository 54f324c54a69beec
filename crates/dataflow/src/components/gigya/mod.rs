//! `datasource.*.gigya.*`: components that speak to a site.

mod accounts;
mod behavior;
mod call;
mod concurrently;
mod lookup_account;
mod lookup_gm;
mod matching;
mod pages;
mod read_account;
mod read_audit;
mod read_ds;
mod select;
mod write_account;
mod write_ds;
mod write_generic;
mod write_importaccount;
mod writing;

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry
        .with::<read_account::ReadAccount>()
        .with::<read_audit::ReadAudit>()
        .with::<read_ds::ReadDs>()
        .with::<lookup_account::LookupAccount>()
        .with::<lookup_gm::LookupGm>()
        .with::<write_account::WriteAccount>()
        .with::<write_importaccount::WriteImportAccount>()
        .with::<write_generic::WriteGeneric>()
        .with::<write_ds::WriteDs>()
}
