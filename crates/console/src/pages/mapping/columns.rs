//! The rows of both columns, and which of them belong together.

use std::collections::HashSet;

use mapping::Trace;
use serde_json::{Map, Value};

use super::outcome::Mapped;

/// Rows of a column; what is beyond is counted.
const ROWS: usize = 160;
/// Characters of a value that are shown.
const VALUE: usize = 90;

/// What a row of the account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It reaches the user.
    Moves,
    /// The mapping looks at it, or decides by it; nothing of it is in the user.
    Looked,
    /// It reaches nowhere.
    Nowhere,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Dotted path.
    pub(super) path: String,
    /// Its value, as it can be shown.
    pub(super) value: String,
    pub(super) standing: Standing,
    /// Numbers of the links that end here.
    pub(super) links: Vec<usize>,
    /// Of a row of the user: line of the mapping, and the paths that fed it.
    pub(super) from: Option<(usize, Vec<String>)>,
}

/// Two rows that belong together, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Row of the account.
    pub(super) from: usize,
    /// Row of the user.
    pub(super) to: usize,
    /// Number of the link.
    pub(super) link: usize,
}

/// Both columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) account: Vec<Row>,
    pub(super) user: Vec<Row>,
    /// Rows that belong together.
    pub(super) lines: Vec<Line>,
    /// Rows that are not shown, of account and user.
    pub(super) more: [usize; 2],
}

/// Lays an account and its user side by side.
pub(super) fn columns(mapped: &Mapped) -> Columns {
    let trace = &mapped.trace;
    let sources: HashSet<&str> =
        trace.links.iter().flat_map(|link| &link.sources).map(String::as_str).collect();
    let nowhere: HashSet<&str> = trace.nowhere.iter().map(String::as_str).collect();
    let targets: HashSet<&str> = trace.links.iter().map(|link| link.target.as_str()).collect();
    let mut account = Vec::new();
    walk(
        "",
        &mapped.account,
        &|path| path == "password" || sources.contains(path) || nowhere.contains(path),
        &mut account,
    );
    let mut user = Vec::new();
    let secret = |path: &str| matches!(path, "password_hash" | "custom_password_hash" | "mfa_factors");
    let whole = Value::Object(mapped.user.clone());
    walk("", &whole, &|path| secret(path) || targets.contains(path), &mut user);
    let mut columns = Columns {
        account: account
            .into_iter()
            .map(|(path, value)| of_account(path, value, &sources, &nowhere))
            .collect(),
        user: user.into_iter().map(|(path, value)| of_user(path, value, trace)).collect(),
        ..Columns::default()
    };
    columns.more = [shorten(&mut columns.account), shorten(&mut columns.user)];
    for (number, link) in trace.links.iter().enumerate() {
        let Some(to) = columns.user.iter().position(|row| row.path == link.target) else { continue };
        for source in &link.sources {
            let Some(from) = columns.account.iter().position(|row| row.path == *source) else { continue };
            columns.account[from].links.push(number);
            if !columns.user[to].links.contains(&number) {
                columns.user[to].links.push(number);
            }
            columns.lines.push(Line { from, to, link: number });
        }
    }
    columns
}

fn shorten(rows: &mut Vec<Row>) -> usize {
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    more
}

/// Every path down to where `stop` says so, or there is no further object.
fn walk<'v>(path: &str, value: &'v Value, stop: &dyn Fn(&str) -> bool, found: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(members) if !members.is_empty() && (path.is_empty() || !stop(path)) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(&path, value, stop, found);
            }
        }
        _ if path.is_empty() => {}
        _ => found.push((path.to_owned(), value)),
    }
}

fn of_account(path: String, value: &Value, sources: &HashSet<&str>, nowhere: &HashSet<&str>) -> Row {
    let standing = if sources.contains(path.as_str()) {
        Standing::Moves
    } else if nowhere.contains(path.as_str()) {
        Standing::Nowhere
    } else {
        Standing::Looked
    };
    let value = if path == "password" { password(value) } else { shown(value) };
    Row { path, value, standing, links: Vec::new(), from: None }
}

