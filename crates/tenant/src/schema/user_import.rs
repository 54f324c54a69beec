//! One user of an import file, judged by `user-import.schema.json`.
//!
//! What the document states beyond the schema that Auth0 publishes comes from the documentation of the import file and of
//! the user profile, and from the Management API's limits for the same fields. How Auth0's worker words a failure of
//! those is not published; the tenant takes what z-schema says of the document, wrapped as all known errors of the worker
//! are: `Error in PATH property - MESSAGE`. Inferred, because no answer was ever seen:
//! * the limits of lengths, the characters of a username, the shape of a picture;
//! * the rules of each algorithm of `custom_password_hash` (code `ANY_OF_MISSING`);
//! * that a forbidden key in `app_metadata` says `NOT_PASSED`, like the one forbidden pair that was seen;
//! * `OBJECT_ADDITIONAL_PROPERTIES` for a `.` or `$` in a key of `user_metadata`, at any depth;
//! * that the worker stops at the first error, which is the library's default.

use super::SchemaError;
use super::fault::{Fault, Segment};
use super::keyword::Schema;
use serde::Serialize;
use serde_json::Value;

/// The document, in force for every import.
const DOCUMENT: &str = include_str!("user-import.schema.json");

/// The members of the import file that the worker keeps in `identities[0].profileData`. Seen for `email`; taken for the
/// others because they are what a database keeps of a profile.
const PROFILE_DATA: [&str; 10] = [
    "email",
    "email_verified",
    "phone_number",
    "phone_verified",
    "username",
    "given_name",
    "family_name",
    "name",
    "nickname",
    "picture",
];

/// One entry of `errors` in a job's error list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserFault {
    /// Auth0's code.
    pub code: &'static str,
    /// The text beside it.
    pub message: String,
    /// Auth0's internal path; absent at the root and for what is no failure of the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// The compiled document.
#[derive(Debug)]
pub struct UserImportSchema {
    schema: Schema,
}

impl UserImportSchema {
    /// Compiles the document.
    ///
    /// # Errors
    /// Never, unless the document is broken, which a test excludes.
    pub fn compile() -> Result<Self, SchemaError> {
        Ok(Self { schema: Schema::compile(DOCUMENT)? })
    }

    /// What is wrong with one entry of the file; empty when it may be imported.
    #[must_use]
    pub fn faults(&self, user: &Value) -> Vec<UserFault> {
        self.schema.validate(user).iter().map(worded).collect()
    }
}

/// The error as Auth0's worker words it.
fn worded(fault: &Fault) -> UserFault {
    if fault.code == "NOT_PASSED" {
        // Seen with both hashes given: this text, ending in a blank, and no path.
        let message = "Forbidden attribute in appUser: ".to_owned();
        return UserFault { code: fault.code, message, path: None };
    }
    let path = internal(fault).dotted_path();
    if path.is_empty() {
        return UserFault { code: fault.code, message: fault.message.clone(), path: None };
    }
    let message = format!("Error in {path} property - {}", fault.message);
    UserFault { code: fault.code, message, path: Some(path) }
}

/// The same fault at the place where the worker keeps the value.
fn internal(fault: &Fault) -> Fault {
    let mut internal = fault.clone();
    if let Some(Segment::Key(member)) = fault.path.first() {
        internal.path.splice(0..1, internal_segments(member));
    }
    internal
}

fn internal_segments(member: &str) -> Vec<Segment> {
    let key = |name: &str| Segment::Key(name.to_owned());
    let identity = || vec![key("identities"), Segment::Index(0)];
    match member {
        "password_hash" => vec![key("passwordHash")],
        "custom_password_hash" => vec![key("customPasswordHash")],
        "user_id" => [identity(), vec![key("user_id")]].concat(),
        name if PROFILE_DATA.contains(&name) => [identity(), vec![key("profileData"), key(name)]].concat(),
        name => vec![key(name)],
    }
}

/// Where Auth0's worker keeps a member of the import file: `email` is `identities[0].profileData.email`,
/// `password_hash` is `passwordHash`.
#[must_use]
pub(crate) fn internal_path(member: &str) -> String {
    let path = internal_segments(member);
    Fault { code: "", message: String::new(), path, description: None }.dotted_path()
}
