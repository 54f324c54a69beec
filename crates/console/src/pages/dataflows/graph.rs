//! The graph of a dataflow, each step a link.

use dataflow::document::Dataflow;
use dataflow::drawing::{Picture, StepBox};
use dataflow::graph::{Finding, Severity};
use maud::{Markup, html};

/// The graph; `path` is where the page of the dataflow is, `chosen` the step that is looked at.
pub(super) fn drawn(dataflow: &Dataflow, path: &str, chosen: Option<&str>, findings: &[Finding]) -> Markup {
    let Picture { width, height, boxes, lines } = Picture::of(dataflow);
    html! {
        div.scroll {
            svg.graph width=(width) height=(height) viewBox=(format!("0 0 {width} {height}")) role="group" aria-label=(format!("Steps of {}", dataflow.name)) {
                defs { (marker("next")) (marker("error")) }
                @for line in &lines {
                    @let kind = if line.error { "error" } else { "next" };
                    path.edge.error[line.error] d=(line.path) marker-end=(format!("url(#{kind})")) {}
                }
                @for step in &boxes { (linked(step, path, chosen, findings)) }
            }
        }
        @if lines.iter().any(|line| line.error) {
            p.hint { "Dashed: where records go that failed." }
        }
    }
}

fn linked(step: &StepBox, path: &str, chosen: Option<&str>, findings: &[Finding]) -> Markup {
    let (width, height) = (StepBox::WIDTH, StepBox::HEIGHT);
    let (x, y) = (step.x + width / 2, step.y + height / 2);
    let wrong = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error && finding.step.as_deref() == Some(&step.id));
    let is_chosen = chosen == Some(step.id.as_str());
    // What is seen comes first, so that it can be spoken to.
    let seen = [Some(&step.title), step.subtitle.as_ref()].into_iter().flatten();
    let seen = seen.map(String::as_str).collect::<Vec<_>>().join(" ");
    let label = format!("{seen}{}", if wrong { ", cannot run" } else { "" });
    html! {
        a href=(link(path, &step.id)) aria-label=(label) aria-current=[is_chosen.then_some("true")] class=(step.family.class()) {
            rect.wrong[wrong] x=(step.x) y=(step.y) width=(width) height=(height) rx="7" {}
            @match &step.subtitle {
                None => text x=(x) y=(y + 5) { (step.title) },
                Some(subtitle) => {
                    text x=(x) y=(y - 3) { (step.title) }
                    // Two words, not one, for who hears them.
                    " "
                    text.type x=(x) y=(y + 14) { (subtitle) }
                }
            }
        }
    }
}

fn marker(id: &str) -> Markup {
    html! {
        marker id=(id) viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
            path d="M0 0 L8 4 L0 8 z" {}
        }
    }
}

/// The page of a dataflow with a step chosen. Ids of steps are any text.
pub(super) fn link(path: &str, step: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("step", step).finish();
    format!("{path}?{query}#step")
}
