//! `accounts.*`

mod get_account_info;
mod import_full_account;
mod search;

use super::{Access, Endpoint, reads, writes};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("accounts.getAccountInfo", get_account_info::run),
    writes("accounts.importFullAccount", import_full_account::run),
    Endpoint { access: Access::Anyone, ..reads("accounts.search", search::run) },
];
