//! Query strings: single values, and which members of an answer the client wants.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use crate::body::form_pairs;
use crate::error::ApiError;

/// The decoded pairs of a query string.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(form_pairs(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

impl Query {
    /// The first value with that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values with that name.
    pub(crate) fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A boolean; absent is None.
    ///
    /// # Errors
    /// 400 when it is neither `true` nor `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.get(name) {
            None | Some("") => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(ApiError::invalid_query(format!(
                "Query validation error: 'Expected type boolean but found type string' on property {name}"
            ))),
        }
    }

    /// A whole number between bounds; absent is None.
    ///
    /// # Errors
    /// 400 when it is not one.
    pub(crate) fn number(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, ApiError> {
        let Some(text) = self.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        let refused = |message: String| {
            ApiError::invalid_query(format!("Query validation error: '{message}' on property {name}"))
        };
        let value: usize =
            text.parse().map_err(|_| refused("Expected type integer but found type string".into()))?;
        if value < least {
            return Err(refused(format!("Value {value} is less than minimum {least}")));
        }
        if value > most {
            return Err(refused(format!("Value {value} is greater than maximum {most}")));
        }
        Ok(Some(value))
    }

    /// Which members the client wants: `fields` and `include_fields`.
    ///
    /// # Errors
    /// 400 when `include_fields` is no boolean.
    pub(crate) fn fields(&self) -> Result<Fields, ApiError> {
        let include = self.flag("include_fields")?.unwrap_or(true);
        let names = self
            .get("fields")
            .filter(|names| !names.is_empty())
            .map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        Ok(Fields { names, include })
    }
}

/// Which members of an object are shown.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    names: Option<Vec<String>>,
    include: bool,
}

impl Fields {
    /// Whether a member is shown.
    pub(crate) fn shows(&self, name: &str) -> bool {
        self.names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted == name) == self.include)
    }

    /// Whether the names say what is shown, not what is left out.
    pub(crate) fn includes(&self) -> bool {
        self.include
    }

    /// Removes what is not shown, but for `always`.
    pub(crate) fn apply(&self, object: &mut Map<String, Value>, always: &[&str]) {
        if self.names.is_some() {
            object.retain(|name, _| always.contains(&name.as_str()) || self.shows(name));
        }
    }
}
