//! Which members of a user are exported, and under which names.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The fields of an export that names none. That there is a predefined set is documented, what it holds is inferred.
const PREDEFINED: [&str; 17] = [
    "user_id",
    "email",
    "email_verified",
    "username",
    "phone_number",
    "phone_verified",
    "name",
    "nickname",
    "given_name",
    "family_name",
    "picture",
    "blocked",
    "identities[0].connection",
    "created_at",
    "updated_at",
    "last_login",
    "logins_count",
];

/// The fields of one export, as they were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Fields(Vec<Field>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Field {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_as: Option<String>,
}

impl Fields {
    /// Reads a list that the document has passed.
    ///
    /// # Errors
    /// A reason when a name is no path.
    pub(super) fn of(list: &Value) -> Result<Self, String> {
        let fields: Vec<Field> =
            serde_json::from_value(list.clone()).map_err(|_| "Expected type array".to_owned())?;
        match fields.iter().find(|field| Path::parse(&field.name).is_none()) {
            Some(bad) => Err(format!("{} is not the path of a field", bad.name)),
            None => Ok(Self(fields)),
        }
    }

    /// What is exported when nothing is asked for.
    pub(super) fn predefined() -> Self {
        Self(PREDEFINED.map(|name| Field { name: name.to_owned(), export_as: None }).to_vec())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|field| field.name.as_str())
    }

    /// The columns of the file.
    pub(super) fn columns(&self) -> Vec<Column> {
        let column = |field: &Field| {
            let title = field.export_as.clone().unwrap_or_else(|| field.name.clone());
            Path::parse(&field.name).map(|path| Column { title, path })
        };
        self.0.iter().filter_map(column).collect()
    }
}

/// One column: where its values are in a user, and what stands above them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// The title of a CSV column, the name of a member of an NDJSON line.
    pub(super) title: String,
    path: Path,
}

impl Column {
    /// The value in a user as the API shows it; None where there is none.
    pub(super) fn value<'u>(&self, user: &'u Map<String, Value>) -> Option<&'u Value> {
        let mut steps = self.path.0.iter();
        let mut value = match steps.next()? {
            Step::Member(name) => user.get(name)?,
            Step::Entry(_) => return None,
        };
        for step in steps {
            value = match step {
                Step::Member(name) => value.get(name)?,
                Step::Entry(index) => value.get(index)?,
            };
        }
        (!value.is_null()).then_some(value)
    }
}

/// `user_metadata.country`, `identities[0].connection`, `app_metadata["a b"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Entry(usize),
}

impl Path {
    fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (step, after) = bracket(inner)?;
                steps.push(step);
                rest = after;
            } else {
                let name = if steps.is_empty() { rest } else { rest.strip_prefix('.')? };
                let end = name.find(['.', '[']).unwrap_or(name.len());
                let (name, after) = name.split_at(end);
                if name.is_empty() {
                    return None;
                }
                steps.push(Step::Member(name.to_owned()));
                rest = after;
            }
        }
        (!steps.is_empty()).then_some(Self(steps))
    }
}

/// What stands after `[`: an index, or a name in quotes of either kind; and what follows `]`.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    for quote in ['"', '\''] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            let (name, after) = quoted.split_once(quote)?;
            return Some((Step::Member(name.to_owned()), after.strip_prefix(']')?));
        }
    }
    let (index, after) = inner.split_once(']')?;
    Some((Step::Entry(index.parse().ok()?), after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_into_a_user() {
        let user = json!({"email": "a@x.de", "user_metadata": {"a b": {"c": 1}, "none": null},
            "identities": [{"connection": "gigya"}]});
        let value = |name: &str| {
            let fields = Fields::of(&json!([{"name": name}])).unwrap();
            fields.columns()[0].value(user.as_object().unwrap()).cloned()
        };
        assert_eq!(value("email"), Some(json!("a@x.de")));
        assert_eq!(value("identities[0].connection"), Some(json!("gigya")));
        assert_eq!(value("user_metadata[\"a b\"].c"), Some(json!(1)));
        assert_eq!(value("user_metadata['a b'][\"c\"]"), Some(json!(1)));
        for absent in ["identities[1].connection", "user_metadata.none", "email.x", "user_metadata[0]", "x"] {
            assert_eq!(value(absent), None, "{absent}");
        }
    }

    #[test]
    fn a_broken_path_is_named() {
        for bad in ["", ".", "a.", "a..b", "a[", "a[x]", "a[\"b]", "a[0"] {
            assert!(Fields::of(&json!([{"name": "email"}, {"name": bad}])).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(text in ".{0,40}") {
            let _ = Path::parse(&text);
        }

        #[test]
        fn plain_names_are_paths(names in proptest::collection::vec("[a-zA-Z_]{1,8}", 1..5)) {
            let steps = names.iter().cloned().map(Step::Member).collect();
            prop_assert_eq!(Path::parse(&names.join(".")), Some(Path(steps)));
        }
    }
}
