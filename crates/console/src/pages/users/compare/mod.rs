//! The account, what was sent, what the tenant has: side by side, with what differs marked.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use engine::Failure;
use maud::{Markup, html};
use migration::run::RunFolder;
use migration::settle::differences;
use migration::trace::{self, Trace};
use serde_json::{Map, Value};

use super::one::stored;
use super::path;
use super::safe::safe;
use crate::app::App;
use crate::error::PageError;
use crate::frame;

/// What Auth0 keeps of a user that nobody sends.
const OF_THE_TENANT: [&str; 8] = [
    "created_at",
    "updated_at",
    "identities",
    "last_login",
    "last_ip",
    "logins_count",
    "last_password_reset",
    "multifactor",
];

/// The table alone for a script, with the page around it for none.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Markup, PageError> {
    let now = stored(&app, &id).await?;
    let found = find(&app, &id, &now).await?;
    let drawn = drawn(&id, found.as_ref(), &now);
    if headers.contains_key("hx-request") {
        return Ok(drawn);
    }
    let main = html! { p { a href=(path(&id, "")) { "Back to the user" } } (drawn) };
    Ok(frame::page(&app, "/users", "From the account to the tenant", main))
}

/// What the newest run that brought the user, or changed it, knows of it; else one that found it there, else one that was
/// refused.
pub(super) async fn find(
    app: &App,
    id: &str,
    now: &Map<String, Value>,
) -> Result<Option<(String, Trace)>, PageError> {
    let runs = app.home().runs();
    let mut names = app.home().run_names();
    names.reverse();
    let (id, email) = (id.to_owned(), now.get("email").and_then(Value::as_str).map(str::to_owned));
    let work = move || {
        let mut best: Option<(String, Trace)> = None;
        for name in names {
            match trace::trace(&RunFolder::at(&runs.join(&name)), &id, email.as_deref()) {
                Ok(Some(trace)) if trace.is_written() => return Some((name, trace)),
                Ok(Some(trace)) => {
                    if best.as_ref().is_none_or(|(_, best)| best.is_refused() && !trace.is_refused()) {
                        best = Some((name, trace));
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(run = name, %error, "a run cannot be asked"),
            }
        }
        best
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(Failure::bug)?)
}

fn drawn(id: &str, found: Option<&(String, Trace)>, now: &Map<String, Value>) -> Markup {
    let sent = found.and_then(|(_, trace)| trace.sent.as_ref());
    let different = sent.map(|sent| differences(sent, now)).unwrap_or_default();
    html! {
        @match found {
            Some((run, trace)) => {
                p { (outcome(trace)) " in run " a href=(format!("/runs/{run}")) { (run) } ", part " (trace.part) "." }
                @if sent.is_some() {
                    p role="status" {
                        @match different.len() {
                            0 => "What the tenant has is what was sent.",
                            1 => "One member differs from what was sent.",
                            more => { (more) " members differ from what was sent." }
                        }
                    }
                }
            }
            None => { p { "No run of this home has brought this user: it was there before, signed up, or came over at its first login." } }
        }
        div.beside {
            @if let Some((run, trace)) = found { (source(id, run, trace)) }
            div.scroll tabindex="0" { table {
                thead { tr { th scope="col" { "Member" } th scope="col" { "What was sent" } th scope="col" { "What the tenant has now" } } }
                tbody { @for row in rows(&sent.map(safe).unwrap_or_default(), &safe(now)) { (line(&row, &different)) } }
            } }
        }
    }
}

/// What became of the user, as the beginning of a sentence.
fn outcome(trace: &Trace) -> &'static str {
    match trace.outcome.as_str() {
        "imported" => "Imported",
        "updated" => "Updated",
        "already_there" => "Found there already",
        _ => "Refused",
    }
}

/// Where the account comes; its input may be large, so it is looked for afterwards.
fn source(id: &str, run: &str, trace: &Trace) -> Markup {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("run", run)
        .append_pair("uid", &trace.uid)
        .finish();
    html! {
        section {
            h3 { "The account it came from" }
            @if trace.uid.is_empty() { p { "The user was sent without an id." } } @else {
                div hx-get=(format!("{}?{query}", path(id, "/account"))) hx-trigger="load" {
                    p role="status" { "Looking for " code { (trace.uid) } " in the inputs of the run …" }
                }
            }
        }
    }
}

/// A member, what was sent and what is there.
type Row = (String, Option<Value>, Option<Value>);

/// The members of both, metadata to their first level; what only Auth0 keeps comes last.
fn rows(sent: &Map<String, Value>, now: &Map<String, Value>) -> Vec<Row> {
    let (sent, now) = (flat(sent), flat(now));
    let mut names: Vec<&String> = sent.iter().map(|(name, _)| name).collect();
    names.extend(
        now.iter().map(|(name, _)| name).filter(|name| !sent.iter().any(|(other, _)| other == *name)),
    );
    names.sort_by_key(|name| OF_THE_TENANT.contains(&name.as_str()));
    let value = |of: &[(String, Value)], name: &String| {
        of.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
    };
    names.iter().map(|name| ((*name).clone(), value(&sent, name), value(&now, name))).collect()
}

fn flat(user: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut members = Vec::new();
    for (name, value) in user {
        match value {
            Value::Object(inner) if name.ends_with("_metadata") => {
                members.extend(inner.iter().map(|(key, value)| (format!("{name}.{key}"), value.clone())));
            }
            value => members.push((name.clone(), value.clone())),
        }
    }
    members
}

fn line((name, sent, now): &Row, different: &[String]) -> Markup {
    let differs = different.contains(name);
    let shown = |value: &Option<Value>| {
        html! {
            @match value {
                None => "–",
                Some(Value::String(text)) => (text),
                Some(value @ (Value::Object(_) | Value::Array(_))) => pre tabindex="0" { (pretty(value)) },
                Some(value) => (value.to_string()),
            }
        }
    };
    html! {
        tr.differs[differs] {
            th scope="row" { (name) @if differs { span.why { strong.bad { "differs" } } } }
            td { (shown(sent)) }
            td { (shown(now)) }
        }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[derive(serde::Deserialize)]
pub(super) struct Account {
    run: String,
    uid: String,
}

/// The account with that UID in the inputs of a run.
pub(super) async fn account(
    State(app): State<App>,
    axum::extract::Query(Account { run, uid }): axum::extract::Query<Account>,
) -> Result<Markup, PageError> {
    if !app.home().run_names().contains(&run) {
        return Err(PageError::missing("there is no run of that name"));
    }
    let folder = RunFolder::at(&app.home().runs().join(&run));
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let work = move || trace::account(&folder, &manifest, &uid);
    let found = tokio::task::spawn_blocking(work).await.map_err(Failure::bug)?;
    Ok(match found {
        Ok(Some(account)) => {
            html! { pre tabindex="0" role="region" aria-label="The account" { (pretty(&Value::Object(safe(&account)))) } }
        }
        Ok(None) => html! { p { "The inputs of the run do not hold this account any more." } },
        Err(error) => html! { p { "The account cannot be shown: " (error) "." } },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_of_both_stand_side_by_side_and_those_of_the_tenant_last() {
        let sent = json!({"email": "a", "app_metadata": {"x": 1, "y": {"z": 2}}});
        let now = json!({"created_at": "t", "email": "a", "app_metadata": {"x": 2}, "name": "n"});
        let rows = rows(sent.as_object().unwrap(), now.as_object().unwrap());
        let expected = [
            ("email", Some(json!("a")), Some(json!("a"))),
            ("app_metadata.x", Some(json!(1)), Some(json!(2))),
            ("app_metadata.y", Some(json!({"z": 2})), None),
            ("name", None, Some(json!("n"))),
            ("created_at", None, Some(json!("t"))),
        ];
        assert_eq!(rows, expected.map(|(name, sent, now)| (name.to_owned(), sent, now)));
    }
}
