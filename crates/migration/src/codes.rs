//! Every code of the first half, in one place: its stage, what is done by default, what a person can do about a user who is set
//! aside, and what is done to one who is mended. And what a person can do about the codes of the import.

/// What is done with a user whom a code strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The user is not imported.
    SetAside,
    /// The user is mended; what was there before is kept in `app_metadata.gigya.original`.
    Fix,
}

/// A stable code (CONTRACT, "Codes").
#[derive(Debug)]
pub struct Code {
    /// Its name.
    pub name: &'static str,
    /// The stage that finds it.
    pub stage: &'static str,
    /// The default policy.
    pub default: Action,
    /// Whether a policy can choose the other action.
    pub choice: bool,
    /// What a person can do about a user who was set aside.
    pub fix: &'static str,
    /// What is done to a user who is mended; empty when nobody is.
    pub mended: &'static str,
}

const fn fixed(name: &'static str, stage: &'static str, fix: &'static str) -> Code {
    Code { name, stage, default: Action::SetAside, choice: false, fix, mended: "" }
}

const fn choice(name: &'static str, default: Action, fix: &'static str, mended: &'static str) -> Code {
    Code { name, stage: "screen", default, choice: true, fix, mended }
}

/// What is left out of a user is kept.
const LEFT_OUT: &str = "left out; what was there is in app_metadata.gigya.original";

/// All codes that prepare sets users aside or mends them for.
pub const CODES: &[Code] = &[
    fixed("broken_json", "read", "mend the record in the export and run again with that record alone"),
    fixed("too_large", "read", "allow larger records with --max-record, or shorten the record"),
    fixed("too_deep", "read", "allow deeper nesting with --max-depth, or flatten the record"),
    fixed("not_registered", "screen", "import pending registrations too with --include unregistered"),
    fixed("lite", "screen", "import lite accounts too with --include lite"),
    fixed("email_missing", "screen", "give the account an address; Auth0 imports no user without one"),
    fixed("email_invalid", "screen", "correct the address at the source"),
    fixed(
        "username_missing",
        "screen",
        "give the account a user name, or let the connection do without (requires_username, profile_required)",
    ),
    fixed(
        "phone_missing",
        "screen",
        "give the account a phone number, or let the connection do without (profile_required)",
    ),
    choice(
        "username_invalid",
        Action::SetAside,
        "correct the name, or leave it out with --policy username_invalid=fix",
        LEFT_OUT,
    ),
    choice(
        "phone_invalid",
        Action::SetAside,
        "write the number as +420123456789, or leave it out with --policy phone_invalid=fix",
        LEFT_OUT,
    ),
    choice(
        "user_id_invalid",
        Action::SetAside,
        "give the account an id without white space, of 255 characters at most, or have it mended with --policy user_id_invalid=fix",
        "cut to 255 characters, with _ for white space; the whole id is in app_metadata.gigya.original",
    ),
    choice(
        "given_name_too_long",
        Action::Fix,
        "shorten it to 150 characters at the source, or let it be cut with --policy given_name_too_long=fix",
        "cut to 150 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "family_name_too_long",
        Action::Fix,
        "shorten it to 150 characters at the source, or let it be cut with --policy family_name_too_long=fix",
        "cut to 150 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "name_too_long",
        Action::Fix,
        "shorten it to 300 characters at the source, or let it be cut with --policy name_too_long=fix",
        "cut to 300 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "nickname_too_long",
        Action::Fix,
        "shorten it to 300 characters at the source, or let it be cut with --policy nickname_too_long=fix",
        "cut to 300 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "picture_invalid",
        Action::Fix,
        "give the account a picture whose address is a URL, or let it be left out with --policy picture_invalid=fix",
        LEFT_OUT,
    ),
    choice(
        "forbidden_key",
        Action::Fix,
        "rename the member in the mapping, or let it be left out with --policy forbidden_key=fix",
        LEFT_OUT,
    ),
    choice(
        "metadata_key",
        Action::Fix,
        "rename the member at the source, or let it be left out with --policy metadata_key=fix",
        LEFT_OUT,
    ),
    choice(
        "profile_too_large",
        Action::SetAside,
        "name subtrees that may go to spilled.ndjson with --spill, for example --spill data,preferences",
        "subtrees were moved to spilled.ndjson, keyed by user_id",
    ),
    fixed(
        "duplicate_email",
        "duplicates",
        "decide which account keeps the address, or let --duplicates merge unite them",
    ),
    fixed(
        "duplicate_username",
        "duplicates",
        "decide which account keeps the name, or let --duplicates merge unite them",
    ),
    fixed(
        "duplicate_phone",
        "duplicates",
        "decide which account keeps the number, or let --duplicates merge unite them",
    ),
    fixed(
        "duplicate_user_id",
        "duplicates",
        "the same id stands in the input more than once; nothing to do if it is the same account",
    ),
];

/// Codes of inputs and of the import, which set nobody aside: CONTRACT, "Codes".
const OTHERS: [&str; 8] = [
    "broken_container",
    "site_incomplete",
    "hash_unknown",
    "hash_not_expressible",
    "hash_malformed",
    "exists_different",
    "email_taken",
    "job_failed",
];

/// Whether a code can stand in a report; Auth0's own begin with `auth0_`.
#[must_use]
pub fn is_known(name: &str) -> bool {
    code(name).is_some() || OTHERS.contains(&name) || name.starts_with("auth0_")
}

/// The entry of a code.
#[must_use]
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

/// What a person can do about a user whom a code has kept out.
#[must_use]
pub fn advice(name: &str) -> &'static str {
    code(name).map_or_else(|| of_import(name), |code| code.fix)
}

/// What was done to a user who was mended.
#[must_use]
pub fn mended(name: &str) -> &'static str {
    code(name).map_or("", |code| code.mended)
}

/// What a person can do about a user who failed at the tenant; `retry.ndjson` has the tenant's words.
fn of_import(name: &str) -> &'static str {
    match name {
        // Auth0's import never changes whether a user is blocked, and refuses another address for an id that is there.
        "exists_different" => {
            "compare the user with the one who is there; other members are written over by a new run with --upsert, another \
             address or another `blocked` is not: change those at the tenant"
        }
        "email_taken" => {
            "another user of the connection has the address: delete or change that one at the tenant, or correct the address \
             at the source, then retry"
        }
        "job_failed" => {
            "the tenant gave the import job up each time; retry later, and ask Auth0 if it stays so"
        }
        name if name.starts_with("auth0_") => {
            "the tenant refused the user; its words are in retry.ndjson: correct that at the source or mend it in the page \
             (crosswalk serve), then retry"
        }
        _ => "see the README, \"Codes\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_is_not_what_was_done() {
        for code in CODES {
            assert!(!code.fix.is_empty(), "{}", code.name);
            assert_eq!(code.mended.is_empty(), !code.choice, "{}", code.name);
            assert_ne!(code.fix, code.mended);
            assert!(!code.fix.contains("gigya.original"), "nobody was imported: {}", code.name);
        }
        assert!(advice("picture_invalid").contains("--policy picture_invalid=fix"));
        assert!(mended("picture_invalid").contains("gigya.original"));
    }

    #[test]
    fn every_code_of_the_import_has_advice() {
        for name in ["exists_different", "email_taken", "job_failed", "auth0_invalid_format"] {
            assert!(!advice(name).contains("README"), "{name}");
        }
        assert!(advice("exists_different").contains("blocked"));
    }
}
