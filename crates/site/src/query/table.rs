//! What the language says about single tables.

/// What is particular to a table. Which table a `FROM` means is the caller's to decide.
#[derive(Debug, Clone, Copy, Default)]
pub struct Table {
    /// Top-level members that no row of it brings.
    pub withheld: &'static [&'static str],
    /// Top-level members that come only when they are selected by name.
    pub on_demand: &'static [&'static str],
    /// Fields that are stored encrypted: no order comparisons, no `regex`, no `ORDER BY`; `contains` takes the whole text
    /// and looks past upper and lower case.
    pub encrypted: &'static [&'static str],
}

impl Table {
    /// `FROM accounts`, for a caller with the permission to see password hashes: the samples of the vendor's page have them
    /// in what `*` brings. It does not bring subscriptions. User names and email addresses are encrypted by default.
    /// Source: "accounts.search REST".
    pub const ACCOUNTS: Self = Self {
        withheld: &["subscriptions"],
        on_demand: &["counters"],
        encrypted: &[
            "loginIDs.username",
            "loginIDs.emails",
            "loginIDs.unverifiedEmails",
            "emails.verified",
            "emails.unverified",
            "profile.email",
            "profile.username",
        ],
    };

    /// `FROM accounts`, for a caller without that permission.
    pub const ACCOUNTS_WITHOUT_PASSWORDS: Self =
        Self { withheld: &["subscriptions", "password"], ..Self::ACCOUNTS };

    /// `FROM emailAccounts`. Source: "accounts.search REST".
    pub const EMAIL_ACCOUNTS: Self =
        Self { withheld: &[], on_demand: &[], encrypted: &["email", "profile.email", "profile.username"] };

    /// A table of plain documents.
    pub const PLAIN: Self = Self { withheld: &[], on_demand: &[], encrypted: &[] };

    pub(super) fn is_encrypted(&self, path: &str) -> bool {
        self.encrypted.contains(&path)
    }
}
