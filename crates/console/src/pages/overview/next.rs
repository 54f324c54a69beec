//! The one thing to do next.

use maud::{Markup, html};

use crate::app::App;
use crate::work::State;

/// A sentence and a link to where it is done.
pub(super) fn step(app: &App) -> Markup {
    let items = app.work().shown();
    let any = |wanted: fn(&State) -> bool| items.iter().any(|item| wanted(&item.state()));
    let (text, path, name) = if any(|state| *state == State::Proving) {
        ("Users have arrived. They are read back, and logins are tried.", "/import", "Watch the proof")
    } else if any(State::is_importing) {
        (
            "An import is under way. You can pause it at any time; nothing is lost.",
            "/import",
            "Watch the import",
        )
    } else if any(|state| matches!(state, State::Stopped(_) | State::Paused)) {
        ("An import stopped before its end. It goes on where it stood.", "/import", "Resume it")
    } else if items
        .iter()
        .any(|item| item.is_ready() || matches!(item.state(), State::Cut(_)) && !item.holds_nobody())
    {
        ("Users are prepared. Look at what was set aside, then import them.", "/import", "Start importing")
    } else if items.iter().any(|item| item.holds_nobody()) {
        ("Nobody of what was prepared can be imported. See why.", "/import", "See why")
    } else if any(|state| *state == State::Done) {
        ("Users have arrived. Read the report, and log in as one of them.", "/runs", "Read the report")
    } else if app.setup().memory().connection.is_some() {
        match app.setup().memory().source {
            None => (
                "The database connection is chosen. Say where the accounts come from.",
                "/source",
                "Choose a source",
            ),
            Some(_) => (
                "Connection and source are chosen. Prepare the accounts: nothing is sent by that.",
                "/import",
                "Prepare the accounts",
            ),
        }
    } else {
        (
            "Begin with the database connection that the users shall move into.",
            "/connections",
            "Choose a connection",
        )
    };
    html! {
        div.next {
            p { (text) }
            a.button href=(path) { (name) }
        }
    }
}
