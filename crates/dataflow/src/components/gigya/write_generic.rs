//! `datasource.write.gigya.generic`

use gigya::Call;
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::text;
use super::write_importaccount::twenty;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::site::Keys;
use record::{Path, Record};

/// Makes a call of any method for each record.
///
/// A record that the site refuses takes the error path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteGeneric {
    /// The method, as in `accounts.setAccountInfo`.
    api_method: String,
    /// Its parameters.
    #[serde(default)]
    api_params: Vec<ApiParam>,
    /// Calls at a time.
    #[serde(default = "twenty")]
    max_connections: usize,
    /// Adds the answer of the site to the record, as `_response`.
    #[serde(default)]
    add_response: bool,
    #[serde(flatten)]
    keys: Keys,
}

/// A parameter of the method: a member of the record, or a value that is always the same.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ApiParam {
    /// Its name.
    param_name: String,
    /// Dotted path of the member that it takes; empty for a value.
    #[serde(default)]
    source_field: String,
    /// The value, where there is no member.
    #[serde(default)]
    value: String,
}

enum Source {
    Member(Path),
    Value(String),
}

impl ApiParam {
    fn source(self) -> Result<(String, Source), String> {
        // Sites find parameters whatever the case of their names, and SAP's own flows say `uid`.
        let name =
            if self.param_name.eq_ignore_ascii_case("UID") { "UID".to_owned() } else { self.param_name };
        match (self.source_field.as_str(), self.value) {
            ("", value) => Ok((name, Source::Value(value))),
            (_, value) if !value.is_empty() => {
                Err(format!("apiParams: {name} has both a sourceField and a value; leave one of them empty"))
            }
            (field, _) => {
                let path = Path::parse(field).map_err(|error| format!("apiParams: {name}: {error}"))?;
                Ok((name, Source::Member(path)))
            }
        }
    }
}

impl Component for WriteGeneric {
    const TYPE: &'static str = "datasource.write.gigya.generic";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let is_method = self.api_method.split_once('.').is_some_and(|(space, name)| {
            let plain = |text: &str| {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
            };
            plain(space) && plain(name)
        });
        if !is_method {
            return Err(format!(
                "apiMethod: {:?} is no method; they look like accounts.setAccountInfo",
                self.api_method
            ));
        }
        let params = self.api_params.into_iter().map(ApiParam::source).collect::<Result<Vec<_>, _>>()?;
        let method = self.api_method;
        let make = move |record: &Record| {
            let mut call = Call::new(method.as_str());
            for (name, source) in &params {
                let text = match source {
                    Source::Member(path) => record.find(path).and_then(|value| text(&value)),
                    Source::Value(value) => Some(value.clone()).filter(|value| !value.is_empty()),
                };
                if let Some(text) = text {
                    call = call.param(name, text);
                }
            }
            call
        };
        write(self.keys.client(setup)?, self.max_connections, self.add_response, None, make)
    }
}
