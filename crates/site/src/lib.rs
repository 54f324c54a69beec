//! The local site: a small account store that behaves like a Gigya site. One file per endpoint.
//!
//! [`start`] opens a data folder, binds an address and serves until [`Site::stop`]:
//!
//! ```no_run
//! # async fn example() -> Result<(), site::StartError> {
//! let site = site::start(site::Options::new("data")).await?;
//! println!("{}", site.url);
//! site.stop().await;
//! # Ok(())
//! # }
//! ```

mod account;
mod app;
mod audit;
mod auth;
mod call;
pub mod codes;
mod document;
mod endpoints;
mod envelope;
mod error;
mod faults;
mod ids;
pub mod idx;
mod keys;
mod limits;
mod lockout;
mod pace;
mod params;
mod password;
mod policies;
pub mod query;
mod search;
mod start;
mod state;
pub mod store;
pub mod time;
mod tokens;

pub use app::app;
pub use auth::{DataCenter, sign};
pub use call::Call;
pub use document::Document;
pub use error::{ApiError, ValidationError};
pub use faults::FAULTS;
pub use keys::{Credentials, KeyError};
pub use pace::Pace;
pub use params::Params;
pub use start::{Options, Ready, Site, StartError, start};
pub use state::AppState;
