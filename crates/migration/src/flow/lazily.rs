//! Whether users who come over at their first login are those that a flow makes.

use std::collections::BTreeSet;

use dataflow::component::Kind;
use dataflow::graph::Graph;

use super::READER;

/// Why a user who comes over at the first login, from what the site's login says and by the mapping alone, is not the one
/// that the flow would have made; none when it is. `mapper` is the step of the mapping, `document` its text.
pub(super) fn difference(graph: &Graph, mapper: usize, document: &str) -> Option<String> {
    let mut before: BTreeSet<usize> = BTreeSet::new();
    let mut look = vec![mapper];
    while let Some(to) = look.pop() {
        let leads =
            |from: &usize| graph.steps[*from].next.contains(&to) || graph.steps[*from].error.contains(&to);
        look.extend((0..graph.steps.len()).filter(leads).filter(|from| before.insert(*from)));
    }
    let changing =
        before.iter().map(|step| &graph.steps[*step]).find(|node| node.definition.takes == Kind::Records);
    if let Some(node) = changing {
        return Some(format!("step `{}` ({}) stands before the mapping", node.id, node.definition.name));
    }
    let readers =
        before.iter().map(|step| &graph.steps[*step]).filter(|node| node.definition.gives == Kind::Records);
    readers.filter(|node| node.definition.takes == Kind::Nothing).find_map(|node| {
        let id = &node.id;
        if node.definition.name != READER {
            return Some(format!("step `{id}` ({}) reads no accounts", node.definition.name));
        }
        let params = node.params();
        let chooses = ["where", "consent"].into_iter().find(|name| match &params[*name] {
            serde_json::Value::String(text) => !text.trim().is_empty(),
            serde_json::Value::Array(paths) => !paths.is_empty(),
            _ => false,
        });
        if let Some(name) = chooses {
            return Some(format!("step `{id}` chooses accounts with `{name}`"));
        }
        let selected: Vec<&str> =
            params["select"].as_str().unwrap_or_default().split(',').map(str::trim).collect();
        if selected.contains(&"*") {
            return None;
        }
        let rules = mapping::document::parse(document).ok()?;
        let root = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_owned();
        let mut roots =
            rules.iter().flat_map(|rule| rule.from.iter().chain(&rule.prefer)).map(|path| root(path));
        let unread = roots.find(|root| !selected.contains(&root.as_str()));
        unread.map(|root| format!("step `{id}` does not select all of `{root}`, which the mapping reads"))
    })
}
