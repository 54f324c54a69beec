//! The one path of every call: turn, proof, envelope, retries, counts.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use outbound::back_off;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Response, StatusCode, Url};

use crate::advice::{EXPIRED, RATE_LIMIT, passes};
use crate::answer::{Envelope, place};
use crate::pace::{Kind, Turn};
use crate::{Answer, Call, Client, Error, Refusal};

/// How often a call may be refused because of the rate. The pace becomes slower with each, so this is a matter of
/// some minutes in which others use the site's whole rate.
const MAX_LIMITED: u32 = 40;
/// Bytes of an answer. A page of 10,000 large accounts stays far below it.
const MAX_ANSWER: usize = 1 << 30;

/// Codes of answers that are good. Source: as of the codes in [`crate::advice`].
const GOOD: [i64; 4] = [0, 200_008, 200_009, 200_010];

enum Failure {
    Final(Error),
    /// The rate was too high.
    Limited(Refusal, Turn),
    /// The clock was wrong.
    Expired {
        refusal: Box<Refusal>,
        /// What the site's clock says.
        date: Option<i64>,
        /// What had been added to this machine's clock.
        signed_with: i64,
    },
    /// It may pass.
    Again {
        cause: String,
        maybe_done: bool,
    },
}

impl Client {
    /// Sends a call, again and again while what stands in its way passes.
    ///
    /// # Errors
    /// [`Error::Refused`] and what else [`Error`] tells apart.
    pub async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let url = self.inner.address.endpoint(&call.method)?;
        let (mut attempt, mut limited, mut sent) = (0, 0, 0);
        let (mut doubt, mut corrected) = (false, false);
        loop {
            sent += 1;
            let failure = match self.once(call, &url, sent > 1).await {
                Ok(answer) => {
                    self.inner.outages.answered();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            match &failure {
                Failure::Again { cause, .. } => self.inner.outages.failed(cause),
                // A refusal is an answer, too.
                _ => self.inner.outages.answered(),
            }
            let give_up = |cause: String, maybe_done: bool| Error::Passing {
                method: call.method.clone(),
                attempts: sent,
                cause,
                maybe_done,
            };
            match failure {
                Failure::Final(error) => return Err(error),
                Failure::Expired { date, signed_with, .. }
                    if !corrected && self.inner.correct_clock(date, signed_with) =>
                {
                    corrected = true;
                    tracing::debug!(call = call.method, "the clock is set by the site's");
                }
                Failure::Expired { refusal, .. } => return Err(self.refused(call, *refusal)),
                Failure::Limited(refusal, turn) => {
                    limited += 1;
                    self.inner.counter.with(|counts| counts.limited += 1);
                    self.inner.pacer.refused(Kind::of(&call.method), turn, Instant::now());
                    if limited >= MAX_LIMITED {
                        return Err(give_up(refusal.to_string(), doubt));
                    }
                }
                Failure::Again { cause, maybe_done } => {
                    attempt += 1;
                    doubt |= maybe_done;
                    if attempt >= self.inner.attempts || (doubt && !call.repeatable) {
                        return Err(give_up(cause, doubt));
                    }
                    let pause = back_off(attempt);
                    let pause_ms = pause.as_millis();
                    tracing::debug!(call = call.method, attempt, cause, pause_ms, "retrying");
                    self.wait(pause).await;
                }
            }
        }
    }

    async fn wait(&self, pause: Duration) {
        if pause > Duration::ZERO {
            self.inner.counter.with(|counts| counts.waited += pause);
            tokio::time::sleep(pause).await;
        }
    }

    async fn once(&self, call: &Call, url: &Url, again: bool) -> Result<Answer, Failure> {
        let inner = &self.inner;
        let kind = Kind::of(&call.method);
        let (turn, wait) = inner.pacer.take(kind, Instant::now());
        self.wait(wait).await;
        // The stamp is made after the wait, so that it is fresh.
        let stamp = inner.stamp();
        let signed_with = stamp.offset;
        let (body, header) = inner.prove(url, &call.params, stamp).map_err(Failure::Final)?;
        let mut request =
            inner.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        inner.counter.with(|counts| {
            *counts.requests.entry(call.method.clone()).or_default() += 1;
            counts.retries += u64::from(again);
        });
        let response = request.send().await.map_err(|error| self.unsent(url, error))?;
        let status = response.status();
        let date = outbound::date(response.headers());
        let body = read(response, call).await?;
        inner.counter.with(|counts| counts.bytes += body.len() as u64);
        if let Some(date) = date {
            inner.learn_time(date);
        }
        self.judge(call, turn, status, (date, signed_with), body)
    }

    /// A request that was not answered. A host that is not there and a certificate that is not trusted stay so, unless the
    /// site was reached before.
    fn unsent(&self, url: &Url, error: reqwest::Error) -> Failure {
        match outbound::lasting(&error) {
            Some(advice) if !self.inner.known.load(Ordering::Relaxed) => {
                let host = url.host_str().unwrap_or_default();
                Failure::Final(Error::Config(format!("{host}: {}; {advice}", outbound::cause(error))))
            }
            _ => lost(error),
        }
    }

    fn judge(
        &self,
        call: &Call,
        turn: Turn,
        status: StatusCode,
        (date, signed_with): (Option<i64>, i64),
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let envelope = match Envelope::read(&body) {
            Ok(envelope) if envelope.error_code.is_some() || status.is_success() => envelope,
            unread => return Err(self.not_gigyas(call, turn, status, unread.err())),
        };
        let Some(code) = envelope.error_code else {
            let cause = "it has no errorCode; is this the address of a Gigya site?".to_owned();
            return Err(Failure::Final(Error::Answer { method: call.method.clone(), cause }));
        };
        let refusal = || Refusal::of(code, &envelope);
        if code != RATE_LIMIT {
            self.inner.pacer.granted(Kind::of(&call.method), Instant::now());
        }
        match code {
            code if GOOD.contains(&code) => {
                self.inner.known.store(true, Ordering::Relaxed);
                Ok(Answer { method: call.method.clone(), body, envelope, date })
            }
            RATE_LIMIT => Err(Failure::Limited(refusal(), turn)),
            EXPIRED => Err(Failure::Expired { refusal: Box::new(refusal()), date, signed_with }),
            code => Err(match passes(code) {
                Some(maybe_done) => Failure::Again { cause: refusal().to_string(), maybe_done },
                None => Failure::Final(self.refused(call, refusal())),
            }),
        }
    }

    /// An answer that does not come from Gigya but from something in between, or is cut.
    fn not_gigyas(
        &self,
        call: &Call,
        turn: Turn,
        status: StatusCode,
        error: Option<serde_json::Error>,
    ) -> Failure {
        let method = call.method.clone();
        let refusal = Refusal {
            code: i64::from(status.as_u16()),
            message: status.canonical_reason().unwrap_or_default().to_owned(),
            ..Refusal::default()
        };
        match (status, error) {
            (StatusCode::TOO_MANY_REQUESTS, _) => Failure::Limited(refusal, turn),
            (status, _) if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Failure::Again { cause: format!("HTTP status {refusal}"), maybe_done: true }
            }
            (status, Some(error)) if status.is_success() => {
                Failure::Final(Error::Answer { method, cause: place(&error) })
            }
            _ => Failure::Final(Error::Refused { method, refusal: Box::new(refusal) }),
        }
    }

