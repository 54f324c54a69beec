//! What the command and the page do in the same way.
//!
//! Both sit on top of `migration` and the two local worlds, which know nothing of each other. Here they are joined: the
//! [`home`] folder, the [`target`] of a migration, the [`local_site`] and its [`dataflows`], the [`books`] of a run, and the end of its lazy [`lanes`].
//! Nothing is printed here.

pub mod books;
pub mod dataflows;
mod failure;
pub mod home;
pub mod lanes;
pub mod local_site;
pub mod target;

pub use failure::Failure;
pub use home::Home;
pub use local_site::LocalSite;
pub use target::Target;
