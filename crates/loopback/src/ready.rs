//! The ready line: what a local world prints when it can be used.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The ready line of the tenant, as `--json` prints it.
///
/// Every value is stable over restarts of the same data folder; another program can take the port meanwhile.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ready {
    /// Base URL, without a slash at its end.
    pub url: String,
    /// The client that may do everything: every scope, client credentials and password login.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// File with the certificate of the test CA (PEM); none without TLS.
    pub ca: Option<PathBuf>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready")
            .field("url", &self.url)
            .field("client_id", &self.client_id)
            .field("ca", &self.ca)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_the_members_of_the_contract_and_debug_hides_the_secret() {
        let ready = Ready {
            url: "http://127.0.0.1:4010".into(),
            client_id: "id".into(),
            client_secret: "hidden".into(),
            ca: None,
        };
        let line = serde_json::to_string(&ready).unwrap();
        assert_eq!(
            line,
            r#"{"url":"http://127.0.0.1:4010","client_id":"id","client_secret":"hidden","ca":null}"#
        );
        assert!(!format!("{ready:?}").contains("hidden"));
    }
}
