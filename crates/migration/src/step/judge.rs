//! The outcome of one user, from what the job said and what reading back has found.

use super::{Facts, Found, Outcome, Refusal, Results};

/// Whom the results leave open: those refused as there already, and after an upsert that both created and changed
/// users all others, since its summary does not say who is who.
pub(super) fn to_read_back(open: &[u32], upsert: bool, results: &Results) -> Vec<u32> {
    let mixed = results.inserted > 0 && results.updated > 0;
    open.iter()
        .copied()
        .filter(|user| match results.refusals.iter().find(|refusal| refusal.user == *user) {
            Some(refusal) => !upsert && refusal.is_there(),
            None => mixed,
        })
        .collect()
}

/// A user that the job took.
pub(super) fn accepted(at: i64, upsert: bool, results: &Results, found: Option<&Found>) -> Outcome {
    if !upsert || results.updated == 0 {
        return Outcome::Imported;
    }
    if results.inserted == 0 {
        return Outcome::Updated;
    }
    match found {
        Some(Found::Equal { created } | Found::Different { created, .. } | Found::Taken { created })
            if !is_since(*created, Some(at)) =>
        {
            Outcome::Updated
        }
        _ => Outcome::Imported,
    }
}

/// A user that the job refused. None: it is there and different, an upsert is wanted, and nothing is in doubt about
/// it any more, so that it can be sent again with upsert.
pub(super) fn refused(
    facts: &Facts,
    since: Option<i64>,
    upsert: bool,
    refusal: &Refusal,
    found: Option<&Found>,
) -> Option<Outcome> {
    if upsert || !refusal.is_there() {
        return Some(by_code(refusal));
    }
    match found {
        Some(Found::Equal { created }) if is_since(*created, since) => Some(Outcome::Imported),
        // An undisturbed upsert would have counted it as updated.
        Some(Found::Equal { .. }) if facts.upsert => Some(Outcome::Updated),
        Some(Found::Equal { .. }) => Some(Outcome::AlreadyThere),
        Some(Found::Different { .. } | Found::Taken { .. }) if facts.upsert => None,
        Some(Found::Different { fields, .. }) => Some(different(fields)),
        Some(Found::Taken { .. }) => Some(taken()),
        Some(Found::Absent) | None => Some(by_code(refusal)),
    }
}

/// A user of a part whose jobs never told what they did.
pub(super) fn unsure(since: Option<i64>, found: Option<&Found>) -> Outcome {
    match found {
        Some(Found::Equal { created }) if is_since(*created, since) => Outcome::Imported,
        Some(Found::Equal { .. }) => Outcome::AlreadyThere,
        Some(Found::Different { fields, .. }) => different(fields),
        Some(Found::Taken { .. }) => taken(),
        Some(Found::Absent) | None => Outcome::failed(
            "job_failed",
            "every import job with this user failed without a summary; look at the user in retry.ndjson",
        ),
    }
}

/// Whether a user of this age (epoch milliseconds) was created after an attempt was sent (epoch seconds).
fn is_since(created: i64, sent: Option<i64>) -> bool {
    sent.is_some_and(|sent| created >= sent.saturating_mul(1_000))
}

fn by_code(refusal: &Refusal) -> Outcome {
    Outcome::failed(&format!("auth0_{}", refusal.code.to_lowercase()), refusal.message.clone())
}

fn different(fields: &str) -> Outcome {
    Outcome::failed(
        "exists_different",
        format!(
            "the tenant has this user with other contents ({fields}); an import with --upsert writes them over, but for an \
             address and `blocked`, which are changed at the tenant; or keep what is there"
        ),
    )
}

fn taken() -> Outcome {
    Outcome::failed(
        "email_taken",
        "an email, username or phone number of this user belongs to a user with another id",
    )
}
