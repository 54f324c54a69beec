//! Forms.

use maud::{Markup, html};

use crate::app::App;

/// The field that every form carries.
pub(crate) fn csrf(app: &App) -> Markup {
    html! { input type="hidden" name="csrf" value=(app.guard().csrf()); }
}

/// A form that is one button. `about` completes its name for who does not see what stands beside it.
pub(crate) fn action(app: &App, path: &str, label: &str, about: &str, class: &str) -> Markup {
    html! {
        form.inline method="post" action=(path) {
            (csrf(app))
            button class=(class) { (label) span.away { " " (about) } }
        }
    }
}
