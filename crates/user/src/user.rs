//! One user, between mapping and part.

use crate::password::PasswordHash;
use crate::text::{Text, write_json_string};

/// Members of a metadata object: name and finished JSON value, in the order in which they are written.
pub type Metadata = Vec<(String, Vec<u8>)>;

/// A user in Auth0's import schema. A member that is `None` is not written.
///
/// Source of the members and their limits: Auth0, "Bulk User Import Database Schema and Examples".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct User<'a> {
    /// Becomes `auth0|<user_id>`; no white space, at most 255 characters.
    pub user_id: Option<Text<'a>>,
    /// Lower case; local part at most 64, whole at most 254 characters.
    pub email: Option<Text<'a>>,
    /// Whether the user has shown that the address is theirs.
    pub email_verified: Option<bool>,
    /// Only for connections that take user names.
    pub username: Option<Text<'a>>,
    /// E.164, such as `+12125550001`; only for connections that take phone numbers.
    pub phone_number: Option<Text<'a>>,
    /// Whether the user has shown that the number is theirs.
    pub phone_verified: Option<bool>,
    /// 1 to 150 characters.
    pub given_name: Option<Text<'a>>,
    /// 1 to 150 characters.
    pub family_name: Option<Text<'a>>,
    /// 1 to 300 characters.
    pub name: Option<Text<'a>>,
    /// 1 to 300 characters.
    pub nickname: Option<Text<'a>>,
    /// A URL.
    pub picture: Option<Text<'a>>,
    /// A blocked user cannot log in.
    pub blocked: Option<bool>,
    /// `password_hash` or `custom_password_hash`, never both.
    pub password: Option<PasswordHash>,
    /// Members of `user_metadata`; keys hold no `.` and no `$`.
    pub user_metadata: Metadata,
    /// Members of `app_metadata`; some keys are forbidden.
    pub app_metadata: Metadata,
    /// Finished JSON array of MFA factors.
    pub mfa_factors: Option<Vec<u8>>,
}

impl User<'_> {
    /// Appends the user as one compact JSON object. The same user always gives the same bytes.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut object = Object::open(out);
        object.text("user_id", self.user_id.as_ref());
        object.text("email", self.email.as_ref());
        object.flag("email_verified", self.email_verified);
        object.text("username", self.username.as_ref());
        object.text("phone_number", self.phone_number.as_ref());
        object.flag("phone_verified", self.phone_verified);
        object.text("given_name", self.given_name.as_ref());
        object.text("family_name", self.family_name.as_ref());
        object.text("name", self.name.as_ref());
        object.text("nickname", self.nickname.as_ref());
        object.text("picture", self.picture.as_ref());
        object.flag("blocked", self.blocked);
        if let Some(password) = &self.password {
            object.key(password.member());
            password.write_json(object.out);
        }
        object.metadata("user_metadata", &self.user_metadata);
        object.metadata("app_metadata", &self.app_metadata);
        if let Some(factors) = &self.mfa_factors {
            object.key("mfa_factors");
            object.out.extend_from_slice(factors);
        }
        object.out.push(b'}');
    }
}

struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> Object<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// A member's name; none of ours needs an escape.
    fn key(&mut self, name: &str) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn text(&mut self, name: &str, value: Option<&Text<'_>>) {
        if let Some(text) = value {
            self.key(name);
            text.write_json(self.out);
        }
    }

    fn flag(&mut self, name: &str, value: Option<bool>) {
        if let Some(flag) = value {
            self.key(name);
            self.out.extend_from_slice(if flag { b"true" } else { b"false" });
        }
    }

    fn metadata(&mut self, name: &str, members: &Metadata) {
        if members.is_empty() {
            return;
        }
        self.key(name);
        self.out.push(b'{');
        for (index, (key, value)) in members.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            write_json_string(key, self.out);
            self.out.push(b':');
            self.out.extend_from_slice(value);
        }
        self.out.push(b'}');
    }
}
