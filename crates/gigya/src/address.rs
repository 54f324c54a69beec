//! Where a site is: its data center, or a URL.

use std::fmt;

use outbound::{check_url, is_loopback};
use reqwest::Url;

use crate::Error;

/// What a SOURCE begins with that means a live site.
const SCHEME: &str = "gigya:";

/// Data centers whose domain is not `NAME.gigya.com`. Source: SAP Help, "Finding Your Data Center".
const OTHER_DOMAINS: [(&str, &str); 1] = [("cn1", "cn1.sapcdm.cn")];

/// Where a site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A data center: every namespace has a host of its own in its domain.
    DataCenter {
        /// As it was named: `eu1`.
        name: String,
        /// Its domain: `eu1.gigya.com`.
        domain: String,
    },
    /// One URL for every namespace: a local site.
    Url(Url),
}

impl Address {
    /// Reads `eu1`, `eu1.gigya.com` or a URL.
    ///
    /// # Errors
    /// [`Error::Config`] when it is none of them, or plain http to anything but this machine.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().trim_end_matches('/');
        if text.contains("://") {
            let url = Url::parse(text)
                .map_err(|error| Error::Config(format!("{text:?} is not the URL of a site: {error}")))?;
            check_url(&url)?;
            return Ok(Self::Url(url));
        }
        let lower = text.to_ascii_lowercase();
        let label = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if !lower.split('.').all(label) {
            return Err(Error::Config(format!(
                "{text:?} is not a data center of Gigya, such as eu1, us1 or au1, nor a URL"
            )));
        }
        let domain = if lower.contains('.') {
            lower.clone()
        } else {
            OTHER_DOMAINS
                .iter()
                .find(|(name, _)| *name == lower)
                .map_or_else(|| format!("{lower}.gigya.com"), |(_, domain)| (*domain).to_owned())
        };
        Ok(Self::DataCenter { name: lower, domain })
    }

    /// Reads a SOURCE such as `gigya:eu1`; none when it is not one. `gigya:` alone leaves the place open, which is
    /// then `default`.
    ///
    /// # Errors
    /// As [`Address::parse`]; [`Error::Config`] when the place is left open and there is no default.
    pub fn of_source(source: &str, default: Option<&str>) -> Result<Option<Self>, Error> {
        let Some(place) = source.strip_prefix(SCHEME) else { return Ok(None) };
        let place = if place.is_empty() { default.unwrap_or_default() } else { place };
        if place.is_empty() {
            return Err(Error::Config(
                "gigya: needs a data center or a URL after it (gigya:eu1), or GIGYA_DATA_CENTER".to_owned(),
            ));
        }
        Self::parse(place).map(Some)
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::DataCenter { .. } => false,
            Self::Url(url) => is_loopback(url),
        }
    }

    /// The base URL of a namespace such as `accounts`, without a slash at its end.
    #[must_use]
    pub fn base(&self, namespace: &str) -> String {
        match self {
            Self::DataCenter { domain, .. } => format!("https://{namespace}.{domain}"),
            Self::Url(url) => url.as_str().trim_end_matches('/').to_owned(),
        }
    }

    /// The URL of a method such as `accounts.search`.
    pub(crate) fn endpoint(&self, method: &str) -> Result<Url, Error> {
        let bad = || Error::Config(format!("{method:?} is not a method such as accounts.search"));
        let (namespace, _) = method.split_once('.').ok_or_else(bad)?;
        if namespace.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            return Err(bad());
        }
        Url::parse(&format!("{}/{method}", self.base(namespace))).map_err(|_| bad())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataCenter { name, .. } => f.write_str(name),
            Self::Url(url) => f.write_str(url.as_str().trim_end_matches('/')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(place: &str) -> String {
        Address::parse(place).unwrap().endpoint("accounts.search").unwrap().to_string()
    }

    #[test]
    fn every_namespace_has_its_host_in_a_data_center_and_none_at_a_url() {
        assert_eq!(search("eu1"), "https://accounts.eu1.gigya.com/accounts.search");
        assert_eq!(search("US1.gigya.com"), "https://accounts.us1.gigya.com/accounts.search");
        assert_eq!(search("cn1"), "https://accounts.cn1.sapcdm.cn/accounts.search");
        assert_eq!(search("http://127.0.0.1:4020/"), "http://127.0.0.1:4020/accounts.search");
        let audit = Address::parse("au1").unwrap().endpoint("audit.search").unwrap();
        assert_eq!(audit.host_str(), Some("audit.au1.gigya.com"));
    }

    #[test]
    fn a_source_names_a_site_or_something_else() {
        let read = |source| Address::of_source(source, Some("eu2")).unwrap().map(|place| place.to_string());
        assert_eq!(read("export.json"), None);
        assert_eq!(read("gigya:eu1").unwrap(), "eu1");
        assert_eq!(read("gigya:").unwrap(), "eu2");
        assert_eq!(read("gigya:http://127.0.0.1:1").unwrap(), "http://127.0.0.1:1");
        for bad in ["gigya:", "gigya:e u", "gigya:http://10.0.0.1", "gigya:eu1/x", "gigya:a..b"] {
            assert!(matches!(Address::of_source(bad, None), Err(Error::Config(_))), "{bad}");
        }
    }

    #[test]
    fn a_method_cannot_leave_its_path() {
        let eu1 = Address::parse("eu1").unwrap();
        for bad in ["search", "accounts/../x.y", ".search", "accounts.sea rch", "a@evil.test/.x"] {
            assert!(eu1.endpoint(bad).is_err(), "{bad}");
        }
    }
}
