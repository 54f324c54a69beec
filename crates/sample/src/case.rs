//! The awkward accounts that every sample holds, and what becomes of them.

use crate::expectation::{Expectation, Lane};
use crate::hash::HashKind;

/// How many accounts there are of each case, in a sample that is large enough to hold them all.
pub const EACH: u64 = 22;

/// One awkwardness. Everything else about such an account is ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// A password of this kind.
    Password(HashKind),
    /// The shape of `accounts.getAccountInfo`: empty members present, members of the answer mixed in.
    AccountInfo,
    /// No password, a social identity that can log in.
    SocialOnly,
    /// No password and no social identity.
    NoPassword,
    /// The only email is not verified.
    Unverified,
    /// `isActive` is false.
    Inactive,
    /// `isRegistered` is false: the registration was never finished.
    Unregistered,
    /// A lite account: an email and consents, nothing else.
    Lite,
    /// The login email is not `profile.email`.
    OtherLoginEmail,
    /// Several login emails, verified and not.
    SeveralEmails,
    /// The email is in upper case, with spaces around it.
    UpperCaseEmail,
    /// A username and no email.
    UsernameOnly,
    /// A phone number and no email.
    PhoneOnly,
    /// The email is not one.
    InvalidEmail,
    /// The email of an ordinary account, in another case.
    DoubleEmail,
    /// A space in the UID.
    SpaceInUid,
    /// A UID as Gigya makes it for social sign-ups, `_guid_…==`.
    GuidUid,
    /// A first name, a last name, or both, beyond what Auth0 takes.
    LongName,
    /// Quotes, backslashes and angle brackets in names.
    QuotedName,
    /// Control characters in names.
    ControlName,
    /// Emoji in names, as UTF-8 and as surrogate pairs.
    EmojiName,
    /// Right-to-left names with direction marks.
    RightToLeftName,
    /// `photoURL` is not a URL.
    InvalidPicture,
    /// `profile.phones` is one object instead of an array.
    SinglePhone,
    /// Numbers written as strings.
    NumbersAsStrings,
    /// Dates that mean never.
    NeverDates,
    /// Members that are null or empty.
    NullMembers,
    /// More than 10 KB of profile.
    LargeProfile,
    /// Keys at the top of `data` that Auth0 forbids at the top of `app_metadata`.
    ForbiddenKeys,
    /// The same keys deep inside `data`.
    ForbiddenKeysDeep,
    /// Integers beyond 2^53.
    LargeIntegers,
    /// Deep nesting, within the limit of 128.
    DeepNesting,
    /// Nesting beyond the limit.
    TooDeep,
    /// A record that is not JSON; its strings and brackets balance.
    Broken,
}

impl Case {
    /// The cases that are not a kind of password.
    pub const SHAPES: [Self; 33] = [
        Self::AccountInfo,
        Self::SocialOnly,
        Self::NoPassword,
        Self::Unverified,
        Self::Inactive,
        Self::Unregistered,
        Self::Lite,
        Self::OtherLoginEmail,
        Self::SeveralEmails,
        Self::UpperCaseEmail,
        Self::UsernameOnly,
        Self::PhoneOnly,
        Self::InvalidEmail,
        Self::DoubleEmail,
        Self::SpaceInUid,
        Self::GuidUid,
        Self::LongName,
        Self::QuotedName,
        Self::ControlName,
        Self::EmojiName,
        Self::RightToLeftName,
        Self::InvalidPicture,
        Self::SinglePhone,
        Self::NumbersAsStrings,
        Self::NeverDates,
        Self::NullMembers,
        Self::LargeProfile,
        Self::ForbiddenKeys,
        Self::ForbiddenKeysDeep,
        Self::LargeIntegers,
        Self::DeepNesting,
        Self::TooDeep,
        Self::Broken,
    ];

    /// All cases, in the order in which a sample goes through them.
    pub fn all() -> impl Iterator<Item = Self> {
        let passwords = HashKind::MOVABLE.into_iter().chain(HashKind::IMMOVABLE);
        passwords.map(Self::Password).chain(Self::SHAPES)
    }

    /// What becomes of the account with the default mapping and policies. Of a [`Case::DoubleEmail`] and the account
    /// whose email it has, one is set aside and the other imported; the double is said to be the one.
    #[must_use]
    pub fn expectation(self) -> Expectation {
        match self {
            Self::Password(kind) if !kind.moves() => Expectation::Imported(Lane::Reset),
            Self::NoPassword => Expectation::Imported(Lane::Reset),
            Self::SocialOnly => Expectation::Imported(Lane::Social),
            Self::Unregistered => Expectation::SetAside("not_registered"),
            Self::Lite => Expectation::SetAside("lite"),
            Self::UsernameOnly | Self::PhoneOnly => Expectation::SetAside("email_missing"),
            Self::InvalidEmail => Expectation::SetAside("email_invalid"),
            Self::DoubleEmail => Expectation::SetAside("duplicate_email"),
            Self::SpaceInUid => Expectation::SetAside("user_id_invalid"),
            Self::LargeProfile => Expectation::SetAside("profile_too_large"),
            Self::TooDeep => Expectation::SetAside("too_deep"),
            Self::Broken => Expectation::SetAside("broken_json"),
            _ => Expectation::Imported(Lane::Hash),
        }
    }

    /// Whether the user is mended by default: a name cut, a picture dropped.
    #[must_use]
    pub fn is_mended(self) -> bool {
        matches!(self, Self::LongName | Self::InvalidPicture)
    }
}
