//! Where the steps of a picture stand: in layers from top to bottom, with as few crossings as a few sweeps bring.

use super::Drawing;

/// The layers of a picture.
pub(super) struct Layout {
    /// Of each step its layer and its place in it, from 0.
    pub(super) places: Vec<(usize, usize)>,
    /// Of each edge, in the order of the drawing, its places from layer to layer, ends included.
    pub(super) ways: Vec<Vec<(usize, usize)>>,
    /// How many places each layer has.
    pub(super) widths: Vec<usize>,
}

/// Sweeps down and up that put each layer in order.
const SWEEPS: usize = 8;

impl Layout {
    pub(super) fn of(drawing: &Drawing<'_>) -> Self {
        let count = drawing.steps.len();
        let layer = layers(count, &drawing.edges);
        // Long edges get a place in each layer that they cross, so that nothing is drawn over a step.
        let mut nodes: Vec<usize> = layer.clone();
        let mut chains: Vec<Vec<usize>> = Vec::new();
        for (from, to, _) in &drawing.edges {
            let (low, high, backwards) =
                if layer[*from] <= layer[*to] { (*from, *to, false) } else { (*to, *from, true) };
            let mut chain = vec![low];
            for crossed in layer[low] + 1..layer[high] {
                chain.push(nodes.len());
                nodes.push(crossed);
            }
            chain.push(high);
            if backwards {
                chain.reverse();
            }
            chains.push(chain);
        }
        let depth = nodes.iter().max().map_or(0, |deepest| deepest + 1);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); depth];
        for (node, layer) in nodes.iter().enumerate() {
            rows[*layer].push(node);
        }
        let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
            neighbours[pair[0]].push(pair[1]);
            neighbours[pair[1]].push(pair[0]);
        }
        let mut place = vec![0_usize; nodes.len()];
        let settle = |row: &[usize], place: &mut Vec<usize>| {
            row.iter().enumerate().for_each(|(at, node)| place[*node] = at)
        };
        rows.iter().for_each(|row| settle(row, &mut place));
        for sweep in 0..SWEEPS {
            let downwards = sweep % 2 == 0;
            let order: Vec<usize> =
                if downwards { (1..depth).collect() } else { (0..depth.saturating_sub(1)).rev().collect() };
            for at in order {
                let beside = if downwards { at - 1 } else { at + 1 };
                sort(&mut rows[at], &neighbours, &nodes, beside, &place);
                settle(&rows[at], &mut place);
            }
        }
        let spot = |node: usize| (nodes[node], place[node]);
        Self {
            places: (0..count).map(spot).collect(),
            ways: chains.iter().map(|chain| chain.iter().map(|node| spot(*node)).collect()).collect(),
            widths: rows.iter().map(Vec::len).collect(),
        }
    }
}

/// Each step one below the lowest that leads to it. Edges of a circle that lead back are left out of account.
fn layers(count: usize, edges: &[(usize, usize, bool)]) -> Vec<usize> {
    let mut layer = vec![0; count];
    // Without a circle nothing moves after `count` rounds.
    for _ in 0..count {
        let mut moved = false;
        for (from, to, _) in edges {
            if layer[*to] <= layer[*from] && layer[*from] + 1 < count {
                layer[*to] = layer[*from] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    layer
}

/// Sorts a layer by the middle of each node's neighbours in the layer beside it.
fn sort(row: &mut [usize], neighbours: &[Vec<usize>], nodes: &[usize], beside: usize, place: &[usize]) {
    let middle = |node: usize| {
        let mut places: Vec<usize> = neighbours[node]
            .iter()
            .filter(|other| nodes[**other] == beside)
            .map(|other| place[*other])
            .collect();
        places.sort_unstable();
        match places.len() {
            0 => place[node] * 2,
            length => places[(length - 1) / 2] + places[length / 2],
        }
    };
    row.sort_by_key(|node| middle(*node));
}
