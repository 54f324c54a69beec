//! From the errors of a job back to the users of the part.

use std::collections::{HashMap, VecDeque};

use auth0::UserErrors;
use serde_json::{Map, Value};

use super::Keys;
use crate::step::Refusal;

/// Finds the user of the part for each entry, by `user_id`, else email, username, phone number, never by place: Auth0
/// does not promise an order. Each user is found once; where a file holds a user twice, the one that was refused as
/// "already provided" is the later one. An entry that names nobody is one of the users that have nothing to be named by,
/// in the order of the file: all of these are refused, so that at most their reasons change places. Entries that match
/// nobody are left out, so that the results do not add up and are looked at again.
#[must_use]
pub fn refusals(keys: &[Keys], sent: &[u32], errors: &[UserErrors]) -> Vec<Refusal> {
    let mut index = Index::new(keys, sent);
    errors
        .iter()
        .filter_map(|entry| {
            let first = entry.errors.first();
            let code = first.map(|error| error.code.clone()).unwrap_or_default();
            let message =
                entry.errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ");
            let user = index.take(&entry.user, message.contains("already provided"))?;
            Some(Refusal { user, code: if code.is_empty() { "UNKNOWN".to_owned() } else { code }, message })
        })
        .collect()
}

struct Index {
    by_key: HashMap<(&'static str, String), VecDeque<u32>>,
    /// Users without any of the members.
    nameless: VecDeque<u32>,
    taken: std::collections::HashSet<u32>,
}

const MEMBERS: [&str; 4] = ["user_id", "email", "username", "phone_number"];

impl Index {
    fn new(keys: &[Keys], sent: &[u32]) -> Self {
        let mut by_key: HashMap<_, VecDeque<u32>> = HashMap::new();
        let mut nameless = VecDeque::new();
        for &user in sent {
            let Some(keys) = usize::try_from(user).ok().and_then(|user| keys.get(user)) else { continue };
            let values = [&keys.user_id, &keys.email, &keys.username, &keys.phone_number];
            if values.iter().all(|value| value.is_none()) {
                nameless.push_back(user);
            }
            for (member, value) in MEMBERS.into_iter().zip(values) {
                if let Some(value) = value {
                    by_key.entry((member, fold(member, value))).or_default().push_back(user);
                }
            }
        }
        Self { by_key, nameless, taken: std::collections::HashSet::new() }
    }

    fn take(&mut self, user: &Map<String, Value>, last: bool) -> Option<u32> {
        let text = |member| user.get(member).and_then(Value::as_str);
        if MEMBERS.into_iter().all(|member| text(member).is_none()) {
            return self.nameless.pop_front();
        }
        for member in MEMBERS {
            let Some(value) = text(member) else { continue };
            let Some(candidates) = self.by_key.get_mut(&(member, fold(member, value))) else { continue };
            while let Some(user) = if last { candidates.pop_back() } else { candidates.pop_front() } {
                if self.taken.insert(user) {
                    return Some(user);
                }
            }
        }
        None
    }
}

/// Auth0 may give an email or a username back in lower case.
fn fold(member: &str, value: &str) -> String {
    if matches!(member, "email" | "username") { value.to_lowercase() } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use auth0::UserError;
    use serde_json::json;

    use super::*;

    fn keys(user_id: &str, email: &str) -> Keys {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Keys { user_id: some(user_id), email: some(email), ..Keys::default() }
    }

    fn entry(user: Value, message: &str) -> UserErrors {
        let error = UserError { code: "CODE".to_owned(), message: message.to_owned() };
        UserErrors { user: user.as_object().unwrap().clone(), errors: vec![error] }
    }

    fn found(keys: &[Keys], errors: &[UserErrors]) -> Vec<u32> {
        let sent: Vec<u32> = (0..).take(keys.len()).collect();
        refusals(keys, &sent, errors).iter().map(|refusal| refusal.user).collect()
    }

    #[test]
    fn by_id_then_by_what_else_there_is_in_any_order() {
        let keys = [keys("1", "A@x.org"), keys("2", "b@x.org"), keys("", "c@x.org")];
        let errors = [
            entry(json!({"email": "c@x.org"}), ""),
            entry(json!({"user_id": "2"}), ""),
            entry(json!({"email": "a@x.org"}), ""),
        ];
        assert_eq!(found(&keys, &errors), [2, 1, 0]);
    }

    #[test]
    fn the_later_of_two_was_already_provided() {
        let keys = [keys("1", "a@x.org"), keys("2", "a@x.org"), keys("2", "b@x.org")];
        let twice = "A user with this email was already provided.";
        assert_eq!(found(&keys, &[entry(json!({"email": "a@x.org"}), twice)]), [1]);
        assert_eq!(found(&keys, &[entry(json!({"user_id": "2", "email": "b@x.org"}), twice)]), [2]);
    }

    #[test]
    fn a_stranger_matches_nobody_and_nobody_is_found_twice() {
        let keys = [keys("1", "a@x.org")];
        let entry = entry(json!({"user_id": "1", "email": "a@x.org"}), "");
        assert_eq!(found(&keys, &[entry.clone(), entry]), [0]);
        assert!(found(&keys, &[self::entry(json!({"email": "z@x.org"}), "")]).is_empty());
    }

    #[test]
    fn who_has_nothing_to_be_named_by_is_found_too() {
        let keys = [keys("1", "a@x.org"), Keys::default(), keys("3", "c@x.org"), Keys::default()];
        let nameless = entry(json!({"name": "x", "email": 5}), "");
        let errors = [nameless.clone(), entry(json!({"email": "c@x.org"}), ""), nameless.clone(), nameless];
        assert_eq!(found(&keys, &errors), [1, 2, 3]);
        assert!(found(&keys, &[entry(json!({"email": "z@x.org"}), "")]).is_empty());
    }
}
