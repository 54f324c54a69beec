//! What the site demands: a part of the policies that `accounts.getPolicies` of a real site shows, by the same names.
//!
//! Source: SAP Customer Data Cloud, accounts.setPolicies.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::store::{StoreError, settings};

/// Name of the setting.
const SETTING: &str = "policies";

/// The policies; those of a new site are the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Policies {
    pub(crate) account_options: AccountOptions,
    pub(crate) password_complexity: PasswordComplexity,
    pub(crate) security: Security,
}

/// `accountOptions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AccountOptions {
    /// Accounts with an email that is not verified are pending.
    pub(crate) verify_email: bool,
    /// They may log in all the same.
    pub(crate) allow_unverified_login: bool,
    /// Deleted accounts are told by email, which this site cannot.
    pub(crate) send_account_deleted_email: bool,
}

/// `passwordComplexity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PasswordComplexity {
    /// Characters that a new password has at least.
    pub(crate) min_length: usize,
}

impl Default for PasswordComplexity {
    fn default() -> Self {
        Self { min_length: 6 }
    }
}

/// `security`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Security {
    pub(crate) account_lockout: AccountLockout,
}

/// `security.accountLockout`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AccountLockout {
    /// Wrong passwords in a row that lock an account; 0: none do.
    pub(crate) failed_login_threshold: u32,
    /// For how long (seconds).
    pub(crate) lockout_time_sec: i64,
}

/// The policies of the site.
///
/// # Errors
/// When the database fails.
pub(crate) fn get(connection: &Connection) -> Result<Policies, StoreError> {
    Ok(settings::get(connection, SETTING)?.unwrap_or_default())
}

/// Sets the policies of the site.
///
/// # Errors
/// When the database fails.
pub(crate) fn put(connection: &Connection, policies: &Policies) -> Result<(), StoreError> {
    settings::put(connection, SETTING, policies)
}
