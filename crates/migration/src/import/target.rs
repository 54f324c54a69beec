//! Making the target what the plan says: connection, applications, and who is enabled.

use auth0::{Client, Connection, Error, NewApplication};

use super::preflight::scripts_are_foreign;
use super::{ImportError, ImportOptions, Preflight};
use crate::lazy;

/// Creates what is missing and enables who is not enabled. Doing it twice changes nothing.
pub(super) async fn establish(
    client: &Client,
    plan: &Preflight,
    options: &ImportOptions,
    begun: bool,
) -> Result<Connection, ImportError> {
    let connection = match &plan.existing {
        Some(connection) => refreshed(client, connection, options).await?,
        None if begun => {
            return Err(ImportError::Refused(format!(
                "this run has imported users into connection {}, and the tenant has none of that name any more",
                plan.connection
            )));
        }
        None => create(client, plan, options).await?,
    };
    let mut enable = plan.enable.clone();
    for name in &plan.create_applications {
        let new = NewApplication { name: name.clone(), app_type: "regular_web".to_owned() };
        let created = client
            .create_application(&new)
            .await
            .map_err(|error| failed(&format!("application {name} could not be created"), &error))?;
        enable.push(created.client_id);
    }
    for id in &enable {
        client.enable_client(&connection.id, id).await.map_err(|error| {
            failed(
                &format!("application {id} could not be enabled on connection {}", options.connection),
                &error,
            )
        })?;
    }
    Ok(connection)
}

/// A connection that was there, with our scripts as they are now, when it has ours or none.
async fn refreshed(
    client: &Client,
    connection: &Connection,
    options: &ImportOptions,
) -> Result<Connection, ImportError> {
    let Some(custom) = &options.custom else { return Ok(connection.clone()) };
    if !connection.is_custom_with_import() || scripts_are_foreign(connection) {
        return Ok(connection.clone());
    }
    // What was configured is shown encrypted, and sending it back would make that the value.
    let mut wanted = connection.options.clone();
    wanted.extend(lazy::connection_options(&custom.scripts, Some(&custom.access)));
    client.update_connection(&connection.id, wanted).await.map_err(|error| {
        failed(&format!("the scripts of connection {} could not be written", connection.name), &error)
    })
}

/// Creates the connection. A lost answer, or somebody who was quicker, is cleared up by looking.
async fn create(
    client: &Client,
    plan: &Preflight,
    options: &ImportOptions,
) -> Result<Connection, ImportError> {
    let what = format!("connection {} could not be created", plan.connection);
    let mut tries = 3;
    let identifiers: Vec<&str> = plan.identifiers.iter().map(String::as_str).collect();
    let mut wanted = auth0::attributes(&identifiers);
    if let Some(custom) = &options.custom {
        wanted.extend(lazy::connection_options(&custom.scripts, Some(&custom.access)));
    }
    loop {
        let error = match client.create_connection(&plan.connection, wanted.clone()).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        tries -= 1;
        if !(error.maybe_done() || error.status() == Some(409)) {
            return Err(failed(&what, &error));
        }
        match client.connection_by_name(&plan.connection).await {
            Ok(Some(connection)) => return Ok(connection),
            Ok(None) if tries > 0 => {}
            _ => return Err(failed(&what, &error)),
        }
    }
}

/// A refusal here came before any user was written; what was made of connection and applications is found again.
fn failed(what: &str, error: &Error) -> ImportError {
    if error.is_passing() {
        ImportError::Stopped(format!("{what}: {error}"))
    } else {
        ImportError::Refused(format!("{what}: {error}"))
    }
}
