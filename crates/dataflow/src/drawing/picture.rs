//! Boxes and lines with their places, for whoever draws them.

use super::Drawing;
use super::layout::Layout;
use crate::document::Dataflow;

const GAP_X: usize = 28;
const GAP_Y: usize = 44;
const MARGIN: usize = 20;
/// Most characters of a line in a box.
const LETTERS: usize = 30;

/// A dataflow laid out in layers from top to bottom. Lengths are those of an SVG's user space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How wide it is.
    pub width: usize,
    /// How high it is.
    pub height: usize,
    /// The steps, in the order of the document.
    pub boxes: Vec<StepBox>,
    /// The edges.
    pub lines: Vec<Line>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepBox {
    /// Its id.
    pub id: String,
    /// Its component.
    pub component: String,
    /// What family that is of.
    pub family: Family,
    /// Its id, cut to what fits into the box.
    pub title: String,
    /// Its component in the same way; none where the id says the same.
    pub subtitle: Option<String>,
    /// Its left side.
    pub x: usize,
    /// Its upper side.
    pub y: usize,
}

impl StepBox {
    /// How wide a box is.
    pub const WIDTH: usize = 220;
    /// How high a box is.
    pub const HEIGHT: usize = 46;
}

/// Components that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `datasource.*`: what speaks to the outside.
    Source,
    /// `file.*`: what makes, parses or packs files.
    File,
    /// All others: what changes records.
    Record,
}

/// An edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The id of the step where it begins.
    pub from: String,
    /// The id of the step where it ends.
    pub to: String,
    /// Whether it is the error path.
    pub error: bool,
    /// The `d` of an SVG path.
    pub path: String,
}

impl Picture {
    /// The picture of a dataflow; everything that the document holds is in it, also what a check finds wrong.
    #[must_use]
    pub fn of(dataflow: &Dataflow) -> Self {
        let drawing = Drawing::of(dataflow);
        let layout = Layout::of(&drawing);
        let (across, down) = (StepBox::WIDTH + GAP_X, StepBox::HEIGHT + GAP_Y);
        let widest = layout.widths.iter().copied().max().unwrap_or(0).max(1);
        // A layer with fewer places is centred.
        let corner = |(layer, place): (usize, usize)| {
            let indent = (widest - layout.widths[layer]) * across / 2;
            (MARGIN + indent + place * across, MARGIN + layer * down)
        };
        let boxes = drawing.steps.iter().zip(&layout.places).map(|((id, component), spot)| {
            let (x, y) = corner(*spot);
            StepBox {
                id: (*id).to_owned(),
                component: (*component).to_owned(),
                family: Family::of(component),
                title: short(id),
                subtitle: (id != component).then(|| short(component)),
                x,
                y,
            }
        });
        let lines = drawing.edges.iter().zip(&layout.ways).map(|((from, to, error), way)| {
            let middle = |spot: &(usize, usize)| {
                let (x, y) = corner(*spot);
                (x + StepBox::WIDTH / 2, y + StepBox::HEIGHT / 2)
            };
            let points: Vec<_> = way.iter().map(middle).collect();
            let id = |index: usize| drawing.steps[index].0.to_owned();
            Line { from: id(*from), to: id(*to), error: *error, path: curve(&points) }
        });
        Self {
            width: 2 * MARGIN + widest * across - GAP_X,
            height: 2 * MARGIN + layout.widths.len().max(1) * down - GAP_Y,
            boxes: boxes.collect(),
            lines: lines.collect(),
        }
    }
}

impl Family {
    fn of(component: &str) -> Self {
        match component.split('.').next() {
            Some("datasource") => Self::Source,
            Some("file") => Self::File,
            _ => Self::Record,
        }
    }

    /// Its class in style sheets.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::File => "file",
            Self::Record => "record",
        }
    }
}

/// From the lower side of a box to the upper side of the next, in soft curves through the layers between.
fn curve(points: &[(usize, usize)]) -> String {
    let [first, .., last] = points else { return String::new() };
    let half = StepBox::HEIGHT / 2;
    let down = last.1 > first.1;
    let leave = if down { first.1 + half } else { first.1 - half };
    let mut path = format!("M{} {leave}", first.0);
    let mut at = leave;
    let mut x = first.0;
    for (index, point) in points.iter().enumerate().skip(1) {
        let ends = index + 1 == points.len();
        let y = match (ends, down) {
            (false, _) => point.1,
            (true, true) => point.1 - half,
            (true, false) => point.1 + half,
        };
        let middle = usize::midpoint(at, y);
        path.push_str(&format!(" C{x} {middle} {} {middle} {} {y}", point.0, point.0));
        (x, at) = (point.0, y);
    }
    path
}

fn short(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}
