//! Where each value of a user comes from.
//!
//! Nothing here knows what a transform does. A rule is run again by the kernel's own code on less of the account, first on
//! none of its sources and then on one more at a time: a source that changes the outcome has fed it.

use scan::{Fault, Kind, PADDING, Span};
use user::{Metadata, Text, User};

use crate::evaluate::Values;
use crate::kernel::Kernel;
use crate::plan::{Mapping, Member, Members, Slot, Step};
use crate::rule::Field;
use crate::values::Source;

/// A value of the user, and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Dotted path in the user, such as `app_metadata.gigya.created`.
    pub target: String,
    /// Dotted paths in the account, in the order in which the rule names them; none for a constant. A part of an array is
    /// told as the array.
    pub sources: Vec<String>,
    /// Line of the rule in the document, from 1.
    pub line: usize,
}

/// What a mapping did with one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Every value that a rule has given, in the order of the user.
    pub links: Vec<Link>,
    /// Members of the account that reach nowhere, as dotted paths.
    pub nowhere: Vec<String>,
}

/// What a step makes.
#[derive(Clone, Copy)]
enum Place {
    Field(Field),
    Value,
    Spread,
}

impl Mapping {
    /// Maps an account and says where each value of the user comes from. `account` is one JSON object.
    ///
    /// # Errors
    /// The [`Fault`] of an account that cannot be mapped.
    pub fn trace(&self, account: &str, max_depth: u16) -> Result<Trace, Fault> {
        let mut text = String::with_capacity(account.len() + PADDING);
        text.push_str(account);
        text.extend(std::iter::repeat_n('\0', PADDING));
        let mut kernel = Kernel::new(self, max_depth);
        let (mapped, _) = kernel.map(&text, 0).map_err(|(fault, _)| fault)?;
        let email = mapped.user.email.as_ref().map(Text::as_str);
        let (mut links, mut steps) = (Vec::new(), Vec::new());
        for (field, step) in &self.fields {
            match (field, &mapped.user.password) {
                // Its parts have no rules of their own.
                (Field::Password, Some(hash)) => links.push(Link {
                    target: hash.member().to_owned(),
                    sources: vec!["password".to_owned()],
                    line: self.rules.get(step.rule).map_or(0, |(_, line)| *line),
                }),
                (Field::Password, None) => {}
                _ => steps.push((Place::Field(*field), step)),
            }
        }
        for members in [&self.user_metadata, &self.gigya, &self.app_metadata] {
            collect(members, &mut steps);
        }
        links
            .extend(steps.iter().filter_map(|(place, step)| kernel.link(Source(&text), *place, step, email)));
        links.sort_by_key(|link| link.line);
        let nowhere = kernel.tally().not_moved.into_iter().map(|(path, _)| path).collect();
        Ok(Trace { links, nowhere })
    }

    fn path(&self, slot: Slot) -> Option<&str> {
        self.nodes.iter().find(|node| node.slot == Some(slot)).map(|node| node.path.as_str())
    }
}

fn collect<'m>(members: &'m Members, steps: &mut Vec<(Place, &'m Step)>) {
    for (_, member) in members {
        match member {
            Member::Value(step) => steps.push((Place::Value, step)),
            Member::Spread(step) => steps.push((Place::Spread, step)),
            Member::Object(inner) => collect(inner, steps),
        }
    }
}

impl Kernel<'_> {
    /// The link of a step, when it gives something for the account that was mapped last.
    fn link(&mut self, text: Source<'_>, place: Place, step: &Step, email: Option<&str>) -> Option<Link> {
        let (target, line) = self.mapping.rules.get(step.rule)?.clone();
        let before = self.found.slots.clone();
        if self.outcome(text, place, step, email) == nothing(place, email) {
            return None;
        }
        let slots: Vec<Slot> = step.sources.iter().chain(&step.prefer).map(|source| source.slot).collect();
        for slot in &slots {
            self.found.slots[*slot] = Span::default();
        }
        let mut sources = Vec::new();
        let mut last = self.outcome(text, place, step, email);
        for slot in &slots {
            self.found.slots[*slot] = before[*slot];
            let now = self.outcome(text, place, step, email);
            if now != last {
                sources.push(*slot);
            }
            last = now;
        }
        self.found.slots = before;
        if sources.is_empty() {
            // Such as a list without the address that was looked for: all of it was looked at.
            sources = slots.into_iter().filter(|slot| self.found.slots[*slot].kind != Kind::Null).collect();
        }
        sources.dedup();
        let sources =
            sources.into_iter().filter_map(|slot| self.mapping.path(slot)).map(str::to_owned).collect();
        Some(Link { target, sources, line })
    }

    /// What a step gives, as JSON.
    fn outcome(&self, text: Source<'_>, place: Place, step: &Step, email: Option<&str>) -> Vec<u8> {
        let values = Values { kernel: self, text };
        match place {
            Place::Field(field) => {
                let mut user = beside(field, email);
                values.field(field, step, &mut user);
                json(&user)
            }
            Place::Value => {
                let mut out = Metadata::default();
                values.value(step, "", &mut out, email);
                out.text().to_vec()
            }
            Place::Spread => {
                let mut out = Metadata::default();
                values.spread(step, &Vec::new(), None, &mut out);
                out.text().to_vec()
            }
        }
    }
}

