//! `record.evaluate`

use std::num::NonZero;
use std::sync::Arc;

use futures_util::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pool::{Done, Pool};
use crate::component::{Built, Component, Kind, Setup, step};
use crate::fault::Fault;
use crate::flow::{ErrorDetails, Input, Output, place};
use crate::script::{Port, Script, ScriptError, Surroundings, Worker};
use record::Record;

/// Records that are handed to a worker together.
const BATCH: usize = 64;

/// Runs a JavaScript function on each record.
///
/// `process(record, ctx, logger, next, error)` is called once for each record; what it returns goes on, null drops the
/// record. `next.accept(record)` sends further records on, `error.accept(record)` sends one along the error path, and so
/// does a script that throws. Records keep their order.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evaluate {
    /// The JavaScript text, as base64.
    #[schemars(extend("contentEncoding" = "base64", "contentMediaType" = "text/javascript"))]
    script: String,
    /// "12", or "5.1" as without it: there a member that is absent is null, and records have the functions of 2017.
    #[serde(default, rename = "ECMAScriptVersion")]
    ecma_script_version: Option<String>,
    /// Calls the function once more, with null, after the last record. The step then runs with a single worker.
    #[serde(default)]
    notify_last_record: bool,
}

impl Component for Evaluate {
    const TYPE: &'static str = "record.evaluate";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let told = |error: ScriptError| format!("script: {error}");
        let version = self.ecma_script_version.as_deref().unwrap_or_default().trim();
        if !["", "5.1", "12"].contains(&version) {
            return Err(format!("ECMAScriptVersion: {version:?} is neither 5.1 nor 12"));
        }
        let script = Script::decode(&self.script, self.ecma_script_version.as_deref()).map_err(told)?;
        let around = Surroundings {
            step: setup.step.to_owned(),
            log: setup.context.log.clone(),
            shared: setup.context.services.get().unwrap_or_default(),
            ..Surroundings::default()
        };
        // A script that does not load is told when the flow is checked.
        Worker::new(&script, Surroundings { step: around.step.clone(), ..Surroundings::default() })
            .map_err(told)?;
        let workers = if self.notify_last_record {
            1
        } else {
            std::thread::available_parallelism().map_or(1, NonZero::get)
        };
        let script = Arc::new(script);
        step(move |input, output| {
            run(Pool::new(&script, &around, workers), self.notify_last_record, input, output)
        })
    }
}

/// Records go to the workers in turn, what they pass on is given in the same order. The input is never waited for while a
/// result is due.
async fn run(mut pool: Pool, notify_last: bool, mut input: Input, mut output: Output) -> Result<(), Fault> {
    let mut position = 0;
    let mut ended = false;
    let mut last_call = notify_last;
    loop {
        let mut batch = Vec::new();
        while !ended && batch.len() < BATCH {
            match input.record(&mut output).now_or_never() {
                Some(record) => match record? {
                    Some(record) => batch.push(Some(record)),
                    None => ended = true,
                },
                None => break,
            }
        }
        if ended && std::mem::take(&mut last_call) {
            batch.push(None);
        }
        if !batch.is_empty() {
            pool.take(batch)?;
            if !pool.is_full() {
                continue;
            }
        }
        match pool.done().await? {
            Some(done) => {
                for one in done {
                    position += 1;
                    give(one, position, &mut output).await?;
                }
            }
            None if ended => return output.flush().await,
            None => match input.record(&mut output).await? {
                Some(record) => pool.take(vec![Some(record)])?,
                None => ended = true,
            },
        }
    }
}

async fn give(done: Done, position: u64, output: &mut Output) -> Result<(), Fault> {
    match done.result {
        Ok(emissions) => {
            if emissions.is_empty() && done.record.is_some() {
                output.dropped();
            }
            for emission in emissions {
                match emission.port {
                    Port::Next => output.give(emission.record).await?,
                    Port::Error => {
                        let message = refusal(&emission.record);
                        output.refuse(emission.record, &message).await?;
                    }
                }
            }
            Ok(())
        }
        Err(error @ ScriptError::JobTooSlow(_)) => Err(Fault::lasting(error.to_string())),
        Err(error) => match done.record {
            Some(record) => {
                let message = format!("{error}, at {}", place(&record, position));
                output.fail(record, ErrorDetails::new(message)).await
            }
            None => Err(Fault::lasting(format!("{error}, in the call after the last record"))),
        },
    }
}

/// What the script itself says about a record that it sent along the error path.
fn refusal(record: &Record) -> String {
    let details = record.members().get(crate::flow::ERROR_DETAILS).and_then(|details| details.as_object());
    match details.and_then(|details| details.get("errorMessage")) {
        Some(message) => message.to_plain().to_string(),
        None => "the script sent a record along the error path".to_owned(),
    }
}
