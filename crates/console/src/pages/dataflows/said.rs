//! What steps have said.

use maud::{Markup, html};
use migration::report::html::figures::count;

use crate::ui::number_of;

/// Lines that are shown at once; the others unfold.
const FIRST: usize = 20;

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken<'a> {
    /// The step, where it has to be said.
    pub(super) step: Option<&'a str>,
    pub(super) is_error: bool,
    pub(super) text: &'a str,
}

/// The lines in their order; one that comes again and again stands once, with how often.
pub(super) fn lines<'a>(all: impl Iterator<Item = Spoken<'a>>) -> Markup {
    let mut kinds: Vec<(Spoken<'a>, u64)> = Vec::new();
    for line in all {
        match kinds.last_mut() {
            Some((last, times)) if *last == line => *times += 1,
            _ => kinds.push((line, 1)),
        }
    }
    let (first, others) = kinds.split_at(kinds.len().min(FIRST));
    html! {
        @if !first.is_empty() { (list(first)) }
        @if !others.is_empty() { details { summary { (number_of(others.len() as u64, "more line")) } (list(others)) } }
    }
}

fn list(lines: &[(Spoken<'_>, u64)]) -> Markup {
    html! {
        ul.said { @for (line, times) in lines {
            li.bad[line.is_error] {
                @if let Some(step) = line.step { strong { (step) } ": " }
                (line.text)
                @if *times > 1 { span.mark { " " (count(*times)) " times" } }
            }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, Spoken, lines};

    #[test]
    fn a_line_that_comes_again_stands_once() {
        let line = |text| Spoken { step: None, is_error: false, text };
        let drawn = lines(["a", "a", "b", "a"].into_iter().map(line)).into_string();
        assert_eq!(drawn.matches("<li").count(), 3);
        assert!(drawn.contains("2 times"), "{drawn}");
        let texts: Vec<String> = (0..FIRST + 5).map(|number| number.to_string()).collect();
        assert!(lines(texts.iter().map(|text| line(text))).into_string().contains("5 more lines"));
    }
}
