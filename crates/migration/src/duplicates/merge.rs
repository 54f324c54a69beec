//! Several accounts of one person become one user.
//!
//! `email_verified` if the address that stays is verified in any of them; the password of the latest login that has one;
//! `blocked` as the latest login is; a phone number with its own verification; every other field from the latest login
//! that has it; identities and addresses united; the other ids in `app_metadata.gigya.merged`; every conflict in
//! `app_metadata.gigya.conflicts`.

use record::{Object, Value};

/// Merges users, given as packed, the latest login first. Nothing comes of an empty list. Numbers keep their digits.
#[must_use]
pub fn merge(users: &[&Object]) -> Object {
    let mut merged = Object::new();
    let mut conflicts = Object::new();
    for user in users {
        for (name, value) in user.iter() {
            match name.as_str() {
                "email_verified"
                | "phone_verified"
                | "blocked"
                | "password_hash"
                | "custom_password_hash"
                | "app_metadata"
                | "user_metadata" => {}
                name => take(&mut merged, &mut conflicts, name, value),
            }
        }
    }
    // An address that somebody verified says nothing about another one.
    let verified = users.iter().any(|user| same(user, &merged, "email") && is(user, "email_verified"));
    merged.insert("email_verified", verified);
    let of_phone = users.iter().find(|user| user.contains("phone_number"));
    if let Some(verified) = of_phone.and_then(|user| user.get("phone_verified")) {
        merged.insert("phone_verified", verified.clone());
    }
    // Nobody is locked out for an old account, and an old account lets nobody in.
    let blocked = users.first().is_some_and(|user| is(user, "blocked"));
    if blocked {
        merged.insert("blocked", true);
    }
    if users.iter().any(|user| is(user, "blocked") != blocked) {
        conflicts.insert("blocked", vec![Value::from(!blocked)]);
    }
    let password = users.iter().find_map(|user| {
        ["password_hash", "custom_password_hash"].into_iter().find_map(|name| Some((name, user.get(name)?)))
    });
    if let Some((name, value)) = password {
        merged.insert(name, value.clone());
    }
    for name in ["user_metadata", "app_metadata"] {
        let mut object = Object::new();
        let mut of_object = Object::new();
        for (member, value) in
            users.iter().filter_map(|user| user.get(name)?.as_object()).flat_map(Object::iter)
        {
            if !(name == "app_metadata" && member == "gigya") {
                take(&mut object, &mut of_object, member, value);
            }
        }
        if !of_object.is_empty() {
            conflicts.insert(name, of_object);
        }
        if name == "app_metadata" {
            object.insert("gigya", gigya(users, &mut conflicts));
        }
        if !object.is_empty() {
            merged.insert(name, object);
        }
    }
    merged
}

/// Whether a member is true.
fn is(user: &Object, name: &str) -> bool {
    user.get(name).and_then(Value::as_bool) == Some(true)
}

/// Whether a text is the same in both, however it is written.
fn same(left: &Object, right: &Object, name: &str) -> bool {
    let text = |user: &Object| user.get(name).and_then(Value::as_str).map(str::to_lowercase);
    text(left) == text(right)
}

/// The first value stays; a later one that differs is a conflict.
fn take(into: &mut Object, conflicts: &mut Object, name: &str, value: &Value) {
    match into.get(name) {
        None => {
            into.insert(name, value.clone());
        }
        Some(taken) if taken != value => match conflicts.get_mut(name).and_then(Value::as_array_mut) {
            Some(list) if list.contains(value) => {}
            Some(list) => list.push(value.clone()),
            None => {
                conflicts.insert(name, vec![value.clone()]);
            }
        },
        Some(_) => {}
    }
}

fn gigya(users: &[&Object], conflicts: &mut Object) -> Object {
    let mut gigya = Object::new();
    let mut of_gigya = Object::new();
    let all =
        users.iter().filter_map(|user| user.get("app_metadata")?.as_object()?.get("gigya")?.as_object());
    for (name, value) in all.flat_map(Object::iter) {
        match (name.as_str(), gigya.get_mut(name)) {
            ("identities", Some(known)) if known.as_array().is_some() => unite_identities(known, value),
            ("emails", Some(known)) => unite_emails(known, value),
            (name, _) => take(&mut gigya, &mut of_gigya, name, value),
        }
    }
    if !of_gigya.is_empty() {
        conflicts.insert("app_metadata.gigya", of_gigya);
    }
    keep_addresses(users, &mut gigya);
    let stays = users.first().and_then(|user| user.get("user_id"));
    let mut others: Vec<Value> = Vec::new();
    for id in users.iter().skip(1).filter_map(|user| user.get("user_id")) {
        if Some(id) != stays && !others.contains(id) {
            others.push(id.clone());
        }
    }
    gigya.insert("merged", others);
    if !conflicts.is_empty() {
        gigya.insert("conflicts", std::mem::take(conflicts));
    }
    gigya
}

