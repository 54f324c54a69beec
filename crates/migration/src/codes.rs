//! Every code of the first half, in one place: its stage, what is done by default, and what a person can do.

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
    /// What a person can do.
    pub fix: &'static str,
}

const fn fixed(name: &'static str, stage: &'static str, fix: &'static str) -> Code {
    Code { name, stage, default: Action::SetAside, choice: false, fix }
}

const fn choice(name: &'static str, default: Action, fix: &'static str) -> Code {
    Code { name, stage: "screen", default, choice: true, fix }
}

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
    ),
    choice(
        "phone_invalid",
        Action::SetAside,
        "write the number as +420123456789, or leave it out with --policy phone_invalid=fix",
    ),
    choice(
        "user_id_invalid",
        Action::SetAside,
        "give the account an id without white space, of 255 characters at most, or have it mended with --policy user_id_invalid=fix",
    ),
    choice(
        "given_name_too_long",
        Action::Fix,
        "cut to 150 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "family_name_too_long",
        Action::Fix,
        "cut to 150 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "name_too_long",
        Action::Fix,
        "cut to 300 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice(
        "nickname_too_long",
        Action::Fix,
        "cut to 300 characters; the whole name is in app_metadata.gigya.original",
    ),
    choice("picture_invalid", Action::Fix, "left out; what was there is in app_metadata.gigya.original"),
    choice("forbidden_key", Action::Fix, "left out; what was there is in app_metadata.gigya.original"),
    choice("metadata_key", Action::Fix, "left out; what was there is in app_metadata.gigya.original"),
    choice(
        "profile_too_large",
        Action::SetAside,
        "name subtrees that may go to spilled.ndjson with --spill, for example --spill data,preferences",
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

/// What a person can do about a code.
#[must_use]
pub fn advice(name: &str) -> &'static str {
    code(name).map_or("see the README, \"Codes\"", |code| code.fix)
}
