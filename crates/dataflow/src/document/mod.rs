//! A dataflow as IdentitySync writes it.
//!
//! Source: developers.gigya.com, "Dataflow Object"; SAP's toolkit for `status`, `version` and drafts.

pub mod edit;
mod places;
mod read;
mod slots;

pub(crate) use places::escaped;
pub use places::{Place, Places};
pub use read::{Misshapen, Read};
pub use slots::{open_slots, slot_names};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};

/// A dataflow: steps, and which follows which. Members that are not known are kept as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dataflow {
    /// Given by the site when it is created; needed to set or delete it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// `published` or `draft`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its steps; their order means nothing.
    pub steps: Vec<StepDocument>,
    /// When it last ran, ISO 8601. Where a delta begins.
    #[serde(default, alias = "lastRunTime", skip_serializing_if = "Option::is_none")]
    pub last_runtime: Option<String>,
    /// Counts its changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The site that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The number of that site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<u64>,
    /// ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_time: Option<String>,
    /// ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_time: Option<String>,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_by_name: Option<String>,
    /// Who changed it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_by_email: Option<String>,
    /// Members that are not known.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

/// An instance of a component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepDocument {
    /// Any text, unique in the flow.
    pub id: String,
    /// The component, as in `field.rename`.
    #[serde(rename = "type")]
    pub component: String,
    /// Its parameters.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub params: Option<Map<String, Json>>,
    /// The steps that get what it gives.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub next: Option<Vec<String>>,
    /// The steps that get the records that failed.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Option::is_none")]
    pub error: Option<Vec<String>>,
    /// Members that are not known.
    #[serde(flatten)]
    pub other: Map<String, Json>,
}

impl StepDocument {
    /// The steps that get what it gives.
    #[must_use]
    pub fn next(&self) -> &[String] {
        self.next.as_deref().unwrap_or_default()
    }

    /// The steps that get the records that failed.
    #[must_use]
    pub fn error(&self) -> &[String] {
        self.error.as_deref().unwrap_or_default()
    }
}

/// `null` is as good as nothing.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
