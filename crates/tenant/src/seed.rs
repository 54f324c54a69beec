//! What a new tenant holds, as a new tenant at Auth0 does: the default database connection and one application. Ours
//! may do everything.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::endpoints::{clients, connections};
use crate::ids;
use crate::store::{
    ClientRow, ConnectionRow, StoreError, clients as client_table, connections as table, settings,
};

/// Name of the connection that every new tenant has.
pub(crate) const DEFAULT_CONNECTION: &str = "Username-Password-Authentication";

/// Setting: the id of the client that the ready line prints.
pub(crate) const CLIENT: &str = "client_id";

/// Setting: the connection of logins that name none.
pub(crate) const DEFAULT_DIRECTORY: &str = "default_directory";

/// Setting: the secret with which options of connections are sealed.
const SEAL: &str = "seal";

/// The secret with which options of connections are sealed.
///
/// # Errors
/// When the database fails.
pub(crate) fn sealing_secret(connection: &Connection) -> Result<String, StoreError> {
    Ok(settings::get(connection, SEAL)?.unwrap_or_default())
}

/// The client that the ready line prints; makes it, and the default connection, at the first start.
///
/// # Errors
/// When the database fails.
pub(crate) fn prepare(connection: &Connection, now_ms: i64) -> Result<ClientRow, StoreError> {
    if settings::get(connection, SEAL)?.is_none() {
        settings::put(connection, SEAL, &ids::client_secret())?;
    }
    if let Some(id) = settings::get(connection, CLIENT)?
        && let Some(client) = client_table::by_id(connection, &id)?
    {
        return Ok(client);
    }
    let given = json!({
        "name": "Crosswalk",
        "app_type": "non_interactive",
        "grant_types": [
            "client_credentials",
            "password",
            "http://auth0.com/oauth/grant-type/password-realm",
        ],
    });
    let mut client = ClientRow {
        pk: 0,
        id: ids::client_id(),
        secret: ids::client_secret(),
        body: clients::defaults(given.as_object().cloned().unwrap_or_default()),
        created_at: now_ms,
    };
    client.pk = client_table::insert(connection, &client)?;
    settings::put(connection, CLIENT, &client.id)?;

    if table::by_name(connection, DEFAULT_CONNECTION)?.is_none() {
        let row = ConnectionRow {
            pk: 0,
            id: ids::connection_id(),
            name: DEFAULT_CONNECTION.into(),
            strategy: "auth0".into(),
            options: connections::create_defaults(Map::<String, Value>::new()),
            rest: Map::new(),
            created_at: now_ms,
        };
        let pk = table::insert(connection, &row)?;
        table::enable(connection, pk, &client.id, true)?;
    }
    settings::put(connection, DEFAULT_DIRECTORY, DEFAULT_CONNECTION)?;
    Ok(client)
}