/// The addresses of the accounts that are no longer anybody's login stay with the others.
fn keep_addresses(users: &[&Object], gigya: &mut Object) {
    let Some((first, others)) = users.split_first() else { return };
    for user in others.iter().filter(|user| !same(user, first, "email")) {
        let Some(address) = user.get("email") else { continue };
        let kind = if is(user, "email_verified") { "verified" } else { "unverified" };
        if !gigya.contains("emails") {
            gigya.insert("emails", Object::new());
        }
        if let Some(emails) = gigya.get_mut("emails") {
            let more = Object::from_iter([(kind, vec![address.clone()])]);
            unite_emails(emails, &Value::from(more));
        }
    }
}

/// An identity is known when its provider and the id there are; what else it says is from the latest login.
fn unite_identities(known: &mut Value, more: &Value) {
    let Some(known) = known.as_array_mut() else { return };
    let key = |identity: &Value| {
        let identity = identity.as_object()?;
        Some((identity.get("provider").cloned(), identity.get("providerUID").cloned()))
    };
    for identity in more.as_array().into_iter().flatten() {
        if !known.iter().any(|one| key(one) == key(identity)) {
            known.push(identity.clone());
        }
    }
}

fn unite_emails(known: &mut Value, more: &Value) {
    let (Some(known), Some(more)) = (known.as_object_mut(), more.as_object()) else { return };
    for (kind, addresses) in more.iter() {
        if !known.contains(kind) {
            known.insert(kind.clone(), Vec::new());
        }
        let list = known.get_mut(kind).and_then(Value::as_array_mut);
        if let (Some(list), Some(addresses)) = (list, addresses.as_array()) {
            let new: Vec<Value> =
                addresses.iter().filter(|address| !list.contains(address)).cloned().collect();
            list.extend(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use record::Record;
    use serde_json::json;

    use super::*;

    fn merged(users: &[&str]) -> String {
        let users: Vec<Record> = users.iter().map(|user| Record::from_json(user).unwrap()).collect();
        Record::from(merge(&users.iter().map(Record::members).collect::<Vec<_>>())).to_string()
    }

    #[test]
    fn addresses_of_all_accounts_stay() {
        let late = r#"{"user_id":"a","email":"a@x.cz","app_metadata":{"gigya":{"emails":{"verified":["old@x.cz"]}}}}"#;
        let early = r#"{"user_id":"b","email":"b@x.cz","email_verified":true}"#;
        let same = r#"{"user_id":"c","email":"A@x.cz"}"#;
        let user: serde_json::Value = serde_json::from_str(&merged(&[late, early, same])).unwrap();
        assert_eq!(user["app_metadata"]["gigya"]["emails"], json!({"verified": ["old@x.cz", "b@x.cz"]}));
    }

    #[test]
    fn numbers_keep_their_digits() {
        let late = r#"{"user_id":"a","app_metadata":{"data":{"n":-9223372036854775809,"x":1.50}}}"#;
        let early =
            r#"{"user_id":"b","app_metadata":{"data":{"n":-9223372036854775808,"x":1.50},"far":1e999}}"#;
        assert_eq!(
            merged(&[late, early]),
            r#"{"user_id":"a","email_verified":false,"app_metadata":{"data":{"n":-9223372036854775809,"x":1.50},"far":1e999,"gigya":{"merged":["b"],"conflicts":{"user_id":["b"],"app_metadata":{"data":[{"n":-9223372036854775808,"x":1.50}]}}}}}"#
        );
    }

    #[test]
    fn one_person_out_of_two_accounts() {
        let users = [
            json!({"user_id": "late", "email": "a@x.cz", "email_verified": false, "name": "Late",
                "app_metadata": {"gigya": {"identities": [{"provider": "site"}], "regSource": "web"}, "data": {"a": 1}}}),
            json!({"user_id": "early", "email": "a@x.cz", "email_verified": true, "name": "Early", "nickname": "E",
                "custom_password_hash": {"algorithm": "md5"}, "user_metadata": {"city": "Brno"},
                "app_metadata": {"gigya": {"identities": [{"provider": "site"}, {"provider": "facebook"}]}, "data": {"a": 2}}}),
        ]
        .map(|user| user.to_string());
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&merged(&users.each_ref().map(String::as_str)))
                .unwrap(),
            json!({"user_id": "late", "email": "a@x.cz", "name": "Late", "nickname": "E", "email_verified": true,
                "custom_password_hash": {"algorithm": "md5"}, "user_metadata": {"city": "Brno"},
                "app_metadata": {"data": {"a": 1}, "gigya": {"identities": [{"provider": "site"}, {"provider": "facebook"}],
                    "regSource": "web", "merged": ["early"],
                    "conflicts": {"user_id": ["early"], "name": ["Early"], "app_metadata": {"data": [{"a": 2}]}}}}})
        );
    }
}
