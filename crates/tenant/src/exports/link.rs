//! The links to the files: signed, and good for a minute, as Auth0's are.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::jobs::Job;

/// How long a link is good. Source: Auth0, "Bulk User Exports".
const GOOD_S: i64 = 60;

/// The URL of a job's file; the last part of the path is the name of the download.
pub(super) fn location(issuer: &str, job: &Job, now_ms: i64) -> String {
    let expires = now_ms / 1000 + GOOD_S;
    let signature = hex::encode(mac(job, expires).finalize().into_bytes());
    format!(
        "{issuer}exports/{}/tenant.{}.gz?Expires={expires}&Signature={signature}",
        job.id,
        job.format.name()
    )
}

/// What is wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not ours.
    Forged,
    /// Its minute is over.
    Expired,
}

/// Passes a link that was made for this job and is not too old.
pub(super) fn check(job: &Job, expires: &str, signature: &str, now_ms: i64) -> Result<(), Fault> {
    let expires: i64 = expires.parse().map_err(|_| Fault::Forged)?;
    let signature = hex::decode(signature).map_err(|_| Fault::Forged)?;
    mac(job, expires).verify_slice(&signature).map_err(|_| Fault::Forged)?;
    if now_ms / 1000 > expires { Err(Fault::Expired) } else { Ok(()) }
}

fn mac(job: &Job, expires: i64) -> Hmac<Sha256> {
    // A key of any length will do, so there is no error to tell of.
    let mut mac = Hmac::<Sha256>::new_from_slice(job.secret.as_bytes())
        .unwrap_or_else(|_| Hmac::new(&Default::default()));
    mac.update(job.id.as_bytes());
    mac.update(&expires.to_be_bytes());
    mac
}
