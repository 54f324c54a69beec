//! The scripts of a connection.

/// One of the scripts in `options.customScripts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Login,
    GetUser,
    Create,
    Verify,
    ChangePassword,
    Delete,
}

/// Largest script in bytes. Source: Auth0, "Custom Database Action Script Execution Best Practices": 100 KB.
pub(super) const MAX_BYTES: usize = 100 * 1024;

impl Script {
    /// Its key in `customScripts`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::GetUser => "get_user",
            Self::Create => "create",
            Self::Verify => "verify",
            Self::ChangePassword => "change_password",
            Self::Delete => "delete",
        }
    }

    /// What Auth0's templates call its function. A script that is nothing but one function may call it anything.
    pub(super) fn functions(self) -> &'static [&'static str] {
        match self {
            Self::Login => &["login"],
            Self::GetUser => &["getByEmail", "getUser", "get_user"],
            Self::Create => &["create"],
            Self::Verify => &["verify"],
            Self::ChangePassword => &["changePassword", "change_password"],
            Self::Delete => &["remove", "deleteUser", "delete_user"],
        }
    }
}
