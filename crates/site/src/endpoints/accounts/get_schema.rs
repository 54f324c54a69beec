//! `accounts.getSchema`

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

/// Parameters with a choice, which this site, alone as it is, answers in the same way.
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
        answer.set(name, if object == "profile" { schema::profile() } else { observed.schema(object) });
    }
    Ok(answer)
}
