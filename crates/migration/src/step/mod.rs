//! The life of a part: one pure function, [`step`].
//!
//! ```text
//!            Begun            Accepted           Finished            Compared
//!   packed ────────▶ submitting ───────▶ submitted ───────▶ finished ────────▶ settled
//!     ▲  NotSent │       │ Lost,             │ Broken          │  rest: upsert wanted,
//!     └──────────┘       │ Restarted         │                 │  there and different
//!     ▲                  ▼                   ▼                 │
//!     │               ambiguous ◀────────────┘                 │
//!     │                  │ Begun: send again without upsert    │
//!     └──────────────────┴─────────────────────────────────────┘
//! ```
//!
//! The driver stores an event before it carries out the effects that the event has. So a crash anywhere leaves a
//! prefix of the history, and [`Event::Restarted`] goes on from it. What a part is, is the fold of its events.

mod event;
mod judge;
mod state;
#[cfg(test)]
mod tests;

pub use event::{Effect, Event, Found, Refusal, Results};
pub use state::{Facts, Outcome, Phase, State};

use judge::{accepted, refused, to_read_back, unsure};

/// How many jobs in a row may end without saying what they did before the users are read back one by one and who is
/// not there has failed. A file that makes every job fail would otherwise be sent for ever. Lost answers do not count:
/// they say something about the network and nothing about the file.
pub const MAX_BROKEN: u32 = 5;

/// What becomes of a part when something happens, and what is to be done about it.
///
/// An event that does not fit the phase changes nothing and asks for nothing; so a history can be read twice.
#[must_use]
pub fn step(facts: &Facts, mut state: State, event: &Event) -> (State, Vec<Effect>) {
    let effects = match (&state.phase, event) {
        (Phase::Packed | Phase::Ambiguous, Event::Begun { at }) => begin(facts, &mut state, *at),
        (Phase::Submitting { .. }, Event::NotSent) => rest(&mut state),
        (Phase::Submitting { at, .. }, Event::Lost | Event::Restarted) => {
            let at = *at;
            doubt(&mut state, at)
        }
        (Phase::Submitting { at, upsert }, Event::Accepted { job }) => {
            state.phase = Phase::Submitted { at: *at, upsert: *upsert, job: job.clone() };
            vec![Effect::Poll { job: job.clone() }]
        }
        (Phase::Submitted { job, .. }, Event::Restarted) => vec![Effect::Poll { job: job.clone() }],
        (Phase::Submitted { at, .. }, Event::Broken) => {
            let at = *at;
            state.broken += 1;
            doubt(&mut state, at)
        }
        (Phase::Submitted { at, upsert, .. }, Event::Finished(results)) => {
            let (at, upsert) = (*at, *upsert);
            if results.add_up(state.open.len()) {
                finish(facts, &mut state, at, upsert, results.clone())
            } else {
                state.broken += 1;
                doubt(&mut state, at)
            }
        }
        (Phase::Finished { read_back, .. }, Event::Restarted) => {
            vec![Effect::ReadBack { users: read_back.clone() }]
        }
        (Phase::Finished { .. }, Event::Compared { found }) => compare(facts, &mut state, found),
        (Phase::Ambiguous, Event::Compared { found }) => last_resort(&mut state, found),
        (Phase::Packed | Phase::Ambiguous, Event::Restarted) => rest(&mut state),
        _ => Vec::new(),
    };
    (state, effects)
}

/// An attempt is about to be sent. It is in the ledger before the first byte is on the wire.
fn begin(facts: &Facts, state: &mut State, at: i64) -> Vec<Effect> {
    state.attempts += 1;
    // In doubt an upsert could not tell our own users from those that were there, and it could undo what their owners
    // have done since; without upsert the tenant refuses whom it has, and they are looked at.
    let upsert = facts.upsert && state.since.is_none();
    state.phase = Phase::Submitting { at, upsert };
    vec![Effect::Send { attempt: state.attempts, upsert, users: state.open.clone() }]
}

/// Nothing is under way: the part waits for its turn, or, when its jobs broke too often, is read back as a whole.
fn rest(state: &mut State) -> Vec<Effect> {
    state.phase = if state.since.is_some() { Phase::Ambiguous } else { Phase::Packed };
    if state.broken >= MAX_BROKEN {
        return vec![Effect::ReadBack { users: state.open.clone() }];
    }
    vec![Effect::Queue]
}

/// An attempt may have been carried out, in full, in part or not at all.
fn doubt(state: &mut State, at: i64) -> Vec<Effect> {
    state.since = Some(state.since.map_or(at, |since| since.min(at)));
    rest(state)
}

/// The results of a job are stored. Users about whom they leave nothing open have their outcome.
fn finish(facts: &Facts, state: &mut State, at: i64, upsert: bool, results: Results) -> Vec<Effect> {
    let read_back = to_read_back(&state.open, upsert, &results);
    state.phase = Phase::Finished { at, upsert, results, read_back: read_back.clone() };
    if read_back.is_empty() {
        return compare(facts, state, &[]);
    }
    vec![Effect::ReadBack { users: read_back }]
}

/// Everything about the attempt is known: every open user gets an outcome, or stays open for an upsert without doubt.
fn compare(facts: &Facts, state: &mut State, found: &[(u32, Found)]) -> Vec<Effect> {
    let Phase::Finished { at, upsert, results, .. } = &state.phase else { return Vec::new() };
    let mut open = Vec::new();
    for &user in &state.open {
        let found = found.iter().find(|(index, _)| *index == user).map(|(_, found)| found);
        let outcome = match results.refusals.iter().find(|refusal| refusal.user == user) {
            Some(refusal) => refused(facts, state.since, *upsert, refusal, found),
            None => Some(accepted(*at, *upsert, results, found)),
        };
        match outcome {
            Some(outcome) => drop(state.outcomes.insert(user, outcome)),
            None => open.push(user),
        }
    }
    state.open = open;
    state.since = None;
    state.broken = 0;
    close(state)
}

/// The way out when job after job ends in doubt: who is there is there, who is not has failed.
fn last_resort(state: &mut State, found: &[(u32, Found)]) -> Vec<Effect> {
    let since = state.since;
    for user in std::mem::take(&mut state.open) {
        let found = found.iter().find(|(index, _)| *index == user).map(|(_, found)| found);
        state.outcomes.insert(user, unsure(since, found));
    }
    close(state)
}

fn close(state: &mut State) -> Vec<Effect> {
    if state.open.is_empty() {
        state.phase = Phase::Settled;
        return Vec::new();
    }
    state.phase = Phase::Packed;
    vec![Effect::Queue]
}
