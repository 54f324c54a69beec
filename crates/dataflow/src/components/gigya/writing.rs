//! What all writers to a site do.

use std::sync::Arc;

use gigya::{Call, Client};

use super::call::{Parameters, carry_out};
use super::concurrently::concurrently;
use crate::component::{Built, step};
use crate::fault::Fault;
use crate::log::Level;
use record::Record;

/// A step that makes a call for each record.
pub(super) fn write(
    client: Result<Client, String>,
    most: usize,
    add_response: bool,
    parameters: Option<Parameters>,
    make: impl Fn(&Record) -> Call + Send + Sync + 'static,
) -> Built {
    let make = Arc::new(make);
    step(move |input, output| async move {
        let client = client.map_err(Fault::lasting)?;
        let told = output.clone();
        let ask = move |records: Vec<Record>| {
            let (client, make) = (client.clone(), Arc::clone(&make));
            async move {
                let mut became = Vec::new();
                for record in records {
                    became.push(carry_out(&client, &make(&record), record, add_response).await?);
                }
                Ok(became)
            }
        };
        concurrently(most, 1, input, output, ask).await?;
        if let Some(unsent) = parameters.and_then(|parameters| parameters.unsent()) {
            told.say(Level::Info, &unsent);
        }
        Ok(())
    })
}
