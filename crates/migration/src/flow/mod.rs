//! A migration as a dataflow: `record.auth0.user` and `datasource.write.auth0.users`.
//!
//! A flow that ends in our writer is a migration ([`Plan`]). Of the form reader → `record.auth0.user` → writer it becomes
//! the stages of a migration: the reader is the export of a site, the other two are prepare and import, and the runner has
//! no part in it. In any other flow the runner brings records to the writer, which records them in the run folder
//! ([`Recording`]); prepare reads them from there as from any other input. Where `record.auth0.user` stands right before
//! the writer, its accounts are recorded as they are and prepare maps them, so that nothing is lost on the way to the
//! report: lanes, times of logins, identities. Only users that steps after it have changed come as users.

mod lazily;
mod plan;
mod recording;
mod user;
mod users;

use dataflow::{Registry, components};
use serde_json::{Map, Value, json};

pub use plan::{Plan, PlanError, Way};
pub use recording::Recording;
pub use users::{Include, WriteUsers as Users};

use crate::export::Query;

/// The type of the reader whose accounts an export can read.
const READER: &str = "datasource.read.gigya.account";

/// The components of IdentitySync, and ours.
#[must_use]
pub fn components() -> Registry {
    components::all().with::<user::MapUser>().with::<users::WriteUsers>()
}

/// The default migration as a dataflow.
#[must_use]
pub fn default_flow() -> Value {
    let query = Query::default();
    json!({
        "name": "migration",
        "description": "The accounts of a site become users of an Auth0 database connection: what `crosswalk migrate` does",
        "steps": [
            {
                "id": "accounts",
                "type": READER,
                "params": {"select": query.select(), "from": "accounts", "accountTypes": query.types()},
                "next": ["user"],
            },
            {
                "id": "user",
                "type": <user::MapUser as dataflow::Component>::TYPE,
                "params": default_mapping(),
                "next": ["users"],
            },
            {
                "id": "users",
                "type": <users::WriteUsers as dataflow::Component>::TYPE,
                "params": {"connection": "gigya"},
            },
        ],
    })
}

/// The built-in mapping document as the parameters of a step.
fn default_mapping() -> Map<String, Value> {
    // A test of `mapping` reads it.
    mapping::to_json(mapping::DEFAULT).unwrap_or_default()
}
