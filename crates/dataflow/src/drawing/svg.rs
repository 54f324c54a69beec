//! SVG.

use super::{Picture, StepBox};
use crate::document::Dataflow;

const STYLE: &str = "
  svg { color-scheme: light dark; font: 13px system-ui, sans-serif; background: #fff }
  rect { fill: #f6f7f9; stroke: #c5cbd3 }
  .source rect { fill: #eaf2fb; stroke: #8fb4dc }
  .file rect { fill: #f3f0e6; stroke: #cfc3a0 }
  text { fill: #1f2933; text-anchor: middle }
  .type { fill: #66717d; font-size: 11px }
  path { fill: none; stroke: #8a949f; stroke-width: 1.4 }
  .error { stroke: #c2574b; stroke-dasharray: 5 4 }
  marker path { fill: #8a949f; stroke: none }
  #error path { fill: #c2574b }
  @media (prefers-color-scheme: dark) {
    svg { background: #14181d }
    rect { fill: #1f252c; stroke: #414b56 }
    .source rect { fill: #1a2b3d; stroke: #3f658c }
    .file rect { fill: #2b281d; stroke: #6b6242 }
    text { fill: #e4e8ec }
    .type { fill: #98a3ae }
    path { stroke: #7b8691 }
    .error { stroke: #e08074 }
    marker path { fill: #7b8691 }
    #error path { fill: #e08074 }
  }
";

/// A picture that follows the reader's light or dark, without scripts or outside resources.
#[must_use]
pub fn svg(dataflow: &Dataflow) -> String {
    let Picture { width, height, boxes, lines } = Picture::of(dataflow);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n<defs>{}{}</defs>\n",
        escaped(&dataflow.name),
        marker("next"),
        marker("error"),
    );
    for line in &lines {
        let (class, marker) = if line.error { (" class=\"error\"", "error") } else { ("", "next") };
        out.push_str(&format!("<path{class} d=\"{}\" marker-end=\"url(#{marker})\"/>\n", line.path));
    }
    for step in &boxes {
        out.push_str(&drawn(step));
    }
    out.push_str("</svg>\n");
    out
}

fn drawn(step: &StepBox) -> String {
    let (width, height) = (StepBox::WIDTH, StepBox::HEIGHT);
    let (x, y) = (step.x + width / 2, step.y + height / 2);
    let text = match &step.subtitle {
        None => format!("<text x=\"{x}\" y=\"{}\">{}</text>", y + 5, escaped(&step.title)),
        Some(subtitle) => format!(
            "<text x=\"{x}\" y=\"{}\">{}</text><text class=\"type\" x=\"{x}\" y=\"{}\">{}</text>",
            y - 3,
            escaped(&step.title),
            y + 14,
            escaped(subtitle),
        ),
    };
    format!(
        "<g class=\"{}\"><title>{}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{height}\" rx=\"7\"/>{text}</g>\n",
        step.family.class(),
        escaped(&step.id),
        escaped(&step.component),
        step.x,
        step.y,
    )
}

fn marker(name: &str) -> String {
    format!(
        "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker>"
    )
}

fn escaped(text: &str) -> String {
    let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
