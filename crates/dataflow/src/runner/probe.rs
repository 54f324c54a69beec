//! One component by itself: for tests.

use std::sync::Arc;

use serde_json::Value as Json;
use tokio::sync::mpsc;

use crate::component::{Component, Setup};
use crate::context::Context;
use crate::fault::Fault;
use crate::file::File;
use crate::flow::{Counters, Identity, Input, Item, Output, Port};
use crate::registry::Definition;
use record::Record;

/// What came out of a component.
#[derive(Debug, Default)]
pub struct Probed {
    /// What it gave.
    pub next: Vec<Item>,
    /// What took the error path.
    pub error: Vec<Record>,
    /// Records that it let go on purpose.
    pub dropped: u64,
}

impl Probed {
    /// The records that it gave, as JSON.
    #[must_use]
    pub fn records(&self) -> Vec<Json> {
        let json = |item: &Item| match item {
            Item::Record(record) => Some(record.as_value().to_serde()),
            Item::File(_) => None,
        };
        self.next.iter().filter_map(json).collect()
    }

    /// The files that it gave.
    #[must_use]
    pub fn files(&self) -> Vec<&File> {
        let file = |item: &'_ Item| matches!(item, Item::File(_));
        self.next
            .iter()
            .filter(|item| file(item))
            .filter_map(|item| match item {
                Item::File(file) => Some(file),
                Item::Record(_) => None,
            })
            .collect()
    }
}

/// Runs the step `probed` of a component on these items. Expressions in the parameters are resolved.
///
/// # Errors
/// When it cannot be made or fails.
pub async fn probe<C: Component>(
    mut params: Json,
    items: impl IntoIterator<Item = Item>,
    context: &Context,
) -> Result<Probed, Fault> {
    crate::expression::resolve(&mut params, context).map_err(Fault::lasting)?;
    let setup = Setup { step: "probed", context };
    let step = Definition::of::<C>().build(params, &setup).map_err(Fault::lasting)?;
    let endless = tokio::sync::Semaphore::MAX_PERMITS;
    let (feed, receiver) = mpsc::channel(endless);
    let (next, mut given) = mpsc::channel(endless);
    let (error, mut failed) = mpsc::channel(endless);
    let identity = Arc::new(Identity {
        id: "probed".to_owned(),
        counters: Counters::default(),
        log: context.log.clone(),
        tap: None,
    });
    feed.send(items.into_iter().collect()).await.map_err(|_| Fault::Stopped)?;
    drop(feed);
    let port = |sender| vec![Port::new(sender, Arc::default())];
    let output = Output::new(identity.clone(), port(next), port(error), None);
    step.run(Input::new(receiver, identity.clone()), output).await?;
    let mut probed = Probed {
        dropped: identity.counters.dropped.load(std::sync::atomic::Ordering::Relaxed),
        ..Probed::default()
    };
    while let Some(batch) = given.recv().await {
        probed.next.extend(batch);
    }
    while let Some(batch) = failed.recv().await {
        probed.error.extend(batch.into_iter().filter_map(|item| match item {
            Item::Record(record) => Some(record),
            Item::File(_) => None,
        }));
    }
    Ok(probed)
}
