//! Where the tenant is and who we are there.

use std::path::PathBuf;

use outbound::check_url;
use reqwest::Url;
use secrecy::SecretString;

use crate::Error;

/// How the client proves who it is.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A machine-to-machine application; tokens are fetched with the client-credentials grant and renewed.
    ClientSecret {
        /// `client_id` of the application.
        id: String,
        /// Its secret.
        secret: SecretString,
    },
    /// A finished access token of the Management API. It cannot be renewed.
    AccessToken(SecretString),
}

/// What a [`crate::Client`] is made from.
#[derive(Debug, Clone)]
pub struct Config {
    /// Base URL of the tenant, see [`tenant_url`].
    pub url: Url,
    /// A file of PEM certificates that are trusted in addition to the public roots.
    pub ca: Option<PathBuf>,
    /// Who we are.
    pub credentials: Credentials,
}

/// The base URL of a tenant that is named by a domain (`acme.eu.auth0.com`), `host:port` or a URL.
///
/// # Errors
/// [`Error::Config`] when it is no such thing, or plain http to anything but loopback.
pub fn tenant_url(text: &str) -> Result<Url, Error> {
    let text = text.trim().trim_end_matches('/');
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme)
        .map_err(|error| Error::Config(format!("{text:?} is not the domain or URL of a tenant: {error}")))?;
    check_url(&url)?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_named_by_domain_host_and_port_or_url() {
        for (text, url) in [
            ("acme.eu.auth0.com", "https://acme.eu.auth0.com/"),
            ("localhost:4443", "https://localhost:4443/"),
            ("https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/"),
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010/"),
            ("http://[::1]:4010", "http://[::1]:4010/"),
        ] {
            assert_eq!(tenant_url(text).unwrap().as_str(), url);
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for text in [
            "http://acme.eu.auth0.com",
            "http://10.0.0.1:80",
            "ftp://127.0.0.1",
            "https://u:p@acme.auth0.com",
            "",
        ] {
            assert!(matches!(tenant_url(text), Err(Error::Config(_))), "{text}");
        }
    }
}
