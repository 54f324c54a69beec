//! What the site is asked for.

use std::collections::BTreeSet;

use gigya::Search;
use mapping::DocumentError;
use serde::{Deserialize, Serialize};

/// The members of an account that a search is asked for. They are named one by one, since `*` brings neither
/// subscriptions nor, as a rule, passwords. Source: SAP Help, accounts.search and the account object.
const MEMBERS: [&str; 37] = [
    "UID",
    "communications",
    "created",
    "createdTimestamp",
    "customIdentifiers",
    "data",
    "email",
    "emails",
    "groups",
    "hasFullAccount",
    "hasLiteAccount",
    "iRank",
    "identities",
    "isActive",
    "isLockedOut",
    "isRegistered",
    "isVerified",
    "lastLogin",
    "lastLoginLocation",
    "lastLoginTimestamp",
    "lastUpdated",
    "lastUpdatedTimestamp",
    "lockedUntil",
    "loginIDs",
    "loginProvider",
    "oldestDataUpdated",
    "password",
    "phoneNumber",
    "preferences",
    "profile",
    "rbaPolicy",
    "regSource",
    "registered",
    "socialProviders",
    "subscriptions",
    "tfaStatus",
    "verified",
];

/// Accounts of both kinds: those without a registration are told apart, and counted, by prepare.
const TYPES: &str = "full,lite";

/// Which members of the accounts are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    members: BTreeSet<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self { members: MEMBERS.iter().map(|name| (*name).to_owned()).collect() }
    }
}

impl Query {
    /// Everything that an account has of its own accord, and what the mapping reads besides.
    ///
    /// # Errors
    /// [`DocumentError`] when the mapping cannot be read.
    pub fn of_mapping(document: &str) -> Result<Self, DocumentError> {
        let mut query = Self::default();
        for rule in mapping::document::parse(document)? {
            rule.from.iter().chain(&rule.prefer).for_each(|path| query.add(path));
        }
        Ok(query)
    }

    /// Also reads the member in which a path begins.
    pub fn add(&mut self, path: &str) {
        let root = path.split(['.', '[']).next().unwrap_or_default();
        // Anything else is no name that the query language takes.
        if !root.is_empty() && root.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.members.insert(root.to_owned());
        }
    }

    /// Tells queries apart.
    pub(super) fn digest(&self) -> String {
        let members: Vec<&str> = self.members.iter().map(String::as_str).collect();
        blake3::hash(members.join(",").as_bytes()).to_hex()[..16].to_owned()
    }

    /// The accounts of a span, in the order of their last change, so many a page.
    pub(super) fn accounts(&self, span: Span, page: u32) -> Search {
        let members: Vec<&str> = self.members.iter().map(String::as_str).collect();
        let order = if span == Span::Untold { "" } else { " ORDER BY lastUpdatedTimestamp" };
        let query =
            format!("SELECT {} FROM accounts{}{order} LIMIT {}", members.join(", "), span.filter(), page);
        Search::accounts(query).account_types(TYPES)
    }

    /// How many accounts a span has.
    pub(super) fn count(span: Span) -> Search {
        Search::accounts(format!("SELECT count(*) FROM accounts{}", span.filter())).account_types(TYPES)
    }

    /// The account that was changed first, if `first`, or last.
    pub(super) fn end(first: bool) -> Search {
        let direction = if first { "ASC" } else { "DESC" };
        Search::accounts(format!(
            "SELECT lastUpdatedTimestamp FROM accounts WHERE lastUpdatedTimestamp >= 0 \
             ORDER BY lastUpdatedTimestamp {direction} LIMIT 1"
        ))
        .account_types(TYPES)
    }
}

/// A span of `lastUpdatedTimestamp`, epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    /// From the first on, up to the second without it.
    Between(i64, i64),
    /// From there on.
    From(i64),
    /// Accounts that have no such time-stamp, or one before 1970, which is nobody's.
    Untold,
}

impl Span {
    fn filter(self) -> String {
        match self {
            Self::Between(low, high) => {
                format!(" WHERE lastUpdatedTimestamp >= {low} AND lastUpdatedTimestamp < {high}")
            }
            Self::From(low) => format!(" WHERE lastUpdatedTimestamp >= {low}"),
            Self::Untold => " WHERE lastUpdatedTimestamp IS NULL OR lastUpdatedTimestamp < 0".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mapping_reads_is_asked_for() {
        let members = Query::of_mapping(mapping::DEFAULT).unwrap().members;
        for name in ["UID", "password", "subscriptions", "data", "customIdentifiers", "lastUpdatedTimestamp"]
        {
            assert!(members.contains(name), "{name}");
        }
        assert_eq!(members, Query::default().members, "the list is complete for the default mapping");
        let own = "version = 1\n[user]\nuser_id = \"UID\"\n[app_metadata]\nx = \"internal.crm.id\"\n";
        assert!(Query::of_mapping(own).unwrap().members.contains("internal"));
    }

    #[test]
    fn paths_cannot_leave_their_place_in_a_query() {
        let mut query = Query::default();
        query.add("x FROM accounts; y");
        query.add("*");
        assert_eq!(query, Query::default());
    }
}
