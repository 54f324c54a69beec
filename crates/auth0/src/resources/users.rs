//! `/api/v2/users` and `/api/v2/users-by-email`: reading users back.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::send::Call;
use crate::{Client, Error};

/// Users per page of a search, Auth0's maximum.
pub const SEARCH_PAGE: usize = 100;

/// A query for users whose `field` is one of `values`: `field:("a" OR "b")`, in Auth0's search syntax.
#[must_use]
pub fn any_of(field: &str, values: &[&str]) -> String {
    let mut query = format!("{field}:(");
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            query.push_str(" OR ");
        }
        query.push('"');
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                query.push('\\');
            }
            query.push(character);
        }
        query.push('"');
    }
    query.push(')');
    query
}

impl Client {
    /// A user by its full id (`auth0|...`), read consistently: what was written before is seen. Scope `read:users`.
    ///
    /// # Errors
    /// As any call. That there is none is not an error; only the tenant's own word for it counts as that.
    pub async fn user(&self, user_id: &str) -> Result<Option<Map<String, Value>>, Error> {
        match self.send(Call::new(Method::GET, "api/v2/users").at(&[user_id])).await {
            Ok(answer) => answer.json("GET users/ID").map(Some),
            Err(Error::Refused { refusal, .. })
                if refusal.status == 404 && refusal.code == "inexistent_user" =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The users of an email address in all connections, read consistently. Scope `read:users`.
    ///
    /// # Errors
    /// As any call.
    pub async fn users_by_email(&self, email: &str) -> Result<Vec<Map<String, Value>>, Error> {
        // Auth0 keeps addresses of its databases in lower case and compares exactly here.
        let call = Call::new(Method::GET, "api/v2/users-by-email").query("email", email.to_lowercase());
        self.send(call).await?.json("GET users-by-email")
    }

    /// One page of a search, at most [`SEARCH_PAGE`] users. A search is eventually consistent: a user that was just
    /// written may be missing. Scope `read:users`.
    ///
    /// # Errors
    /// As any call; [`Error::Refused`] with status 400 when the query is not understood or pages beyond 1,000 users.
    pub async fn search_users(&self, query: &str, page: u32) -> Result<Vec<Map<String, Value>>, Error> {
        let call = Call::new(Method::GET, "api/v2/users")
            .query("q", query)
            .query("search_engine", "v3")
            .query("page", page.to_string())
            .query("per_page", SEARCH_PAGE.to_string());
        self.send(call).await?.json("GET users")
    }
}

/// A page of a search.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct FoundUsers {
    /// The users of the page.
    pub users: Vec<Map<String, Value>>,
    /// How many there are in all.
    #[serde(default)]
    pub total: u64,
}

impl Client {
    /// One page of a search, `size` users at most ([`SEARCH_PAGE`]), with the number of all. An empty query finds everybody.
    /// Scope `read:users`.
    ///
    /// # Errors
    /// As [`Client::search_users`].
    pub async fn find_users(&self, query: &str, page: u32, size: usize) -> Result<FoundUsers, Error> {
        let mut call = Call::new(Method::GET, "api/v2/users")
            .query("search_engine", "v3")
            .query("page", page.to_string())
            .query("per_page", size.min(SEARCH_PAGE).to_string())
            .query("include_totals", "true");
        if !query.is_empty() {
            call = call.query("q", query);
        }
        self.send(call).await?.json("GET users")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(any_of("user_id", &["auth0|a", "b\"\\"]), r#"user_id:("auth0|a" OR "b\"\\")"#);
    }
}
