//! The data center of the site, and calls that went to another.

use crate::codes;
use crate::error::ApiError;

/// Domains of Gigya's data centers. Source: SAP Customer Data Cloud, "Finding your data center".
const DOMAINS: &[&str] = &["gigya.com", "gigya-api.cn", "sapcdm.cn"];

/// The domain of a data center: `eu1.gigya.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataCenter(String);

impl DataCenter {
    /// By its short name (`eu1`) or its domain (`eu1.gigya.com`).
    #[must_use]
    pub fn new(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        Self(match name.as_str() {
            _ if name.contains('.') => name,
            "cn1" => "cn1.sapcdm.cn".to_owned(),
            _ => format!("{name}.gigya.com"),
        })
    }

    /// Its domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.0
    }

    /// The short name: `eu1`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// Passes a host in this data center, whatever its prefix, and any host that is none of Gigya's.
    ///
    /// # Errors
    /// 301001 with `apiDomain` and `location`.
    pub(crate) fn check(&self, host: &str) -> Result<(), ApiError> {
        let inside = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        if inside(&self.0) || !DOMAINS.iter().any(|domain| inside(domain)) {
            return Ok(());
        }
        Err(self.is_elsewhere())
    }

    /// 301001: the site is in this data center, and the call went to another.
    pub(crate) fn is_elsewhere(&self) -> ApiError {
        let details = format!("The API key is served by another data center: {}", self.0);
        ApiError::new(codes::INVALID_DATA_CENTER, details)
            .with("apiDomain", &self.0)
            .with("location", self.name())
    }

    /// Another one, for a call that is to be sent there on purpose.
    pub(crate) fn another(&self) -> Self {
        Self::new(if self.name() == "us1" { "eu1" } else { "us1" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_prefix_of_its_own_domain_passes_and_other_data_centers_are_told() {
        let eu1 = DataCenter::new("eu1");
        for host in
            ["accounts.eu1.gigya.com", "audit.eu1.gigya.com", "eu1.gigya.com", "localhost", "127.0.0.1"]
        {
            eu1.check(host).unwrap();
        }
        for host in ["accounts.us1.gigya.com", "accounts.cn1.sapcdm.cn", "gigya.com", "noteu1.gigya.com"] {
            let error = eu1.check(host).unwrap_err();
            assert_eq!(error.code, 301_001);
            assert_eq!(error.members.text("apiDomain").as_deref(), Some("eu1.gigya.com"));
        }
        assert_eq!(DataCenter::new("cn1").domain(), "cn1.sapcdm.cn");
    }
}
