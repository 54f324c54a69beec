//! `record.auth0.user`

use std::borrow::Cow;
use std::collections::HashMap;

use dataflow::component::{Built, Component, Kind, Setup, Then, each, step};
use dataflow::{ErrorDetails, Fault, Record};
use mapping::rule::Field;
use mapping::{Identifier, Kernel, Mapping, PasswordOutcome};
use scan::PADDING;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::recording::Recording;
use crate::read::Limits;
use crate::screen::Policies;

/// The mapping document, as JSON. Nothing at all is the default mapping.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct MapUser(Map<String, Value>);

/// What the component does; the documentation of its parameters stands in the schema.
const DOC: &str = "Makes a user in Auth0's schema of each account.\n\nIts parameters are a mapping document, as `crosswalk \
                   mapping` prints it, in JSON; without any it is the default mapping. Right before \
                   datasource.write.auth0.users the stages of the migration map the accounts, so that the report says \
                   everything; elsewhere lite accounts and unfinished registrations take the error path.";

impl JsonSchema for MapUser {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "mapping".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let fields: Map<String, Value> =
            Field::ALL.iter().map(|(name, _)| ((*name).to_owned(), true.into())).collect();
        json_schema!({
            "type": "object",
            "description": DOC,
            "properties": {
                "version": {"type": "integer", "default": 1, "description": "The version of the document: 1."},
                "user": {
                    "type": "object",
                    "description": format!(
                        "Members of the user, each with the path that it comes from, a list of paths of which the first \
                         that exists is taken, or an object with from, transform, pick, prefer, constant, when, unless: {}.",
                        Field::ALL.map(|(name, _)| name).join(", "),
                    ),
                    "properties": fields,
                },
                "user_metadata": {
                    "type": "object",
                    "description": "Members of user_metadata, in the same manner; objects nest, `*` takes the members of an object.",
                },
                "app_metadata": {"type": "object", "description": "Members of app_metadata, in the same manner."},
            },
        })
    }
}

impl MapUser {
    /// The text of the mapping document.
    pub(super) fn document(&self) -> Result<String, String> {
        if self.0.is_empty() { Ok(mapping::DEFAULT.to_owned()) } else { mapping::from_json(&self.0) }
    }
}

impl Component for MapUser {
    const TYPE: &'static str = "record.auth0.user";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let recording = setup.context.services.get::<Recording>();
        let policies = recording.as_ref().map(|recording| recording.policies().clone()).unwrap_or_default();
        let identifiers = match policies.identifiers.as_slice() {
            [] => vec![Identifier::Email],
            known => known.to_vec(),
        };
        // Places in a text that nobody has written say nothing.
        let mapping = Mapping::compile(&self.document()?, &identifiers).map_err(|error| error.message)?;
        if recording.as_ref().is_some_and(|recording| recording.is_mapped_later(setup.step)) {
            return each(|record| Ok(Then::Pass(record)));
        }
        step(move |mut input, mut output| async move {
            let mut kernel = Kernel::new(&mapping, Limits::default().max_depth);
            let mut passwords = HashMap::new();
            let mut text = Vec::new();
            while let Some(record) = input.record(&mut output).await? {
                match map(&mut kernel, &record, &policies, &mut text, &mut passwords)? {
                    Ok(user) => output.give(user).await?,
                    Err(details) => output.fail(record, details).await?,
                }
            }
            if let Some(recording) = recording {
                recording.note(kernel.tally(), passwords);
            }
            output.flush().await
        })
    }
}

/// Passwords that cannot move: by code and reason.
pub(super) type Passwords = HashMap<(&'static str, String), u64>;

/// The user of an account, or why there is none.
fn map(
    kernel: &mut Kernel<'_>,
    account: &Record,
    policies: &Policies,
    text: &mut Vec<u8>,
    passwords: &mut Passwords,
) -> Result<Result<Record, ErrorDetails>, Fault> {
    let bug = |what: &str| Fault::lasting(format!("a bug of ours: {what}"));
    text.clear();
    account.write_json(text);
    text.resize(text.len() + PADDING, 0);
    let json = std::str::from_utf8(text).map_err(|error| bug(&error.to_string()))?;
    let refuse = |code: &str, message: &str| {
        let mut details = ErrorDetails::new(message);
        details.more.insert("code", code);
        Ok(Err(details))
    };
    let (mapped, _) = match kernel.map(json, 0) {
        Ok(mapped) => mapped,
        Err((scan::Fault::TooDeep, _)) => return refuse("too_deep", "nested too deep"),
        Err((fault, _)) => return refuse("broken_json", &fault.to_string()),
    };
    let refused = if mapped.lite && !policies.include_lite {
        Some(("lite", "a lite account: an address without a registration"))
    } else if !mapped.registered && !mapped.lite && !policies.include_unregistered {
        Some(("not_registered", "the registration was never finished"))
    } else {
        None
    };
    let mut user = Vec::new();
    if refused.is_none() {
        if let PasswordOutcome::Stays(reason) = &mapped.password {
            *passwords.entry((reason.code.as_str(), reason.reason.clone())).or_default() += 1;
        }
        mapped.user.write_json(&mut user);
    }
    kernel.recycle(mapped.user);
    if let Some((code, message)) = refused {
        return refuse(code, message);
    }
    Record::from_json_bytes(&user).map(Ok).map_err(|error| bug(&error.to_string()))
}
