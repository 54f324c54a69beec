//! What a person can do about a code, on the page: where the report of the command names an option, this names the control of
//! the page and leads to it.

use maud::{Markup, Render, html};
use migration::codes;

use crate::ui::sentence;

/// Where something is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Control {
    path: &'static str,
    name: &'static str,
}

const CHOICES: Control = Control { path: "/import#choices", name: "How accounts are prepared" };
const START: Control = Control { path: "/import#start", name: "Start" };
const MAPPING: Control = Control { path: "/mapping", name: "Mapping" };

/// Words, and the control in which they end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advice {
    words: String,
    control: Option<Control>,
}

impl Advice {
    fn at(control: Control, words: &str) -> Self {
        Self { words: words.to_owned(), control: Some(control) }
    }

    fn alone(words: &str) -> Self {
        Self { words: words.to_owned(), control: None }
    }

    /// As a whole sentence.
    pub(crate) fn sentence(mut self) -> Markup {
        self.words = sentence(&self.words);
        html! { (self) "." }
    }
}

impl Render for Advice {
    fn render(&self) -> Markup {
        html! {
            (self.words)
            @if let Some(control) = self.control { " " a href=(control.path) { (control.name) } }
        }
    }
}

/// What to do about a code.
pub(crate) fn advice(code: &str) -> Advice {
    let doubles = "decide which account keeps what they share, or have such accounts merged, at";
    match code {
        "too_large" => Advice::alone("shorten the record at the source"),
        "too_deep" => Advice::alone("nest the record less deep at the source"),
        "not_registered" => Advice::at(CHOICES, "to import pending registrations, too, tick them at"),
        "lite" => Advice::at(CHOICES, "to import lite accounts, too, tick them at"),
        "username_invalid" => {
            Advice::at(CHOICES, "correct the name, or have it left out: tick username_invalid at")
        }
        "phone_invalid" => Advice::at(
            CHOICES,
            "write the number as +420123456789, or have it left out: tick phone_invalid at",
        ),
        "user_id_invalid" => Advice::at(
            CHOICES,
            "give the account an id without white space, of 255 characters at most, or have it mended: tick user_id_invalid at",
        ),
        "profile_too_large" => Advice::at(CHOICES, "name what may leave a profile that is too large, at"),
        "given_name_too_long" | "family_name_too_long" => {
            Advice::alone("shorten it to 150 characters, at the source or where the user is mended")
        }
        "name_too_long" | "nickname_too_long" => {
            Advice::alone("shorten it to 300 characters, at the source or where the user is mended")
        }
        "picture_invalid" => Advice::alone(
            "give the account a picture whose address is a URL, or take it out where the user is mended",
        ),
        "forbidden_key" => Advice::at(MAPPING, "rename the member at"),
        "metadata_key" => Advice::alone("rename the member, at the source or where the user is mended"),
        "duplicate_email" | "duplicate_username" | "duplicate_phone" => Advice::at(CHOICES, doubles),
        // Auth0's import never changes whether a user is blocked, and refuses another address for an id that is there.
        "exists_different" => Advice::at(
            START,
            "compare the user with the one who is there. Another address, or whether it is blocked, is changed at the tenant; \
             everything else by a new run that changes users who are there already, at",
        ),
        code if code.starts_with("auth0_") => Advice::alone(
            "correct what the tenant says, at the source or where the user is mended, and send the user again",
        ),
        code => Advice::alone(codes::advice(code)),
    }
}

/// What a line of `set-aside.ndjson` says of one user, which may be more than its code does.
pub(crate) fn of_line(code: &str, fix: &str) -> Advice {
    if fix == codes::advice(code) || fix.contains("--") { advice(code) } else { Advice::alone(fix) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_of_the_command_is_named() {
        let of_import = ["exists_different", "email_taken", "job_failed", "auth0_invalid_format"];
        for name in codes::CODES.iter().map(|code| code.name).chain(of_import) {
            let advice = advice(name).sentence().into_string();
            assert!(!advice.contains("--") && !advice.contains("crosswalk"), "{name}: {advice}");
            assert!(!advice.contains("README"), "{name}");
        }
        let merged = advice("duplicate_email").render().into_string();
        assert!(merged.ends_with("at <a href=\"/import#choices\">How accounts are prepared</a>"), "{merged}");
    }

    #[test]
    fn what_is_said_of_one_user_stays() {
        let fix = "nothing: the person arrives as one user, under this id";
        assert_eq!(of_line("duplicate_user_id", fix), Advice::alone(fix));
        assert_eq!(of_line("lite", codes::advice("lite")), advice("lite"));
        // An earlier version may have said it otherwise.
        assert_eq!(of_line("lite", "use --include lite"), advice("lite"));
    }
}
