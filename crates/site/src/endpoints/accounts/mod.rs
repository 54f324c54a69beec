//! `accounts.*`

mod delete_account;
mod delete_lite_account;
mod exchange_uid_signature;
mod get_account_info;
mod get_schema;
mod identifiers_find;
mod import_full_account;
mod import_lite_account;
mod is_available_login_id;
mod login;
mod policies;
mod search;
mod set_account_info;
mod tfa_import;

use super::{Access, Endpoint, reads, writes};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("accounts.exchangeUIDSignature", exchange_uid_signature::run),
    reads("accounts.getAccountInfo", get_account_info::run),
    reads("accounts.getPolicies", policies::get),
    reads("accounts.getSchema", get_schema::run),
    reads("accounts.identifiers.find", identifiers_find::run),
    Endpoint { access: Access::Anyone, ..reads("accounts.isAvailableLoginID", is_available_login_id::run) },
    Endpoint { access: Access::Anyone, ..writes("accounts.login", login::run) },
    writes("accounts.deleteAccount", delete_account::run),
    writes("accounts.deleteLiteAccount", delete_lite_account::run),
    writes("accounts.importFullAccount", import_full_account::run),
    Endpoint { access: Access::Anyone, ..reads("accounts.search", search::run) },
    writes("accounts.importLiteAccount", import_lite_account::run),
    writes("accounts.setAccountInfo", set_account_info::run),
    writes("accounts.setPolicies", policies::set),
    writes("accounts.tfa.importTFA", tfa_import::run),
];