/// What a step gives that gives nothing.
fn nothing(place: Place, email: Option<&str>) -> Vec<u8> {
    match place {
        Place::Field(field) => json(&beside(field, email)),
        Place::Value | Place::Spread => Vec::new(),
    }
}

/// The user that a field is looked at in: some are judged against the address.
fn beside(field: Field, email: Option<&str>) -> User<'static> {
    let email = email.filter(|_| field != Field::Email);
    User { email: email.map(|email| Text::Owned(email.to_owned())), ..User::default() }
}

fn json(user: &User<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    user.write_json(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Identifier;

    fn trace(document: &str, account: &str) -> Trace {
        Mapping::compile(document, &[Identifier::Email, Identifier::Username])
            .unwrap()
            .trace(account, 32)
            .unwrap()
    }

    fn sources<'t>(trace: &'t Trace, target: &str) -> Vec<&'t str> {
        let link = trace.links.iter().find(|link| link.target == target).unwrap();
        link.sources.iter().map(String::as_str).collect()
    }

    #[test]
    fn each_value_names_what_fed_it_and_its_line() {
        let account = r#"{"UID":"u","loginIDs":{"emails":["a@x.cz","B@x.cz"],"username":"ann"},
            "profile":{"email":"b@x.cz","firstName":"Ann","lastName":"Lee","thumbnailURL":"https://x/y","birthYear":1980,"birthMonth":5,"birthDay":7},
            "emails":{"verified":["b@x.cz","c@x.cz"]},"isActive":true,"identities":[{"provider":"site","nickname":"n"}],
            "password":{"hash":"X03MO1qnZdYdgyfeuILPmQ==","hashSettings":{"algorithm":"md5"}},"data":{"a":1},"other":{"b":2}}"#;
        let trace = trace(crate::DEFAULT, account);
        assert_eq!(sources(&trace, "user_id"), ["UID"]);
        // The preferred address of the group stands in profile.email.
        assert_eq!(sources(&trace, "email"), ["loginIDs.emails", "profile.email"]);
        assert_eq!(sources(&trace, "email_verified"), ["emails.verified"]);
        assert_eq!(sources(&trace, "name"), ["profile.firstName", "profile.lastName"]);
        assert_eq!(sources(&trace, "picture"), ["profile.thumbnailURL"]);
        assert_eq!(
            sources(&trace, "user_metadata.birthdate"),
            ["profile.birthYear", "profile.birthMonth", "profile.birthDay"]
        );
        assert_eq!(sources(&trace, "app_metadata.gigya.identities"), ["identities"]);
        assert_eq!(sources(&trace, "app_metadata.gigya.emails"), ["emails.verified", "loginIDs.emails"]);
        assert_eq!(sources(&trace, "app_metadata.data"), ["data"]);
        assert_eq!(sources(&trace, "custom_password_hash"), ["password"]);
        assert_eq!(trace.nowhere, ["other", "identities.nickname"]);
        let absent = ["blocked", "phone_number", "nickname", "user_metadata.city"];
        assert!(trace.links.iter().all(|link| !absent.contains(&link.target.as_str())), "{trace:?}");
        let line = crate::DEFAULT.lines().position(|line| line.starts_with("picture")).unwrap() + 1;
        assert_eq!(trace.links.iter().find(|link| link.target == "picture").unwrap().line, line);
    }

    #[test]
    fn of_equal_sources_the_first_is_named() {
        let document = "version = 1\n[user]\nuser_id = [\"a\", \"b\"]\n";
        assert_eq!(sources(&trace(document, r#"{"a":"x","b":"x"}"#), "user_id"), ["a"]);
        assert_eq!(sources(&trace(document, r#"{"a":null,"b":"x"}"#), "user_id"), ["b"]);
    }

    #[test]
    fn constants_have_no_source_and_a_spread_has_one() {
        let document = "version = 1\n[user_metadata]\nk = { constant = 7 }\n\"*\" = \"data\"\n";
        let trace = trace(document, r#"{"data":{"x":1}}"#);
        assert_eq!(sources(&trace, "user_metadata.k"), [""; 0]);
        assert_eq!(sources(&trace, "user_metadata"), ["data"]);
    }

    #[test]
    fn what_was_looked_for_in_vain_was_still_looked_at() {
        let account = r#"{"profile":{"email":"a@x.cz"},"emails":{"verified":["b@x.cz"]}}"#;
        let document = "version = 1\n[user]\nemail = \"profile.email\"\nemail_verified = { from = \"emails.verified\", transform = \"holds_email\" }\n";
        assert_eq!(sources(&trace(document, account), "email_verified"), ["emails.verified"]);
    }
}
