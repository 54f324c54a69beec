//! A site that is not on this machine is written to only when somebody has agreed.

use ::dataflow::graph::Graph;
use engine::dataflows::writers_elsewhere;
use gigya::Config;

use crate::commands::ask::ask;
use crate::exit::Failure;

/// Shows which steps write to a site that is not on this machine, and asks, unless `yes`.
pub(super) async fn agree(graph: &Graph, site: Option<&Config>, yes: bool) -> Result<(), Failure> {
    let Some(site) = site else { return Ok(()) };
    let writers = writers_elsewhere(graph, site);
    if writers.is_empty() {
        return Ok(());
    }
    eprintln!("site          {}, API key {}", site.address, site.api_key);
    for writer in &writers {
        let other = writer.other_key.as_ref().map(|key| format!(", API key {key}")).unwrap_or_default();
        let method = writer.method.as_ref().map(|method| format!(", {method}")).unwrap_or_default();
        eprintln!("writes to it  step `{}`: {}{method}{other}", writer.step, writer.component);
    }
    for node in graph.steps.iter().filter(|node| node.definition.name.starts_with("datasource.read.")) {
        eprintln!("reads         step `{}`: {}", node.id, node.definition.name);
    }
    if yes {
        return Ok(());
    }
    match ask("run this flow?").await? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::refused("nothing was written")),
        None => Err(Failure::refused("this site is not on this machine; say --yes to write to it")),
    }
}
