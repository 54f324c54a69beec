//! The kinds of password that a site's accounts have.

/// One algorithm with one setting, as `password.hashSettings` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashKind {
    /// `pbkdf2`: HMAC-SHA1, 16 bytes.
    Pbkdf2,
    /// `pbkdf2_sha1`: 20 bytes.
    Pbkdf2Sha1,
    /// `pbkdf2_sha256`: 32 bytes.
    Pbkdf2Sha256,
    /// `pbkdf2_sha512`, with 20 and with 64 bytes.
    Pbkdf2Sha512,
    /// `pbkdf2` whose salt and hash lack their padding, have too much of it, or use the URL-safe letters.
    Pbkdf2OddPadding,
    /// bcrypt at cost 10 as `$2a$` or `$2b$`: fits Auth0's `password_hash`.
    Bcrypt10,
    /// bcrypt at another cost.
    BcryptOtherCost,
    /// bcrypt as PHP writes it, `$2y$`.
    Bcrypt2y,
    /// argon2id as an MCF string.
    Argon2id,
    /// `md5` without format.
    Md5,
    /// `sha1` without format.
    Sha1,
    /// `sha256` without format.
    Sha256,
    /// `sha512` without format.
    Sha512,
    /// A plain digest with `$salt$password`, over md5, sha1, sha256 and sha512.
    FormatPrefix,
    /// A plain digest with `$password$salt`.
    FormatSuffix,
    /// A plain digest with a constant and the salt before the password.
    FormatConstantPrefix,
    /// A plain digest with the salt and a constant after the password.
    FormatConstantSuffix,
    /// A plain digest with a constant and no salt.
    FormatConstantOnly,
    /// `binaryFormat`: constant bytes and the decoded salt before the password.
    BinaryPrefix,
    /// `binaryFormat`: the decoded salt and constant bytes after the password.
    BinarySuffix,
    /// `binaryFormat` with the password as UTF-16.
    BinaryUtf16,
    /// A plain digest stored in hex instead of base64.
    HexDigest,
    /// A plain digest salted on both sides: only one can be expressed.
    BothSides,
    /// A plain digest with `rounds` above one.
    Rounds,
    /// `binaryFormat` with an encoding of the password that Auth0 has no name for.
    BinaryPasswordEncoding,
    /// `md5_crypt` (`$1$`).
    Md5Crypt,
    /// `drupal` (`$S$`).
    Drupal,
    /// `sha512Hexa`.
    Sha512Hexa,
    /// `symphony2`.
    Symphony2,
    /// `sap_abap`.
    SapAbap,
    /// `sha1_hashbytes`.
    Sha1Hashbytes,
    /// `md5_double_salted`.
    Md5DoubleSalted,
    /// `custom`: a remote service decides.
    Custom,
    /// An algorithm that nobody has heard of.
    Invented,
    /// A known algorithm whose hash is not base64, or has the wrong length.
    Malformed,
}

impl HashKind {
    /// Kinds that Auth0 can check.
    pub const MOVABLE: [Self; 22] = [
        Self::Pbkdf2,
        Self::Pbkdf2Sha1,
        Self::Pbkdf2Sha256,
        Self::Pbkdf2Sha512,
        Self::Pbkdf2OddPadding,
        Self::Bcrypt10,
        Self::BcryptOtherCost,
        Self::Bcrypt2y,
        Self::Argon2id,
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::FormatPrefix,
        Self::FormatSuffix,
        Self::FormatConstantPrefix,
        Self::FormatConstantSuffix,
        Self::FormatConstantOnly,
        Self::BinaryPrefix,
        Self::BinarySuffix,
        Self::BinaryUtf16,
        Self::HexDigest,
    ];

    /// Kinds that cannot move; their users reset their password.
    pub const IMMOVABLE: [Self; 13] = [
        Self::BothSides,
        Self::Rounds,
        Self::BinaryPasswordEncoding,
        Self::Md5Crypt,
        Self::Drupal,
        Self::Sha512Hexa,
        Self::Symphony2,
        Self::SapAbap,
        Self::Sha1Hashbytes,
        Self::Md5DoubleSalted,
        Self::Custom,
        Self::Invented,
        Self::Malformed,
    ];

    /// Whether Auth0 can check a password of this kind.
    #[must_use]
    pub fn moves(self) -> bool {
        Self::MOVABLE.contains(&self)
    }

    /// A short name for reports, in snake case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pbkdf2 => "pbkdf2",
            Self::Pbkdf2Sha1 => "pbkdf2_sha1",
            Self::Pbkdf2Sha256 => "pbkdf2_sha256",
            Self::Pbkdf2Sha512 => "pbkdf2_sha512",
            Self::Pbkdf2OddPadding => "pbkdf2_odd_padding",
            Self::Bcrypt10 => "bcrypt_10",
            Self::BcryptOtherCost => "bcrypt_other_cost",
            Self::Bcrypt2y => "bcrypt_2y",
            Self::Argon2id => "argon2id",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::FormatPrefix => "format_prefix",
            Self::FormatSuffix => "format_suffix",
            Self::FormatConstantPrefix => "format_constant_prefix",
            Self::FormatConstantSuffix => "format_constant_suffix",
            Self::FormatConstantOnly => "format_constant_only",
            Self::BinaryPrefix => "binary_prefix",
            Self::BinarySuffix => "binary_suffix",
            Self::BinaryUtf16 => "binary_utf16",
            Self::HexDigest => "hex_digest",
            Self::BothSides => "both_sides",
            Self::Rounds => "rounds",
            Self::BinaryPasswordEncoding => "binary_password_encoding",
            Self::Md5Crypt => "md5_crypt",
            Self::Drupal => "drupal",
            Self::Sha512Hexa => "sha512_hexa",
            Self::Symphony2 => "symphony2",
            Self::SapAbap => "sap_abap",
            Self::Sha1Hashbytes => "sha1_hashbytes",
            Self::Md5DoubleSalted => "md5_double_salted",
            Self::Custom => "custom",
            Self::Invented => "invented",
            Self::Malformed => "malformed",
        }
    }
}
