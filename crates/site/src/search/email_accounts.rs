//! Rows of `emailAccounts`: one for each email, of a full account, a lite one, or both.
//!
//! Source: "accounts.search REST", search from emailAccounts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::error::ApiError;
use crate::query::{Path, Projection, QueryError};
use crate::store::Row;

/// What a row has of the account.
const MEMBERS: &[&str] = &[
    "UID",
    "subscriptions",
    "profile",
    "data",
    "preferences",
    "created",
    "createdTimestamp",
    "lastUpdated",
    "lastUpdatedTimestamp",
];

/// The table.
#[derive(Debug)]
pub(crate) struct EmailAccounts {
    members: Projection,
    email: Projection,
    secret: Vec<u8>,
}

impl EmailAccounts {
    /// The table of a site; its secret keeps the tokens from being guessed.
    ///
    /// # Errors
    /// None that can happen: the paths are constants.
    pub(crate) fn new(secret: &str) -> Result<Self, QueryError> {
        let paths = |names: &[&str]| names.iter().map(|name| name.parse()).collect::<Result<Vec<Path>, _>>();
        Ok(Self {
            members: Projection::of_fields(&paths(MEMBERS)?),
            email: Projection::of_fields(&paths(&["email", "profile.email"])?),
            secret: secret.as_bytes().to_vec(),
        })
    }

    /// The row of an account: a JSON object.
    pub(super) fn row(&self, account: &Row<'_>) -> Result<Vec<u8>, ApiError> {
        let email = self.email(account)?;
        let mut row = Vec::with_capacity(account.body.len() + 256);
        let own = serde_json::json!({
            "email": email,
            "token": self.token(&email),
            "channel": "email",
            "hasFullAccount": !account.lite || account.twin,
            "hasLiteAccount": account.lite || account.twin,
        });
        serde_json::to_writer(&mut row, &own).map_err(|_| ApiError::internal())?;
        // The members of the account go on where those of the row end.
        row.pop();
        let end = row.len();
        self.members.copy(account.body.as_bytes(), &mut row)?;
        if let Some(bracket) = row.get_mut(end) {
            *bracket = b',';
        }
        if row.ends_with(b",}") {
            row.truncate(end);
            row.push(b'}');
        }
        Ok(row)
    }

    /// The email of a full account is its profile's, that of a lite one its own.
    fn email(&self, account: &Row<'_>) -> Result<String, ApiError> {
        let mut text = Vec::new();
        self.email.copy(account.body.as_bytes(), &mut text)?;
        let found: serde_json::Value = serde_json::from_slice(&text).map_err(|_| ApiError::internal())?;
        let email = found.pointer("/profile/email").or_else(|| found.get("email"));
        Ok(email.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
    }

    /// By what a link in a mail knows its reader; the same for the same email.
    fn token(&self, email: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.secret) else { return String::new() };
        mac.update(email.to_lowercase().as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::store::Position;

    fn row(body: &str, lite: bool, twin: bool) -> Value {
        let position = Position { key: 1, pk: 1 };
        let account = Row { position, uid: "u", lite, twin, body };
        let mut row: Value =
            serde_json::from_slice(&EmailAccounts::new("secret").unwrap().row(&account).unwrap()).unwrap();
        assert_eq!(row.as_object_mut().unwrap().remove("token").unwrap().as_str().unwrap().len(), 27);
        row
    }

    #[test]
    fn full_and_lite_accounts_have_rows() {
        assert_eq!(
            row(
                r#"{"UID":"u","isActive":true,"profile":{"email":"A@x.example"},"password":{}}"#,
                false,
                true
            ),
            json!({"email": "A@x.example", "channel": "email", "hasFullAccount": true, "hasLiteAccount": true,
                "UID": "u", "profile": {"email": "A@x.example"}})
        );
        assert_eq!(
            row(r#"{"email":"b@x.example"}"#, true, false),
            json!({"email": "b@x.example", "channel": "email", "hasFullAccount": false, "hasLiteAccount": true})
        );
    }
}
