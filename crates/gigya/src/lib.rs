//! Client of a Gigya site: signing, errors, pace, cursors.
//!
//! Every call goes through one path ([`Client::send`]), which proves who we are, stays under the rate that the site's
//! refusals teach, retries what passes, corrects the clock and counts what it did ([`Counts`]). `accounts.search` and
//! its kin are read as a stream of [`Page`]s, whose records are handed out as they came, unparsed.

mod account_info;
mod address;
mod advice;
mod answer;
mod bearer;
mod call;
mod client;
mod config;
mod counts;
mod encode;
mod error;
mod login;
mod pace;
mod search;
mod send;
mod sign;

pub use address::Address;
pub use answer::Answer;
pub use bearer::PrivateKey;
pub use call::Call;
pub use client::Client;
pub use config::{Config, Credentials};
pub use counts::Counts;
pub use error::{Error, Refusal};
pub use login::Login;
pub use outbound::Outage;
pub use search::{Page, Pages, Search};
pub use sign::user_signature;
