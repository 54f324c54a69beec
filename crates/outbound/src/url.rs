//! Where secrets may be sent.

use std::net::IpAddr;

use reqwest::Url;

use crate::ConfigError;

/// Whether the URL's host is this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Takes https to any host and plain http to this machine.
///
/// # Errors
/// [`ConfigError`] for everything else, and for a URL that holds a user or a password.
pub fn check_url(url: &Url) -> Result<(), ConfigError> {
    match url.scheme() {
        _ if url.host_str().is_none() => Err(ConfigError(format!("{url} names no host"))),
        _ if !url.username().is_empty() || url.password().is_some() => {
            Err(ConfigError("the URL must not hold a user or a password".to_owned()))
        }
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(ConfigError(format!("{url}: plain http is allowed to this machine only; use https"))),
        other => Err(ConfigError(format!("{url}: the scheme {other} is not https"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["https://acme.auth0.com", "http://127.0.0.1:1", "http://[::1]:1", "http://LOCALHOST"] {
            assert_eq!(check_url(&Url::parse(good).unwrap()), Ok(()), "{good}");
        }
        for bad in
            ["http://acme.auth0.com", "http://10.0.0.1", "ftp://127.0.0.1", "https://u:p@acme.auth0.com"]
        {
            assert!(check_url(&Url::parse(bad).unwrap()).is_err(), "{bad}");
        }
    }
}
