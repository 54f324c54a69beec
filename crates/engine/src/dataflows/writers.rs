//! Which steps of a dataflow write to a site: what a person agrees to before it runs.

use dataflow::graph::Graph;
use gigya::Config;

/// A step that changes accounts of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteWriter {
    /// The step.
    pub step: String,
    /// Its component.
    pub component: &'static str,
    /// The method of a generic writer, such as `accounts.setAccountInfo`.
    pub method: Option<String>,
    /// The API key of another site, which the step names itself.
    pub other_key: Option<String>,
}

/// The steps that write to a site that is not on this machine; none for one on loopback.
#[must_use]
pub fn writers_elsewhere(graph: &Graph, site: &Config) -> Vec<SiteWriter> {
    if site.address.is_loopback() {
        return Vec::new();
    }
    let writing =
        graph.steps.iter().filter(|node| node.definition.name.starts_with("datasource.write.gigya."));
    let text = |value: &serde_json::Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    writing
        .map(|node| SiteWriter {
            step: node.id.clone(),
            component: node.definition.name,
            method: text(&node.params()["apiMethod"]),
            other_key: text(&node.params()["apiKey"]).filter(|key| *key != site.api_key),
        })
        .collect()
}
