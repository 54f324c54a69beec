//! The one path of every call: token, limits, retries, counts.

use std::time::{Duration, Instant};

use bytes::Bytes;
use outbound::back_off;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Refusal;
use crate::limit::asked_wait;
use crate::{Client, Error};

/// One call, ready to be sent any number of times.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    /// Kind of the call for limits and counts: the path without ids.
    kind: &'static str,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<(HeaderValue, Bytes)>,
    idempotent: bool,
    with_token: bool,
}

impl Call {
    /// A call to a fixed path, such as `api/v2/users`. GET is idempotent of itself.
    pub(crate) fn new(method: Method, path: &'static str) -> Self {
        Self {
            idempotent: method == Method::GET,
            method,
            kind: path,
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
            with_token: true,
        }
    }

    /// Adds path segments, percent-encoded, to the fixed path.
    pub(crate) fn at(mut self, segments: &[&str]) -> Self {
        for segment in segments {
            self.path.push('/');
            self.path.push_str(&encode(segment));
        }
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.bytes(HeaderValue::from_static("application/json"), Bytes::from(body.to_string()))
    }

    pub(crate) fn bytes(mut self, content_type: HeaderValue, body: Bytes) -> Self {
        self.body = Some((content_type, body));
        self
    }

    /// The call does no harm when it is carried out twice.
    pub(crate) fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    pub(crate) fn without_token(mut self) -> Self {
        self.with_token = false;
        self
    }

    pub(crate) fn what(&self) -> String {
        format!("{} {}", self.method, self.kind)
    }

