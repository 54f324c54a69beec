//! How accounts are prepared, where a person may choose: doubles, accounts that are no full ones, what is mended.

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use migration::codes::{Action, CODES};

use crate::app::App;
use crate::error::PageError;
use crate::memory::{Choices, Doubles};
use crate::ui::csrf;

const DOUBLES: [(&str, Doubles, &str); 3] = [
    ("keep-latest", Doubles::KeepLatest, "keep the account of the latest login, set the others aside"),
    ("merge", Doubles::Merge, "merge them into one user"),
    ("set-aside", Doubles::SetAside, "set all of them aside"),
];

/// Codes that set a user aside unless a person has them mended.
fn mendable() -> impl Iterator<Item = &'static migration::codes::Code> {
    // What is done about a large profile follows from what may leave it.
    let is_mendable = |code: &&migration::codes::Code| {
        code.choice && code.default == Action::SetAside && code.name != "profile_too_large"
    };
    CODES.iter().filter(is_mendable)
}

pub(super) fn form(app: &App) -> Markup {
    let choices = app.setup().memory().choices;
    html! {
        details {
            summary { "How accounts are prepared" }
            form.stack id="choices" method="post" action="/import/choices" {
                (csrf(app))
                label for="duplicates" { "Accounts that share an address, a name or a number" }
                select id="duplicates" name="duplicates" {
                    @for (value, doubles, words) in DOUBLES {
                        option value=(value) selected[doubles == choices.duplicates] { (words) }
                    }
                }
                label for="passwords" { "A password that cannot move" }
                select id="passwords" name="passwords" aria-describedby="passwords-hint" {
                    option value="reset" selected[!choices.leave] { "import the user, who resets it" }
                    option value="leave" selected[choices.leave] { "leave the user for the first login" }
                }
                p.hint id="passwords-hint" { "To leave users, the connection has to be a custom database that brings them over from the site." }
                fieldset {
                    legend { "Import, too" }
                    label.check { input type="checkbox" name="unregistered" checked[choices.unregistered]; " pending registrations" }
                    label.check { input type="checkbox" name="lite" checked[choices.lite]; " lite accounts" }
                }
                fieldset {
                    legend { "Mend instead of setting aside" }
                    @for code in mendable() {
                        label.check { input type="checkbox" name="mend" value=(code.name) checked[choices.mend.iter().any(|name| name == code.name)]; " " code { (code.name) } }
                    }
                }
                label for="spill" { "What may leave a profile that is larger than Auth0 takes" }
                textarea.lines id="spill" name="spill" rows=(choices.spill.len().max(2)) spellcheck="false" aria-describedby="spill-hint" { "\n" (choices.spill.join("\n")) }
                p.hint id="spill-hint" { "Paths in the metadata of the user, such as data.preferences, one a line, the most dispensable first. What has left stands in spilled.ndjson of the run. Empty: such accounts are set aside." }
                p.hint { "For runs that are prepared from now on." }
                div.row { button.quiet { "Keep these choices" } }
            }
        }
    }
}

/// The paths that were typed, one a line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

pub(super) async fn change(State(app): State<App>, body: String) -> Result<Redirect, PageError> {
    let mut choices = Choices::default();
    for (name, value) in form_urlencoded::parse(body.as_bytes()) {
        match name.as_ref() {
            "duplicates" => {
                choices.duplicates = DOUBLES
                    .iter()
                    .find(|(word, ..)| *word == value)
                    .map_or_else(Doubles::default, |found| found.1);
            }
            "unregistered" => choices.unregistered = true,
            "lite" => choices.lite = true,
            "spill" => choices.spill = lines(&value),
            "passwords" => choices.leave = value == "leave",
            "mend" if mendable().any(|code| code.name == value) => choices.mend.push(value.into_owned()),
            _ => {}
        }
    }
    app.setup().remember(|memory| memory.choices = choices)?;
    app.note("Runs that are prepared from now on follow these choices.");
    Ok(Redirect::to("/import"))
}
