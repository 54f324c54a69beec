//! The password object of an account.

use std::borrow::Cow;

/// `password` of an account, as `accounts.search` and `accounts.getAccountInfo` give it. Members that are absent,
/// null or empty are `None`; numbers are kept as their text, since sites give `rounds` as a number or as a string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Password<'a> {
    /// `password.hash` (import name `hashedPassword`): base64 of the raw digest.
    pub hash: Option<Cow<'a, str>>,
    /// `password.compoundHash` (import name `compoundHashedPassword`): an MCF string.
    pub compound_hash: Option<Cow<'a, str>>,
    /// `hashSettings.algorithm`.
    pub algorithm: Option<Cow<'a, str>>,
    /// `hashSettings.salt`: clear text when `format` holds `$salt`, else base64.
    pub salt: Option<Cow<'a, str>>,
    /// `hashSettings.rounds`, as its text.
    pub rounds: Option<Cow<'a, str>>,
    /// `hashSettings.format`: a template with `$password` and perhaps `$salt`.
    pub format: Option<Cow<'a, str>>,
    /// `hashSettings.binaryFormat`: a byte-level template.
    pub binary_format: Option<Cow<'a, str>>,
    /// `hashSettings.url` (or `URL`): the remote check of a `custom` hash.
    pub url: Option<Cow<'a, str>>,
}
