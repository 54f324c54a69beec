//! `fetch`: requests to the hosts that the operator allows, and to this machine.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Client, Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ScriptOptions;

/// Redirects that are followed, each to a host that is allowed.
const REDIRECTS: usize = 5;

/// Largest answer in bytes. Auth0's limit is not known.
const ANSWER_MAX: usize = 5 << 20;

/// A host that scripts may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    /// Lower-case; `.example.com` stands for every host below it.
    host: String,
    port: Option<u16>,
}

/// Not a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no HOST, HOST:PORT or *.DOMAIN")]
pub struct AllowedHostError(String);

impl FromStr for AllowedHost {
    type Err = AllowedHostError;

    /// Reads `accounts.eu1.gigya.com`, `10.0.0.7:8080` or `*.gigya.com`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || AllowedHostError(text.to_owned());
        let (wide, rest) = text.strip_prefix("*.").map_or((false, text), |rest| (true, rest));
        // The URL parser knows what a host is, and how it is written.
        let url = Url::parse(&format!("http://{rest}")).map_err(|_| bad())?;
        let plain = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && !rest.contains(['/', '@', '*']);
        let host = url.host_str().filter(|_| plain).ok_or_else(bad)?;
        let port =
            rest.rsplit_once(':').filter(|(_, tail)| !tail.contains(']')).map(|_| url.port().unwrap_or(80));
        Ok(Self { host: if wide { format!(".{host}") } else { host.to_owned() }, port })
    }
}

impl AllowedHost {
    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let named = if self.host.starts_with('.') { host.ends_with(&self.host) } else { host == self.host };
        named && self.port.is_none_or(|port| url.port_or_known_default() == Some(port))
    }
}

/// What scripts can reach outside.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    hosts: Arc<[AllowedHost]>,
    follows: Client,
    stays: Client,
}

/// A request of a script.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    redirect: String,
}

impl Outside {
    /// The clients. No request is sent.
    ///
    /// # Errors
    /// A sentence when the certificate cannot be used.
    pub(crate) fn new(options: &ScriptOptions) -> Result<Self, String> {
        let hosts: Arc<[AllowedHost]> = options.hosts.clone().into();
        let known = hosts.clone();
        let policy = Policy::custom(move |attempt| {
            if attempt.previous().len() > REDIRECTS {
                attempt.error("too many redirects")
            } else if may_reach(&known, attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect to a host that scripts may not reach")
            }
        });
        let build = |policy: Policy| {
            let tls = outbound::tls_config(options.ca.as_deref()).map_err(|error| error.to_string())?;
            let builder = Client::builder().tls_backend_preconfigured(tls).redirect(policy);
            // A proxy of the environment would decide anew who is reached.
            builder.no_proxy().build().map_err(|error| error.to_string())
        };
        Ok(Self { follows: build(policy)?, stays: build(Policy::none())?, hosts })
    }

    /// Sends a request and reads the whole answer, as the prelude's `Response` wants it.
    ///
    /// # Errors
    /// A sentence; it holds no secret of a URL's query.
    pub(super) async fn fetch(&self, request: Request) -> Result<Value, String> {
        let url = Url::parse(&request.url).map_err(|error| format!("not a URL: {error}"))?;
        if !may_reach(&self.hosts, &url) {
            return Err(format!(
                "scripts may not reach {}; the tenant allows it with --allow-host {0}",
                url.host_str().unwrap_or("that")
            ));
        }
        let method = Method::from_str(&request.method).map_err(|error| error.to_string())?;
        let client = if request.redirect == "follow" { &self.follows } else { &self.stays };
        let mut builder = client.request(method, url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let mut answer = builder.send().await.map_err(outbound::cause)?;
        if answer.status().is_redirection() && request.redirect == "error" {
            return Err("unexpected redirect".to_owned());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(outbound::cause)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(format!("the answer is larger than {ANSWER_MAX} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        let headers: Vec<(&str, String)> = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Ok(json!({
            "status": answer.status().as_u16(),
            "reason": answer.status().canonical_reason().unwrap_or(""),
            "url": answer.url().as_str(),
            "headers": headers,
            "body": String::from_utf8_lossy(&body),
        }))
    }
}

fn may_reach(hosts: &[AllowedHost], url: &Url) -> bool {
    if !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host == "localhost"
        || address.is_some_and(|address| address.is_loopback())
        || hosts.iter().any(|allowed| allowed.allows(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reaches(allowed: &[&str], url: &str) -> bool {
        let hosts: Vec<AllowedHost> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        may_reach(&hosts, &Url::parse(url).unwrap())
    }

    #[test]
    fn this_machine_and_the_allowed_hosts_are_reached_and_nothing_else() {
        for (allowed, url, expected) in [
            (&[][..], "http://127.0.0.1:4020/accounts.login", true),
            (&[], "https://localhost/", true),
            (&[], "http://[::1]:80/", true),
            (&[], "https://accounts.eu1.gigya.com/accounts.login", false),
            (&[], "http://127.0.0.1.example.com/", false),
            (&[], "file:///etc/passwd", false),
            (&["accounts.eu1.gigya.com"], "https://Accounts.EU1.gigya.com/accounts.login", true),
            (&["accounts.eu1.gigya.com"], "https://accounts.us1.gigya.com/", false),
            (&["*.gigya.com"], "https://accounts.us1.gigya.com/", true),
            (&["*.gigya.com"], "https://evilgigya.com/", false),
            (&["10.0.0.7:8080"], "http://10.0.0.7:8080/", true),
            (&["10.0.0.7:8080"], "http://10.0.0.7/", false),
            (&["example.com:443"], "https://example.com/", true),
        ] {
            assert_eq!(reaches(allowed, url), expected, "{allowed:?} {url}");
        }
        for bad in ["", "a/b", "http://a", "user@host", "*", "a*.com", "a:x"] {
            assert!(bad.parse::<AllowedHost>().is_err(), "{bad}");
        }
    }
}
