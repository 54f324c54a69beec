//! A record becomes a call, and an answer becomes part of the record.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use gigya::{Call, Client, Error};

use crate::component::Then;
use crate::fault::Fault;
use crate::flow::ErrorDetails;
use crate::site::fault;
use record::{Object, Record, Value, View};

/// The member that holds the answer of the site, with `addResponse`.
const RESPONSE: &str = "_response";

/// The parameters that a method takes from the members of a record.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    known: &'static [&'static str],
    unsent: Arc<Mutex<BTreeSet<String>>>,
}

impl Parameters {
    /// Those of these names. Members are found whatever the case of their names, as sites find parameters: SAP's own flows
    /// say `uid` and `loginIds`.
    pub(super) fn of(known: &'static [&'static str]) -> Self {
        Self { known, unsent: Arc::default() }
    }

    /// Adds them to a call. Members that hold nothing are not sent, and neither are ours, which begin with `_`.
    pub(super) fn add(&self, mut call: Call, record: &Record) -> Call {
        for (name, value) in record.members().iter() {
            match self.known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                Some(known) => {
                    if let Some(text) = text(value) {
                        call = call.param(*known, text);
                    }
                }
                None if name.starts_with('_') => {}
                None => {
                    let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
                    if unsent.len() < 100 && !unsent.contains(name.as_str()) {
                        unsent.insert(name.to_string());
                    }
                }
            }
        }
        call
    }

    /// The names of members that the method does not take, as a sentence.
    pub(super) fn unsent(&self) -> Option<String> {
        let unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        let names: Vec<_> = unsent.iter().map(String::as_str).collect();
        (!names.is_empty())
            .then(|| format!("members that the site does not take here were not sent: {}", names.join(", ")))
    }
}

/// A value as the text of a parameter; none when it holds nothing.
pub(super) fn text(value: &Value) -> Option<String> {
    match value.view() {
        View::Null | View::Text("") => None,
        _ => Some(value.to_plain().to_string()),
    }
}

/// The member of a record that holds its UID, whatever the case of its name.
pub(super) fn uid(record: &Record) -> Option<String> {
    record
        .members()
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("UID"))
        .and_then(|(_, value)| text(value))
}

/// Makes a call for a record. A refusal is the record's, everything else is the job's.
pub(super) async fn carry_out(
    client: &Client,
    call: &Call,
    mut record: Record,
    add_response: bool,
) -> Result<Then, Fault> {
    let error = match client.send(call).await {
        Ok(answer) => {
            if add_response {
                let response = Record::from_json_bytes(answer.body()).map_err(|error| {
                    Fault::lasting(format!("the answer to {} is none: {error}", call.method()))
                })?;
                record.members_mut().insert(RESPONSE, response.into_value());
            }
            return Ok(Then::Pass(record));
        }
        // Wrong keys are nothing that a record could help.
        Err(error) if error.is_about_keys() => return Err(fault(&error)),
        Err(error @ (Error::Refused { .. } | Error::Answer { .. })) => error,
        Err(error) => return Err(fault(&error)),
    };
    let mut details = ErrorDetails::new(error.to_string());
    if let Some(refusal) = error.refusal() {
        details.code = Some(refusal.code);
        let mut response = Object::new();
        response.insert("errorCode", refusal.code);
        response.insert("errorMessage", refusal.message.as_str());
        response.insert("errorDetails", refusal.details.as_str());
        response.insert("callId", refusal.call_id.as_str());
        details.more.insert("errorDetails", refusal.details.as_str());
        details.more.insert("callId", refusal.call_id.as_str());
        if add_response {
            record.members_mut().insert(RESPONSE, response);
        }
    }
    Ok(Then::Fail(record, details))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_become_parameters_whatever_the_case_of_their_names() {
        let parameters = Parameters::of(&["UID", "loginIDs", "profile", "isActive", "lang"]);
        let record = Record::from_json(
            r#"{"uid":"1","loginIds":{"emails":[]},"isActive":true,"lang":"","profile":null,"phone":"1","_response":{}}"#,
        )
        .unwrap();
        let call = format!("{:?}", parameters.add(Call::new("accounts.x"), &record));
        for part in [r#""UID": "1""#, r#""loginIDs": "{\"emails\":[]}""#, r#""isActive": "true""#] {
            assert!(call.contains(part), "{call}");
        }
        for name in ["lang", "profile", "phone", "_response"] {
            assert!(!call.contains(name), "{call}");
        }
        assert_eq!(
            parameters.unsent().as_deref(),
            Some("members that the site does not take here were not sent: phone")
        );
    }
}
