//! What an account is found by.

use serde_json::Value;

use crate::document::Document;

/// A kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// `loginIDs.username`.
    Username = 0,
    /// `loginIDs.emails`.
    Email = 1,
    /// `loginIDs.unverifiedEmails`: logs in nowhere before it is verified.
    UnverifiedEmail = 2,
    /// `phoneNumber`.
    Phone = 3,
    /// Provider and `providerUID` of an identity other than the site's own.
    Identity = 4,
    /// Name and value of a custom identifier.
    Custom = 5,
}

impl Identifier {
    /// How a value is compared: without its case, custom identifiers, phone numbers and identities apart.
    #[must_use]
    pub fn normal(self, value: &str) -> String {
        match self {
            Self::Username | Self::Email | Self::UnverifiedEmail => value.trim().to_lowercase(),
            Self::Phone | Self::Identity | Self::Custom => value.trim().to_owned(),
        }
    }

    /// The value of a kind that has two halves: provider and id, name and value.
    #[must_use]
    pub fn pair(name: &str, value: &str) -> String {
        format!("{name}|{value}")
    }
}

/// The identifiers of an account, each once.
pub(super) fn all(account: &Document) -> Vec<(Identifier, String)> {
    let mut found = Vec::new();
    let mut add = |kind: Identifier, value: &str| {
        let entry = (kind, kind.normal(value));
        if !entry.1.is_empty() && !found.contains(&entry) {
            found.push(entry);
        }
    };
    let login = account.object("loginIDs");
    if let Some(username) = login.text("username") {
        add(Identifier::Username, &username);
    }
    for (kind, name) in [(Identifier::Email, "emails"), (Identifier::UnverifiedEmail, "unverifiedEmails")] {
        for email in login.get::<Vec<String>>(name).unwrap_or_default() {
            add(kind, &email);
        }
    }
    if let Some(phone) = account.text("phoneNumber") {
        add(Identifier::Phone, &phone);
    }
    for identity in account.get::<Vec<Document>>("identities").unwrap_or_default() {
        if let (Some(provider), Some(uid)) = (identity.text("provider"), identity.text("providerUID"))
            && provider != "site"
        {
            add(Identifier::Identity, &Identifier::pair(&provider, &uid));
        }
    }
    for (name, value) in account.object("customIdentifiers").iter() {
        if let Ok(Value::String(value)) = serde_json::from_str(value.get()) {
            add(Identifier::Custom, &Identifier::pair(name, &value));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_once_and_compared_without_case_where_people_type_it() {
        let account = Document::parse(
            r#"{"loginIDs":{"username":"Ann","emails":["A@x.example"," a@X.example"],"unverifiedEmails":["b@x.example"]},
                "phoneNumber":"+4915112345678","customIdentifiers":{"memberId":"M-1"},
                "identities":[{"provider":"site","providerUID":"u"},{"provider":"facebook","providerUID":"F1"}]}"#,
        )
        .unwrap();
        let expected = [
            (Identifier::Username, "ann"),
            (Identifier::Email, "a@x.example"),
            (Identifier::UnverifiedEmail, "b@x.example"),
            (Identifier::Phone, "+4915112345678"),
            (Identifier::Identity, "facebook|F1"),
            (Identifier::Custom, "memberId|M-1"),
        ];
        assert_eq!(all(&account), expected.map(|(kind, value)| (kind, value.to_owned())));
    }
}
