//! What is checked and shown before the first write to a tenant.

use auth0::{Client, Connection, Error};

use super::{ImportError, ImportOptions, disk};
use crate::lazy;
use crate::run::{Manifest, RunFolder};

/// What an import will do, found out by reading alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Preflight {
    /// Base URL of the tenant.
    pub tenant: String,
    /// Name of the connection.
    pub connection: String,
    /// The connection, when there is one; else it will be created.
    pub existing: Option<Connection>,
    /// Client ids that are to be enabled on the connection and are not yet.
    pub enable: Vec<String>,
    /// Names of applications that will be created and enabled.
    pub create_applications: Vec<String>,
    /// What the connection takes, or will take when it is created: `email`, `username`, `phone`.
    pub identifiers: Vec<String>,
    /// Parts in the run.
    pub parts: usize,
    /// Users in them.
    pub users: u64,
    /// Bytes of the parts.
    pub bytes: u64,
    /// Sentences that a person should read before they agree.
    pub notes: Vec<String>,
}

/// Reads what is at the tenant and says what an import would do; writes nothing anywhere.
///
/// # Errors
/// [`ImportError::Refused`] when a scope is missing, the connection cannot take the users, an application cannot be
/// told from another, the tenant cannot be reached, or the disk of the run folder has too little room.
pub async fn preflight(
    client: &Client,
    folder: &RunFolder,
    manifest: &Manifest,
    options: &ImportOptions,
) -> Result<Preflight, ImportError> {
    let mut notes = Vec::new();
    notes.extend(disk::check(folder, manifest)?);
    let scopes = match client.scopes().await {
        Ok(scopes) => Some(scopes),
        Err(Error::Credentials(reason)) => {
            notes.push(format!("the scopes could not be checked: {reason}"));
            None
        }
        Err(error) => return Err(unreachable(client, &error)),
    };
    need(scopes.as_deref(), &["create:users", "read:users", "read:connections"])?;
    let existing =
        client.connection_by_name(&options.connection).await.map_err(|error| unreachable(client, &error))?;
    let identifiers = match &existing {
        Some(connection) => fits(connection, &manifest.policies.identifiers)?,
        None => {
            need(scopes.as_deref(), &["create:connections"])?;
            manifest.policies.identifiers.clone()
        }
    };
    if manifest.policies.lazy == "leave" {
        notes.push(lazily(existing.as_ref(), options)?);
        if existing.is_some() && options.custom.is_some() {
            need(scopes.as_deref(), &["update:connections"])?;
        }
    }
    let mut plan = Preflight {
        tenant: client.url().to_string(),
        connection: options.connection.clone(),
        existing,
        enable: Vec::new(),
        create_applications: Vec::new(),
        identifiers,
        parts: manifest.parts.len(),
        users: manifest.parts.iter().map(|part| u64::from(part.users)).sum(),
        bytes: manifest.parts.iter().map(|part| part.bytes).sum(),
        notes,
    };
    applications(client, options, scopes.as_deref(), &mut plan).await?;
    if !plan.enable.is_empty() || !plan.create_applications.is_empty() {
        need(scopes.as_deref(), &["update:connections"])?;
    }
    Ok(plan)
}

async fn applications(
    client: &Client,
    options: &ImportOptions,
    scopes: Option<&[String]>,
    plan: &mut Preflight,
) -> Result<(), ImportError> {
    let mut wanted = Vec::new();
    if options.applications.is_empty() {
        match client.client_id().await {
            Ok(id) => wanted.push(id),
            Err(error) => {
                plan.notes.push(format!("no application is enabled on the connection by us: {error}"))
            }
        }
    } else {
        need(scopes, &["read:clients"])?;
    }
    for name in &options.applications {
        match find(client, name).await? {
            Some(id) => wanted.push(id),
            None => {
                need(scopes, &["create:clients"])?;
                plan.create_applications.push(name.clone());
            }
        }
    }
    let enabled = match &plan.existing {
        Some(connection) => {
            client.enabled_clients(&connection.id).await.map_err(|error| unreachable(client, &error))?
        }
        None => Vec::new(),
    };
    plan.enable = wanted.into_iter().filter(|id| !enabled.contains(id)).collect();
    if plan.enable.is_empty() && plan.create_applications.is_empty() && enabled.is_empty() {
        return Err(ImportError::Refused(format!(
            "Auth0 imports only into a connection that is enabled for an application, and none would be enabled on {}; \
             name one with --application",
            plan.connection
        )));
    }
    Ok(())
}

