//! Which step follows which.

use std::collections::HashMap;

use super::finding::Severity::{Error, Warning};
use super::{Check, suggest};
use crate::component::Kind;
use crate::document::StepDocument;
use crate::registry::Definition;

/// The edges of a graph.
pub(super) struct Edges {
    /// Of each step, those that get what it gives and those that get what failed.
    pub(super) pairs: Vec<(Vec<usize>, Vec<usize>)>,
    /// The steps so that each comes after all that lead to it.
    pub(super) order: Vec<usize>,
}

impl Check<'_> {
    /// Finds the steps by their ids: doubled ids, names of nobody, steps twice, circles, no entry.
    pub(super) fn connect(&mut self, steps: &[StepDocument]) -> Edges {
        let mut by_id: HashMap<&str, usize> = HashMap::new();
        for (index, step) in steps.iter().enumerate() {
            if let Some(first) = by_id.get(step.id.as_str()) {
                let message =
                    format!("its id is also that of the step at {}", self.place(&format!("/steps/{first}")));
                self.note(Error, "duplicate_id", index, "/id", message, "give it an id of its own");
            } else {
                by_id.insert(&step.id, index);
            }
        }
        let pairs: Vec<_> = steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                (
                    self.targets(index, "next", step.next(), &by_id),
                    self.targets(index, "error", step.error(), &by_id),
                )
            })
            .collect();
        let order = self.order(steps, &pairs);
        Edges { pairs, order }
    }

    fn targets(
        &mut self,
        from: usize,
        member: &str,
        ids: &[String],
        by_id: &HashMap<&str, usize>,
    ) -> Vec<usize> {
        let mut targets = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let below = format!("/{member}/{at}");
            match by_id.get(id.as_str()) {
                Some(target) if targets.contains(target) => {
                    let message = format!("`{member}` names `{id}` twice");
                    self.note(Warning, "doubled_edge", from, &below, message, "it gets each record once");
                }
                Some(target) => targets.push(*target),
                None => {
                    let near = suggest::nearest(id, by_id.keys().copied());
                    let help = near.map_or_else(
                        || "name a step of the flow, or take the name out".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("`{member}` names the step `{id}`, which is not there");
                    self.note(Error, "dangling_edge", from, &below, message, help);
                }
            }
        }
        targets
    }

    /// Puts the steps in an order in which nothing flows back.
    fn order(&mut self, steps: &[StepDocument], pairs: &[(Vec<usize>, Vec<usize>)]) -> Vec<usize> {
        let followers = |index: usize| pairs[index].0.iter().chain(&pairs[index].1).copied();
        let mut waiting = vec![0_usize; steps.len()];
        for target in (0..steps.len()).flat_map(followers) {
            waiting[target] += 1;
        }
        let mut order: Vec<usize> = (0..steps.len()).filter(|index| waiting[*index] == 0).collect();
        let entries = order.len();
        let mut at = 0;
        while let Some(index) = order.get(at).copied() {
            at += 1;
            for target in followers(index) {
                waiting[target] -= 1;
                if waiting[target] == 0 {
                    order.push(target);
                }
            }
        }
        if entries == 0 {
            let message = if steps.is_empty() {
                "the flow has no steps"
            } else {
                "the flow has no entry: every step is named by another"
            };
            let place = self.place("/steps");
            self.findings.push(super::Finding {
                severity: Error,
                code: "no_entry",
                step: None,
                place,
                message: message.to_owned(),
                help: "begin with a reader that no other step names".to_owned(),
            });
        }
        if order.len() < steps.len()
            && let Some(circle) = circle(&waiting, &followers)
        {
            let ids: Vec<String> = circle.iter().map(|index| format!("`{}`", steps[*index].id)).collect();
            let message = format!("the flow runs in a circle: {} → {}", ids.join(" → "), ids[0]);
            self.note(Error, "circle", circle[0], "", message, "take one of these edges out");
        }
        order
    }

    /// Each step gets what it takes.
    pub(super) fn kinds(
        &mut self,
        steps: &[StepDocument],
        definitions: &[Option<Definition>],
        edges: &Edges,
    ) {
        let mut named = vec![false; steps.len()];
        for (from, (next, error)) in edges.pairs.iter().enumerate() {
            for target in next.iter().chain(error) {
                named[*target] = true;
            }
            let Some(source) = &definitions[from] else { continue };
            if source.gives == Kind::Nothing && !next.is_empty() {
                let message = format!("{} gives nothing on, but `next` names steps", source.name);
                self.note(Error, "nothing_given", from, "/next", message, "take `next` out");
                continue;
            }
            for (member, targets, kind) in [("next", next, source.gives), ("error", error, Kind::Records)] {
                for target in targets {
                    let Some(taker) = &definitions[*target] else { continue };
                    if taker.takes != kind {
                        let message = format!(
                            "`{member}` leads {} to `{}` ({}), which takes {}",
                            kind.words(),
                            steps[*target].id,
                            taker.name,
                            taker.takes.words()
                        );
                        self.note(
                            Error,
                            "wrong_kind",
                            from,
                            &format!("/{member}"),
                            message,
                            between(kind, taker.takes),
                        );
                    }
                }
            }
        }
        for (index, definition) in definitions.iter().enumerate() {
            let Some(definition) = definition else { continue };
            let (next, _) = &edges.pairs[index];
            if !named[index] && definition.takes != Kind::Nothing {
                let message = format!(
                    "no step leads to it, and {} takes {}",
                    definition.name,
                    definition.takes.words()
                );
                self.note(Error, "not_reached", index, "", message, "name it in the `next` of a step");
            }
            let writes = definition.name.starts_with("datasource.write.");
            if next.is_empty() && definition.gives != Kind::Nothing && !writes {
                let message = format!("what it gives ({}) goes nowhere", definition.gives.words());
                self.note(
                    Warning,
                    "goes_nowhere",
                    index,
                    "",
                    message,
                    "name the steps that follow in `next`",
                );
            }
        }
    }
}

/// What belongs between a step that gives one kind and a step that takes another.
fn between(gives: Kind, takes: Kind) -> &'static str {
    match (gives, takes) {
        (_, Kind::Nothing) => "a reader is an entry; nothing leads to it",
        (Kind::Records, _) => "put a file.format step between them",
        (Kind::Files, _) => "put a file.parse step between them",
        (Kind::Nothing, _) => "take the edge out",
    }
}

/// A circle among the steps that still wait.
fn circle<I: Iterator<Item = usize>>(
    waiting: &[usize],
    followers: &impl Fn(usize) -> I,
) -> Option<Vec<usize>> {
    let stuck = |index: usize| waiting[index] > 0;
    for start in (0..waiting.len()).filter(|index| stuck(*index)) {
        // Each step on the way back to the start, by the step before it.
        let mut before: HashMap<usize, usize> = HashMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(index) = queue.pop_front() {
            for target in followers(index).filter(|target| stuck(*target)) {
                if target == start {
                    let mut way = vec![index];
                    while let Some(earlier) =
                        way.last().filter(|last| **last != start).and_then(|last| before.get(last))
                    {
                        way.push(*earlier);
                    }
                    way.reverse();
                    return Some(way);
                }
                if let std::collections::hash_map::Entry::Vacant(free) = before.entry(target) {
                    free.insert(index);
                    queue.push_back(target);
                }
            }
        }
    }
    None
}
