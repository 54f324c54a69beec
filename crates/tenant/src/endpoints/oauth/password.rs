//! The grants of a person with a password: `password` and `password-realm`.

use std::net::IpAddr;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use user::password::PasswordHash;

use super::client::Api;
use super::error::OAuthError;
use super::parameters::Parameters;
use super::{ACCESS_TOKEN_SECONDS, ID_TOKEN_SECONDS};
use crate::custom::{CustomDatabase, Found};
use crate::endpoints::users::password as hashing;
use crate::state::AppState;
use crate::store::{
    ClientRow, ConnectionRow, Login, StoreError, StoredPassword, UserRow, connections, settings, tokens,
    users,
};
use crate::{ids, seed, view};

/// What a token without an audience is good for; recorded, whatever of it was asked for.
const STANDARD_SCOPE: &str = "openid profile email address phone";

/// Logs a person in. An imported hash that fits is replaced by a bcrypt hash of the password, as Auth0 does it.
///
/// # Errors
/// 403 when user or password is wrong; see the texts below for the others.
pub(super) async fn grant(
    state: &AppState,
    host: &str,
    ip: IpAddr,
    client: ClientRow,
    parameters: &Parameters,
) -> Result<Value, OAuthError> {
    let username = parameters.require("username")?.to_owned();
    let password = parameters.require("password")?.to_owned();
    let audience = parameters.get("audience").map(str::to_owned);
    let known = audience.as_ref().is_none_or(|audience| state.is_management_api(audience, host));
    let realm = parameters.get("realm").map(str::to_owned);
    let login = username.to_lowercase();

    let (client_id, name) = (client.id.clone(), login.clone());
    let (connection, user) = state
        .store()
        .read(move |db| -> Result<_, OAuthError> {
            if let Some(audience) = audience.filter(|_| !known)
                && !matches!(Api::of(db, &client_id, &audience)?, Api::Granted(_))
            {
                let text = "invalid audience specified for password grant exchange";
                return Err(OAuthError::invalid_request(text));
            }
            let connection = directory(db, realm.as_deref(), &client_id)?;
            let user = find(db, &connection, &name)?;
            Ok((connection, user))
        })
        .await?;

    let now_ms = state.now_ms();
    if connection.flag("brute_force_protection")
        && state.lockout().is_closed(connection.pk, &login, ip, now_ms)
    {
        return Err(OAuthError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            "Your account has been blocked after multiple consecutive login attempts. We've sent you a notification via your preferred contact method with instructions on how to unblock it.",
        ));
    }
    let failed = || {
        state.lockout().failed(connection.pk, &login, ip, now_ms);
        OAuthError::wrong_password()
    };
    let (user, rehashed) = match judged(state, &connection, user, &username, password).await? {
        Some(passed) => passed,
        None => return Err(failed()),
    };
    state.lockout().passed(connection.pk, &login, ip);
    if user.blocked == Some(true) {
        // The status is inferred, error and description are Auth0's.
        return Err(OAuthError::new(StatusCode::UNAUTHORIZED, "unauthorized", "user is blocked"));
    }
    // A script takes its time; who was found by one was made after the request began.
    let user = logged_in(state, user, rehashed, ip, state.now_ms()).await?;
    answer(state, host, &client, &connection, &user, parameters).await
}

/// The user whose password it is, and the new hash that replaces an imported one; none when there is no such user, or
/// the password is wrong. Who is not in the store may be found by the scripts of a custom database, and a database
/// without import mode has all passwords itself.
async fn judged(
    state: &AppState,
    connection: &ConnectionRow,
    user: Option<UserRow>,
    username: &str,
    password: String,
) -> Result<Option<(UserRow, Option<String>)>, OAuthError> {
    let known = match CustomDatabase::of(connection) {
        Some(database) if user.is_none() || !database.imports() => {
            match database.login(state, username, &password).await? {
                Found::In(user) => return Ok(Some((user, None))),
                Found::Known(user) => user,
                Found::Nobody => return Ok(None),
            }
        }
        _ => match user {
            Some(user) => user,
            None => return Ok(None),
        },
    };
    let rehashed = check(state, &known, password).await?;
    Ok(rehashed.map(|rehashed| (known, rehashed)))
}

/// The connection of a login: the realm, or the tenant's default directory; enabled for the application.
fn directory(
    db: &rusqlite::Connection,
    realm: Option<&str>,
    client_id: &str,
) -> Result<ConnectionRow, OAuthError> {
    let name = match realm {
        Some(realm) => Some(realm.to_owned()),
        None => settings::get(db, seed::DEFAULT_DIRECTORY)?,
    };
    let found = match name {
        Some(name) => connections::by_name(db, &name)?,
        None => None,
    };
    let connection = found.ok_or_else(|| OAuthError::invalid_request("the connection was not found"))?;
    if !connections::clients(db, connection.pk)?.iter().any(|client| client == client_id) {
        return Err(OAuthError::invalid_request("the connection was disabled"));
    }
    Ok(connection)
}

/// The user by email, username or phone number.
fn find(
    db: &rusqlite::Connection,
    connection: &ConnectionRow,
    login: &str,
) -> Result<Option<UserRow>, StoreError> {
    let of = connection.pk;
    if let Some(user) = users::find_by_email(db, of, login)? {
        return Ok(Some(user));
    }
    if let Some(user) = users::find_by_username(db, of, login)? {
        return Ok(Some(user));
    }
    users::find_by_phone(db, of, login)
}

