//! A dataflow with its text and what a check finds in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Finding, Graph, Purpose, check};
use engine::{Failure, LocalSite};
use migration::flow::components;
use serde_json::{Map, Value};
use site::idx::{Dataflow, IdentitySync};

use super::order::{Given, open_names};
use crate::app::App;
use crate::error::PageError;

/// A dataflow of the local site.
pub(super) struct Opened {
    pub(super) site: Arc<LocalSite>,
    pub(super) idx: IdentitySync,
    pub(super) flow: Dataflow,
    /// Its document as text; secrets are masked.
    pub(super) text: String,
    /// The names of what is open in it, in its secrets, too.
    pub(super) open: BTreeSet<String>,
}

impl Opened {
    pub(super) async fn of(app: &App, id: &str) -> Result<Self, PageError> {
        let site = app.setup().local_site().await?;
        let idx = IdentitySync::of(site.site().state());
        let flow = idx.dataflow(id).await?;
        let text = pretty(&flow.content);
        let open = open_names(&idx.with_secrets(id).await?.to_string());
        Ok(Self { site, idx, flow, text, open })
    }

    pub(super) fn name(&self) -> String {
        self.flow
            .content
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or("A dataflow without a name")
            .to_owned()
    }

    /// The document with its secrets, to be checked or run. Its lines are those of the text.
    pub(super) async fn complete(&self, text: &str) -> Result<String, PageError> {
        match serde_json::from_str::<Value>(text) {
            Ok(document @ Value::Object(_)) => {
                let filled = self.idx.filled(&self.flow.id, document).await?;
                Ok(filled.as_object().map(pretty).unwrap_or_default())
            }
            // What it is not will be told.
            _ => Ok(text.to_owned()),
        }
    }

    /// All that is wrong or doubtful in a text, with the lines that it has when it is written as here.
    pub(super) async fn findings(&self, text: &str) -> Result<Vec<Finding>, PageError> {
        if let Err(wrong) = Read::new(text, []) {
            return Ok(wrong.into_iter().map(Finding::from).collect());
        }
        let (complete, api_key) = (self.complete(text).await?, self.site.config.api_key.clone());
        // A check compiles scripts and runs their top level.
        let work = tokio::task::spawn_blocking(move || {
            let read = match Read::new(&complete, []) {
                Ok(read) => read,
                Err(wrong) => return wrong.into_iter().map(Finding::from).collect(),
            };
            let now = jiff::Timestamp::now();
            let context = Context { api_key, ..Context::new(now, "check", ".") };
            check(&read, &components(), &context, Purpose::Check).findings
        });
        Ok(work.await.map_err(Failure::bug)?)
    }

    /// What keeps it from being run or tried now, with what a person says of the run; the document with its secrets, and its
    /// graph, if nothing does.
    pub(super) async fn ready(
        &self,
        given: &Given,
        purpose: Purpose,
    ) -> Result<Result<(Read, Graph), Vec<Finding>>, PageError> {
        let complete = self.complete(&self.text).await?;
        let (given, api_key) = (given.clone(), given.site(self).api_key.clone());
        let work = tokio::task::spawn_blocking(move || {
            let read = Read::new(&complete, given.slots())
                .map_err(|wrong| wrong.into_iter().map(Finding::from).collect::<Vec<_>>())?;
            let now = jiff::Timestamp::now();
            let Given { order, stores, .. } = given;
            let context =
                Context { api_key, stores, variables: order.values, ..Context::new(now, "check", ".") };
            let checked = check(&read, &components(), &context, purpose);
            checked.graph.map(|graph| (read, graph)).ok_or(checked.findings)
        });
        Ok(work.await.map_err(Failure::bug)?)
    }
}

/// A document as its source is shown.
pub(super) fn pretty(content: &Map<String, Value>) -> String {
    // A document of texts, numbers and lists is always JSON.
    serde_json::to_string_pretty(content).unwrap_or_default()
}