/// An application by its client id or its name.
async fn find(client: &Client, name: &str) -> Result<Option<String>, ImportError> {
    let looks_like_id = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if looks_like_id {
        match client.application(name).await {
            Ok(application) => return Ok(Some(application.client_id)),
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(unreachable(client, &error)),
        }
    }
    let found = client.applications_by_name(name).await.map_err(|error| unreachable(client, &error))?;
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.client_id.clone())),
        several => Err(ImportError::Refused(format!(
            "{} applications are called {name:?}; say which by its client id: {}",
            several.len(),
            several.iter().map(|application| application.client_id.as_str()).collect::<Vec<_>>().join(", ")
        ))),
    }
}

fn fits(connection: &Connection, identifiers: &[String]) -> Result<Vec<String>, ImportError> {
    if !connection.is_database() {
        return Err(ImportError::Refused(format!(
            "{} is a connection of strategy {}, and users are imported into database connections only; choose another \
             with --connection",
            connection.name, connection.strategy
        )));
    }
    if connection.is_custom_without_import() {
        return Err(ImportError::Refused(format!(
            "{} is a custom database without import mode; switch on \"Import Users to Auth0\" in it or choose another \
             connection",
            connection.name
        )));
    }
    // Without the scope read:connections_options a tenant shows no options; then nothing can be said.
    let takes: Vec<String> = connection.identifiers().into_iter().map(str::to_owned).collect();
    let missing: Vec<&str> = identifiers
        .iter()
        .map(String::as_str)
        .filter(|name| !takes.iter().any(|takes| takes == name))
        .collect();
    if !connection.options.is_empty() && !missing.is_empty() {
        return Err(ImportError::Refused(format!(
            "the run was prepared for users with {}, and connection {} takes {} only; change the connection, or prepare \
             the run with --identifiers {}",
            identifiers.join(", "),
            connection.name,
            takes.join(", "),
            takes.join(",")
        )));
    }
    Ok(takes)
}

/// How the users who were left will come over.
fn lazily(existing: Option<&Connection>, options: &ImportOptions) -> Result<String, ImportError> {
    let name = &options.connection;
    match (existing, &options.custom) {
        // Without the scope read:connections_options nothing can be said.
        (Some(connection), _) if !connection.options.is_empty() && !connection.is_custom_with_import() => {
            Err(ImportError::Refused(cannot_leave(name)))
        }
        (Some(connection), Some(_)) if !scripts_are_foreign(connection) => Ok(format!(
            "the scripts of {name} will be written anew; who was left comes over at the first login"
        )),
        (Some(_), _) => {
            Ok(format!("{name} has scripts of its own, which bring over who was left; they stay as they are"))
        }
        (None, Some(custom)) => Ok(format!(
            "{name} will be a custom database in import mode, whose scripts log in at {}",
            custom.access.url
        )),
        (None, None) => Err(ImportError::Refused(format!(
            "the run leaves users for their first login, and there is no connection {name} yet; for its scripts set \
             GIGYA_DATA_CENTER, GIGYA_API_KEY, GIGYA_USER_KEY and GIGYA_SECRET, or name a file with them: --credentials \
             FILE"
        ))),
    }
}

/// Why a connection cannot take users who are left.
#[must_use]
pub fn cannot_leave(connection: &str) -> String {
    format!(
        "--lazy leave needs a custom database connection in import mode, and {connection} is none. Auth0 makes one of it \
         only while it has no users; name another with --connection (it is created if missing), or say --lazy reset"
    )
}

/// Whether a connection has scripts that are not ours.
pub(super) fn scripts_are_foreign(connection: &Connection) -> bool {
    connection.script("login").is_some_and(|script| !lazy::is_ours(script))
}

fn need(scopes: Option<&[String]>, needed: &[&str]) -> Result<(), ImportError> {
    let Some(scopes) = scopes else { return Ok(()) };
    let missing: Vec<&str> =
        needed.iter().copied().filter(|scope| !scopes.iter().any(|has| has == scope)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ImportError::Refused(format!(
        "the credentials lack the scope{} {}; grant {} to the application for the Auth0 Management API",
        if missing.len() > 1 { "s" } else { "" },
        missing.join(", "),
        if missing.len() > 1 { "them" } else { "it" },
    )))
}

fn unreachable(client: &Client, error: &Error) -> ImportError {
    let why = format!("{} cannot be used: {error}", client.url());
    if matches!(error, Error::Passing { .. }) {
        ImportError::Unreachable(why)
    } else {
        ImportError::Refused(why)
    }
}
