//! `/api/v2/connections`: database connections and the applications that may use them.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::send::Call;
use crate::{Client, Error};

const PATH: &str = "api/v2/connections";
/// Connections per page, Auth0's maximum.
const PAGE: usize = 100;

/// Fewest and most characters of a user name where a connection does not say.
const USERNAME_DEFAULT: (usize, usize) = (1, 15);
/// The most that it can say.
const USERNAME_MAX: usize = 128;

/// A connection, as far as a migration looks at it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Connection {
    /// `con_` and 16 letters or digits.
    pub id: String,
    /// Its name, by which logins and searches refer to it.
    pub name: String,
    /// `auth0` for a database.
    pub strategy: String,
    /// Its options. Absent without the scope `read:connections_options`.
    #[serde(default)]
    pub options: Map<String, Value>,
}

impl Connection {
    /// Whether users are kept in Auth0's own store or a custom database.
    #[must_use]
    pub fn is_database(&self) -> bool {
        self.strategy == "auth0"
    }

    /// Whether the connection has scripts of its own but does not import users, so that bulk imports are refused.
    #[must_use]
    pub fn is_custom_without_import(&self) -> bool {
        let flag = |name: &str| self.options.get(name).and_then(Value::as_bool).unwrap_or(false);
        flag("enabledDatabaseCustomization") && !flag("import_mode")
    }

    /// Whether the connection has scripts and brings whoever they find into Auth0's own store.
    #[must_use]
    pub fn is_custom_with_import(&self) -> bool {
        let flag = |name: &str| self.options.get(name).and_then(Value::as_bool).unwrap_or(false);
        flag("enabledDatabaseCustomization") && flag("import_mode")
    }

    /// The text of one of its scripts, such as `login`.
    #[must_use]
    pub fn script(&self, name: &str) -> Option<&str> {
        self.options.get("customScripts")?.get(name)?.as_str()
    }

    /// What a user of the connection may log in with: `email`, `username`, `phone`.
    /// Auth0 says it with `options.attributes`, on older connections with `requires_username`.
    #[must_use]
    pub fn identifiers(&self) -> Vec<&'static str> {
        let Some(attributes) = self.options.get("attributes").and_then(Value::as_object) else {
            let username = self.options.get("requires_username").and_then(Value::as_bool).unwrap_or(false);
            return if username { vec!["email", "username"] } else { vec!["email"] };
        };
        let active = |name: &str| {
            attributes.get(name).is_some_and(|attribute| {
                attribute.pointer("/identifier/active").and_then(Value::as_bool).unwrap_or(true)
                    // What everybody has to have is sent, whether somebody logs in with it or not.
                    || is_required(attribute)
            })
        };
        [("email", "email"), ("username", "username"), ("phone_number", "phone")]
            .into_iter()
            .filter(|(attribute, _)| active(attribute))
            .map(|(_, identifier)| identifier)
            .collect()
    }

    /// What every user has to have beside the address, or an import refuses it: `username`, `phone`. Auth0 says it with
    /// `profile_required` of an attribute, on older connections with `requires_username`.
    #[must_use]
    pub fn required(&self) -> Vec<&'static str> {
        let Some(attributes) = self.options.get("attributes").and_then(Value::as_object) else {
            let username = self.options.get("requires_username").and_then(Value::as_bool).unwrap_or(false);
            return if username { vec!["username"] } else { Vec::new() };
        };
        [("username", "username"), ("phone_number", "phone")]
            .into_iter()
            .filter(|(attribute, _)| attributes.get(*attribute).is_some_and(is_required))
            .map(|(_, identifier)| identifier)
            .collect()
    }
}

impl Connection {
    /// Fewest and most characters of a user name. Source: Auth0, "Adding Username for Database Connections": 1 to 15 unless
    /// `options.validation.username` or `attributes.username.validation` says otherwise. None where no option is shown.
    #[must_use]
    pub fn username_length(&self) -> Option<(usize, usize)> {
        let of = |validation: Option<&Value>, least: &str, most: &str| {
            let number = |name, default| {
                let bound = validation.and_then(|bounds| bounds.get(name)).and_then(Value::as_u64);
                bound.and_then(|bound| usize::try_from(bound).ok()).unwrap_or(default)
            };
            (number(least, USERNAME_DEFAULT.0), number(most, USERNAME_DEFAULT.1))
        };
        if self.options.is_empty() {
            return None;
        }
        let at = |path: &[&str]| {
            path.iter().skip(1).try_fold(self.options.get(*path.first()?)?, |value, name| value.get(*name))
        };
        Some(match self.options.get("attributes") {
            Some(_) => of(at(&["attributes", "username", "validation"]), "min_length", "max_length"),
            None => of(at(&["validation", "username"]), "min", "max"),
        })
    }
}

