//! Texts of a documentation.

use maud::{Markup, html};

/// A text with what stands between backticks as code. Backticks without a partner stay.
pub(crate) fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (at, part) in parts.iter().enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } }
        } @else {
            (text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn code_is_told_from_words() {
        assert_eq!(prose("a `b<` c").into_string(), "a <code>b&lt;</code> c");
        assert_eq!(prose("it`s").into_string(), "it`s");
    }
}
