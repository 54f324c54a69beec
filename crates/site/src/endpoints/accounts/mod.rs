//! `accounts.*`

mod get_account_info;
mod import_full_account;

use super::{Endpoint, reads, writes};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("accounts.getAccountInfo", get_account_info::run),
    writes("accounts.importFullAccount", import_full_account::run),
];
