//! One user, between mapping and part.

use record::{DEEPEST, Record};

use crate::password::PasswordHash;
use crate::text::{Text, write_json_string};

/// Members of a metadata object as finished JSON text, without the braces: `"a":1,"b":[2]`. A buffer that a worker
/// takes from one user to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    text: Vec<u8>,
}

impl Metadata {
    /// Adds a member whose value `write` appends as JSON.
    pub fn add(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        self.key(key);
        write(&mut self.text);
    }

    /// Adds a member whose value is finished JSON already.
    pub fn add_raw(&mut self, key: &str, json: &[u8]) {
        self.key(key);
        self.text.extend_from_slice(json);
    }

    /// Begins a member whose name is given as it is written, with quotes and colon (`"name":`), and gives the place
    /// where its value has to be appended.
    pub fn member(&mut self, quoted: &str) -> &mut Vec<u8> {
        if !self.text.is_empty() {
            self.text.push(b',');
        }
        self.text.extend_from_slice(quoted.as_bytes());
        &mut self.text
    }

    fn key(&mut self, key: &str) {
        if !self.text.is_empty() {
            self.text.push(b',');
        }
        write_json_string(key, &mut self.text);
        self.text.push(b':');
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The members as JSON text, without the braces.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Forgets the members and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// The members as an object, with the braces.
    #[must_use]
    pub fn to_object(&self) -> Vec<u8> {
        let mut object = Vec::with_capacity(self.text.len() + 2);
        object.push(b'{');
        object.extend_from_slice(&self.text);
        object.push(b'}');
        object
    }

    /// The members as a record, to be looked at; empty when they are no JSON, which they never are.
    #[must_use]
    pub fn to_record(&self) -> Record {
        let object = self.to_object();
        Record::from_json_within(&String::from_utf8_lossy(&object), DEEPEST).unwrap_or_default()
    }
}

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
    /// Members of `app_metadata` other than `gigya`; some keys are forbidden.
    pub app_metadata: Metadata,
    /// Members of `app_metadata.gigya`, where everything goes that Auth0 has no field for.
    pub gigya: Metadata,
    /// Members of `app_metadata.gigya.original`: what was mended, as it was before.
    pub original: Metadata,
    /// Finished JSON array of MFA factors.
    pub mfa_factors: Option<Vec<u8>>,
}

impl User<'_> {
    /// Appends the user as one compact JSON object. The same user always gives the same bytes. Gives the size of the
    /// profile: the bytes without password hashes and MFA factors.
    pub fn write_json(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        let mut secret = 0;
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
            let before = object.out.len();
            object.key(password.member());
            password.write_json(object.out);
            secret += object.out.len() - before;
        }
        if !self.user_metadata.is_empty() {
            object.key("user_metadata");
            object.out.push(b'{');
            object.out.extend_from_slice(self.user_metadata.text());
            object.out.push(b'}');
        }
        self.write_app_metadata(&mut object);
        if let Some(factors) = &self.mfa_factors {
            let before = object.out.len();
            object.key("mfa_factors");
            object.out.extend_from_slice(factors);
            secret += object.out.len() - before;
        }
        object.out.push(b'}');
        out.len() - start - secret
    }

    fn write_app_metadata(&self, object: &mut Object<'_>) {
        let gigya = !self.gigya.is_empty() || !self.original.is_empty();
        if !gigya && self.app_metadata.is_empty() {
            return;
        }
        object.key("app_metadata");
        let out = &mut *object.out;
        out.push(b'{');
        if gigya {
            out.extend_from_slice(b"\"gigya\":{");
            out.extend_from_slice(self.gigya.text());
            if !self.original.is_empty() {
                if !self.gigya.is_empty() {
                    out.push(b',');
                }
                out.extend_from_slice(b"\"original\":{");
                out.extend_from_slice(self.original.text());
                out.push(b'}');
            }
            out.push(b'}');
            if !self.app_metadata.is_empty() {
                out.push(b',');
            }
        }
        out.extend_from_slice(self.app_metadata.text());
        out.push(b'}');
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
}
