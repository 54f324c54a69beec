//! The tenant's log, as far as custom databases write it: what scripts said, and what became of them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::store::ConnectionRow;
use crate::{ids, time};

/// Entries that are kept; a restart of the tenant forgets them.
const KEPT: usize = 1000;

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    entries: Mutex<VecDeque<Value>>,
}

/// One entry. Source of the types: Auth0, "Log Event Type Codes".
#[derive(Debug, Default)]
pub(crate) struct Entry<'a> {
    /// `s` success, `fu` no such user, `fp` wrong password, `f` anything else that failed.
    pub(super) kind: &'static str,
    /// A sentence.
    pub(super) description: String,
    /// With prefix.
    pub(super) user_id: Option<String>,
    /// What the person typed.
    pub(super) user_name: Option<&'a str>,
    /// Which script ran, and what it wrote to its console.
    pub(super) details: Map<String, Value>,
}

impl Logs {
    /// Adds an entry.
    pub(super) fn add(&self, connection: &ConnectionRow, entry: Entry<'_>, now_ms: i64) {
        let mut shown = json!({
            "log_id": ids::alphanumeric(40),
            "date": time::iso(now_ms),
            "type": entry.kind,
            "description": entry.description,
            "connection": connection.name,
            "connection_id": connection.id,
            "strategy": "auth0",
            "strategy_type": "database",
            "details": entry.details,
        });
        if let Some(user_id) = entry.user_id {
            shown["user_id"] = Value::from(user_id);
        }
        if let Some(user_name) = entry.user_name {
            shown["user_name"] = Value::from(user_name);
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(shown);
    }

    /// The entries, newest first.
    pub(crate) fn newest(&self) -> Vec<Value> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().rev().cloned().collect()
    }
}
