//! What stands in the way when keys are tried by hand: which field it is about, and what to do, in plain words.

use std::time::Duration;

use engine::Failure;

use crate::error::PageError;
use crate::mistake::Mistake;

/// How long somebody who has pressed a button waits for a host.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Where somebody wanted to go.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    /// The host, with its port where it is no usual one.
    pub(crate) host: String,
    /// The field of the form that names it, and that which says who we are there.
    pub(crate) fields: (&'static str, &'static str),
    /// The environment variable that names a file of roots for it.
    pub(crate) roots: &'static str,
    /// How long it had for its answer.
    pub(crate) patience: Duration,
}

impl Way {
    /// Why no answer came, from what the client said; none when it is something else.
    pub(crate) fn closed(&self, cause: &str) -> Option<String> {
        let host = &self.host;
        let has = |words: &[&str]| words.iter().any(|words| cause.contains(words));
        Some(if has(&["invalid peer certificate"]) {
            let why = if has(&["expired"]) {
                "it has expired"
            } else if has(&["not valid for name", "NotValidForName"]) {
                "it is that of another host"
            } else {
                "it is signed by nobody whom Crosswalk trusts"
            };
            format!(
                "the certificate of {host} is not trusted: {why}. If it is the right host, start the page with {} \
                 naming a file with its root certificate (PEM)",
                self.roots
            )
        } else if has(&["failed to lookup address information"]) {
            if has(&["Temporary failure", "Try again"]) {
                format!(
                    "{host} cannot be looked up: no name server answers. Look at the network of this machine"
                )
            } else {
                format!("there is no host {host}. Check the address for a slip")
            }
        } else if has(&["Connection refused"]) {
            format!("{host} refuses the connection: nothing listens there. Check address and port")
        } else if has(&["unreachable", "No route to host"]) {
            format!("no way leads from this machine to {host}. Look at its network, or at a firewall between")
        } else if has(&["received corrupt message", "InvalidContentType"]) {
            format!("{host} does not speak https. Check address and port")
        } else if has(&["timed out"]) {
            self.silent()
        } else {
            // What passes is tried once only, so that a person decides about the next attempt.
            let (_, cause) = cause.split_once("at last with: ")?;
            format!("{host} could not be asked ({cause}). Try again in a moment")
        })
    }

    /// It did not answer in time.
    pub(crate) fn silent(&self) -> String {
        let (host, seconds) = (&self.host, self.patience.as_secs_f64());
        format!(
            "{host} did not answer within {seconds} s. Check the address, and whether a firewall lets this machine through"
        )
    }

    /// What was found out by a trial that had this long.
    ///
    /// # Errors
    /// The mistake, at the field that it is about: `explain` knows those of keys.
    pub(crate) async fn tried<T, E>(
        &self,
        trial: impl Future<Output = Result<T, E>>,
        explain: impl FnOnce(&E) -> Option<(&'static str, String)>,
    ) -> Result<T, Mistake>
    where
        E: std::fmt::Display + Into<PageError>,
    {
        let Ok(outcome) = tokio::time::timeout(self.patience, trial).await else {
            return Err(Mistake::at(self.fields.0, Failure::refused(self.silent())));
        };
        outcome.map_err(|error| {
            if let Some(why) = self.closed(&error.to_string()) {
                return Mistake::at(self.fields.0, Failure::refused(why));
            }
            match explain(&error) {
                Some((field, why)) => Mistake::at(field, Failure::refused(why)),
                None => Mistake::at(self.fields.1, error),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_way_is_told_in_plain_words() {
        let fields = ("domain", "client_id");
        let way = Way { host: "h.example".into(), fields, roots: "AUTH0_CA", patience: PATIENCE };
        for (cause, words) in [
            (
                "dns error: failed to lookup address information: Name or service not known",
                "there is no host h.example",
            ),
            (
                "failed to lookup address information: Temporary failure in name resolution",
                "no name server answers",
            ),
            ("tcp connect error: Connection refused (os error 111)", "nothing listens there"),
            ("tcp connect error: Network is unreachable (os error 101)", "no way leads"),
            ("invalid peer certificate: UnknownIssuer", "AUTH0_CA"),
            ("invalid peer certificate: certificate expired: verified at", "it has expired"),
            ("invalid peer certificate: certificate not valid for name \"h.example\"", "of another host"),
            ("received corrupt message of type InvalidContentType", "does not speak https"),
            ("error sending request: operation timed out", "h.example did not answer within 10 s"),
            ("POST oauth/token failed 1 times, at last with: 503", "could not be asked (503). Try again"),
        ] {
            let told = way.closed(cause).unwrap();
            assert!(told.contains(words) && told.contains("h.example"), "{cause}: {told}");
        }
        assert_eq!(way.closed("403 access_denied"), None);
    }
}
