//! Replays recorded traffic of Auth0 against the tenant: the same status, the same shape (names of members and types of
//! their values), the same error texts. The recordings lie outside of the project; where they are missing, this says so.
//!
//! A recording presupposes what was in the recorded tenant: it is put there first, with the recorded ids. What the
//! tenant itself makes gets new ids; later requests of the same source are rewritten to them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failed step of a test ends it")]

mod world;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tenant::ids;
use tenant::store::{
    ClientRow, ConnectionRow, Origin, StoreError, UserRow, clients, connections, grants, users,
};
use world::{World, send};

const RECORDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/auth0-recorded.jsonl");

/// Members that Auth0 added after some of the recordings were made: newer recordings have them, so has the tenant.
const NEWER: &[&str] = &[
    ".authentication",
    ".connected_accounts",
    ".options.authentication_methods",
    ".options.authentication_methods.password.api_behavior",
    ".options.authentication_methods.password.signup_behavior",
    ".options.passkey_options",
    ".cross_origin_authentication",
    ".async_approval_notification_channels",
    ".signing_keys",
    ".client_secret",
    ".subject_type",
    ".organization_usage",
];

/// Members that not every recorded tenant had: renamed since 2023, or shown to tenants with early features only.
const NOT_EVERYWHERE: &[&str] =
    &[".cross_origin_auth", ".authentication_methods.email_otp", ".authentication_methods.phone_otp"];

struct Recording {
    source: String,
    method: String,
    path: String,
    request: String,
    status: u16,
    answer: Value,
}

fn recordings(text: &str) -> Vec<Recording> {
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            let url = text("url");
            let path = url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
            let answer = match &line["res"] {
                Value::String(body) if body.is_empty() => Value::Null,
                Value::String(body) => {
                    serde_json::from_str(body).unwrap_or_else(|_| Value::from(body.as_str()))
                }
                other => other.clone(),
            };
            Recording {
                source: text("src"),
                method: text("method"),
                path,
                request: text("req"),
                status: u16::try_from(line["status"].as_u64().unwrap()).unwrap(),
                answer,
            }
        })
        .collect()
}

/// Why a recording is not replayed.
fn reason_to_skip(recording: &Recording) -> Option<&'static str> {
    let path = recording.path.split('?').next().unwrap_or_default();
    let has = |part: &str| path.contains(part);
    if has("/enrollments") || has("/logs") || has("/identities") {
        return Some("enrollments, logs and linked identities of a user are not part of this tenant yet");
    }
    if has("/jobs/verification-email") {
        return Some("jobs that send mail are not part of this tenant yet");
    }
    if has("/organizations") {
        return Some("organizations are not part of this tenant yet");
    }
    if has("/jobs/") && recording.method == "GET" && recording.answer["type"] == "verification_email" {
        return Some("jobs that send mail are not part of this tenant yet");
    }
    if recording.request.contains("client_authentication_methods") {
        return Some("credentials of an application other than its secret are not part of this tenant");
    }
    if recording.request.contains("express_configuration")
        || recording.answer["app_type"] == "express_configuration"
    {
        return Some("applications of the type express_configuration are not part of this tenant");
    }
    if recording.answer["client_grants"][0]["is_system"] == true {
        return Some("system grants come with applications of the type express_configuration");
    }
    let hand_made = recording.request.contains("test-client_id")
        || recording.request.contains("test-other-clientid")
        || recording.answer["sub"] == "test-sub";
    if hand_made && has("/oauth/token") {
        return Some("the recorded answer was edited by hand (a made-up token)");
    }
    if hand_made && has("/userinfo") {
        return Some("the recorded answer was edited by hand (a made-up person)");
    }
    None
}

