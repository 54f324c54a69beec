//! The limits that Auth0 sets, one function each.
