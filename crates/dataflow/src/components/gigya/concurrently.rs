//! Several calls at a time.

use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;

use crate::component::Then;
use crate::fault::Fault;
use crate::flow::{Input, Output};
use record::Record;

/// Takes records, up to `batch` together, starts `ask` for them, at most `most` at a time, and gives what becomes of them
/// in the order in which they came. A batch is asked for when it is full or nothing else is at hand.
pub(super) async fn concurrently<F, R>(
    most: usize,
    batch: usize,
    mut input: Input,
    mut output: Output,
    ask: F,
) -> Result<(), Fault>
where
    F: Fn(Vec<Record>) -> R + Send,
    R: Future<Output = Result<Vec<Then>, Fault>> + Send + 'static,
{
    let most = most.clamp(1, 100);
    let mut asked = FuturesOrdered::new();
    let mut ended = false;
    loop {
        let mut records = Vec::new();
        while !ended && asked.len() < most && records.len() < batch {
            // Waits only when there is nothing else to wait for.
            let next = if records.is_empty() && asked.is_empty() {
                Some(input.record(&mut output).await)
            } else {
                input.record(&mut output).now_or_never()
            };
            match next {
                Some(Ok(Some(record))) => records.push(record),
                Some(Ok(None)) => ended = true,
                Some(Err(fault)) => return Err(fault),
                None => break,
            }
        }
        if !records.is_empty() {
            asked.push_back(tokio::spawn(ask(records)));
            continue;
        }
        if asked.is_empty() {
            if ended {
                return output.flush().await;
            }
            continue;
        }
        let answered = if ended || asked.len() >= most {
            asked.next().await
        } else {
            // Whatever comes first: an answer, or a record to ask about.
            tokio::select! {
                answered = asked.next() => answered,
                record = input.record(&mut output) => {
                    match record? {
                        Some(record) => asked.push_back(tokio::spawn(ask(vec![record]))),
                        None => ended = true,
                    }
                    continue;
                }
            }
        };
        if let Some(answered) = answered {
            let became = answered.map_err(|error| Fault::lasting(format!("a bug of ours: {error}")))??;
            for then in became {
                give(then, &mut output).await?;
            }
        }
    }
}

async fn give(then: Then, output: &mut Output) -> Result<(), Fault> {
    match then {
        Then::Pass(record) => output.give(record).await,
        Then::Fail(record, details) => output.fail(record, details).await,
        Then::Many(records) => {
            if records.is_empty() {
                output.dropped();
            }
            for record in records {
                output.give(record).await?;
            }
            Ok(())
        }
    }
}
