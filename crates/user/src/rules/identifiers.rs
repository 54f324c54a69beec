//! `user_id`, `username` and `phone_number`.

use super::is_js_space;

/// Most characters of `user_id` (Management API, create user: `maxLength` 255, pattern `^\S*$`).
pub const USER_ID_MAX: usize = 255;

/// Most characters of `username` that a connection can be set to.
pub const USERNAME_MAX: usize = 128;

/// Whether Auth0 takes the `user_id`: 1 to 255 characters, no white space.
#[must_use]
pub fn user_id(id: &str) -> bool {
    if id.len() <= USER_ID_MAX && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return true;
    }
    super::length(id, USER_ID_MAX) && !id.contains(is_js_space)
}

/// Whether some connection takes the user name: 1 to 128 characters. A connection's own bounds are narrower, 1 to 15
/// unless it says otherwise: see [`username_within`].
#[must_use]
pub fn username(name: &str) -> bool {
    username_within(name, 1, USERNAME_MAX)
}

/// Whether a connection whose `options.validation.username` says `min` and `max` takes the user name: letters and digits
/// of ASCII and ``_+-.!#^~@$'` ``, and nothing that looks like an address.
#[must_use]
pub fn username_within(name: &str, min: usize, max: usize) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-.!#^~@$'`".contains(&byte);
    (min.max(1)..=max.min(USERNAME_MAX)).contains(&name.len())
        && name.bytes().all(fits)
        && !looks_like_email(name)
}

/// Whether a user name looks like an address, which a connection refuses unless `validation.username.allowed_types.email`
/// says otherwise: an `@` with a dot somewhere behind it, so that what Auth0 may take for one is never sent.
#[must_use]
pub fn looks_like_email(name: &str) -> bool {
    name.split_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}

/// Whether the number is in E.164 as Auth0 has it: `^\+[0-9]{1,15}$`.
#[must_use]
pub fn phone(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids() {
        assert!(user_id("_guid_a+b/c==") && user_id(&"ř".repeat(255)));
        assert!(!user_id("") && !user_id("a b") && !user_id("a\u{a0}b") && !user_id(&"a".repeat(256)));
    }

    #[test]
    fn user_names() {
        assert!(
            username("o'neil_1+x@home")
                && username("jan.novak@home")
                && username(&"a".repeat(128))
                && username_within("abc", 3, 3)
        );
        for name in ["", "a b", "jan@x.cz", "a@b.c", "žluť", "a/b", &"a".repeat(129)] {
            assert!(!username(name), "{name}");
        }
        assert!(!username_within("ab", 3, 15) && !username_within(&"a".repeat(16), 1, 15));
    }

    #[test]
    fn phone_numbers() {
        assert!(phone("+1") && phone("+420123456789012"));
        for number in ["", "+", "420", "+4201234567890123", "+420 123", "+420\n", "＋420"] {
            assert!(!phone(number), "{number}");
        }
    }
}
