//! The account that a user came from, and which of its members fed which value of the user.

use mapping::{Identifier, Mapping, Trace};
use migration::read::Limits;
use migration::run::{MAPPING, RunFolder};
use migration::trace::Exported;
use serde_json::{Map, Value};

use super::super::safe::safe;

/// An account and what its run's mapping makes of it. Nothing in it is secret.
#[derive(Debug, Default)]
pub(super) struct Origin {
    /// The account, without what nobody may see.
    pub(super) account: Map<String, Value>,
    /// Whether somebody has mended what the mapping made of it.
    pub(super) is_mended: bool,
    /// None for a file of users, which are sent as they are.
    trace: Option<Trace>,
}

impl Origin {
    /// Runs the mapping of the run that has read the account on it.
    pub(super) fn of(exported: &Exported) -> Self {
        let Exported { run, account, is_mended } = exported;
        Self { trace: trace(run, account), account: safe(account), is_mended: *is_mended }
    }

    /// Paths and values of the members that fed a value of the user.
    pub(super) fn sources(&self, target: &str) -> Vec<(String, Value)> {
        let Some(trace) = &self.trace else {
            return at(&self.account, target)
                .map(|value| (target.to_owned(), value.clone()))
                .into_iter()
                .collect();
        };
        let below =
            |link: &str| target.strip_prefix(link).filter(|rest| rest.is_empty() || rest.starts_with('.'));
        let link = trace.links.iter().filter_map(|link| below(&link.target).map(|rest| (link, rest)));
        let Some((link, rest)) = link.max_by_key(|(link, _)| link.target.len()) else { return Vec::new() };
        let found = |source: &String| {
            // Of a branch that was taken over as a whole, the same place in it.
            let within = format!("{source}{rest}");
            let path = if at(&self.account, &within).is_some() { within } else { source.clone() };
            at(&self.account, &path).map(|value| (path.clone(), value.clone()))
        };
        link.sources.iter().filter_map(found).collect()
    }

    /// Paths and values of the members that reach nowhere.
    pub(super) fn nowhere(&self) -> Vec<(&str, &Value)> {
        let paths = self.trace.iter().flat_map(|trace| &trace.nowhere);
        paths.filter_map(|path| at(&self.account, path).map(|value| (path.as_str(), value))).collect()
    }
}

fn trace(folder: &RunFolder, account: &Map<String, Value>) -> Option<Trace> {
    let document = std::fs::read_to_string(folder.file(MAPPING)).ok()?;
    let identifiers = [Identifier::Email, Identifier::Username, Identifier::Phone];
    let mapping = Mapping::compile(&document, &identifiers).ok()?;
    let text = serde_json::to_string(account).ok()?;
    mapping.trace(&text, Limits::default().max_depth).ok()
}

/// What stands at a dotted path.
fn at<'v>(object: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    // A name may hold dots itself.
    path.match_indices('.').find_map(|(dot, _)| match object.get(&path[..dot]) {
        Some(Value::Object(inner)) => at(inner, &path[dot + 1..]),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_led_back_to_the_members_that_fed_it() {
        let account = json!({
            "UID": "u", "profile": {"email": "a@example.com", "firstName": "Ann", "lastName": "Lee", "a.b": {"c": 1}},
            "data": {"shoe": {"size": 7}}, "internal": [1], "isRegistered": true, "isActive": true,
            "password": {"hash": "X03MO1qnZdYdgyfeuILPmQ==", "hashSettings": {"algorithm": "md5"}},
        });
        let account = account.as_object().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder::at(dir.path());
        let exported = || Exported { run: folder.clone(), account: account.clone(), is_mended: false };
        let of_file = Origin::of(&exported());
        assert_eq!(of_file.sources("profile.firstName"), [("profile.firstName".to_owned(), json!("Ann"))]);
        assert!(of_file.nowhere().is_empty());

        std::fs::write(folder.file(MAPPING), mapping::DEFAULT).unwrap();
        let origin = Origin::of(&exported());
        let from = |target: &str| -> Vec<String> {
            origin.sources(target).into_iter().map(|(path, value)| format!("{path}={value}")).collect()
        };
        assert_eq!(from("given_name"), ["profile.firstName=\"Ann\""]);
        assert_eq!(from("name"), ["profile.firstName=\"Ann\"", "profile.lastName=\"Lee\""]);
        assert_eq!(from("app_metadata.data.shoe.size"), ["data.shoe.size=7"]);
        assert_eq!(from("custom_password_hash"), ["password=\"a md5 hash\""]);
        assert_eq!(from("created_at"), Vec::<String>::new());
        assert!(origin.nowhere().contains(&("internal", &json!([1]))));
        assert_eq!(at(account, "profile.a.b.c"), Some(&json!(1)));
    }
}
