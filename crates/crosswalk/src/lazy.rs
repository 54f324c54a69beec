//! `--lazy leave`: the scripts by which users come over at their first login, and the keys that they need.

use gigya::Address;
use migration::lazy::{self, CustomDatabase, SiteAccess};
use migration::screen::Policies;
use secrecy::SecretString;

use crate::exit::Failure;
use crate::settings::Settings;

/// What makes a connection bring users over from a site.
pub(crate) fn custom(
    mapping: &str,
    policies: &Policies,
    access: SiteAccess,
) -> Result<CustomDatabase, Failure> {
    let scripts = lazy::scripts(mapping, policies).map_err(Failure::usage)?;
    Ok(CustomDatabase { scripts, access })
}

/// How scripts reach the site of SOURCE, or, when SOURCE is a file, that of `GIGYA_DATA_CENTER`.
pub(crate) fn access(source: Option<&str>, settings: &Settings) -> Result<SiteAccess, Failure> {
    let data_center = settings.get("GIGYA_DATA_CENTER");
    let of_source = source.map(|source| Address::of_source(source, data_center.as_deref()));
    let address = match of_source.transpose().map_err(Failure::usage)?.flatten() {
        Some(address) => address,
        None => Address::parse(&need(settings, "GIGYA_DATA_CENTER")?).map_err(Failure::usage)?,
    };
    Ok(SiteAccess {
        url: address.base("accounts"),
        api_key: need(settings, "GIGYA_API_KEY")?,
        user_key: need(settings, "GIGYA_USER_KEY")?,
        secret: SecretString::from(need(settings, "GIGYA_SECRET")?),
    })
}

fn need(settings: &Settings, name: &str) -> Result<String, Failure> {
    settings.get(name).ok_or_else(|| {
        let key = if name == "GIGYA_SECRET" && settings.get("GIGYA_PRIVATE_KEY").is_some() {
            " (a private key is not enough: scripts cannot sign with it)"
        } else {
            ""
        };
        Failure::usage(format!(
            "--lazy leave: the scripts of the connection log in at the site, and {name} is not set{key}. Set \
             GIGYA_DATA_CENTER (eu1, or a URL), GIGYA_API_KEY, GIGYA_USER_KEY and GIGYA_SECRET, or name a file with them: \
             --credentials FILE"
        ))
    })
}
