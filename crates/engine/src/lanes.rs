//! The end of the lane `lazy`: a connection stops asking the site.

use auth0::{Client, Connection};
use migration::lazy::{connection_options, final_scripts, is_ours};

use crate::Failure;

/// Whose scripts a connection has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// Ours, which ask the site.
    Ours,
    /// Those of the end, which ask nobody.
    Final,
    /// Somebody else's.
    Foreign,
    /// None.
    None,
}

impl Scripts {
    /// Those of a connection.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        match connection.script("login") {
            None => Self::None,
            Some(script) if is_ours(script) => Self::Ours,
            Some(script) if script == final_scripts().login => Self::Final,
            Some(_) => Self::Foreign,
        }
    }

    /// As `--json` names them.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ours => "crosswalk",
            Self::Final => "finished",
            Self::Foreign => "foreign",
            Self::None => "none",
        }
    }

    /// As a sentence goes on after "the scripts are".
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Ours => "Crosswalk's, which ask the site",
            Self::Final => "those of the end, which ask nobody",
            Self::Foreign => "not Crosswalk's",
            Self::None => "none",
        }
    }
}

/// Puts the final scripts in the place of ours; the keys of the site go with them. Who has not come by then cannot log in any
/// more, so a person has to agree first. A connection that has the final scripts stays as it is.
///
/// # Errors
/// When the scripts are not ours, or the tenant refuses; nothing was changed then.
pub async fn finish(client: &Client, connection: &Connection) -> Result<(), Failure> {
    let scripts = Scripts::of(connection);
    match scripts {
        Scripts::Ours => {}
        Scripts::Final => return Ok(()),
        Scripts::Foreign | Scripts::None => {
            return Err(Failure::refused(format!(
                "the scripts of {} are {}; nothing was changed. Replace them at the tenant if they are yours",
                connection.name,
                scripts.sentence()
            )));
        }
    }
    let mut options = connection.options.clone();
    options.remove("configuration");
    options.extend(connection_options(&final_scripts(), None));
    client.update_connection(&connection.id, options).await.map(drop).map_err(|error| {
        Failure::refused(format!("the scripts of {} were not replaced: {error}", connection.name))
    })
}
