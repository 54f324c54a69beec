//! Components that exist at Gigya and not here, by name.

/// Platforms whose readers and writers IdentitySync has.
///
/// Source: the palette of the IdentitySync builder (2017) and developers.gigya.com, "Component Repository".
const PLATFORMS: [(&str, &str); 15] = [
    ("aam", "Adobe Audience Manager"),
    ("bluekai", "Oracle BlueKai"),
    ("campaignmonitor", "Campaign Monitor"),
    ("constantcontact", "Constant Contact"),
    ("emarsys", "Emarsys"),
    ("epsilon", "Epsilon"),
    ("exacttarget", "Salesforce Marketing Cloud (ExactTarget)"),
    ("hybris", "SAP Hybris Marketing"),
    ("krux", "Salesforce DMP (Krux)"),
    ("lytics", "Lytics"),
    ("mailchimp", "Mailchimp"),
    ("marketo", "Marketo"),
    ("salesforce", "Salesforce"),
    ("silverpop", "IBM Silverpop"),
    ("treasuredata", "Treasure Data"),
];

/// Components that are not in every build.
const HEAVY: [&str; 4] = ["file.compress.lzo", "file.uncompress.lzo", "file.encrypt.pgp", "file.decrypt.pgp"];

/// Why a component is not here although Gigya has it, and what to do.
pub(super) fn reason(name: &str) -> Option<(String, &'static str)> {
    if HEAVY.contains(&name) {
        return Some(("is not in this build".to_owned(), "build Crosswalk with `--features stores`"));
    }
    if name == "datasource.read.gigya.comment" {
        let what = "reads Gigya's comments, which belong to no account; it is not part of Crosswalk";
        return Some((what.to_owned(), "take the step out"));
    }
    let rest = name.strip_prefix("datasource.")?;
    let (_, rest) = rest.split_once('.')?;
    let (_, platform) = PLATFORMS.iter().find(|(key, _)| rest.split('.').any(|part| part == *key))?;
    let what = format!("speaks to {platform}, a marketing platform that Crosswalk does not connect to");
    Some((what, "take the step out, or let the flow end in a file that the platform imports itself"))
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn platforms_are_refused_by_name_and_others_are_not_known() {
        assert!(reason("datasource.write.mailchimp").unwrap().0.contains("Mailchimp"));
        assert!(reason("datasource.read.marketo").unwrap().0.contains("Marketo"));
        assert!(reason("datasource.write.salesforce").is_some());
        assert!(reason("datasource.write.gigya.account").is_none());
        assert!(reason("file.format.krux").is_none());
    }
}
