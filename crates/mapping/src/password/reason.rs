//! Why a password hash cannot move.

/// Why a password hash cannot move: the stable code. It chooses the lane of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HashCode {
    /// Auth0 does not know the algorithm, or nobody has said how it computes.
    Unknown,
    /// Auth0 knows the algorithm and cannot express the setting.
    NotExpressible,
    /// The stored hash or a setting is not what its algorithm gives or needs.
    Malformed,
}

impl HashCode {
    /// The code as it stands in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "hash_unknown",
            Self::NotExpressible => "hash_not_expressible",
            Self::Malformed => "hash_malformed",
        }
    }
}

/// Why a password hash cannot move.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Untranslatable {
    /// Stable code.
    pub code: HashCode,
    /// A sentence for a person; no part of hash or salt is in it.
    pub reason: String,
}

impl Untranslatable {
    pub(super) fn unknown(reason: impl Into<String>) -> Self {
        Self { code: HashCode::Unknown, reason: reason.into() }
    }

    pub(super) fn not_expressible(reason: impl Into<String>) -> Self {
        Self { code: HashCode::NotExpressible, reason: reason.into() }
    }

    pub(super) fn malformed(reason: impl Into<String>) -> Self {
        Self { code: HashCode::Malformed, reason: reason.into() }
    }
}

/// Algorithms that Gigya lists and that have no counterpart, each with the reason; others are named alone.
pub(super) fn unknown_algorithm(name: &str) -> Untranslatable {
    let known = |what: &str| Untranslatable::unknown(format!("Auth0 has no counterpart of {what}"));
    match name.to_ascii_lowercase().as_str() {
        "md5_crypt" => known("md5_crypt (1,000 rounds of MD5)"),
        "drupal" => known("drupal (many rounds of SHA-512 in Drupal's own encoding)"),
        "crypt" => known("crypt (DES)"),
        "sap_abap" => known("sap_abap (code version of ABAP)"),
        "md5_double_salted" => known("md5_double_salted (MD5 within MD5)"),
        "symphony2" => known("symphony2 (many rounds of a salted digest)"),
        "sha512hexa" => known("sha512Hexa; how it computes is not documented"),
        "sha1_hashbytes" => known("sha1_hashbytes; how it computes is not documented"),
        _ => Untranslatable::unknown(format!("the hash algorithm {} is not known", quoted(name))),
    }
}

/// A name out of the record, made safe to print. A "name" that is too long for one may be a misplaced hash: not shown.
fn quoted(name: &str) -> String {
    if name.chars().count() > 24 {
        return String::from("(a name of more than 24 characters)");
    }
    format!("{name:?}")
}
