//! What a custom database is asked for.

use serde_json::{Map, Value, json};

use super::log::Entry;
use super::run::{self, Done, Run};
use super::script::Script;
use super::store::{self, Arrival};
use super::{ScriptFailure, profile};
use crate::endpoints::users::password::hash;
use crate::state::AppState;
use crate::store::{ConnectionRow, StoredPassword, UserRow};

/// A connection with scripts.
#[derive(Debug, Clone)]
pub(crate) struct CustomDatabase {
    connection: ConnectionRow,
    imports: bool,
}

/// Who came of a login at a custom database.
#[derive(Debug)]
pub(crate) enum Found {
    /// The script has judged the password, and the user is in the store.
    In(UserRow),
    /// With import mode: the script has judged the password, but its user was in the store before, whose own password
    /// counts.
    Known(UserRow),
    /// No such user, or a wrong password.
    Nobody,
}

impl CustomDatabase {
    /// None for a connection without scripts.
    pub(crate) fn of(connection: &ConnectionRow) -> Option<Self> {
        connection
            .flag("enabledDatabaseCustomization")
            .then(|| Self { connection: connection.clone(), imports: connection.flag("import_mode") })
    }

    /// Whether users come into the store and are the store's from then on.
    pub(crate) fn imports(&self) -> bool {
        self.imports
    }

    /// Asks `login`. With import mode only for users who are not in the store; whoever is found comes into the store,
    /// with the password hashed by bcrypt.
    ///
    /// # Errors
    /// What the script failed with, wrong passwords apart.
    pub(crate) async fn login(
        &self,
        state: &AppState,
        login: &str,
        password: &str,
    ) -> Result<Found, ScriptFailure> {
        let args = vec![json!(login), json!(password)];
        let done = self.run(state, Script::Login, args, Some(password)).await?;
        let (profile, console) = match done {
            Done { result: Ok(value), console } if !is_nothing(&value) => (value, console),
            Done { result: Ok(_), console } => {
                self.note(
                    state,
                    Script::Login,
                    "fu",
                    "Wrong email or password.",
                    Some(login),
                    None,
                    console,
                    None,
                );
                return Ok(Found::Nobody);
            }
            Done { result: Err(ScriptFailure::Wrong { user, message }), console } => {
                let kind = if user.is_some() { "fp" } else { "fu" };
                self.note(state, Script::Login, kind, &message, Some(login), user, console, None);
                return Ok(Found::Nobody);
            }
            Done { result: Err(failure), console } => {
                return Err(self.failed(state, Script::Login, Some(login), failure, console));
            }
        };
        let arrived = self.arrive(state, &profile, Some(password)).await;
        match arrived {
            Ok(found) => {
                let (Found::In(user) | Found::Known(user)) = &found else { return Ok(found) };
                let id = Some(user.user_id.clone());
                self.note(state, Script::Login, "s", "Successful login", Some(login), id, console, None);
                Ok(found)
            }
            Err(failure) => Err(self.failed(state, Script::Login, Some(login), failure, console)),
        }
    }

    async fn arrive(
        &self,
        state: &AppState,
        profile: &Value,
        password: Option<&str>,
    ) -> Result<Found, ScriptFailure> {
        let mut user = profile::user(profile, &self.connection, state.now_ms())?;
        if !self.imports {
            return state.store().write(move |tx| store::refresh(tx, user)).await.map(Found::In);
        }
        if let Some(password) = password.map(str::to_owned) {
            let permit = state.logins().acquire().await.map_err(|_| ScriptFailure::Internal)?;
            let hashed = tokio::task::spawn_blocking(move || hash(&password)).await;
            drop(permit);
            let hashed = hashed.map_err(|_| ScriptFailure::Internal)?.map_err(|_| ScriptFailure::Internal)?;
            user.password = StoredPassword::Bcrypt(hashed);
        }
        match state.store().write(move |tx| store::arrive(tx, user)).await? {
            Arrival::Came(user) => Ok(Found::In(user)),
            Arrival::WasThere(user) => Ok(Found::Known(user)),
        }
    }

    /// Asks `get_user` for somebody who is not in the store: the profile as a user, not stored.
    ///
    /// # Errors
    /// What the script failed with.
    pub(crate) async fn get_user(
        &self,
        state: &AppState,
        identifier: &str,
    ) -> Result<Option<UserRow>, ScriptFailure> {
        let done = self.run(state, Script::GetUser, vec![json!(identifier)], None).await?;
        match done.result {
            Ok(value) if is_nothing(&value) => {
                self.note(
                    state,
                    Script::GetUser,
                    "fu",
                    "No such user.",
                    Some(identifier),
                    None,
                    done.console,
                    None,
                );
                Ok(None)
            }
            Ok(value) => match profile::user(&value, &self.connection, state.now_ms()) {
                Ok(user) => {
                    let id = Some(user.user_id.clone());
                    self.note(
                        state,
                        Script::GetUser,
                        "s",
                        "The user was found.",
                        Some(identifier),
                        id,
                        done.console,
                        None,
                    );
                    Ok(Some(user))
                }
                Err(failure) => {
                    Err(self.failed(state, Script::GetUser, Some(identifier), failure, done.console))
                }
            },
            Err(failure) => Err(self.failed(state, Script::GetUser, Some(identifier), failure, done.console)),
        }
    }

