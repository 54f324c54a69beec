//! A profile that is too large for Auth0 becomes smaller: subtrees leave the user and stand in `spilled.ndjson`.

use record::{DEEPEST, Object, Record, Value};
use user::rules::PROFILE_MAX_BYTES;

/// A user, or a line about one, that was written by this program. Its numbers keep their digits.
pub(super) fn read(json: &[u8]) -> Option<Record> {
    Record::from_json_within(std::str::from_utf8(json).ok()?, DEEPEST).ok()
}

/// Bytes of a user's profile, which is the user without its secrets (source: facts on Auth0, "Imports": 10 KB a profile).
pub(super) fn profile_len(user: &Object) -> usize {
    const SECRETS: [&str; 3] = ["password_hash", "custom_password_hash", "mfa_factors"];
    let mut profile = user.clone();
    profile.retain(|name, _| !SECRETS.contains(&name));
    Record::from(profile).to_json().len()
}

/// Takes subtrees out of a user, in the order in which their paths were named, until its profile fits. Gives the user and
/// its line of `spilled.ndjson`, or nothing when it does not fit without any of them.
pub(super) fn spill(user: &[u8], id: Option<&str>, paths: &[String]) -> Option<(Record, Record)> {
    let mut user = read(user)?;
    let mut taken = Object::new();
    for path in paths {
        if let Some(value) = take(user.members_mut(), path) {
            taken.insert(path.as_str(), value);
        }
        if profile_len(user.members()) <= PROFILE_MAX_BYTES {
            return Some((user, line(id.map_or(Value::NULL, Value::from), taken)));
        }
    }
    None
}

/// A line of `spilled.ndjson`.
pub(super) fn line(id: Value, spilled: Object) -> Record {
    Object::from_iter([("user_id", id), ("spilled", Value::from(spilled))]).into()
}

/// Takes a member out of a user by its dotted path; a path that starts with no member of the user is one of
/// `app_metadata`.
fn take(user: &mut Object, path: &str) -> Option<Value> {
    let steps: Vec<&str> = path.split('.').collect();
    let (last, above) = steps.split_last()?;
    let rooted = matches!(*steps.first()?, "app_metadata" | "user_metadata");
    let mut place = user;
    for step in (!rooted).then_some("app_metadata").iter().chain(above) {
        place = place.get_mut(step)?.as_object_mut()?;
    }
    place.remove(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_no_part_of_a_profile() {
        let user = read(br#"{"email":"a@x.cz","custom_password_hash":{"algorithm":"md5"},"mfa_factors":[]}"#)
            .unwrap();
        assert_eq!(profile_len(user.members()), r#"{"email":"a@x.cz"}"#.len());
    }

    #[test]
    fn what_stays_and_what_leaves_keeps_its_digits() {
        let large = "x".repeat(PROFILE_MAX_BYTES);
        let user = format!(
            r#"{{"user_id":"u","app_metadata":{{"data":{{"n":-9223372036854775809,"large":"{large}"}},"exact":0.1000,"far":1e999}}}}"#
        );
        let paths = ["none".to_owned(), "data".to_owned()];
        let (user, line) = spill(user.as_bytes(), Some("u"), &paths).unwrap();
        assert_eq!(user.to_string(), r#"{"user_id":"u","app_metadata":{"exact":0.1000,"far":1e999}}"#);
        let expected = format!(
            r#"{{"user_id":"u","spilled":{{"data":{{"n":-9223372036854775809,"large":"{large}"}}}}}}"#
        );
        assert_eq!(line.to_string(), expected);
        assert!(spill(user.to_string().as_bytes(), None, &["none".to_owned()]).is_some(), "it fits already");
    }

    #[test]
    fn a_user_as_deep_as_an_account_may_be() {
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        let user = format!(r#"{{"app_metadata":{{"a":"{}","data":{deep}}}}}"#, "x".repeat(PROFILE_MAX_BYTES));
        let (user, _) = spill(user.as_bytes(), None, &["a".to_owned()]).unwrap();
        assert_eq!(user.to_string(), format!(r#"{{"app_metadata":{{"data":{deep}}}}}"#));
    }
}
