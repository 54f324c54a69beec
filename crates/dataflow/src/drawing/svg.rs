//! SVG.

use super::Drawing;
use super::layout::Layout;
use crate::document::Dataflow;

const WIDTH: usize = 220;
const HEIGHT: usize = 46;
const GAP_X: usize = 28;
const GAP_Y: usize = 44;
const MARGIN: usize = 20;
/// Most characters of a line in a box.
const LETTERS: usize = 30;

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
    let drawing = Drawing::of(dataflow);
    let layout = Layout::of(&drawing);
    let widest = layout.widths.iter().copied().max().unwrap_or(0).max(1);
    let width = 2 * MARGIN + widest * (WIDTH + GAP_X) - GAP_X;
    let height = 2 * MARGIN + (layout.widths.len().max(1)) * (HEIGHT + GAP_Y) - GAP_Y;
    // A layer with fewer places is centred.
    let centre = |(layer, place): (usize, usize)| {
        let indent = (widest - layout.widths[layer]) * (WIDTH + GAP_X) / 2;
        (
            MARGIN + indent + place * (WIDTH + GAP_X) + WIDTH / 2,
            MARGIN + layer * (HEIGHT + GAP_Y) + HEIGHT / 2,
        )
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n<defs>{}{}</defs>\n",
        escaped(&dataflow.name),
        marker("next"),
        marker("error"),
    );
    for ((_, _, error), way) in drawing.edges.iter().zip(&layout.ways) {
        let points: Vec<_> = way.iter().map(|spot| centre(*spot)).collect();
        out.push_str(&edge(&points, *error));
    }
    for ((id, component), spot) in drawing.steps.iter().zip(&layout.places) {
        let (x, y) = centre(*spot);
        let class = if component.starts_with("datasource.") {
            " class=\"source\""
        } else if component.starts_with("file.") {
            " class=\"file\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<g{class}><title>{}: {}</title><rect x=\"{}\" y=\"{}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"7\"/>",
            escaped(id), escaped(component), x - WIDTH / 2, y - HEIGHT / 2,
        ));
        if id == component {
            out.push_str(&format!("<text x=\"{x}\" y=\"{}\">{}</text></g>\n", y + 5, escaped(&short(id))));
        } else {
            out.push_str(&format!(
                "<text x=\"{x}\" y=\"{}\">{}</text><text class=\"type\" x=\"{x}\" y=\"{}\">{}</text></g>\n",
                y - 3,
                escaped(&short(id)),
                y + 14,
                escaped(&short(component)),
            ));
        }
    }
    out.push_str("</svg>\n");
    out
}

fn marker(name: &str) -> String {
    format!(
        "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\"/></marker>"
    )
}

/// From the lower side of a box to the upper side of the next, in soft curves through the layers between.
fn edge(points: &[(usize, usize)], error: bool) -> String {
    let [first, .., last] = points else { return String::new() };
    let down = last.1 > first.1;
    let leave = if down { first.1 + HEIGHT / 2 } else { first.1 - HEIGHT / 2 };
    let mut path = format!("M{} {leave}", first.0);
    let mut at = (first.0, leave);
    for (index, point) in points.iter().enumerate().skip(1) {
        let ends = index + 1 == points.len();
        let y = match (ends, down) {
            (false, _) => point.1,
            (true, true) => point.1 - HEIGHT / 2,
            (true, false) => point.1 + HEIGHT / 2,
        };
        let middle = usize::midpoint(at.1, y);
        path.push_str(&format!(" C{} {middle} {} {middle} {} {y}", at.0, point.0, point.0));
        at = (point.0, y);
    }
    let (class, marker) = if error { (" class=\"error\"", "error") } else { ("", "next") };
    format!("<path{class} d=\"{path}\" marker-end=\"url(#{marker})\"/>\n")
}

fn short(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}

fn escaped(text: &str) -> String {
    let clean: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
