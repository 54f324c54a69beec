//! Several accounts of one person become one user.
//!
//! `email_verified` if any is; the password of the latest login that has one; every other field from the latest login
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
                | "password_hash"
                | "custom_password_hash"
                | "app_metadata"
                | "user_metadata" => {}
                _ => take(&mut merged, &mut conflicts, key, value),
            }
        }
    }
    let verified = users.iter().any(|user| user.get("email_verified") == Some(&Value::Bool(true)));
    merged.insert("email_verified".to_owned(), Value::Bool(verified));
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
            ("identities", Some(Value::Array(known))) => {
                known.extend(
                    value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter(|one| !known.contains(one))
                        .cloned()
                        .collect::<Vec<_>>(),
                );
            }
            ("emails", Some(known)) => unite_emails(known, value),
            _ => take(&mut gigya, &mut of_gigya, key, value),
        }
    }
    if !of_gigya.is_empty() {
        conflicts.insert("app_metadata.gigya".to_owned(), Value::Object(of_gigya));
    }
    let others: Vec<Value> = users.iter().skip(1).filter_map(|user| user.get("user_id").cloned()).collect();
    gigya.insert("merged".to_owned(), Value::Array(others));
    if !conflicts.is_empty() {
        gigya.insert("conflicts".to_owned(), Value::Object(std::mem::take(conflicts)));
    }
    gigya
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
