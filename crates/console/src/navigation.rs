//! The one navigation.

/// Path and name of every page, in the order of the tutorial.
pub(crate) const NAVIGATION: &[(&str, &str)] = &[
    ("/", "Overview"),
    ("/connections", "Connections"),
    ("/source", "Source"),
    ("/dataflows", "Dataflows"),
    ("/mapping", "Mapping"),
    ("/import", "Import"),
    ("/export", "Export"),
    ("/runs", "Runs"),
    ("/users", "Users"),
    ("/lanes", "Lanes"),
];
