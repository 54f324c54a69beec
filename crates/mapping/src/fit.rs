//! Whether a rule can give what its target takes. A mapping that would lose something in silence is refused when it is read.

use crate::rule::{Field, Rule, Target, Transform};

/// What is wrong with a rule, if anything.
pub(crate) fn misfit(rule: &Rule) -> Option<String> {
    match &rule.target {
        Target::Field(field) => of_field(*field, rule),
        Target::AppMetadata(path) if *path == ["gigya"] => Some(
            "app_metadata.gigya is an object in which Crosswalk keeps what it mends and merges; name a member of it".to_owned(),
        ),
        _ if rule.transform == Transform::Password => {
            Some("transform `password` is for `password` of user only".to_owned())
        }
        _ => None,
    }
}

fn of_field(field: Field, rule: &Rule) -> Option<String> {
    use Transform::{
        Birthdate, Date, Exists, Flag, FullName, HoldsEmail, LoginEmail, Lower, Text, WhenFalse,
    };
    let constant = rule.constant.as_deref();
    let named = |allowed: &[Transform]| {
        let names: Vec<&str> = Transform::NAMED
            .iter()
            .filter(|(_, known)| allowed.contains(known))
            .map(|(name, _)| *name)
            .collect();
        names.join(", ")
    };
    match field {
        Field::Password => (rule.transform != Transform::Password || constant.is_some()).then(|| {
            "a password is translated from an object with `hash` and `hashSettings`; name its path".to_owned()
        }),
        Field::MfaFactors => (rule.transform != Transform::Raw || constant.is_some())
            .then(|| "mfa_factors takes an array of the account as it stands".to_owned()),
        Field::EmailVerified | Field::PhoneVerified | Field::Blocked => {
            const FLAGS: [Transform; 4] = [Flag, WhenFalse, Exists, HoldsEmail];
            if constant.is_some_and(|json| json != "true" && json != "false") {
                return Some("a constant here is true or false, without quotes".to_owned());
            }
            (!FLAGS.contains(&rule.transform))
                .then(|| format!("this is true or false; transforms for it are {}", named(&FLAGS)))
        }
        _ => {
            const TEXTS: [Transform; 6] = [Text, Lower, Date, Birthdate, FullName, LoginEmail];
            if constant.is_some_and(|json| !json.starts_with('"')) {
                return Some("a constant here is a text, in quotes".to_owned());
            }
            (!TEXTS.contains(&rule.transform))
                .then(|| format!("this is a text; transforms for it are {}", named(&TEXTS)))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{DEFAULT, parse};

    #[test]
    fn what_a_target_cannot_take_is_refused_where_it_stands() {
        for (line, part) in [
            ("[user]\npassword = { constant = \"x\" }", "name its path"),
            ("[user]\npassword = { from = \"password.hash\", transform = \"text\" }", "name its path"),
            ("[user]\nblocked = { constant = \"true\" }", "without quotes"),
            (
                "[user]\nblocked = { from = \"isActive\", transform = \"text\" }",
                "transforms for it are flag,",
            ),
            ("[user]\nname = { constant = 5 }", "in quotes"),
            ("[user]\nname = { from = \"a\", transform = \"list\" }", "this is a text"),
            ("[user]\nmfa_factors = { constant = \"x\" }", "an array"),
            ("[app_metadata]\ngigya = \"UID\"", "name a member of it"),
            ("[app_metadata]\nx = { from = \"a\", transform = \"password\" }", "of user only"),
        ] {
            let error = parse(&format!("version = 1\n{line}\n")).unwrap_err();
            assert_eq!(error.line, 3, "{line}: {error}");
            assert!(error.message.contains(part), "{line}: {error}");
        }
        parse(DEFAULT).unwrap();
    }
}
