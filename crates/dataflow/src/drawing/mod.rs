//! A dataflow as a picture: Mermaid text, and SVG with a layout of our own.
//!
//! Everything that a document holds is drawn, also what a check finds wrong.

mod layout;
mod mermaid;
mod picture;
mod svg;

pub use mermaid::mermaid;
pub use picture::{Family, Line, Picture, StepBox};
pub use svg::svg;

use std::collections::HashMap;

use crate::document::Dataflow;

/// What is drawn.
struct Drawing<'a> {
    steps: Vec<(&'a str, &'a str)>,
    /// From, to, and whether it is the error path.
    edges: Vec<(usize, usize, bool)>,
}

impl<'a> Drawing<'a> {
    fn of(dataflow: &'a Dataflow) -> Self {
        let by_id: HashMap<&str, usize> =
            dataflow.steps.iter().enumerate().rev().map(|(index, step)| (step.id.as_str(), index)).collect();
        let mut edges = Vec::new();
        for (from, step) in dataflow.steps.iter().enumerate() {
            for (ids, error) in [(step.next(), false), (step.error(), true)] {
                edges.extend(ids.iter().filter_map(|id| Some((from, *by_id.get(id.as_str())?, error))));
            }
        }
        let steps = dataflow.steps.iter().map(|step| (step.id.as_str(), step.component.trim())).collect();
        Self { steps, edges }
    }
}
