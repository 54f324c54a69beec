//! The resources of the Management API that a migration touches, one file each, and the password login.

pub(crate) mod applications;
pub(crate) mod connections;
pub(crate) mod exports;
pub(crate) mod jobs;
pub(crate) mod login;
pub(crate) mod users;