#[tokio::test]
async fn recorded_traffic_is_answered_alike() {
    let Ok(text) = std::fs::read_to_string(RECORDINGS) else {
        println!("skipped: the recorded traffic is not here; nothing was replayed");
        return;
    };
    let world = World::start().await;
    let (mut replayed, mut skipped, mut failures) = (0, BTreeMap::<&str, Vec<usize>>::new(), Vec::new());
    let mut source = String::new();
    let mut renamed = Vec::new();
    let all = recordings(&text);
    for (number, recording) in all.iter().enumerate() {
        if let Some(reason) = reason_to_skip(recording) {
            skipped.entry(reason).or_default().push(number);
            continue;
        }
        if recording.source != source {
            source.clone_from(&recording.source);
            renamed.clear();
            empty(&world);
        }
        replayed += 1;
        let connection = all.iter().filter(|other| other.source == recording.source).find_map(connection_id);
        presuppose(&world, recording, &renamed, connection);
        let found = replay(&world, recording, &mut renamed).await;
        for difference in found {
            failures.push(format!(
                "{number} {} {} ({}): {difference}",
                recording.method,
                recording.path,
                recording.source.rsplit('/').next().unwrap_or_default()
            ));
        }
    }
    let total: usize = skipped.values().map(Vec::len).sum();
    println!("{replayed} replayed, {total} skipped");
    for (reason, numbers) in &skipped {
        println!("  {} skipped: {reason} (lines {numbers:?})", numbers.len());
    }
    world.tenant.stop().await;
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}

async fn replay(world: &World, recording: &Recording, renamed: &mut Vec<(String, String)>) -> Vec<String> {
    let path = rename(&recording.path, renamed);
    let body = rename(&recording.request, renamed);
    let mut request = world.request(&recording.method, &path);
    if path.starts_with("/api/v2") {
        request = request.bearer_auth(&world.token);
    } else if path == "/userinfo" && recording.status == 200 {
        request = request.bearer_auth(token(world, &recording.answer).await);
    }
    if recording.method != "GET" && !body.trim().is_empty() && body.trim() != "null" {
        let kind = match body.lines().next() {
            Some(line) if line.starts_with("--") => format!("multipart/form-data; boundary={}", &line[2..]),
            _ if body.starts_with('{') || body.starts_with('[') => "application/json".to_owned(),
            _ => "application/x-www-form-urlencoded".to_owned(),
        };
        request = request.header("content-type", kind).body(body);
    }
    if let Some(job) = path.strip_suffix("/errors") {
        // The recorded client asked when the job was done.
        for _ in 0..500 {
            if send(world.request("GET", job).bearer_auth(&world.token)).await.body["status"] != "pending" {
                break;
            }
        }
    }
    let mut answer = send(request.try_clone().unwrap()).await;
    if path.contains("/jobs/job_") {
        // The recorded client polled until the job was done.
        for _ in 0..500 {
            if answer.body["status"] != "pending" || recording.answer["status"] == "pending" {
                break;
            }
            answer = send(request.try_clone().unwrap()).await;
        }
    }
    let mut found = Vec::new();
    if path.starts_with("/api/v2") && !answer.headers.contains_key("x-ratelimit-remaining") {
        found.push("x-ratelimit-remaining is missing".into());
    }
    if answer.status != recording.status {
        found.push(format!("status {} instead of {}: {}", answer.status, recording.status, answer.body));
        return found;
    }
    if recording.answer["error"].is_string() {
        if recording.answer != answer.body {
            found.push(format!("{} instead of {}", answer.body, recording.answer));
        }
    } else {
        if recording.answer["status"] == "pending" {
            // The tenant may be done before the recorded one was.
            if let Some(job) = answer.body.as_object_mut() {
                for later in ["summary", "percentage_done", "location"] {
                    job.remove(later);
                }
            }
        }
        shape(&recording.answer, &answer.body, "", &mut found);
    }
    for name in ["id", "client_id", "user_id"] {
        if let (Some(theirs), Some(ours)) = (recording.answer[name].as_str(), answer.body[name].as_str())
            && theirs != ours
        {
            renamed.push((theirs.to_owned(), ours.to_owned()));
        }
    }
    found
}

