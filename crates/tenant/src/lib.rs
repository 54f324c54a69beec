//! The local tenant: a small identity store that behaves like Auth0. One file per endpoint.
//!
//! [`start`] opens a data folder, binds an address and serves until [`Tenant::stop`]:
//!
//! ```no_run
//! # async fn example() -> Result<(), tenant::StartError> {
//! let tenant = tenant::start(tenant::Options::new("data")).await?;
//! println!("{}", tenant.url);
//! tenant.stop().await;
//! # Ok(())
//! # }
//! ```

mod app;
mod body;
mod caller;
mod custom;
mod endpoints;
mod error;
mod exports;
mod faults;
pub mod ids;
mod imports;
mod indexer;
mod keys;
mod limits;
mod lockout;
mod pace;
mod page;
mod query;
pub mod schema;
mod scopes;
mod seed;
mod start;
mod state;
pub mod store;
pub mod time;
mod view;

pub use app::app;
pub use caller::Caller;
pub use custom::{AllowedHost, AllowedHostError, ScriptOptions};
pub use error::ApiError;
pub use faults::FAULTS;
pub use keys::KeyError;
pub use pace::Pace;
pub use start::{Options, StartError, Tenant, start};
pub use state::AppState;
