//! Records that a job has lost: they failed in steps that name no error step.

use dataflow::Kind;
use dataflow::graph::Graph;
use dataflow::runner::Outcome;

/// Reasons that are told of each job.
const TOLD: usize = 3;

/// What a job has lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Losses {
    /// Whether no record has got through.
    pub(super) is_all: bool,
    /// How many, where, and the first reasons.
    pub(super) words: String,
}

/// The losses of a job that has come to its end; none when nothing was lost.
pub(super) fn of(graph: &Graph, outcome: &Outcome, reasons: &[String]) -> Option<Losses> {
    if outcome.unrouted == 0 {
        return None;
    }
    let takes = |index: usize| graph.steps[index].definition.takes == Kind::Records;
    let is_last = |index: usize| takes(index) && !graph.steps[index].next.iter().any(|next| takes(*next));
    // A graph without a step that takes records has none that could fail, but where files are parsed.
    let through = |index: usize| {
        let step = &outcome.steps[index];
        step.received.saturating_sub(step.failed)
    };
    let is_all = (0..outcome.steps.len()).filter(|index| is_last(*index)).all(|index| through(index) == 0);
    let steps = outcome.steps.iter().filter(|step| step.unrouted > 0);
    let steps: Vec<String> = steps.map(|step| format!("{} in step `{}`", step.unrouted, step.id)).collect();
    let first: Vec<&str> = reasons.iter().take(TOLD).map(String::as_str).collect();
    let first = match first.as_slice() {
        [] => String::new(),
        some => format!(": {}", some.join("; ")),
    };
    let lost = if is_all { "no record got through; " } else { "" };
    let words = format!(
        "{lost}of {} records, {} failed in steps that name no error step ({}){first}",
        outcome.records,
        outcome.unrouted,
        steps.join(", ")
    );
    Some(Losses { is_all, words })
}

#[cfg(test)]
mod tests {
    use dataflow::components;
    use dataflow::context::Context;
    use dataflow::document::Read;
    use dataflow::graph::{Purpose, check};
    use dataflow::runner::{Job, Mode};
    use serde_json::json;
    use tokio::sync::watch;

    use super::*;

    /// What is lost when these records come to `field.date.format`, which fails for what is no date.
    async fn lost(records: &str) -> Option<Losses> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("in.json"), records).unwrap();
        let store = json!({"host": "h", "username": "u"});
        let flow = json!({"name": "f", "steps": [
            {"id": "in", "type": "datasource.read.sftp", "params": store, "next": ["parse"]},
            {"id": "parse", "type": "file.parse.json", "next": ["date"]},
            {"id": "date", "type": "field.date.format", "params": {"fields": [{"field": "d"}]}, "next": ["format"]},
            {"id": "format", "type": "file.format.json", "params": {"fileName": "o.json", "createEmptyFile": true}, "next": ["out"]},
            {"id": "out", "type": "datasource.write.sftp", "params": store},
        ]});
        let mut context = Context::new(jiff::Timestamp::now(), "job", folder.path());
        context.stores.insert("in".to_owned(), folder.path().into());
        context.stores.insert("out".to_owned(), folder.path().join("out"));
        let read = Read::new(&flow.to_string(), []).unwrap();
        let graph = check(&read, &components::all(), &context, Purpose::Run).graph.unwrap();
        let (_stop, stopped) = watch::channel(false);
        let outcome = Job::new(&graph, &context, Mode::Streaming).unwrap().run(stopped).await;
        of(&graph, &outcome, &["step `date`: no date".to_owned()])
    }

    #[tokio::test]
    async fn a_job_that_lost_all_is_told_from_one_that_lost_some() {
        assert_eq!(lost(r#"[{"d": "2024-01-01"}]"#).await, None);
        let some = lost(r#"[{"d": "2024-01-01"}, {"d": "soon"}]"#).await.unwrap();
        assert!(!some.is_all);
        assert_eq!(
            some.words,
            "of 2 records, 1 failed in steps that name no error step (1 in step `date`): step `date`: no date"
        );
        let all = lost(r#"[{"d": "never"}, {"d": "soon"}]"#).await.unwrap();
        assert!(
            all.is_all && all.words.starts_with("no record got through; of 2 records, 2 failed"),
            "{all:?}"
        );
    }
}