/// Options of a new connection whose users may log in with some of `email`, `username`, `phone`; none of these is demanded
/// of everybody, and a user name may be as long as Auth0 allows. Empty for addresses alone, which is Auth0's own default.
#[must_use]
pub fn attributes(identifiers: &[&str]) -> Map<String, Value> {
    let mut options = Map::new();
    if identifiers.iter().all(|identifier| *identifier == "email") {
        return options;
    }
    let mut attributes = Map::new();
    for identifier in identifiers {
        let mut attribute = json!({"identifier": {"active": true}, "profile_required": false, "signup": {"status": "optional"}});
        if *identifier == "username" {
            attribute["validation"] = json!({
                "min_length": 1,
                "max_length": USERNAME_MAX,
                "allowed_types": {"email": false, "phone_number": false},
            });
        }
        let name = if *identifier == "phone" { "phone_number" } else { identifier };
        attributes.insert(name.to_owned(), attribute);
    }
    options.insert("attributes".to_owned(), Value::Object(attributes));
    options
}

fn is_required(attribute: &Value) -> bool {
    attribute.get("profile_required").and_then(Value::as_bool).unwrap_or(false)
}

#[derive(Deserialize)]
struct EnabledPage {
    clients: Vec<EnabledClient>,
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
struct EnabledClient {
    client_id: String,
}

impl Client {
    /// The connection of exactly this name. Scope `read:connections`.
    ///
    /// # Errors
    /// As any call. That there is none is not an error.
    pub async fn connection_by_name(&self, name: &str) -> Result<Option<Connection>, Error> {
        // The parameter `name` filters at the tenant, so a page of one would do; strategy is judged by the caller.
        let call = Call::new(Method::GET, PATH).query("name", name).query("per_page", "50");
        let found: Vec<Connection> = self.send(call).await?.json("GET connections")?;
        Ok(found.into_iter().find(|connection| connection.name == name))
    }

    /// All database connections, in the tenant's order. Scope `read:connections`.
    ///
    /// # Errors
    /// As any call.
    pub async fn database_connections(&self) -> Result<Vec<Connection>, Error> {
        let mut all = Vec::new();
        for page in 0_u32.. {
            let call = Call::new(Method::GET, PATH)
                .query("strategy", "auth0")
                .query("page", page.to_string())
                .query("per_page", PAGE.to_string());
            let found: Vec<Connection> = self.send(call).await?.json("GET connections")?;
            let last = found.len() < PAGE;
            all.extend(found);
            if last {
                break;
            }
        }
        Ok(all)
    }

    /// A connection by its id. Scope `read:connections`.
    ///
    /// # Errors
    /// As any call; [`Error::Refused`] with status 404 when there is none.
    pub async fn connection(&self, id: &str) -> Result<Connection, Error> {
        self.send(Call::new(Method::GET, PATH).at(&[id])).await?.json("GET connections/ID")
    }

    /// Creates a database connection with the tenant's defaults and `options`. Scope `create:connections`.
    ///
    /// # Errors
    /// As any call; [`Error::Refused`] with status 409 when the name is taken.
    pub async fn create_connection(
        &self,
        name: &str,
        options: Map<String, Value>,
    ) -> Result<Connection, Error> {
        let mut body = json!({"name": name, "strategy": "auth0"});
        if let Some(body) = body.as_object_mut().filter(|_| !options.is_empty()) {
            body.insert("options".to_owned(), Value::Object(options));
        }
        self.send(Call::new(Method::POST, PATH).json(&body)).await?.json("POST connections")
    }

    /// Replaces the options of a connection; what `options` does not hold is gone. Scope `update:connections`.
    ///
    /// # Errors
    /// As any call.
    pub async fn update_connection(
        &self,
        id: &str,
        options: Map<String, Value>,
    ) -> Result<Connection, Error> {
        let call = Call::new(Method::PATCH, PATH).at(&[id]).json(&json!({"options": options})).idempotent();
        self.send(call).await?.json("PATCH connections/ID")
    }

    /// The ids of the applications that may use a connection. Scope `read:connections`.
    ///
    /// # Errors
    /// As any call.
    pub async fn enabled_clients(&self, connection: &str) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        let mut from: Option<String> = None;
        loop {
            let mut call = Call::new(Method::GET, PATH).at(&[connection, "clients"]).query("take", "100");
            if let Some(from) = &from {
                call = call.query("from", from);
            }
            let page: EnabledPage = self.send(call).await?.json("GET connections/ID/clients")?;
            ids.extend(page.clients.into_iter().map(|client| client.client_id));
            from = page.next.filter(|next| !next.is_empty());
            if from.is_none() {
                return Ok(ids);
            }
        }
    }

    /// Lets an application use a connection. Scope `update:connections`.
    ///
    /// # Errors
    /// As any call.
    pub async fn enable_client(&self, connection: &str, client_id: &str) -> Result<(), Error> {
        self.switch_client(connection, client_id, true).await
    }

    /// Says whether an application may use a connection. Scope `update:connections`.
    ///
    /// # Errors
    /// As any call.
    pub async fn switch_client(&self, connection: &str, client_id: &str, on: bool) -> Result<(), Error> {
        let body = json!([{"client_id": client_id, "status": on}]);
        let call = Call::new(Method::PATCH, PATH).at(&[connection, "clients"]).json(&body).idempotent();
        self.send(call).await.map(|_| ())
    }
}
