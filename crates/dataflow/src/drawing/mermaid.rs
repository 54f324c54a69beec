//! Mermaid text.

use super::Drawing;
use crate::document::Dataflow;

/// A flowchart; the error path is dotted.
#[must_use]
pub fn mermaid(dataflow: &Dataflow) -> String {
    let drawing = Drawing::of(dataflow);
    let mut out = String::from("flowchart TD\n");
    for (index, (id, component)) in drawing.steps.iter().enumerate() {
        // Readers and writers are rounded, what is in between is not.
        let (open, close) = if component.starts_with("datasource.") { ("([", "])") } else { ("[", "]") };
        let (id, component) = (escaped(id), escaped(component));
        let label = if id == component { id } else { format!("{id}<br/><small>{component}</small>") };
        out.push_str(&format!("    s{index}{open}\"{label}\"{close}\n"));
    }
    for (from, to, error) in &drawing.edges {
        let arrow = if *error { "-. error .->" } else { "-->" };
        out.push_str(&format!("    s{from} {arrow} s{to}\n"));
    }
    out
}

/// Text within a Mermaid label.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}
