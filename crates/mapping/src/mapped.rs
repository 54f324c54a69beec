//! What the mapping makes of one account.

use user::{Text, User};

use crate::password::Untranslatable;

/// An account, mapped.
#[derive(Debug)]
pub struct Mapped<'t> {
    /// The user that it becomes.
    pub user: User<'t>,
    /// `UID` of the account.
    pub uid: Option<Text<'t>>,
    /// `isRegistered` is not false.
    pub registered: bool,
    /// A lite account: an address without a registration (`hasFullAccount` is false, or `isLite`).
    pub lite: bool,
    /// When the person logged in last, epoch milliseconds; when that is not known, when the account changed last; else 0.
    pub last_login: i64,
    /// The text at the path that was asked for beside the mapping ([`crate::Mapping::observing`]).
    pub observed: Option<Text<'t>>,
    /// What became of the password.
    pub password: PasswordOutcome,
    /// Social identities of the account.
    pub social: Vec<Identity<'t>>,
    /// Whether the person logs in by a social provider.
    pub social_login: bool,
}

/// What became of the account's password.
#[derive(Debug, Clone, PartialEq)]
pub enum PasswordOutcome {
    /// It has none.
    None,
    /// It is in the user, as a hash.
    Moved,
    /// It cannot move, and why.
    Stays(Untranslatable),
}

/// A social identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity<'t> {
    /// Provider, as Gigya names it.
    pub provider: Text<'t>,
    /// The person's id there.
    pub provider_uid: Text<'t>,
}
