//! Logins with known passwords: only a login proves a hash.

use std::io::{BufRead, BufReader};
use std::path::Path;

use auth0::{Client, Login};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{ProveError, ProveOptions};
use crate::import::{Cancel, Progress, Stage};
use crate::report::Logins;

/// A login that did not do what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFailure {
    /// Line of the file, from 1.
    pub line: usize,
    /// The login, masked.
    pub login: String,
    /// What happened.
    pub what: String,
}

#[derive(Deserialize)]
struct Line {
    login: String,
    password: String,
}

struct Known {
    line: usize,
    login: String,
    password: SecretString,
}

/// Logins at a time. The answer takes as long as the hash, which a tenant spreads over its cores.
const AT_A_TIME: usize = 4;

/// Tries each login once; a right password must get in, and, if wanted, a wrong one must not.
pub(super) async fn tried(
    client: &Client,
    connection: &str,
    path: &Path,
    options: &ProveOptions,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<(Logins, Vec<LoginFailure>), ProveError> {
    let known = read(path)?;
    let each = if options.wrong_too { 2 } else { 1 };
    progress.begin(Stage::Logins, u64::try_from(known.len() * each).unwrap_or(0));
    let (mut logins, mut failures) = (Logins::default(), Vec::new());
    let mut tasks = tokio::task::JoinSet::new();
    let mut waiting = known.into_iter();
    loop {
        while tasks.len() < AT_A_TIME {
            let Some(known) = waiting.next() else { break };
            if *cancel.borrow() {
                return Err(ProveError::Stopped);
            }
            tasks.spawn(one(client.clone(), connection.to_owned(), known, options.wrong_too));
            tokio::time::sleep(options.pause).await;
        }
        let Some(done) = tasks.join_next().await else { break };
        let tried = done.map_err(|_| ProveError::Stopped)??;
        logins.tried += 1;
        logins.passed += u64::from(tried.right.is_none());
        if let Some(wrong) = &tried.wrong {
            logins.wrong_tried += 1;
            logins.wrong_refused += u64::from(wrong.is_none());
        }
        for failure in tried.wrong.into_iter().chain([tried.right]) {
            progress.done(1, u64::from(failure.is_some()));
            failures.extend(failure);
        }
    }
    failures.sort_by_key(|failure: &LoginFailure| failure.line);
    Ok((logins, failures))
}

/// What went wrong with the passwords of one login.
struct Tried {
    right: Option<LoginFailure>,
    /// Outer `None`: no wrong one was tried.
    wrong: Option<Option<LoginFailure>>,
}

/// The wrong password first: the right one then also proves that the user was not locked out, and clears the count.
async fn one(
    client: Client,
    connection: String,
    known: Known,
    wrong_too: bool,
) -> Result<Tried, auth0::Error> {
    let failure = |what: String| Some(LoginFailure { line: known.line, login: mask(&known.login), what });
    let mut wrong = None;
    if wrong_too {
        let password = SecretString::from(format!("{}-wrong", known.password.expose_secret()));
        wrong = Some(match client.login(&connection, &known.login, &password).await? {
            Login::Wrong => None,
            Login::In => failure("a wrong password was let in".to_owned()),
            Login::Stopped(reason) => failure(format!("a wrong password was not judged: {reason}")),
        });
    }
    let right = match client.login(&connection, &known.login, &known.password).await? {
        Login::In => None,
        Login::Wrong => failure("the password was refused".to_owned()),
        Login::Stopped(reason) => failure(format!("the password was not judged: {reason}")),
    };
    Ok(Tried { right, wrong })
}

/// Reads the logins and keeps nothing of them: a mistake in them is found before anything is done.
///
/// # Errors
/// [`ProveError::Logins`], [`ProveError::Login`]
pub fn check_logins(path: &Path) -> Result<(), ProveError> {
    read(path).map(drop)
}

fn read(path: &Path) -> Result<Vec<Known>, ProveError> {
    let io = |source| ProveError::Logins { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut known = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.map_err(io)?;
        if line.trim().is_empty() {
            continue;
        }
        let parsed: Line = serde_json::from_str(&line)
            .map_err(|_| ProveError::Login { path: path.to_owned(), line: number })?;
        known.push(Known { line: number, login: parsed.login, password: parsed.password.into() });
    }
    Ok(known)
}

/// A login that a person recognises and a stranger cannot use: first character, and the domain of an address.
#[must_use]
pub fn mask(login: &str) -> String {
    let (local, domain) =
        login.rsplit_once('@').map_or((login, None), |(local, domain)| (local, Some(domain)));
    let first: String = local.chars().take(1).collect();
    domain.map_or_else(|| format!("{first}***"), |domain| format!("{first}***@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_little() {
        assert_eq!(mask("ann.smith@x.org"), "a***@x.org");
        assert_eq!(mask("+420123456789"), "+***");
        assert_eq!(mask("žofie"), "ž***");
        assert_eq!(mask(""), "***");
    }

    #[test]
    fn a_broken_line_is_named_and_not_shown() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("logins.ndjson");
        std::fs::write(
            &path,
            "{\"login\":\"a\",\"password\":\"b\"}\n\n{\"login\":\"a\",\"password\":hush}\n",
        )
        .unwrap();
        let error = read(&path).err().unwrap();
        assert!(error.to_string().contains("line 3") && !error.to_string().contains("hush"), "{error}");
    }
}