/// A token of the person whose profile was recorded.
async fn token(world: &World, profile: &Value) -> String {
    let request = serde_json::json!({
        "grant_type": "password",
        "client_id": world.tenant.client_id,
        "client_secret": world.tenant.client_secret,
        "username": profile["email"],
        "password": "23kejn2jk3en2jke2jk3be2jk3ber",
        "scope": "openid",
    });
    let answer = send(world.request("POST", "/oauth/token").json(&request)).await;
    answer.body["access_token"].as_str().unwrap_or_default().to_owned()
}

/// The same names of members and the same types; a recorded list that is not empty has entries here, too.
fn shape(expected: &Value, actual: &Value, place: &str, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected {
                let place = format!("{place}.{name}");
                // What people chose themselves is theirs.
                if matches!(
                    name.as_str(),
                    "user_metadata" | "app_metadata" | "customScripts" | "configuration"
                ) {
                    continue;
                }
                match actual.get(name) {
                    Some(actual) => shape(expected, actual, &place, found),
                    None if NOT_EVERYWHERE.iter().any(|name| place.ends_with(name)) => {}
                    None => found.push(format!("{place} is missing")),
                }
            }
            for name in actual.keys().filter(|name| !expected.contains_key(*name)) {
                let place = format!("{place}.{name}");
                if !NEWER.iter().any(|newer| place.ends_with(newer)) {
                    found.push(format!("{place} was not recorded"));
                }
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if actual.is_empty() && !expected.is_empty() {
                found.push(format!("{place} is empty"));
            }
            // The order of a list is not part of the comparison: entries are matched by their ids.
            for (number, expected) in expected.iter().enumerate() {
                let same =
                    actual.iter().find(|actual| expected["id"].is_string() && actual["id"] == expected["id"]);
                if let Some(actual) = same.or(actual.first()) {
                    shape(expected, actual, &format!("{place}[{number}]"), found);
                }
            }
        }
        (Value::String(expected), Value::String(actual)) if place.is_empty() => {
            if expected != actual {
                found.push(format!("'{actual}' instead of '{expected}'"));
            }
        }
        (expected, actual) if std::mem::discriminant(expected) == std::mem::discriminant(actual) => {}
        (expected, actual) => found.push(format!("{place}: {actual} instead of {expected}")),
    }
}

fn rename(text: &str, renamed: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (theirs, ours) in renamed {
        let escaped = |id: &str| id.replace('|', "%7C");
        text = text.replace(theirs, ours).replace(&escaped(theirs), &escaped(ours));
    }
    text
}

/// Takes away what another source left: all but the client of the ready line.
fn empty(world: &World) {
    let own = world.tenant.client_id.clone();
    let store = world.tenant.state().store();
    let emptied: Result<(), StoreError> = store.write_blocking(|tx| {
        for table in ["jobs", "exports", "users", "connections", "client_grants"] {
            tx.execute(&format!("DELETE FROM {table}"), [])?;
        }
        tx.execute("DELETE FROM clients WHERE id <> ?1", [&own])?;
        Ok(())
    });
    emptied.unwrap();
}

/// The connection that the request for a job names.
fn connection_id(recording: &Recording) -> Option<String> {
    let at = recording.request.find("con_").filter(|_| recording.path.starts_with("/api/v2/jobs/users-"))?;
    recording.request.get(at..at + 20).map(str::to_owned)
}

