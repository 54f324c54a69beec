//! Several accounts of one person become one user.
//!
//! `email_verified` if the address that stays is verified in any of them; the password of the latest login that has one;
//! `blocked` as the latest login is; a phone number with its own verification; every other field from the latest login
//! that has it; identities and addresses united; the other ids in `app_metadata.gigya.merged`; every conflict in
//! `app_metadata.gigya.conflicts`.

use serde_json::{Map, Value};

/// Merges users, given as packed, the latest login first. Nothing comes of an empty list.
#[must_use]
pub fn merge(users: &[Map<String, Value>]) -> Map<String, Value> {
    let mut merged = Map::new();
    let mut conflicts = Map::new();
    for user in users {
        for (key, value) in user {
            match key.as_str() {
                "email_verified"
                | "phone_verified"
                | "blocked"
                | "password_hash"
                | "custom_password_hash"
                | "app_metadata"
                | "user_metadata" => {}
                _ => take(&mut merged, &mut conflicts, key, value),
            }
        }
    }
    // An address that somebody verified says nothing about another one.
    let verified = users.iter().any(|user| same(user, &merged, "email") && is(user, "email_verified"));
    merged.insert("email_verified".to_owned(), Value::Bool(verified));
    let of_phone = users.iter().find(|user| user.contains_key("phone_number"));
    if let Some(verified) = of_phone.and_then(|user| user.get("phone_verified")) {
        merged.insert("phone_verified".to_owned(), verified.clone());
    }
    // Nobody is locked out for an old account, and an old account lets nobody in.
    let blocked = users.first().is_some_and(|user| is(user, "blocked"));
    if blocked {
        merged.insert("blocked".to_owned(), Value::Bool(true));
    }
    if users.iter().any(|user| is(user, "blocked") != blocked) {
        conflicts.insert("blocked".to_owned(), Value::Array(vec![Value::Bool(!blocked)]));
    }
    let password = users.iter().find_map(|user| {
        ["password_hash", "custom_password_hash"].into_iter().find_map(|key| Some((key, user.get(key)?)))
    });
    if let Some((key, value)) = password {
        merged.insert(key.to_owned(), value.clone());
    }
    for key in ["user_metadata", "app_metadata"] {
        let mut object = Map::new();
        let mut of_object = Map::new();
        for (member, value) in users.iter().filter_map(|user| user.get(key)?.as_object()).flatten() {
            if !(key == "app_metadata" && member == "gigya") {
                take(&mut object, &mut of_object, member, value);
            }
        }
        if !of_object.is_empty() {
            conflicts.insert(key.to_owned(), Value::Object(of_object));
        }
        if key == "app_metadata" {
            object.insert("gigya".to_owned(), Value::Object(gigya(users, &mut conflicts)));
        }
        if !object.is_empty() {
            merged.insert(key.to_owned(), Value::Object(object));
        }
    }
    merged
}

/// Whether a member is true.
fn is(user: &Map<String, Value>, key: &str) -> bool {
    user.get(key) == Some(&Value::Bool(true))
}

/// Whether a text is the same in both, however it is written.
fn same(left: &Map<String, Value>, right: &Map<String, Value>, key: &str) -> bool {
    let text = |user: &Map<String, Value>| user.get(key).and_then(Value::as_str).map(str::to_lowercase);
    text(left) == text(right)
}

/// The first value stays; a later one that differs is a conflict.
fn take(into: &mut Map<String, Value>, conflicts: &mut Map<String, Value>, key: &str, value: &Value) {
    match into.get(key) {
        None => {
            into.insert(key.to_owned(), value.clone());
        }
        Some(taken) if taken != value => {
            let list = conflicts.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            if let Some(list) = list.as_array_mut().filter(|list| !list.contains(value)) {
                list.push(value.clone());
            }
        }
        Some(_) => {}
    }
}

fn gigya(users: &[Map<String, Value>], conflicts: &mut Map<String, Value>) -> Map<String, Value> {
    let mut gigya = Map::new();
    let mut of_gigya = Map::new();
    let all = users.iter().filter_map(|user| user.get("app_metadata")?.get("gigya")?.as_object());
    for (key, value) in all.flatten() {
        match (key.as_str(), gigya.get_mut(key)) {
            ("identities", Some(Value::Array(known))) => unite_identities(known, value),
            ("emails", Some(known)) => unite_emails(known, value),
            _ => take(&mut gigya, &mut of_gigya, key, value),
        }
    }
    if !of_gigya.is_empty() {
        conflicts.insert("app_metadata.gigya".to_owned(), Value::Object(of_gigya));
    }
    let stays = users.first().and_then(|user| user.get("user_id"));
    let mut others: Vec<Value> = Vec::new();
    for id in users.iter().skip(1).filter_map(|user| user.get("user_id")) {
        if Some(id) != stays && !others.contains(id) {
            others.push(id.clone());
        }
    }
    gigya.insert("merged".to_owned(), Value::Array(others));
    if !conflicts.is_empty() {
        gigya.insert("conflicts".to_owned(), Value::Object(std::mem::take(conflicts)));
    }
    gigya
}

/// An identity is known when its provider and the id there are; what else it says is from the latest login.
fn unite_identities(known: &mut Vec<Value>, more: &Value) {
    let key = |identity: &Value| (identity.get("provider").cloned(), identity.get("providerUID").cloned());
    for identity in more.as_array().into_iter().flatten() {
        if !known.iter().any(|one| key(one) == key(identity)) {
            known.push(identity.clone());
        }
    }
}

fn unite_emails(known: &mut Value, more: &Value) {
    let (Some(known), Some(more)) = (known.as_object_mut(), more.as_object()) else { return };
    for (kind, addresses) in more {
        let list = known.entry(kind.clone()).or_insert_with(|| Value::Array(Vec::new()));
        if let (Some(list), Some(addresses)) = (list.as_array_mut(), addresses.as_array()) {
            let new: Vec<Value> =
                addresses.iter().filter(|address| !list.contains(address)).cloned().collect();
            list.extend(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_person_out_of_two_accounts() {
        let objects: Vec<_> = [
            json!({"user_id": "late", "email": "a@x.cz", "email_verified": false, "name": "Late",
                "app_metadata": {"gigya": {"identities": [{"provider": "site"}], "regSource": "web"}, "data": {"a": 1}}}),
            json!({"user_id": "early", "email": "a@x.cz", "email_verified": true, "name": "Early", "nickname": "E",
                "custom_password_hash": {"algorithm": "md5"}, "user_metadata": {"city": "Brno"},
                "app_metadata": {"gigya": {"identities": [{"provider": "site"}, {"provider": "facebook"}]}, "data": {"a": 2}}}),
        ]
        .into_iter()
        .map(|value| value.as_object().unwrap().clone())
        .collect();
        assert_eq!(
            Value::Object(merge(&objects)),
            json!({"user_id": "late", "email": "a@x.cz", "name": "Late", "nickname": "E", "email_verified": true,
                "custom_password_hash": {"algorithm": "md5"}, "user_metadata": {"city": "Brno"},
                "app_metadata": {"data": {"a": 1}, "gigya": {"identities": [{"provider": "site"}, {"provider": "facebook"}],
                    "regSource": "web", "merged": ["early"],
                    "conflicts": {"user_id": ["early"], "name": ["Early"], "app_metadata": {"data": [{"a": 2}]}}}}})
        );
    }
}
