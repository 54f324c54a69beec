//! Forms.

use maud::{Markup, html};

use crate::app::App;

/// A text that stands as a sentence: it begins with a capital letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The field that every form carries.
pub(crate) fn csrf(app: &App) -> Markup {
    html! { input type="hidden" name="csrf" value=(app.session().csrf()); }
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