/// Puts into the tenant what the recording presupposes and is not there.
fn presuppose(world: &World, recording: &Recording, renamed: &[(String, String)], form_id: Option<String>) {
    let now = 1_600_000_000_000;
    let store = world.tenant.state().store();
    let own = world.tenant.client_id.clone();
    let request: Value = serde_json::from_str(&recording.request).unwrap_or_default();
    let done: Result<(), StoreError> = store.write_blocking(|tx| {
        let known = |id: &str| renamed.iter().any(|(theirs, _)| theirs == id);
        let path = recording.path.split('?').next().unwrap_or_default();
        let parts: Vec<String> = path.split('/').map(|part| part.replace("%7C", "|")).collect();
        let part = |prefix: &str| {
            let found = parts.iter().find(|part| part.starts_with(prefix)).cloned();
            found.filter(|id| !known(id) && (recording.status != 404))
        };
        // Applications: those that are named, and the one that logs in.
        let mut wanted: Vec<(String, Value)> = Vec::new();
        if parts.get(3).is_some_and(|part| part == "clients") && recording.status != 204 {
            wanted.extend(parts.get(4).map(|id| (id.clone(), recording.answer.clone())));
        }
        for id in request["enabled_clients"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            wanted.push((id.to_owned(), Value::Null));
        }
        for id in [&request["client_id"], &recording.answer["clients"][0]["client_id"]] {
            wanted.extend(id.as_str().map(|id| (id.to_owned(), Value::Null)));
        }
        for entry in request.as_array().into_iter().flatten() {
            wanted.extend(entry["client_id"].as_str().map(|id| (id.to_owned(), Value::Null)));
        }
        for grant in recording.answer["client_grants"].as_array().into_iter().flatten() {
            wanted.extend(grant["client_id"].as_str().map(|id| (id.to_owned(), Value::Null)));
        }
        wanted.extend(
            recording.answer.as_array().into_iter().flatten().filter_map(|entry| entry["client_id"].as_str())
                .map(|id| (id.to_owned(), Value::Null)),
        );
        for (id, body) in wanted {
            if known(&id) || clients::by_id(tx, &id)?.is_some() {
                continue;
            }
            let mut body = body.as_object().cloned().unwrap_or_default();
            body.remove("client_id");
            body.remove("client_secret");
            body.remove("signing_keys");
            let message = recording.answer["message"].as_str().unwrap_or_default();
            if message.contains("express_configuration") {
                body.insert("app_type".into(), Value::from("express_configuration"));
            }
            body.entry("grant_types").or_insert(serde_json::json!(["password"]));
            clients::insert(tx, &ClientRow { pk: 0, id, secret: "CLIENT_SECRET".into(), body, created_at: now })?;
        }
        // Connections: by id in the path or in the form, by name in the body.
        let named = part("con_");
        let id = named.or_else(|| connection_id(recording).filter(|id| !known(id)));
        let in_list = recording.answer.as_array().cloned().or(recording.answer["connections"].as_array().cloned());
        let is_list = path == "/api/v2/connections" && recording.method == "GET";
        let mut rows = Vec::new();
        for entry in in_list.into_iter().flatten().filter(|_| is_list) {
            let name = entry["name"].as_str().or(entry["id"].as_str()).unwrap_or_default().to_owned();
            let options = entry["options"].as_object().cloned().unwrap_or_default();
            let mut rest = entry.as_object().cloned().unwrap_or_default();
            rest.retain(|name, _| matches!(name.as_str(), "display_name" | "show_as_button"));
            rows.push((entry["id"].as_str().unwrap_or("con_").to_owned(), name.replace('_', "-"), options, rest));
        }
        let name = request["connection"].as_str().or(recording.answer["connection"].as_str());
        let name = name.or(recording.answer["name"].as_str().filter(|_| id.is_some()));
        let options = options_for(&request, &recording.answer);
        let deleted = recording.method == "DELETE" && recording.status == 204 && !path.ends_with("/users");
        if (id.is_some() && !deleted) || (name.is_some() && path != "/api/v2/connections") {
            let name = name.unwrap_or("Username-Password-Authentication").to_owned();
            let id = id.or_else(|| form_id.clone()).unwrap_or_else(ids::connection_id);
            rows.push((id, name, options, Map::new()));
        } else if path.starts_with("/api/v2/user") || path.starts_with("/oauth") || path == "/userinfo" {
            rows.push((ids::connection_id(), "Username-Password-Authentication".into(), Map::new(), Map::new()));
        }
        for (id, name, options, rest) in rows {
            if known(&id) || connections::by_id(tx, &id)?.is_some() || connections::by_name(tx, &name)?.is_some() {
                continue;
            }
            let row = ConnectionRow { pk: 0, id, name, strategy: "auth0".into(), options, rest, created_at: now };
            let pk = connections::insert(tx, &row)?;
            for client in clients::all(tx)? {
                let enabled = client.id == own || recording.answer["clients"] != Value::Array(Vec::new());
                connections::enable(tx, pk, &client.id, enabled)?;
            }
        }
        for row in connections::all(tx)?.iter().filter(|_| parts.get(1).is_some_and(|part| part != "api")) {
            for client in clients::all(tx)? {
                connections::enable(tx, row.pk, &client.id, true)?;
            }
        }
        align(tx, recording, &parts, renamed)?;
        // Grants.
        let mut wanted_grants: Vec<Value> = recording.answer["client_grants"].as_array().cloned().unwrap_or_default();
        if path == "/api/v2/client-grants" && recording.method == "GET" {
            wanted_grants.extend(recording.answer.as_array().cloned().unwrap_or_default());
        }
        if part("cgr_").is_some() && recording.answer["client_id"].is_string() {
            wanted_grants.push(recording.answer.clone());
        }
        if path == "/oauth/token" && recording.status == 200 && request["audience"].is_string() {
            wanted_grants.push(serde_json::json!({"id": ids::grant_id(), "client_id": request["client_id"], "audience": request["audience"], "scope": []}));
        }
        for grant in wanted_grants {
            let text = |name: &str| grant[name].as_str().unwrap_or_default().to_owned();
            if known(&text("id")) || grants::by_id(tx, &text("id"))?.is_some() {
                continue;
            }
            let mut body = grant.as_object().cloned().unwrap_or_default();
            body.retain(|name, _| !matches!(name.as_str(), "id" | "client_id" | "audience"));
            if clients::by_id(tx, &text("client_id"))?.is_none() {
                let row = ClientRow { pk: 0, id: text("client_id"), secret: "CLIENT_SECRET".into(), body: Map::new(), created_at: now };
                clients::insert(tx, &row)?;
            }
            let client = clients::by_id(tx, &text("client_id"))?.map_or(0, |client| client.pk);
            let row = grants::GrantRow { pk: 0, id: text("id"), client_id: text("client_id"), audience: text("audience"), body };
            grants::insert(tx, client, &row)?;
        }
        people(tx, recording, &request, &known)
    });
    done.unwrap();
}

