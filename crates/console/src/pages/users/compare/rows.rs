//! What was sent and what the tenant has, member by member, in groups.

use migration::settle::differences;
use serde_json::{Map, Value};

use super::super::safe::safe;
use super::origin::Origin;

/// What belongs together: a title and the members, by the first part of their path.
const GROUPS: [(&str, &[&str]); 4] = [
    (
        "Identity",
        &["user_id", "email", "email_verified", "username", "phone_number", "phone_verified", "blocked"],
    ),
    ("Password", &UNREADABLE),
    ("Profile", &["name", "given_name", "family_name", "nickname", "picture"]),
    ("Metadata", &["user_metadata", "app_metadata"]),
];

/// The group of all that Auth0 keeps of a user by itself.
const OF_THE_TENANT: &str = "Kept by the tenant";

/// What no tenant gives back.
const UNREADABLE: [&str; 3] = ["password_hash", "custom_password_hash", "mfa_factors"];

/// How a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The tenant has what was sent.
    Equal,
    /// It has something else, or nothing, or something that was never sent.
    Differs,
    /// It was sent, and cannot be read back.
    Unreadable,
    /// Nobody sent it: the tenant made it.
    Own,
}

/// A member.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Dotted path in the user; metadata down to their leaves.
    pub(super) path: String,
    pub(super) standing: Standing,
    /// Members of the account that fed it.
    pub(super) sources: Vec<(String, Value)>,
    pub(super) sent: Option<Value>,
    pub(super) now: Option<Value>,
}

/// Members that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
}

impl Group {
    /// The rows that stand like this.
    pub(super) fn of(&self, standing: Standing) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.standing == standing).collect()
    }
}

/// The groups that have a member. `sent` and `now` are whole users; what nobody may see is not in the rows.
pub(super) fn groups(
    sent: Option<&Map<String, Value>>,
    now: &Map<String, Value>,
    origin: Option<&Origin>,
) -> Vec<Group> {
    let different = sent.map(|sent| differences(sent, now)).unwrap_or_default();
    let sent_leaves = sent.map(|sent| leaves(&safe(sent))).unwrap_or_default();
    let now_leaves = leaves(&safe(now));
    let value = |of: &[(String, Value)], path: &str| {
        of.iter().find(|(other, _)| other == path).map(|(_, value)| value.clone())
    };
    let mut paths: Vec<&String> = sent_leaves.iter().map(|(path, _)| path).collect();
    paths.extend(
        now_leaves.iter().map(|(path, _)| path).filter(|path| value(&sent_leaves, path.as_str()).is_none()),
    );
    let rows = paths.into_iter().map(|path| {
        let (sent, now) = (value(&sent_leaves, path), value(&now_leaves, path));
        let standing = standing(path, sent.as_ref(), now.as_ref(), &different);
        let sources = origin.map(|origin| origin.sources(path)).unwrap_or_default();
        Row { path: path.clone(), standing, sources, sent, now }
    });
    let mut groups: Vec<Group> = GROUPS.map(|(title, _)| Group { title, rows: Vec::new() }).into();
    groups.push(Group { title: OF_THE_TENANT, rows: Vec::new() });
    for row in rows {
        let first = row.path.split('.').next().unwrap_or_default();
        let at = GROUPS.iter().position(|(_, members)| members.contains(&first)).unwrap_or(GROUPS.len());
        groups[at].rows.push(row);
    }
    for (group, (_, members)) in groups.iter_mut().zip(GROUPS) {
        group
            .rows
            .sort_by_key(|row| members.iter().position(|member| row.path.split('.').next() == Some(*member)));
    }
    groups.retain(|group| !group.rows.is_empty());
    groups
}

fn standing(path: &str, sent: Option<&Value>, now: Option<&Value>, different: &[String]) -> Standing {
    let named =
        |name: &String| path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    if different.iter().any(named) && !same(sent, now) {
        return Standing::Differs;
    }
    match sent {
        Some(_) if UNREADABLE.contains(&path) => Standing::Unreadable,
        Some(_) => Standing::Equal,
        None => Standing::Own,
    }
}

/// Whether a part of something that differs is the same.
fn same(sent: Option<&Value>, now: Option<&Value>) -> bool {
    match (sent, now) {
        (Some(Value::Number(sent)), Some(Value::Number(now))) => sent.as_f64() == now.as_f64(),
        _ => sent == now,
    }
}

/// The members of a user with their paths; objects of the metadata by what is in them.
fn leaves(user: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in user {
        if name.ends_with("_metadata") {
            walk(name, value, &mut found);
        } else {
            found.push((name.clone(), value.clone()));
        }
    }
    found
}

fn walk(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                walk(&format!("{path}.{name}"), value, found);
            }
        }
        leaf => found.push((path.to_owned(), leaf.clone())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_grouped_and_each_says_how_it_stands() {
        let sent = json!({
            "given_name": "Ann", "email": "A@x", "blocked": false, "user_id": "u", "password_hash": "$2b$10$HIDDEN",
            "app_metadata": {"x": 1, "y": {"z": 2, "same": [1]}, "empty": {}},
        });
        let now = json!({
            "created_at": "t", "email": "a@x", "given_name": "Anna", "user_id": "u", "nickname": "a",
            "app_metadata": {"x": 1.0, "y": {"z": 3, "same": [1]}, "empty": {}, "new": true},
        });
        let groups = groups(sent.as_object(), now.as_object().unwrap(), None);
        assert!(!format!("{groups:?}").contains("HIDDEN"));
        let told: Vec<String> = groups
            .iter()
            .flat_map(|group| group.rows.iter().map(|row| (group.title, row)))
            .map(|(title, row)| format!("{title}: {} {:?}", row.path, row.standing))
            .collect();
        let expected = [
            "Identity: user_id Equal",
            "Identity: email Equal",
            "Identity: blocked Equal",
            "Password: password_hash Unreadable",
            "Profile: given_name Differs",
            "Profile: nickname Own",
            "Metadata: app_metadata.x Equal",
            "Metadata: app_metadata.y.z Differs",
            "Metadata: app_metadata.y.same Equal",
            "Metadata: app_metadata.empty Equal",
            "Metadata: app_metadata.new Differs",
            "Kept by the tenant: created_at Own",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn without_what_was_sent_all_is_the_tenants_own() {
        let now = json!({"email": "a", "app_metadata": {"a": {"b": 1}}});
        let groups = groups(None, now.as_object().unwrap(), None);
        assert!(groups.iter().flat_map(|group| &group.rows).all(|row| row.standing == Standing::Own));
        assert_eq!(groups[1].rows[0].path, "app_metadata.a.b");
    }
}
