//! One line of a mapping: where a value comes from, what is done to it, where it goes.

/// A dotted path in the account, such as `profile.firstName`; a number as last step takes that element of an array.
pub type Path = String;

/// What a connection takes to tell users apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// An email address; every connection takes it.
    Email,
    /// A user name.
    Username,
    /// A phone number in E.164.
    Phone,
}

impl Identifier {
    /// The word of the command line and of mapping documents.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "email" => Some(Self::Email),
            "username" => Some(Self::Username),
            "phone" => Some(Self::Phone),
            _ => None,
        }
    }

    /// The word of the command line and of mapping documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Username => "username",
            Self::Phone => "phone",
        }
    }
}

/// A member of the user that is not metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named as in Auth0's schema; `user::User` documents each")]
pub enum Field {
    UserId,
    Email,
    EmailVerified,
    Username,
    PhoneNumber,
    PhoneVerified,
    GivenName,
    FamilyName,
    Nickname,
    Name,
    Picture,
    Blocked,
    Password,
    MfaFactors,
}

impl Field {
    /// Every field with its name in Auth0's schema (`password` stands for either hash member).
    pub const ALL: [(&'static str, Self); 14] = [
        ("user_id", Self::UserId),
        ("email", Self::Email),
        ("email_verified", Self::EmailVerified),
        ("username", Self::Username),
        ("phone_number", Self::PhoneNumber),
        ("phone_verified", Self::PhoneVerified),
        ("given_name", Self::GivenName),
        ("family_name", Self::FamilyName),
        ("nickname", Self::Nickname),
        ("name", Self::Name),
        ("picture", Self::Picture),
        ("blocked", Self::Blocked),
        ("password", Self::Password),
        ("mfa_factors", Self::MfaFactors),
    ];

    /// What is done to the value when the document does not say.
    #[must_use]
    pub fn default_transform(self) -> Transform {
        match self {
            Self::EmailVerified | Self::PhoneVerified | Self::Blocked => Transform::Flag,
            Self::Email => Transform::Lower,
            Self::Password => Transform::Password,
            Self::MfaFactors => Transform::Raw,
            _ => Transform::Text,
        }
    }
}

/// What is done to a value on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// The JSON value as it stands. Default for metadata.
    Raw,
    /// A text; numbers become their digits. Default for texts of the user.
    Text,
    /// A text, trimmed and lower-cased.
    Lower,
    /// `true` or `false`, also as text.
    Flag,
    /// `true` when the value is false; otherwise nothing.
    WhenFalse,
    /// `true` when there is a value.
    Exists,
    /// An array; a single value becomes an array of one.
    List,
    /// A time; Gigya's "never" (`0001-01-01T00:00:00Z`) becomes nothing.
    Date,
    /// Year, month and day (three paths) become an ISO 8601 date, or as much of one as is known.
    Birthdate,
    /// The first path, or else the others joined by a space.
    FullName,
    /// The address the person logs in with: the first group that has one, in it the preferred one first.
    LoginEmail,
    /// Whether the chosen address is in the list.
    HoldsEmail,
    /// The addresses of the account that were not chosen, as `{"verified": [...], "unverified": [...]}`; the first path
    /// is the list of verified ones.
    OtherEmails,
    /// The password object of an account.
    Password,
    /// Some members of an object, or of each object in an array. Given by `pick`.
    Pick,
}

impl Transform {
    /// Every transform that a document can name.
    pub const NAMED: [(&'static str, Self); 14] = [
        ("raw", Self::Raw),
        ("text", Self::Text),
        ("lower", Self::Lower),
        ("flag", Self::Flag),
        ("when_false", Self::WhenFalse),
        ("exists", Self::Exists),
        ("list", Self::List),
        ("date", Self::Date),
        ("birthdate", Self::Birthdate),
        ("full_name", Self::FullName),
        ("login_email", Self::LoginEmail),
        ("holds_email", Self::HoldsEmail),
        ("other_emails", Self::OtherEmails),
        ("password", Self::Password),
    ];
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A member of the user.
    Field(Field),
    /// A member of `user_metadata`, by its path; a last step of `*` spreads the members of an object.
    UserMetadata(Vec<String>),
    /// A member of `app_metadata`, by its path.
    AppMetadata(Vec<String>),
}

impl Target {
    /// The place in the user as a dotted path, such as `user_metadata.city`. What `*` spreads goes to the object around it;
    /// `password` stands for either hash member.
    #[must_use]
    pub fn path(&self) -> String {
        let (root, path) = match self {
            Self::Field(field) => {
                let named = Field::ALL.iter().find(|(_, known)| known == field);
                return named.map_or_else(String::new, |(name, _)| (*name).to_owned());
            }
            Self::UserMetadata(path) => ("user_metadata", path),
            Self::AppMetadata(path) => ("app_metadata", path),
        };
        let mut whole = root.to_owned();
        for step in path.iter().filter(|step| *step != "*") {
            whole.push('.');
            whole.push_str(step);
        }
        whole
    }
}

/// One line of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Where the value goes.
    pub target: Target,
    /// Where it comes from; empty for a constant.
    pub from: Vec<Path>,
    /// What is done to it.
    pub transform: Transform,
    /// Members that [`Transform::Pick`] keeps.
    pub pick: Vec<String>,
    /// The address that [`Transform::LoginEmail`] prefers inside a group.
    pub prefer: Option<Path>,
    /// A value that is no account's: finished JSON.
    pub constant: Option<String>,
    /// Only for connections that take this identifier.
    pub when: Option<Identifier>,
    /// Only for connections that do not take this identifier.
    pub unless: Option<Identifier>,
    /// Line of the document on which its value begins, from 1.
    pub line: usize,
}
