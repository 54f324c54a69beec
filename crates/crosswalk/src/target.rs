//! Which tenant is meant, and who we are there: what was typed, what a run remembers, the environment.

use auth0::{Config, Credentials, tenant_url};
pub(crate) use engine::Target;
use secrecy::SecretString;

use crate::args::TenantArgs;
use crate::exit::Failure;
use crate::home::home;
use crate::settings::Settings;

/// Default name of the connection.
const CONNECTION: &str = "gigya";

/// Connects. `known` is what a run remembers of its tenant, taken when nothing else is said.
pub(crate) async fn connect(args: &TenantArgs, known: Option<(&str, &str)>) -> Result<Target, Failure> {
    let settings = Settings::read(&args.access)?;
    let known_tenant = known.map(|(tenant, _)| tenant.to_owned()).filter(|tenant| tenant != "local");
    let to = args.to.clone().or(known_tenant).or_else(|| match known {
        Some(_) => None,
        None => settings.get("AUTH0_DOMAIN"),
    });
    let connection = args
        .connection
        .clone()
        .or_else(|| known.map(|(_, name)| name.to_owned()))
        .unwrap_or_else(|| CONNECTION.to_owned());
    match to {
        Some(to) => {
            let url = tenant_url(&to).map_err(Failure::usage)?;
            let config = Config { url, ca: settings.ca("AUTH0_CA"), credentials: credentials(&settings)? };
            Target::at(config, connection)
        }
        None => Target::local(&home(), connection).await,
    }
}

/// Who we are at the tenant.
pub(crate) fn credentials(settings: &Settings) -> Result<Credentials, Failure> {
    if let (Some(id), Some(secret)) = (settings.get("AUTH0_CLIENT_ID"), settings.get("AUTH0_CLIENT_SECRET")) {
        return Ok(Credentials::ClientSecret { id, secret: SecretString::from(secret) });
    }
    let token = settings.get("AUTH0_ACCESS_TOKEN").ok_or_else(|| {
        Failure::usage(
            "who are we at the tenant? Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_ACCESS_TOKEN), or name a \
             file with them: --credentials FILE",
        )
    })?;
    Ok(Credentials::AccessToken(SecretString::from(token)))
}
