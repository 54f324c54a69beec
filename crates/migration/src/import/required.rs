//! What a connection demands of everybody is known before anything is written, whoever prepared the run for whatever.

use auth0::Connection;

use super::ImportError;
use crate::run::{Manifest, RunFolder};
use crate::settle::{Keys, PartFile};

/// Refuses a run with users whom the connection would refuse. A run that was prepared for such a connection has set them aside.
pub(super) async fn check(
    folder: &RunFolder,
    manifest: &Manifest,
    connection: &Connection,
) -> Result<(), ImportError> {
    let known = &manifest.policies.required;
    let required: Vec<&str> =
        connection.required().into_iter().filter(|word| !known.iter().any(|known| known == word)).collect();
    if required.is_empty() {
        return Ok(());
    }
    let (folder, parts) = (folder.clone(), manifest.parts.clone());
    let count = move || {
        let mut missing = vec![0_u64; required.len()];
        for part in &parts {
            let keys = PartFile::load(&folder, part).and_then(|file| file.keys());
            for user in keys.map_err(|error| ImportError::Refused(error.to_string()))? {
                for (word, count) in required.iter().zip(&mut missing) {
                    *count += u64::from(lacks(&user, word));
                }
            }
        }
        Ok::<_, ImportError>(required.into_iter().zip(missing).collect::<Vec<_>>())
    };
    let counted = tokio::task::spawn_blocking(count).await.unwrap_or_else(|error| {
        Err(ImportError::Refused(format!("the users could not be counted: {error}")))
    })?;
    let name = &connection.name;
    match counted.into_iter().find(|(_, count)| *count > 0) {
        Some((word, count)) => Err(ImportError::Refused(format!(
            "connection {name} demands a {word} of everybody, and {count} users of this run have none, so that Auth0 would \
             refuse them. Prepare the run anew for this connection, which sets them aside ({word}_missing), or let the \
             connection do without"
        ))),
        None => Ok(()),
    }
}

fn lacks(user: &Keys, word: &str) -> bool {
    match word {
        "username" => user.username.is_none(),
        _ => user.phone_number.is_none(),
    }
}