    fn refused(&self, call: &Call, refusal: Refusal) -> Error {
        let known = self.inner.known.load(Ordering::Relaxed);
        let refusal = Refusal { known, of_uid: call.params.contains_key("UID"), ..refusal };
        let (method, refusal) = (call.method.clone(), Box::new(refusal));
        // A call with a cursor carries nothing else that the site could find wrong with it.
        let about_what_was_asked = matches!(refusal.code, 400_000..=400_009 | 404_000..=404_999 | 410_000);
        if call.params.contains_key("cursorId") && about_what_was_asked {
            Error::CursorExpired { method, refusal }
        } else {
            Error::Refused { method, refusal }
        }
    }
}

/// Reads the body, as far as an answer may reach.
async fn read(mut response: Response, call: &Call) -> Result<Bytes, Failure> {
    let length = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = BytesMut::with_capacity(length.min(16 << 20));
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            let cause = format!("it has more than {MAX_ANSWER} bytes; ask for smaller pages");
            return Err(Failure::Final(Error::Answer { method: call.method.clone(), cause }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// A request without an answer. Only when no connection came about is it certain that nothing was carried out.
fn lost(error: reqwest::Error) -> Failure {
    let maybe_done = !error.is_connect();
    Failure::Again { cause: outbound::cause(error), maybe_done }
}
