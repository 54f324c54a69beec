//! Keys that Auth0 forbids in metadata.

use record::{Object, Value};
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
    let mut record = user.user_metadata.to_record();
    let mut removed = Object::new();
    strip(record.members_mut(), &mut removed);
    if removed.is_empty() {
        return;
    }
    if policies.action("metadata_key") == Action::SetAside {
        return verdict
            .refuse("metadata_key", "a key of user_metadata holds a dot or a dollar sign".to_owned());
    }
    write(record.members(), &mut user.user_metadata);
    user.original.add("user_metadata", |out| Value::from(removed).write_json(out));
    verdict.mended.push("metadata_key");
}

/// Some keys on the top of `app_metadata` are Auth0's own. Deeper ones are free: `app_metadata.gigya.identities` is fine.
pub(super) fn forbidden(user: &mut User<'_>, policies: &Policies, verdict: &mut Verdict) {
    let mut record = user.app_metadata.to_record();
    let forbidden = |key: &str| rules::FORBIDDEN_APP_METADATA_KEYS.contains(&key);
    let members = record.members().iter().filter(|(key, _)| forbidden(key));
    let removed: Object = members.map(|(key, value)| (key.clone(), value.clone())).collect();
    let Some((first, _)) = removed.iter().next() else { return };
    if policies.action("forbidden_key") == Action::SetAside {
        return verdict.refuse(
            "forbidden_key",
            format!("app_metadata holds the key {first}, which Auth0 keeps for itself"),
        );
    }
    record.members_mut().retain(|key, _| !forbidden(key));
    write(record.members(), &mut user.app_metadata);
    user.original.add("app_metadata", |out| Value::from(removed).write_json(out));
    verdict.mended.push("forbidden_key");
}

fn write(members: &Object, metadata: &mut Metadata) {
    metadata.clear();
    for (key, value) in members.iter() {
        metadata.add(key, |out| value.write_json(out));
    }
}

/// Moves members with forbidden keys from `members` to `removed`, under the same path.
fn strip(members: &mut Object, removed: &mut Object) {
    members.retain(|key, value| {
        if key.contains(['.', '$']) {
            removed.insert(key, value.clone());
            return false;
        }
        let mut inner = Object::new();
        if let Some(object) = value.as_object_mut() {
            strip(object, &mut inner);
        } else if let Some(list) = value.as_array_mut() {
            for (index, object) in list.iter_mut().enumerate() {
                let mut of_item = Object::new();
                if let Some(object) = object.as_object_mut() {
                    strip(object, &mut of_item);
                }
                if !of_item.is_empty() {
                    inner.insert(index.to_string(), of_item);
                }
            }
        }
        if !inner.is_empty() {
            removed.insert(key, inner);
        }
        true
    });
}