    /// Asks `get_user` before a password is reset: whoever is found comes into the store, without a password.
    ///
    /// # Errors
    /// What the script failed with, or that an identifier is another user's.
    pub(crate) async fn import(
        &self,
        state: &AppState,
        identifier: &str,
    ) -> Result<Option<UserRow>, ScriptFailure> {
        let Some(user) = self.get_user(state, identifier).await? else { return Ok(None) };
        match state.store().write(move |tx| store::arrive(tx, user)).await? {
            Arrival::Came(user) | Arrival::WasThere(user) => Ok(Some(user)),
        }
    }

    /// Makes a user in a database that keeps its users itself: `create`, then `get_user` for the id that it gave.
    ///
    /// # Errors
    /// What a script failed with.
    pub(crate) async fn create(
        &self,
        state: &AppState,
        mut user: UserRow,
        shown: Map<String, Value>,
        password: &str,
    ) -> Result<UserRow, ScriptFailure> {
        let identifier =
            user.email.clone().or_else(|| user.username.clone()).or_else(|| user.phone_number.clone());
        let mut given = shown;
        given.insert("password".to_owned(), json!(password));
        given.insert("tenant".to_owned(), json!("local"));
        given.insert("connection".to_owned(), json!(self.connection.name));
        self.must(state, Script::Create, vec![Value::Object(given)], Some(password)).await?;
        if let Some(known) = self.get_user(state, identifier.as_deref().unwrap_or_default()).await? {
            user.user_id = known.user_id;
        }
        user.password = StoredPassword::Random;
        state.store().write(move |tx| store::refresh(tx, user)).await
    }

    /// Asks `verify` when an address becomes verified.
    ///
    /// # Errors
    /// What the script failed with, or that it verified nothing.
    pub(crate) async fn verify(&self, state: &AppState, email: &str) -> Result<(), ScriptFailure> {
        self.truly(state, Script::Verify, vec![json!(email)], None).await
    }

    /// Asks `change_password`.
    ///
    /// # Errors
    /// What the script failed with, or that it changed nothing.
    pub(crate) async fn change_password(
        &self,
        state: &AppState,
        identifier: &str,
        password: &str,
    ) -> Result<(), ScriptFailure> {
        self.truly(state, Script::ChangePassword, vec![json!(identifier), json!(password)], Some(password))
            .await
    }

    /// Asks `delete`, by the id without prefix.
    ///
    /// # Errors
    /// What the script failed with.
    pub(crate) async fn delete(&self, state: &AppState, user_id: &str) -> Result<(), ScriptFailure> {
        self.must(state, Script::Delete, vec![json!(user_id)], None).await.map(drop)
    }

    /// A script whose answer must be true.
    async fn truly(
        &self,
        state: &AppState,
        script: Script,
        args: Vec<Value>,
        secret: Option<&str>,
    ) -> Result<(), ScriptFailure> {
        let value = self.must(state, script, args, secret).await?;
        if is_nothing(&value) {
            return Err(ScriptFailure::Error {
                message: format!("The script {} changed nothing", script.key()),
                line: None,
            });
        }
        Ok(())
    }

    async fn must(
        &self,
        state: &AppState,
        script: Script,
        args: Vec<Value>,
        secret: Option<&str>,
    ) -> Result<Value, ScriptFailure> {
        let about = args.first().and_then(Value::as_str).map(str::to_owned);
        let done = self.run(state, script, args, secret).await?;
        match done.result {
            Ok(value) => {
                self.note(
                    state,
                    script,
                    "s",
                    "The script has done it.",
                    about.as_deref(),
                    None,
                    done.console,
                    None,
                );
                Ok(value)
            }
            Err(failure) => Err(self.failed(state, script, about.as_deref(), failure, done.console)),
        }
    }

    async fn run(
        &self,
        state: &AppState,
        script: Script,
        mut args: Vec<Value>,
        password: Option<&str>,
    ) -> Result<Done, ScriptFailure> {
        let options = &self.connection.options;
        let text = options.get("customScripts").and_then(|all| all.get(script.key())).and_then(Value::as_str);
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Err(self.failed(state, script, None, ScriptFailure::Missing(script.key()), Vec::new()));
        };
        if self.connection.flag("enable_script_context") {
            args.push(json!({}));
        }
        let run = Run {
            script,
            text: text.to_owned(),
            configuration: options
                .get("configuration")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
            args,
            password: password.map(str::to_owned),
        };
        let state = state.clone();
        tokio::task::spawn_blocking(move || run::run(&run, state.outside(), state.scripts()))
            .await
            .map_err(|_| ScriptFailure::Internal)
    }

    fn failed(
        &self,
        state: &AppState,
        script: Script,
        about: Option<&str>,
        failure: ScriptFailure,
        console: Vec<String>,
    ) -> ScriptFailure {
        let line = match &failure {
            ScriptFailure::Error { line, .. } => *line,
            _ => None,
        };
        self.note(state, script, "f", &failure.to_string(), about, None, console, line);
        failure
    }

    #[expect(clippy::too_many_arguments, reason = "the members of one entry of the log")]
    fn note(
        &self,
        state: &AppState,
        script: Script,
        kind: &'static str,
        description: &str,
        about: Option<&str>,
        user: Option<String>,
        console: Vec<String>,
        line: Option<u32>,
    ) {
        let mut details = Map::new();
        details.insert("script".to_owned(), json!(script.key()));
        if !console.is_empty() {
            details.insert("console".to_owned(), json!(console));
        }
        if let Some(line) = line {
            details.insert("line".to_owned(), json!(line));
        }
        let entry = Entry {
            kind,
            description: description.to_owned(),
            user_id: user.map(|id| format!("auth0|{id}")),
            user_name: about,
            details,
        };
        state.logs().add(&self.connection, entry, state.now_ms());
    }
}

/// What stands for "nobody" and "not done".
fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}