    fn url(&self, base: &Url) -> Result<Url, Error> {
        if self.path.split('/').any(|segment| matches!(segment, "." | "..")) {
            // However they are written, URLs take them for a way to another call, so nobody has such an id.
            let (error, message) = ("Not Found".to_owned(), "nothing has an id of dots alone".to_owned());
            let refusal = Refusal { status: 404, error, message, code: String::new() };
            return Err(Error::Refused { what: self.what(), refusal });
        }
        let mut url = base
            .join(&self.path)
            .map_err(|error| Error::Config(format!("{} is no URL: {error}", self.kind)))?;
        if !self.query.is_empty() {
            url.query_pairs_mut()
                .extend_pairs(self.query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        Ok(url)
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986: user ids hold `|`, and ids of strangers `/`.
fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for &byte in segment.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A good answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The tenant's `Date`, epoch seconds.
    pub(crate) date: Option<i64>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T, Error> {
        json::from_slice(&self.body).map_err(|error| Error::Answer {
            what: what.to_owned(),
            // The place, not the text: an answer may hold what must not reach a log.
            cause: format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column()),
        })
    }
}

enum Failure {
    Final(Error),
    /// The tenant is there and asks for a wait.
    Limited {
        cause: String,
        wait: Option<Duration>,
    },
    /// Try again, after a wait that the tenant may have asked for.
    Again {
        cause: String,
        wait: Option<Duration>,
        maybe_done: bool,
    },
}

impl Client {
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, Error> {
        let url = call.url(&self.inner.url)?;
        let mut renewed = false;
        let mut attempt = 0;
        let mut doubt = false;
        loop {
            attempt += 1;
            let failure = match self.once(&call, &url, &mut renewed).await {
                Ok(answer) => {
                    self.inner.outages.answered();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            match &failure {
                Failure::Again { cause, .. } => self.inner.outages.failed(cause),
                // The call for a token has told of its outage itself.
                Failure::Final(Error::Passing { .. }) => {}
                // A refusal is an answer, too.
                Failure::Final(_) | Failure::Limited { .. } => self.inner.outages.answered(),
            }
            let (cause, wait, maybe_done) = match failure {
                Failure::Final(error) => return Err(error),
                Failure::Limited { cause, wait } => (cause, wait, false),
                Failure::Again { cause, wait, maybe_done } => (cause, wait, maybe_done),
            };
            doubt |= maybe_done;
            if attempt >= self.inner.attempts || (doubt && !call.idempotent) {
                return Err(Error::Passing {
                    what: call.what(),
                    attempts: attempt,
                    cause,
                    maybe_done: doubt,
                });
            }
            let pause = wait.unwrap_or_default().max(back_off(attempt));
            tracing::debug!(call = call.what(), attempt, cause, pause_ms = pause.as_millis(), "retrying");
            self.inner.counter.with(|counts| {
                counts.retries += 1;
                counts.waited += pause;
            });
            tokio::time::sleep(pause).await;
        }
    }

    async fn once(&self, call: &Call, url: &Url, renewed: &mut bool) -> Result<Answer, Failure> {
        loop {
            let token =
                if call.with_token { Some(self.token().await.map_err(Failure::Final)?) } else { None };
            while let Some(wait) = self.inner.limiter.take(call.kind, Instant::now()) {
                self.inner.counter.with(|counts| counts.waited += wait);
                tokio::time::sleep(wait).await;
            }
            let mut request = self.inner.http.request(call.method.clone(), url.clone());
            if let Some(token) = &token {
                let value =
                    HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| {
                        Failure::Final(Error::Credentials("the access token is malformed".to_owned()))
                    })?;
                request = request.header(AUTHORIZATION, sensitive(value));
            }
            if let Some((content_type, body)) = &call.body {
                request = request.header(CONTENT_TYPE, content_type.clone()).body(body.clone());
            }
            self.inner.counter.with(|counts| *counts.requests.entry(call.what()).or_default() += 1);
            let response = request.send().await.map_err(lost)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.bytes().await.map_err(lost)?;
            let date = self.learn(call.kind, &headers);
            if status == StatusCode::UNAUTHORIZED
                && let Some(token) = &token
                && !*renewed
                && self.forget_token(token).await
            {
                *renewed = true;
                continue;
            }
            return self.judge(call, status, date, &headers, body);
        }
    }

    fn learn(&self, kind: &'static str, headers: &HeaderMap) -> Option<i64> {
        let date = outbound::date(headers);
        if let Some(date) = date {
            self.learn_time(date);
        }
        self.inner.limiter.learn(kind, headers, date, Instant::now());
        date
    }

    fn judge(
        &self,
        call: &Call,
        status: StatusCode,
        date: Option<i64>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Failure> {
        if status.is_success() {
            return Ok(Answer { status, date, body });
        }
        let refusal = Refusal::read(status.as_u16(), &body);
        if refusal.is_job_limit() {
            return Err(Failure::Final(Error::Busy));
        }
        if status == StatusCode::TOO_MANY_REQUESTS && refusal.error != "too_many_attempts" {
            self.inner.counter.with(|counts| counts.limited += 1);
            return Err(Failure::Limited { cause: refusal.to_string(), wait: asked_wait(headers, date) });
        }
        if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            return Err(Failure::Again {
                cause: refusal.to_string(),
                wait: asked_wait(headers, date),
                maybe_done: true,
            });
        }
        Err(Failure::Final(Error::Refused { what: call.what(), refusal }))
    }
}

/// A request without an answer. Only when no connection came about is it certain that nothing was carried out.
fn lost(error: reqwest::Error) -> Failure {
    let maybe_done = !error.is_connect();
    let advice = outbound::lasting(&error).map(|advice| format!("; {advice}")).unwrap_or_default();
    Failure::Again { cause: outbound::cause(error) + &advice, wait: None, maybe_done }
}

fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_strangers_stay_one_segment() {
        let call = Call::new(Method::GET, "api/v2/users").at(&["auth0|a/b?c#d é"]);
        let url = call.url(&Url::parse("https://acme.auth0.com").unwrap()).unwrap();
        assert_eq!(url.path(), "/api/v2/users/auth0%7Ca%2Fb%3Fc%23d%20%C3%A9");
        assert_eq!(url.query(), None);
    }

    #[test]
    fn an_id_of_dots_leads_to_no_other_call() {
        for id in [".", ".."] {
            let call = Call::new(Method::GET, "api/v2/users").at(&[id, "logs"]);
            let refused = call.url(&Url::parse("https://acme.auth0.com").unwrap()).unwrap_err();
            assert_eq!(refused.status(), Some(404), "{id}");
        }
    }
}
