//! What the site is asked for.

use std::collections::BTreeSet;

use gigya::Search;
use mapping::DocumentError;
use serde::{Deserialize, Serialize};

/// The members of an account that a search is asked for. They are named one by one, since `*` brings no passwords, as a
/// rule. Subscriptions have a search of their own. Source: SAP Help, accounts.search and the account object.
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

/// What no search of accounts brings, but one of `emailAccounts`. Source: SAP Help, accounts.search.
const SUBSCRIPTIONS: &str = "subscriptions";

/// Accounts a page, at most; for what is small. Source: as above.
const MOST_A_PAGE: u32 = 10_000;

/// The members without which no export can tell accounts apart or go on.
const NEEDED: [&str; 3] = ["UID", "createdTimestamp", "lastUpdatedTimestamp"];

fn both() -> String {
    TYPES.to_owned()
}

/// Which members of the accounts are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    members: BTreeSet<String>,
    /// `full`, `lite` or `full,lite`.
    #[serde(default = "both")]
    types: String,
}

impl Default for Query {
    fn default() -> Self {
        Self { members: MEMBERS.iter().map(|name| (*name).to_owned()).collect(), types: both() }
    }
}

impl Query {
    /// Everything that an account has of its own accord, and what the mapping reads besides. Subscriptions, which cost
    /// searches of their own, only if it reads them.
    ///
    /// # Errors
    /// [`DocumentError`] when the mapping cannot be read.
    pub fn of_mapping(document: &str) -> Result<Self, DocumentError> {
        let mut query = Self::default();
        query.members.remove(SUBSCRIPTIONS);
        for rule in mapping::document::parse(document)? {
            rule.from.iter().chain(&rule.prefer).for_each(|path| query.add(path));
        }
        Ok(query)
    }

    /// What a `select` names, of accounts of these types; none when an export cannot read it as it is: when it names
    /// something other than whole members, or no `password`, which an export asks for where searches do not give it.
    #[must_use]
    pub fn of_select(select: &str, types: &str) -> Option<Self> {
        let members: BTreeSet<String> = select.split(',').map(|name| name.trim().to_owned()).collect();
        let whole = |name: &String| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let readable = members.contains("password") && members.iter().all(whole);
        readable.then(|| {
            let mut query = Self { members, types: types.to_owned() };
            NEEDED.iter().for_each(|name| query.add(name));
            query
        })
    }

    /// The members, as a `select` names them.
    #[must_use]
    pub fn select(&self) -> String {
        let members: Vec<&str> = self.members.iter().map(String::as_str).collect();
        members.join(", ")
    }

    /// Which accounts, as `accountTypes` names them.
    #[must_use]
    pub fn types(&self) -> &str {
        &self.types
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
        let mut text = self.members.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        if self.types != TYPES {
            text = format!("{text} of {}", self.types);
        }
        blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
    }

    /// The accounts of a span in its order, so many a page.
    pub(super) fn accounts(&self, span: Span, page: u32) -> Search {
        let (members, filter, order) = (self.select(), span.filter(), span.by.member());
        Search::accounts(format!("SELECT {members} FROM accounts{filter} ORDER BY {order} LIMIT {page}"))
            .account_types(&self.types)
    }

    /// The accounts of a span in the order of their UIDs, from behind one.
    pub(super) fn by_uid(&self, span: Span, behind: Option<&str>, page: u32) -> Search {
        let (members, filter) = (self.select(), span.filter());
        let behind = behind.map_or_else(String::new, |uid| {
            let quote = if uid.contains('"') { '\'' } else { '"' };
            format!(" AND UID > {quote}{}{quote}", uid.replace('\\', "\\\\"))
        });
        Search::accounts(format!("SELECT {members} FROM accounts{filter}{behind} ORDER BY UID LIMIT {page}"))
            .account_types(&self.types)
    }

    /// Whether subscriptions are wanted.
    pub(super) fn has_subscriptions(&self) -> bool {
        self.members.contains(SUBSCRIPTIONS)
    }

    /// The subscriptions of the accounts of a span, in its order.
    pub(super) fn subscriptions(span: Span) -> Search {
        let (members, filter, order) = (NEEDED.join(", "), span.filter(), span.by.member());
        Search::accounts(format!(
            "SELECT {members}, {SUBSCRIPTIONS} FROM emailAccounts{filter} ORDER BY {order} LIMIT {MOST_A_PAGE}"
        ))
    }

    /// How many accounts a span has.
    pub(super) fn count(&self, span: Span) -> Search {
        Search::accounts(format!("SELECT count(*) FROM accounts{}", span.filter())).account_types(&self.types)
    }

    /// Who there is in a span, in its order, and nothing else of them.
    pub(super) fn names(&self, span: Span) -> Search {
        let (filter, order) = (span.filter(), span.by.member());
        Search::accounts(format!(
            "SELECT UID, {order} FROM accounts{filter} ORDER BY {order} LIMIT {MOST_A_PAGE}"
        ))
        .account_types(&self.types)
    }
}

/// A time of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// When it was made. That never changes.
    Created,
    /// When it was changed last.
    Updated,
}

impl By {
    pub(super) fn member(self) -> &'static str {
        match self {
            Self::Created => "createdTimestamp",
            Self::Updated => "lastUpdatedTimestamp",
        }
    }
}

/// Accounts by one of their times, epoch milliseconds: from `low` on, up to `high` without it, or without an end. No
/// `low` means the accounts that have no such time, or one before 1970, which is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) by: By,
    pub(super) low: Option<i64>,
    pub(super) high: Option<i64>,
}

impl Span {
    pub(super) fn between(by: By, low: i64, high: i64) -> Self {
        Self { by, low: Some(low), high: Some(high) }
    }

    pub(super) fn from(by: By, low: i64) -> Self {
        Self { by, low: Some(low), high: None }
    }

    pub(super) fn untold(by: By) -> Self {
        Self { by, low: None, high: None }
    }

    fn filter(self) -> String {
        let member = self.by.member();
        match (self.low, self.high) {
            (None, _) => format!(" WHERE {member} IS NULL OR {member} < 0"),
            (Some(low), None) => format!(" WHERE {member} >= {low}"),
            (Some(low), Some(high)) => format!(" WHERE {member} >= {low} AND {member} < {high}"),
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
        let query = Query::of_mapping(own).unwrap();
        assert!(query.members.contains("internal") && !query.has_subscriptions());
    }

    #[test]
    fn a_select_of_whole_members_can_be_read() {
        let default = Query::default();
        assert_eq!(Query::of_select(&default.select(), default.types()), Some(default));
        let own = Query::of_select("UID,password , data", "full").unwrap();
        assert_eq!((own.members.len(), own.types()), (5, "full"));
        for select in ["*", "UID", "UID, profile.email, password", "UID as id, password", "UID,,password"] {
            assert_eq!(Query::of_select(select, "full"), None, "{select}");
        }
    }

    #[test]
    fn paths_cannot_leave_their_place_in_a_query() {
        let mut query = Query::default();
        query.add("x FROM accounts; y");
        query.add("*");
        assert_eq!(query, Query::default());
    }
}
