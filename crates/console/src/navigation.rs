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

/// The entry to which an address belongs, empty for none: `/runs` for `/runs/pilot/jobs`.
pub(crate) fn entry_of(address: &str) -> &'static str {
    let first = address.split('/').nth(1).unwrap_or_default();
    NAVIGATION.iter().map(|(at, _)| *at).find(|at| &at[1..] == first).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_the_entry_that_it_begins_with() {
        let addresses = ["/", "/runs", "/runs/pilot/jobs", "/runner", "/enter"];
        assert_eq!(addresses.map(entry_of), ["/", "/runs", "/runs", "", ""]);
    }
}
