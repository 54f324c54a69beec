//! One part: carries out what [`step`] asks for and tells it what came of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth0::{Error, ImportRequest, MAX_EXTERNAL_ID};
use tokio::sync::SemaphorePermit;

use super::driver::{Shared, interrupted, wanted};
use super::progress::JobGuard;
use super::{ImportError, poll};
use crate::run::Part;
use crate::settle::{PartFile, SentUser, read_back};
use crate::step::{Effect, Event, State, step};

/// A slot at the tenant, and the bar's knowledge of it.
struct Slot<'s> {
    _permit: SemaphorePermit<'s>,
    guard: JobGuard,
    sent: Instant,
}

/// Drives a part until it is settled.
///
/// The event is in the ledger before its effects are carried out, so a crash at any line of this function leaves a
/// ledger from which the same function goes on.
pub(super) async fn settle(shared: Arc<Shared>, part: Part) -> Result<(), ImportError> {
    let facts = shared.facts(&part);
    let mut file = None;
    let mut slot: Option<Slot<'_>> = None;
    let begun = !shared.ledger.events(part.number)?.is_empty();
    let (mut state, mut effects) = if begun {
        record(&shared, &part, shared.ledger.state(part.number, &facts)?, &Event::Restarted)?
    } else {
        (State::packed(&facts), vec![Effect::Queue])
    };
    while let Some(effect) = effects.pop() {
        let file = match &mut file {
            Some(file) => file,
            empty => empty.insert(PartFile::load(&shared.folder, &part)?),
        };
        let event = match effect {
            Effect::Queue => queue(&shared, &part, &mut slot).await?,
            Effect::Send { attempt, upsert, users } => {
                let body = file.subset(&users, part.users)?;
                send(&shared, &part, attempt, upsert, body).await?
            }
            Effect::Poll { job } => {
                if slot.is_none() {
                    slot = Some(take(&shared, &part).await?);
                }
                if let Some(slot) = &slot {
                    slot.guard.accepted(&job);
                }
                let sent = slot.as_ref().map_or_else(Instant::now, |slot| slot.sent);
                poll::poll(&shared, file, &state.open, &job, sent).await?
            }
            Effect::ReadBack { users } => {
                let sent = file.users(&users)?;
                compared(&shared, &sent).await?
            }
        };
        if !matches!(event, Event::Begun { .. } | Event::Accepted { .. }) {
            slot = None;
        }
        (state, effects) = record(&shared, &part, state, &event)?;
    }
    let failed = state.outcomes.values().filter(|outcome| outcome.name() == "failed").count();
    shared.progress.done(u64::from(part.users), u64::try_from(failed).unwrap_or(0));
    Ok(())
}

/// Stores an event, then lets it happen.
fn record(
    shared: &Shared,
    part: &Part,
    state: State,
    event: &Event,
) -> Result<(State, Vec<Effect>), ImportError> {
    store(shared, part, event)?;
    Ok(step(&shared.facts(part), state, event))
}

async fn take<'s>(shared: &'s Shared, part: &Part) -> Result<Slot<'s>, ImportError> {
    let mut cancel = shared.cancel.clone();
    let permit = tokio::select! {
        // A stop that is wanted already wins over a slot that is free.
        biased;
        () = wanted(&mut cancel) => return Err(interrupted()),
        permit = shared.slots.acquire() => permit.map_err(|_| interrupted())?,
    };
    Ok(Slot { _permit: permit, guard: shared.progress.job(part.number, part.users), sent: Instant::now() })
}

async fn queue<'s>(
    shared: &'s Shared,
    part: &Part,
    slot: &mut Option<Slot<'s>>,
) -> Result<Event, ImportError> {
    *slot = Some(take(shared, part).await?);
    // The tenant was asked for its connection before, so its clock is known.
    let at = shared.client.tenant_now().unwrap_or_else(|| jiff::Timestamp::now().as_second());
    Ok(Event::Begun { at })
}

/// Sends an attempt, once. What is certainly not done may be tried again; what may be done is a doubt.
async fn send(
    shared: &Shared,
    part: &Part,
    attempt: u32,
    upsert: bool,
    users: bytes::Bytes,
) -> Result<Event, ImportError> {
    let external_id = external_id(&shared.run, part.number, attempt);
    let request = ImportRequest { connection_id: shared.connection.id.clone(), upsert, external_id, users };
    let mut pause = Duration::from_millis(250);
    loop {
        match shared.client.import_users(&request).await {
            Ok(accepted) => {
                shared.heard();
                return Ok(Event::Accepted { job: accepted.job });
            }
            // Jobs of somebody else, or of ours whose answer was lost, are in the slots.
            Err(Error::Busy) => {
                shared.heard();
                if shared.wait(pause).await.is_err() {
                    return Ok(Event::NotSent);
                }
                pause = (pause * 2).min(Duration::from_secs(10));
            }
            Err(error) if error.maybe_done() => {
                tracing::warn!(part = part.number, attempt, %error, "the answer to an import is lost");
                if let Err(stop) = shared.bear(&error).await {
                    store(shared, part, &Event::Lost)?;
                    return Err(stop);
                }
                return Ok(Event::Lost);
            }
            Err(error) if error.is_passing() => {
                if let Err(stop) = shared.bear(&error).await {
                    store(shared, part, &Event::NotSent)?;
                    return Err(stop);
                }
            }
            Err(error) => {
                store(shared, part, &Event::NotSent)?;
                return Err(ImportError::Stopped(format!("part {} was not taken: {error}", part.number)));
            }
        }
    }
}

/// Stores what came of an attempt on the way out, so that a resumed import need not doubt more than it must.
fn store(shared: &Shared, part: &Part, event: &Event) -> Result<(), ImportError> {
    Ok(shared.ledger.append(part.number, jiff::Timestamp::now().as_millisecond(), event)?)
}

/// Names run, part and attempt, within Auth0's and our own limit.
fn external_id(run: &str, part: u32, attempt: u32) -> String {
    let tail = format!(" part {part} attempt {attempt}");
    let mut end = run.len().min(MAX_EXTERNAL_ID.saturating_sub(tail.len()));
    while !run.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{tail}", &run[..end])
}

async fn compared(shared: &Shared, sent: &[SentUser]) -> Result<Event, ImportError> {
    loop {
        let looked = read_back(&shared.client, &shared.connection.name, sent);
        let mut cancel = shared.cancel.clone();
        let found = tokio::select! {
            found = looked => found,
            () = wanted(&mut cancel) => return Err(interrupted()),
        };
        match found {
            Ok(found) => {
                shared.heard();
                return Ok(Event::Compared { found });
            }
            Err(error) if error.is_passing() => shared.bear(&error).await?,
            Err(error) => return Err(ImportError::Stopped(format!("users could not be read back: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_external_id_names_the_attempt_whatever_the_run_is_called() {
        assert_eq!(external_id("2026-11-23", 7, 1), "2026-11-23 part 7 attempt 1");
        for run in ["r".repeat(200), "ž".repeat(100)] {
            let id = external_id(&run, 4_294_967_295, 4_294_967_295);
            assert!(id.len() <= MAX_EXTERNAL_ID && id.ends_with(" part 4294967295 attempt 4294967295"));
        }
    }
}
