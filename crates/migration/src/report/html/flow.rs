//! The way of the accounts through the stages: a band for each part of them, as wide as they are many.

use maud::{Markup, html};

use super::figures::count;
use crate::report::Report;

const WIDTH: f64 = 920.0;
const NODE: f64 = 8.0;
/// Height of the widest stage.
const FULL: f64 = 230.0;
/// A node has room for its two lines of text, however few its accounts are.
const ROOM: f64 = 46.0;
const TOP: f64 = 8.0;

/// A part of the accounts at a stage.
struct Node {
    name: &'static str,
    users: u64,
    column: usize,
    /// On its way to the tenant, or there.
    good: bool,
    y: f64,
    height: f64,
    /// How much of the node's height is already taken by bands that leave it and that enter it.
    left: f64,
    entered: f64,
}

pub(super) fn section(report: &Report) -> Markup {
    let (nodes, bands, height) = layout(report);
    let columns = nodes.iter().map(|node| node.column).max().unwrap_or(0);
    if columns == 0 {
        return html! {};
    }
    let x = |column: usize| column as f64 * (WIDTH - 190.0) / columns as f64;
    html! {
        section {
            h2 { "The way of the accounts" }
            div.scroll {
                svg.flow viewBox=(format!("0 0 {WIDTH} {height:.1}")) role="img" aria-label=(label(&nodes)) {
                    @for band in &bands {
                        @let (from, to) = (&nodes[band.from], &nodes[band.to]);
                        path.band.good[to.good] d=(curve(x(from.column) + NODE, band.y0, x(to.column), band.y1, band.height)) {
                            title { (from.name) " → " (to.name) ": " (count(band.users)) }
                        }
                    }
                    @for node in &nodes {
                        rect.node.good[node.good] x=(fixed(x(node.column))) y=(fixed(node.y)) width=(NODE) height=(fixed(node.height)) rx="1.5" {}
                        text.count x=(fixed(x(node.column) + NODE + 9.0)) y=(fixed(node.y + 15.0)) { (count(node.users)) }
                        text.name x=(fixed(x(node.column) + NODE + 9.0)) y=(fixed(node.y + 32.0)) { (node.name) }
                    }
                }
            }
        }
    }
}

struct Band {
    from: usize,
    to: usize,
    users: u64,
    y0: f64,
    y1: f64,
    height: f64,
}

fn layout(report: &Report) -> (Vec<Node>, Vec<Band>, f64) {
    let counters = &report.counters;
    let mut nodes: Vec<Node> = Vec::new();
    let mut add = |name, users: Option<u64>, column, good, always: bool| {
        let users = users.filter(|users| always || *users > 0)?;
        nodes.push(Node { name, users, column, good, y: 0.0, height: 0.0, left: 0.0, entered: 0.0 });
        Some(nodes.len() - 1)
    };
    let mut column = 0;
    let mut next = |there: bool| {
        let now = column;
        column += usize::from(there);
        now
    };
    let read = add("read", counters.read, next(counters.read.is_some()), true, true);
    let mapped = add("mapped", counters.mapped, next(counters.mapped.is_some()), true, true);
    let third = next(counters.packed.is_some());
    let packed = add("packed", counters.packed, third, true, true);
    let left = add("left for the first login", counters.left, third, false, false);
    let set_aside = add("set aside", counters.set_aside, third, false, false);
    let not_selected = add("not asked for", counters.not_selected, third, false, false);
    let last = next(true);
    let outcomes = [
        add("imported", counters.imported, last, true, false),
        add("updated", counters.updated, last, true, false),
        add("already there", counters.already_there, last, true, false),
        add("refused", counters.failed, last, false, false),
        add("no outcome yet", counters.open, last, false, false),
    ];
    let most = nodes.iter().map(|node| node.users).max().unwrap_or(0).max(1);
    let scale = FULL / most as f64;
    let mut below = [TOP; 8];
    for node in &mut nodes {
        node.height = (node.users as f64 * scale).max(1.5);
        node.y = below[node.column];
        below[node.column] += node.height.max(ROOM) + 8.0;
    }
    let height = below.iter().copied().fold(0.0, f64::max).max(FULL + TOP * 2.0);
    // What is set aside before the mapping is told by its stage; the rest of the bands are the nodes' own counts.
    let unread: u64 =
        report.causes.iter().filter(|cause| cause.stage == "read").map(|cause| cause.count).sum();
    let unread = unread.min(counters.set_aside.unwrap_or(0));
    let source = mapped.or(read);
    let mut links =
        vec![(read, mapped, counters.mapped.unwrap_or(0)), (source, packed, counters.packed.unwrap_or(0))];
    links.push((source, left, counters.left.unwrap_or(0)));
    links.push((
        source,
        set_aside,
        counters.set_aside.unwrap_or(0) - if mapped.is_some() { unread } else { 0 },
    ));
    if mapped.is_some() {
        links.push((read, set_aside, unread));
    }
    links.push((read, not_selected, counters.not_selected.unwrap_or(0)));
    for outcome in outcomes {
        links.push((packed, outcome, outcome.map_or(0, |at| nodes[at].users)));
    }
    let mut bands = Vec::new();
    for (from, to, users) in links {
        if let (Some(from), Some(to)) = (from, to)
            && users > 0
        {
            let height = (users as f64 * scale).max(1.0);
            let y0 = nodes[from].y + nodes[from].left;
            let y1 = nodes[to].y + nodes[to].entered;
            nodes[from].left += height;
            nodes[to].entered += height;
            bands.push(Band { from, to, users, y0, y1, height });
        }
    }
    (nodes, bands, height)
}

/// A band from one height to another, with level ends.
fn curve(x0: f64, y0: f64, x1: f64, y1: f64, height: f64) -> String {
    let middle = f64::midpoint(x0, x1);
    format!(
        "M{x0:.1} {y0:.1}C{middle:.1} {y0:.1} {middle:.1} {y1:.1} {x1:.1} {y1:.1}V{:.1}C{middle:.1} {:.1} {middle:.1} {:.1} {x0:.1} {:.1}Z",
        y1 + height,
        y1 + height,
        y0 + height,
        y0 + height
    )
}

fn fixed(number: f64) -> String {
    format!("{number:.1}")
}

fn label(nodes: &[Node]) -> String {
    let each: Vec<String> = nodes.iter().map(|node| format!("{} {}", count(node.users), node.name)).collect();
    each.join(", ")
}