/// Does what was done between two recordings and not recorded: a connection deleted, applications enabled, options of
/// a connection that an earlier recording only named.
fn align(
    tx: &rusqlite::Connection,
    recording: &Recording,
    parts: &[String],
    renamed: &[(String, String)],
) -> Result<(), StoreError> {
    if recording.method != "GET" || parts.get(3).is_none_or(|part| part != "connections") {
        return Ok(());
    }
    let ours = |id: &str| rename(id, renamed);
    for entry in recording.answer["connections"].as_array().into_iter().flatten() {
        let row = connections::by_name(tx, entry["name"].as_str().unwrap_or_default())?;
        if let (Some(mut row), Some(options)) = (row, entry["options"].as_object()) {
            row.options.clone_from(options);
            connections::update(tx, &row)?;
        }
    }
    let Some(row) = connections::by_id(tx, &parts.get(4).map(|id| ours(id)).unwrap_or_default())? else {
        return Ok(());
    };
    if recording.status == 404 {
        return connections::delete(tx, row.pk);
    }
    let listed = recording.answer["clients"]
        .as_array()
        .map(|all| all.iter().map(|entry| &entry["client_id"]).collect());
    let shown = recording.answer["enabled_clients"].as_array().map(|all| all.iter().collect());
    let Some(enabled): Option<Vec<&Value>> = listed.or(shown) else { return Ok(()) };
    connections::disable_all(tx, row.pk)?;
    for id in enabled.into_iter().filter_map(Value::as_str).map(ours) {
        if clients::by_id(tx, &id)?.is_none() {
            let row =
                ClientRow { pk: 0, id: id.clone(), secret: String::new(), body: Map::new(), created_at: 0 };
            clients::insert(tx, &row)?;
        }
        connections::enable(tx, row.pk, &id, true)?;
    }
    Ok(())
}

