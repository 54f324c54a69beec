//! The HTTP client and what is read from its answers and failures.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Url;
use reqwest::header::{DATE, HeaderMap};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::{ConfigError, check_url, is_loopback};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An HTTP client for the service at `url`. It trusts the public roots and the PEM certificates of `ca`, follows no
/// redirects, since a redirect may lead to another machine, and gives a request `timeout` in all.
///
/// # Errors
/// [`ConfigError`] when [`check_url`] refuses the URL or the file cannot be read.
pub fn http_client(url: &Url, ca: Option<&Path>, timeout: Duration) -> Result<reqwest::Client, ConfigError> {
    check_url(url)?;
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config(ca)?)
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("crosswalk/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none());
    // A proxy of the environment is for the internet, not for this machine.
    let http = if is_loopback(url) { http.no_proxy() } else { http };
    http.build().map_err(|error| ConfigError(format!("no HTTP client: {error}")))
}

/// Public roots and the PEM certificates of `ca`; the same on every machine, so that a run does not depend on what is
/// installed.
///
/// # Errors
/// [`ConfigError`] when the file cannot be read.
pub fn tls_config(ca: Option<&Path>) -> Result<ClientConfig, ConfigError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca {
        let bad = |cause: String| ConfigError(format!("{}: {cause}", path.display()));
        let mut found = false;
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))? {
            let certificate = certificate.map_err(|error| bad(error.to_string()))?;
            roots.add(certificate).map_err(|error| bad(error.to_string()))?;
            found = true;
        }
        if !found {
            return Err(bad("holds no PEM certificate".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError(format!("no TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// The time of an answer by the other side's clock: its `Date` header in epoch seconds.
#[must_use]
pub fn date(headers: &HeaderMap) -> Option<i64> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// What to do about a request that will fail again however often it is sent: the host is not known, or its certificate is
/// not trusted. None for all other failures.
#[must_use]
pub fn lasting(error: &reqwest::Error) -> Option<&'static str> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        // The words of rustls: its error is wrapped so often and so differently that only they are sure to come through.
        if error.to_string().contains("invalid peer certificate") {
            return Some("if it is the right one, name a file with its root certificate: --ca FILE");
        }
        if is_unknown_host(&error.to_string()) {
            return Some("no such host is known: check the address");
        }
        next = error.source();
    }
    None
}

/// The words of the system's resolver come as text only. Where it could not ask, a later attempt may do better.
fn is_unknown_host(text: &str) -> bool {
    text.contains("failed to lookup address information")
        && !["Temporary failure", "Try again"].iter().any(|passing| text.contains(passing))
}

/// What made a request fail, down to its root. Without the URL: its query may hold what must not be logged.
#[must_use]
pub fn cause(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        cause = format!("{cause}: {inner}");
        source = inner.source();
    }
    cause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_host_is_told_from_a_resolver_that_cannot_be_asked() {
        let resolver = "failed to lookup address information: ";
        assert!(is_unknown_host(&format!("{resolver}Name or service not known")));
        assert!(!is_unknown_host(&format!("{resolver}Temporary failure in name resolution")));
        assert!(!is_unknown_host("connection refused"));
    }
}
