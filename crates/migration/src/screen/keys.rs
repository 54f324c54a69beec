//! Keys that Auth0 forbids in metadata.

use serde_json::{Map, Value};
use user::{Metadata, User, rules};

use super::{Policies, Verdict};
use crate::codes::Action;

/// Keys of `user_metadata`, however deep, hold neither `.` nor `$`.
pub(super) fn metadata(user: &mut User<'_>, policies: &Policies, verdict: &mut Verdict) {
    // Few texts hold either character, and fewer in a key; only then is it worth to take the object apart.
    let text = user.user_metadata.text();
    let suspect = memchr::memchr3(b'.', b'$', b'\\', text).is_some();
    if !suspect || rules::metadata_keys_ok(text) {
        return;
    }
    let Some(mut members) = parse(&user.user_metadata) else { return };
    let mut removed = Map::new();
    strip(&mut members, &mut removed);
    if removed.is_empty() {
        return;
    }
    if policies.action("metadata_key") == Action::SetAside {
        return verdict
            .refuse("metadata_key", "a key of user_metadata holds a dot or a dollar sign".to_owned());
    }
    write(&members, &mut user.user_metadata);
    user.original.add_raw("user_metadata", Value::Object(removed).to_string().as_bytes());
    verdict.mended.push("metadata_key");
}

/// Some keys on the top of `app_metadata` are Auth0's own. Deeper ones are free: `app_metadata.gigya.identities` is fine.
pub(super) fn forbidden(user: &mut User<'_>, policies: &Policies, verdict: &mut Verdict) {
    let Some(mut members) = parse(&user.app_metadata) else { return };
    let mut removed = Map::new();
    members.retain(|key, value| {
        let forbidden = rules::FORBIDDEN_APP_METADATA_KEYS.contains(&key.as_str());
        if forbidden {
            removed.insert(key.clone(), value.take());
        }
        !forbidden
    });
    let Some(first) = removed.keys().next() else { return };
    if policies.action("forbidden_key") == Action::SetAside {
        return verdict.refuse(
            "forbidden_key",
            format!("app_metadata holds the key {first}, which Auth0 keeps for itself"),
        );
    }
    write(&members, &mut user.app_metadata);
    user.original.add_raw("app_metadata", Value::Object(removed).to_string().as_bytes());
    verdict.mended.push("forbidden_key");
}

fn parse(metadata: &Metadata) -> Option<Map<String, Value>> {
    serde_json::from_slice(&metadata.to_object()).ok()
}

fn write(members: &Map<String, Value>, metadata: &mut Metadata) {
    metadata.clear();
    for (key, value) in members {
        metadata.add_raw(key, value.to_string().as_bytes());
    }
}

/// Moves members with forbidden keys from `members` to `removed`, under the same path.
fn strip(members: &mut Map<String, Value>, removed: &mut Map<String, Value>) {
    members.retain(|key, value| {
        if key.contains(['.', '$']) {
            removed.insert(key.clone(), value.take());
            return false;
        }
        let mut inner = Map::new();
        match value {
            Value::Object(object) => strip(object, &mut inner),
            Value::Array(list) => {
                for (index, item) in list.iter_mut().enumerate() {
                    let mut of_item = Map::new();
                    if let Value::Object(object) = item {
                        strip(object, &mut of_item);
                    }
                    if !of_item.is_empty() {
                        inner.insert(index.to_string(), Value::Object(of_item));
                    }
                }
            }
            _ => {}
        }
        if !inner.is_empty() {
            removed.insert(key.clone(), Value::Object(inner));
        }
        true
    });
}