/// The options that a connection must have had for the recorded answer.
fn options_for(request: &Value, answer: &Value) -> Map<String, Value> {
    let mut options = answer["options"].as_object().cloned().unwrap_or_default();
    let active = |name: &str| serde_json::json!({"identifier": {"active": request[name].is_string()}});
    if request["phone_number"].is_string() || (request["username"].is_string() && request["email"].is_null())
    {
        let attributes = ["email", "username", "phone_number"].map(|name| (name.to_owned(), active(name)));
        options.insert("attributes".into(), Value::Object(attributes.into_iter().collect()));
    } else if request["username"].is_string() {
        options.insert("requires_username".into(), Value::Bool(true));
    }
    options
}

/// The users that the recorded answer shows, or that the recorded login logged in.
fn people(
    tx: &rusqlite::Connection,
    recording: &Recording,
    request: &Value,
    known: &dyn Fn(&str) -> bool,
) -> Result<(), StoreError> {
    let mut wanted: Vec<Value> = Vec::new();
    let path = recording.path.split('?').next().unwrap_or_default();
    let about_users = path.starts_with("/api/v2/users");
    if about_users && recording.method != "POST" {
        wanted.extend(recording.answer.as_array().cloned().unwrap_or_default());
        wanted.extend(recording.answer["users"].as_array().cloned().unwrap_or_default());
        if recording.answer["created_at"].is_string() || recording.answer["email"].is_string() {
            let mut user = recording.answer.clone();
            user["user_id"] = Value::from(path.rsplit('/').next().unwrap_or_default().replace("%7C", "|"));
            wanted.push(user);
        }
    }
    if let Some(id) = path.strip_prefix("/api/v2/user-blocks/") {
        wanted.push(serde_json::json!({"user_id": id.replace("%7C", "|")}));
    }
    if path.starts_with("/api/v2/jobs") && path.ends_with("/errors") {
        wanted.extend(recording.answer[0]["user"].as_object().cloned().map(Value::Object));
    }
    if path == "/oauth/token" && recording.status == 200 {
        wanted.push(serde_json::json!({"email": request["username"]}));
    }
    if path == "/userinfo" && recording.status == 200 {
        wanted.push(serde_json::json!({"email": recording.answer["email"]}));
    }
    for user in wanted {
        let Some(connection) = connections::all(tx)?.into_iter().next() else { continue };
        let text = |name: &str| user[name].as_str().map(str::to_owned);
        let id = text("user_id").unwrap_or_default();
        let user_id = id.strip_prefix("auth0|").map_or_else(|| ids::object_id(0), str::to_owned);
        let email = text("email");
        let there = match &email {
            Some(email) => users::key_by_email(tx, connection.pk, email)?.is_some(),
            None => false,
        };
        if known(&id) || there || users::key_by_user_id(tx, connection.pk, &user_id)?.is_some() {
            continue;
        }
        let mut row = UserRow::new(connection.pk, user_id, 1_600_000_000_000, Origin::Api);
        row.email = email.or_else(|| Some(format!("{}@example.com", row.user_id)));
        row.username = text("username");
        row.blocked = user["blocked"].as_bool();
        let mut body = user.as_object().cloned().unwrap_or_default();
        body.retain(|name, _| {
            matches!(
                name.as_str(),
                "given_name"
                    | "family_name"
                    | "name"
                    | "nickname"
                    | "picture"
                    | "user_metadata"
                    | "app_metadata"
            )
        });
        row.body = Value::Object(body).to_string();
        if let Some(count) = user["logins_count"].as_i64() {
            row.login = Some(tenant::store::Login { last_login: 0, last_ip: "::1".into(), count });
        }
        if path == "/oauth/token" || path == "/userinfo" {
            let password = request["password"].as_str().unwrap_or("23kejn2jk3en2jke2jk3be2jk3ber");
            row.password = tenant::store::StoredPassword::Bcrypt(bcrypt::hash(password, 4).unwrap());
        }
        users::insert(tx, &row)?;
    }
    Ok(())
}
