//! Which steps run in the task of the step after them.

use crate::flow::{Chain, Fused};
use crate::graph::Graph;

use super::Ready;

/// Puts the steps that only change a record into the task of the step after them, where that has no other step before it:
/// nothing is split or joined on the way, and no path leads around it, so that no two tasks can wait for each other. What
/// is left are the tasks of the job.
pub(super) fn fuse(graph: &Graph, steps: Vec<Ready>) -> Vec<Ready> {
    let mut leading = vec![0_usize; graph.steps.len()];
    for target in graph.steps.iter().flat_map(|node| node.next.iter().chain(&node.error)) {
        leading[*target] += 1;
    }
    let after = |index: usize| match graph.steps[index].next[..] {
        [only] if leading[only] == 1 => Some(only),
        _ => None,
    };
    let mut ready: Vec<Option<Ready>> = steps.into_iter().map(Some).collect();
    let mut changes: Vec<_> = ready
        .iter_mut()
        .enumerate()
        .map(|(index, ready)| after(index).and_then(|_| ready.as_mut()?.step.change()))
        .collect();
    let mut before = vec![None; graph.steps.len()];
    for (index, change) in changes.iter().enumerate() {
        if let (Some(_), Some(after)) = (change, after(index)) {
            before[after] = Some(index);
        }
    }
    let ends: Vec<usize> = (0..ready.len()).filter(|index| changes[*index].is_none()).collect();
    let mut tasks = Vec::with_capacity(ends.len());
    for end in ends {
        let Some(mut task) = ready[end].take() else { continue };
        let mut chain = Vec::new();
        let mut first = end;
        while let Some(step) = before[first] {
            let (Some(Ready { input, output, .. }), Some(change)) =
                (ready[step].take(), changes[step].take())
            else {
                break;
            };
            // The task takes what comes into the first of them.
            task.input.takes_over(input);
            chain.push(Fused::new(step, change, &output));
            task.others.push(output);
            first = step;
        }
        chain.reverse();
        if !chain.is_empty() {
            task.input.behind(Chain::new(chain, end, task.at.clone()));
        }
        tasks.push(task);
    }
    tasks
}