fn of_user(path: String, value: &Value, trace: &Trace) -> Row {
    let link = trace.links.iter().find(|link| link.target == path);
    let value = match path.as_str() {
        "password_hash" => "a bcrypt hash".to_owned(),
        "custom_password_hash" => {
            format!("a hash that Auth0 can check ({})", value["algorithm"].as_str().unwrap_or("unknown"))
        }
        "mfa_factors" => "factors for a second step".to_owned(),
        _ => shown(value),
    };
    let from = link.map(|link| (link.line, link.sources.clone()));
    Row { path, value, standing: Standing::Moves, links: Vec::new(), from }
}

/// What can be said of a stored password: nothing of hash or salt.
fn password(value: &Value) -> String {
    match value["hashSettings"]["algorithm"].as_str() {
        Some(algorithm) => format!("a hash ({})", algorithm.chars().take(40).collect::<String>()),
        None if value.as_object().is_some_and(Map::is_empty) => "empty".to_owned(),
        None => "hidden".to_owned(),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= VALUE {
        return text;
    }
    let mut cut: String = text.chars().take(VALUE).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use mapping::Identifier;
    use migration::screen::Policies;
    use serde_json::json;

    use super::super::outcome::{Outcome, try_out};
    use super::*;

    fn of(account: &Value) -> Columns {
        let mut policies = Policies::default();
        policies.identifiers.push(Identifier::Email);
        match try_out(&account.to_string(), mapping::DEFAULT, &policies) {
            Outcome::Mapped(mapped) => columns(&mapped),
            _ => panic!("the account can be mapped"),
        }
    }

    #[test]
    fn rows_belong_together_and_show_no_secret() {
        let account = json!({
            "UID": "u", "isRegistered": true, "profile": {"email": "a@example.com", "firstName": "Ann", "lastName": "Lee",
                "photoURL": "https://x/large", "thumbnailURL": "https://x/small"},
            "data": {"deep": {"er": 1}}, "internal": {"x": [1]},
            "password": {"hash": "X03MO1qnZdYdgyfeuILPmQ==", "hashSettings": {"algorithm": "md5", "salt": "NaCl"}},
        });
        let columns = of(&account);
        let row = |rows: &[Row], path: &str| rows.iter().position(|row| row.path == path).unwrap();
        let leads = |from: &str, to: &str| {
            let (from, to) = (row(&columns.account, from), row(&columns.user, to));
            columns.lines.iter().any(|line| (line.from, line.to) == (from, to))
        };
        for (from, to) in [
            ("UID", "user_id"),
            ("profile.email", "email"),
            ("profile.firstName", "given_name"),
            ("profile.firstName", "name"),
            ("profile.lastName", "name"),
            ("data", "app_metadata.data"),
            ("password", "custom_password_hash"),
        ] {
            assert!(leads(from, to), "{from} to {to}");
        }
        let standing = |path: &str| columns.account[row(&columns.account, path)].standing;
        assert_eq!(standing("internal"), Standing::Nowhere);
        assert_eq!(standing("profile.photoURL"), Standing::Moves);
        // The other portrait came first, so that this one is lost.
        assert_eq!(standing("profile.thumbnailURL"), Standing::Nowhere);
        let all = format!("{columns:?}");
        assert!(!all.contains("X03MO1q") && !all.contains("NaCl"), "{all}");
    }

    #[test]
    fn a_large_account_is_cut() {
        let data: Map<String, Value> = (0..500).map(|n| (format!("k{n}"), json!("x".repeat(500)))).collect();
        let account = json!({"UID": "u", "profile": data});
        let columns = of(&account);
        assert_eq!((columns.account.len(), columns.more[0]), (ROWS, 501 - ROWS));
        assert!(columns.account.iter().all(|row| row.value.chars().count() <= VALUE + 1));
    }
}