/// None when the password is wrong; else the new hash that replaces an imported one, if there is one to replace.
async fn check(
    state: &AppState,
    user: &UserRow,
    password: String,
) -> Result<Option<Option<String>>, OAuthError> {
    let (hash, imported) = match user.password.clone() {
        StoredPassword::Random => return Ok(None),
        StoredPassword::Bcrypt(text) => (PasswordHash::Bcrypt(text), false),
        StoredPassword::Imported(text) => match serde_json::from_str(&text) {
            Ok(custom) => (PasswordHash::Custom(custom), true),
            Err(_) => return Ok(None),
        },
    };
    // As many at a time as there are cores: some hashes take a second and much memory.
    let permit = state.logins().acquire().await.map_err(|_| OAuthError::internal())?;
    let checked = tokio::task::spawn_blocking(move || -> Result<_, OAuthError> {
        match user::password::verify(&hash, &password) {
            Ok(true) if imported => Ok(Some(Some(hashing::hash(&password)?))),
            Ok(true) => Ok(Some(None)),
            Ok(false) => Ok(None),
            Err(error) => {
                tracing::debug!(%error, "a login failed: the stored hash cannot be checked");
                Ok(None)
            }
        }
    })
    .await;
    drop(permit);
    checked.map_err(|_| OAuthError::internal())?
}

/// Notes the login, and the new hash unless the password has been changed meanwhile.
async fn logged_in(
    state: &AppState,
    seen: UserRow,
    rehashed: Option<String>,
    ip: IpAddr,
    now_ms: i64,
) -> Result<UserRow, OAuthError> {
    state
        .store()
        .write(move |tx| -> Result<_, OAuthError> {
            let mut user = users::find_by_user_id(tx, seen.connection, &seen.user_id)?
                .ok_or_else(OAuthError::wrong_password)?;
            if let Some(rehashed) = rehashed.filter(|_| user.password == seen.password) {
                user.password = StoredPassword::Bcrypt(rehashed);
            }
            let count = user.login.as_ref().map_or(0, |login| login.count) + 1;
            user.login = Some(Login { last_login: now_ms, last_ip: ip.to_string(), count });
            user.updated_at = now_ms;
            users::update(tx, &user)?;
            Ok(user)
        })
        .await
}

async fn answer(
    state: &AppState,
    host: &str,
    client: &ClientRow,
    connection: &ConnectionRow,
    user: &UserRow,
    parameters: &Parameters,
) -> Result<Value, OAuthError> {
    let issuer = state.issuer(host);
    let subject = format!("auth0|{}", user.user_id);
    let now_ms = state.now_ms();
    let now = now_ms / 1000;
    let asked = parameters.get("scope");
    let openid = asked.is_some_and(|scope| scope.split_ascii_whitespace().any(|one| one == "openid"));
    let mut answer = Map::new();
    let scope;
    if let Some(audience) = parameters.get("audience") {
        scope = granted(asked.unwrap_or(STANDARD_SCOPE), state.is_management_api(audience, host));
        let audience = if openid { json!([audience, format!("{issuer}userinfo")]) } else { json!(audience) };
        let claims = json!({
            "iss": issuer,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": now + ACCESS_TOKEN_SECONDS,
            "azp": client.id,
            "scope": scope,
            "gty": "password",
        });
        answer.insert(
            "access_token".into(),
            json!(state.keys().sign(&claims).map_err(|_| OAuthError::internal())?),
        );
    } else {
        scope = STANDARD_SCOPE.to_owned();
        let token = ids::alphanumeric(32);
        let (kept, pk, granted) = (token.clone(), user.pk, scope.clone());
        let expires = now_ms + ACCESS_TOKEN_SECONDS * 1000;
        state.store().write(move |tx| tokens::insert(tx, &kept, pk, &granted, now_ms, expires)).await?;
        answer.insert("access_token".into(), json!(token));
    }
    if openid {
        let mut claims = profile(&view::user(user, &connection.name), &scope);
        claims.insert("iss".into(), json!(issuer));
        claims.insert("sub".into(), json!(subject));
        claims.insert("aud".into(), json!(client.id));
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now + ID_TOKEN_SECONDS));
        answer.insert(
            "id_token".into(),
            json!(state.keys().sign(&claims).map_err(|_| OAuthError::internal())?),
        );
    }
    answer.insert("scope".into(), json!(scope));
    answer.insert("expires_in".into(), json!(ACCESS_TOKEN_SECONDS));
    answer.insert("token_type".into(), json!("Bearer"));
    Ok(Value::Object(answer))
}

/// What a person is granted of what was asked for. The scopes of the Management API come from grants of clients (source: facts
/// on Auth0, "Tokens"); those for one's own data, `read:current_user` and its kin, are not built here.
fn granted(asked: &str, management: bool) -> String {
    const OWN: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];
    let allows = |scope: &&str| !management || OWN.contains(scope);
    let scopes: Vec<&str> = asked.split_ascii_whitespace().filter(allows).collect();
    scopes.join(" ")
}

/// The claims about a person that a scope opens.
pub(in crate::endpoints) fn profile(shown: &Map<String, Value>, scope: &str) -> Map<String, Value> {
    let has = |wanted: &str| scope.split_ascii_whitespace().any(|one| one == wanted);
    let mut names: Vec<&str> = Vec::new();
    if has("profile") {
        names.extend(["nickname", "name", "given_name", "family_name", "picture", "updated_at"]);
    }
    if has("email") {
        names.extend(["email", "email_verified"]);
    }
    if has("phone") {
        names.extend(["phone_number"]);
    }
    names
        .into_iter()
        .filter_map(|name| shown.get(name).map(|value| (name.to_owned(), value.clone())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::granted;

    #[test]
    fn a_person_gets_no_scope_of_the_management_api() {
        let asked = "openid delete:users read:users read:current_user update:current_user_metadata";
        assert_eq!(granted(asked, true), "openid");
        assert_eq!(granted(asked, false), asked);
    }
}
