//! Everything that Auth0 would refuse, found before it costs anything.
//!
//! What identifies a person is set aside by default; what only describes one is mended, and what was there before is
//! kept in `app_metadata.gigya.original`.

mod keys;
mod policy;
mod takes;

pub use policy::{Duplicates, Lazy, Policies, PolicyError};
pub use takes::Takes;

use mapping::Identifier;
use user::{Text, User, rules};

use crate::codes::Action;

/// The judgement on one user.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Why the user is set aside: code and reason.
    pub aside: Option<(&'static str, String)>,
    /// Codes of what was mended.
    pub mended: Vec<&'static str>,
}

impl Verdict {
    fn refuse(&mut self, code: &'static str, reason: String) {
        if self.aside.is_none() {
            self.aside = Some((code, reason));
        }
    }
}

/// Judges a user and mends what the policies let it mend. `free_keys`: members of `app_metadata` come from the input, so
/// that their names have to be looked at; the names that a mapping spells out were looked at when it was compiled.
pub fn screen(user: &mut User<'_>, policies: &Policies, free_keys: bool) -> Verdict {
    let mut verdict = Verdict::default();
    identity(user, policies, &mut verdict);
    if verdict.aside.is_none() {
        description(user, policies, &mut verdict);
        keys::metadata(user, policies, &mut verdict);
        if free_keys {
            keys::forbidden(user, policies, &mut verdict);
        }
    }
    verdict
}

fn identity(user: &mut User<'_>, policies: &Policies, verdict: &mut Verdict) {
    match &user.email {
        None => verdict.refuse("email_missing", "the account has no address".to_owned()),
        Some(email) if !rules::email(email.as_str()) => {
            verdict.refuse("email_invalid", "the address is not one that Auth0 takes".to_owned());
        }
        Some(_) => {}
    }
    if user.user_id.as_ref().is_some_and(|id| !rules::user_id(id.as_str())) {
        if policies.action("user_id_invalid") == Action::Fix {
            let before = user.user_id.take();
            let mended = before.as_ref().map(|id| {
                let plain: String =
                    id.as_str().chars().map(|char| if char.is_whitespace() { '_' } else { char }).collect();
                plain.chars().take(255).collect::<String>()
            });
            keep(user, "user_id", before.as_ref());
            user.user_id = mended.map(Text::Owned);
            verdict.mended.push("user_id_invalid");
        } else {
            let reason = "the UID has white space in it or more than 255 characters".to_owned();
            verdict.refuse("user_id_invalid", reason);
        }
    }
    let (least, most) = policies.username_length();
    if user.username.as_ref().is_some_and(|name| !rules::username_within(name.as_str(), least, most)) {
        if policies.action("username_invalid") == Action::Fix {
            let before = user.username.take();
            keep(user, "username", before.as_ref());
            verdict.mended.push("username_invalid");
        } else {
            let somebody_takes = user.username.as_ref().is_some_and(|name| rules::username(name.as_str()));
            verdict.refuse(
                "username_invalid",
                if somebody_takes {
                    format!("the connection takes user names of {least} to {most} characters")
                } else {
                    "the user name is not one that Auth0 takes".to_owned()
                },
            );
        }
    }
    if user.phone_number.as_ref().is_some_and(|number| !rules::phone(number.as_str())) {
        if policies.action("phone_invalid") == Action::Fix {
            let before = user.phone_number.take();
            user.phone_verified = None;
            keep(user, "phone_number", before.as_ref());
            verdict.mended.push("phone_invalid");
        } else {
            verdict.refuse("phone_invalid", "the phone number is not in the form +420123456789".to_owned());
        }
    }
    // What was left out is missing, too.
    if user.username.is_none() && policies.required.contains(&Identifier::Username) {
        let reason = "the connection demands a user name of everybody, and there is none";
        verdict.refuse("username_missing", reason.to_owned());
    }
    if user.phone_number.is_none() && policies.required.contains(&Identifier::Phone) {
        let reason = "the connection demands a phone number of everybody, and there is none";
        verdict.refuse("phone_missing", reason.to_owned());
    }
    if !policies.takes(Identifier::Phone) {
        user.phone_verified = user.phone_number.as_ref().and(user.phone_verified);
    }
}

fn description(user: &mut User<'_>, policies: &Policies, verdict: &mut Verdict) {
    let original = &mut user.original;
    for (field, code, text, max) in [
        ("given_name", "given_name_too_long", &mut user.given_name, rules::GIVEN_NAME_MAX),
        ("family_name", "family_name_too_long", &mut user.family_name, rules::FAMILY_NAME_MAX),
        ("name", "name_too_long", &mut user.name, rules::NAME_MAX),
        ("nickname", "nickname_too_long", &mut user.nickname, rules::NICKNAME_MAX),
    ] {
        let Some(long) =
            text.as_ref().filter(|text| text.as_str().len() > max && text.as_str().chars().count() > max)
        else {
            continue;
        };
        if policies.action(code) == Action::SetAside {
            verdict.refuse(code, format!("{field} has more than {max} characters"));
            continue;
        }
        let cut: String = long.as_str().trim_start().chars().take(max).collect();
        original.add(field, |json| long.write_json(json));
        *text = Some(cut.trim_end().to_owned()).filter(|cut| !cut.is_empty()).map(Text::Owned);
        verdict.mended.push(code);
    }
    if user.picture.as_ref().is_some_and(|picture| !rules::picture(picture.as_str())) {
        if policies.action("picture_invalid") == Action::Fix {
            let before = user.picture.take();
            keep(user, "picture", before.as_ref());
            verdict.mended.push("picture_invalid");
        } else {
            verdict.refuse("picture_invalid", "the picture is not a URL".to_owned());
        }
    }
}

fn keep(user: &mut User<'_>, field: &str, before: Option<&Text<'_>>) {
    if let Some(before) = before {
        user.original.add(field, |json| before.write_json(json));
    }
}
