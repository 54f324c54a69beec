//! What is wrong with a form: it comes back on its own page, with what was typed, and the reason stands beside the field.

use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};

use crate::error::PageError;
use crate::ui::sentence;

/// The field that it is about, and the reason.
#[derive(Debug)]
pub(crate) struct Mistake {
    field: &'static str,
    error: PageError,
}

impl Mistake {
    /// A mistake in a field. A form as a whole has a name of its own, which none of its fields has.
    pub(crate) fn at(field: &'static str, error: impl Into<PageError>) -> Self {
        Self { field, error: error.into() }
    }

    /// The page with the form, as the answer to it.
    pub(crate) fn answer(&self, page: Markup) -> Response {
        (self.error.status(), page).into_response()
    }

    /// The reason, as it stands in the middle of a sentence.
    pub(crate) fn reason(&self) -> &str {
        self.error.message()
    }
}

/// What a page shows of a mistake, if somebody made one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mistaken<'a>(pub(crate) Option<&'a Mistake>);

impl<'a> Mistaken<'a> {
    fn in_field(self, field: &str) -> Option<&'a Mistake> {
        self.0.filter(|mistake| mistake.field == field)
    }

    /// The attribute `aria-invalid` of a field.
    pub(crate) fn invalid(self, field: &str) -> Option<&'static str> {
        self.in_field(field).map(|_| "true")
    }

    /// The attribute `aria-describedby` of a field that has this hint, or none.
    pub(crate) fn described(self, field: &str, hint: &str) -> Option<String> {
        let reason = self.in_field(field).map(|_| format!("{field}-mistake"));
        let ids: Vec<String> =
            reason.into_iter().chain(Some(hint.to_owned()).filter(|hint| !hint.is_empty())).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// The reason, below a field.
    pub(crate) fn below(self, field: &str) -> Markup {
        html! {
            @if let Some(mistake) = self.in_field(field) {
                p.problem role="alert" id=(format!("{field}-mistake")) { (sentence(mistake.reason())) @if !mistake.reason().ends_with(['.', '!', '?', ')']) { "." } }
            }
        }
    }
}
