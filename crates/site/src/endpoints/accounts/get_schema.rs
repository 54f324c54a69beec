//! `accounts.getSchema`

use serde_json::Value;

use crate::account::schema;
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;

/// The schemas that a call can ask for.
const SCHEMAS: &[&str] = &[
    "profileSchema",
    "dataSchema",
    "subscriptionsSchema",
    "preferencesSchema",
    "internalSchema",
    "addressesSchema",
];

/// Parameters with a choice. A site that belongs to no group answers each `scope` in the same way.
const CHOICES: [(&str, &[&str]); 2] =
    [("filter", &["full", "explicitOnly", "clientOnly"]), ("scope", &["effective", "group", "site"])];

/// The members that accounts have: those of the profile are fixed, the others are those that the accounts here have, since
/// the schema of a site is dynamic.
///
/// # Errors
/// 400006 for a schema, a `filter` or a `scope` that is not known.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    for (name, known) in CHOICES {
        if let Some(value) = call.params.get(name).filter(|value| !known.contains(value)) {
            let known = known.join(", ");
            return Err(ApiError::invalid(format!("{name}: {value} is not known; expected one of {known}")));
        }
    }
    let mut wanted: Vec<&str> = call.params.list("include").collect();
    if wanted.is_empty() {
        wanted = SCHEMAS.get(..4).unwrap_or_default().to_vec();
    }
    if let Some(name) = wanted.iter().find(|name| !SCHEMAS.contains(name)) {
        return Err(ApiError::invalid(format!("include: {name} is not known")));
    }
    let mut answer = Document::new();
    let observed = state.store().read_blocking(schema::observe)?;
    for name in wanted {
        let object = name.trim_end_matches("Schema");
        let mut schema = if object == "profile" { schema::profile() } else { observed.schema(object) };
        keep(&mut schema, call.params.get("filter"));
        answer.set(name, schema);
    }
    Ok(answer)
}

/// Leaves the fields that a `filter` asks for: `clientOnly` those that a client may write, `explicitOnly` those that were
/// declared, which nobody does here beyond the profile.
fn keep(schema: &mut Value, filter: Option<&str>) {
    let dynamic = schema["dynamicSchema"] == true;
    let Some(fields) = schema["fields"].as_object_mut() else { return };
    match filter {
        Some("explicitOnly") if dynamic => fields.clear(),
        Some("clientOnly") => fields.retain(|_, field| field["writeAccess"] != "serverOnly"),
        _ => {}
    }
}
