//! While a host is asked by hand: a sentence that is there at once, and that brings the answer.

use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

/// Its id, which htmx names in the request for the answer.
const ID: &str = "trying";

/// Where the answer goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// Into the element of this selector.
    Into(&'static str),
    /// In the place of the page.
    Page,
}

/// Whether somebody has just pressed the button and is told first what is done. Without scripts there is the answer only.
pub(crate) fn is_begun(headers: &HeaderMap) -> bool {
    let trigger = headers.get("hx-trigger").and_then(|id| id.to_str().ok());
    headers.contains_key("hx-request") && trigger != Some(ID)
}

/// Leads to another page. To htmx it is said in a header, or the page would stand in the place of a piece.
pub(crate) fn see_other(path: &str, headers: &HeaderMap) -> Response {
    if headers.contains_key("hx-request") {
        return [("hx-redirect", path)].into_response();
    }
    Redirect::to(path).into_response()
}

/// The sentence. It stands in the form, sends it to `path`, and holds its buttons until the answer is there.
pub(crate) fn trying(path: &str, what: &str, answer: Answer) -> Markup {
    let (target, select, swap) = match answer {
        Answer::Into(target) => (target, None, "innerHTML"),
        Answer::Page => ("#main", Some("#main"), "outerHTML"),
    };
    html! {
        p id=(ID) role="status" hx-post=(path) hx-trigger="load" hx-target=(target) hx-select=[select] hx-swap=(swap)
            hx-disabled-elt="form:has(#trying) button" { (what) }
    }
}
