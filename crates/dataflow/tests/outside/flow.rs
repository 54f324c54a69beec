//! Runs flows.

use std::path::Path;
use std::sync::{Arc, Mutex};

use dataflow::component::{Built, Component, Kind, Setup, step};
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use dataflow::log::{Level, Log};
use dataflow::runner::{Job, Mode, Outcome, Status};
use dataflow::{Record, Registry, components};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

/// What a flow was given and what came of it.
#[derive(Default)]
pub(crate) struct Bench {
    given: Vec<Json>,
    taken: Mutex<Vec<(String, Json)>>,
    lines: Mutex<Vec<String>>,
}

impl Bench {
    pub(crate) fn of(given: Vec<Json>) -> Arc<Self> {
        Arc::new(Self { given, ..Self::default() })
    }

    /// What came to the step of this id.
    pub(crate) fn at(&self, step: &str) -> Vec<Json> {
        let taken = self.taken.lock().unwrap();
        taken.iter().filter(|(id, _)| id == step).map(|(_, record)| record.clone()).collect()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// Gives the records of the bench.
#[derive(Deserialize, JsonSchema)]
struct Give {}

impl Component for Give {
    const TYPE: &'static str = "test.give";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let bench = setup.context.services.get::<Bench>().ok_or("no bench")?;
        step(move |_, mut output| async move {
            for record in &bench.given {
                output.give(Record::from_json(&record.to_string()).unwrap()).await?;
            }
            output.flush().await
        })
    }
}

/// Takes records to the bench.
#[derive(Deserialize, JsonSchema)]
struct Take {}

impl Component for Take {
    const TYPE: &'static str = "test.take";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        let bench = setup.context.services.get::<Bench>().ok_or("no bench")?;
        let id = setup.step.to_owned();
        step(move |mut input, mut output| async move {
            while let Some(record) = input.record(&mut output).await? {
                bench.taken.lock().unwrap().push((id.clone(), record.as_value().to_serde()));
            }
            Ok(())
        })
    }
}

pub(crate) fn registry() -> Registry {
    components::all().with::<Give>().with::<Take>()
}

/// Runs the steps of a flow.
pub(crate) async fn run(steps: Json, bench: &Arc<Bench>, change: impl FnOnce(&mut Context)) -> Outcome {
    document(&json!({"name": "test", "steps": steps}).to_string(), &[], bench, change).await
}

/// Runs a dataflow that is written down, its slots filled.
pub(crate) async fn document(
    text: &str,
    slots: &[(&str, &str)],
    bench: &Arc<Bench>,
    change: impl FnOnce(&mut Context),
) -> Outcome {
    let work = tempfile::tempdir().unwrap();
    let mut context = context(work.path(), bench);
    change(&mut context);
    let read = Read::new(text, slots.iter().copied()).unwrap();
    let checked = check(&read, &registry(), &context, Purpose::Run);
    assert!(!checked.has_errors(), "{:?}", checked.findings);
    let job = Job::new(&checked.graph.unwrap(), &context, Mode::Streaming).unwrap();
    let (_stop, stopped) = watch::channel(false);
    job.run(stopped).await
}

/// As [`run`], for a flow that comes to its end.
pub(crate) async fn succeeds(steps: Json, bench: &Arc<Bench>, change: impl FnOnce(&mut Context)) -> Outcome {
    let outcome = run(steps, bench, change).await;
    assert_eq!(outcome.status, Status::Succeeded);
    outcome
}

/// As [`run`], for a flow that fails: why.
pub(crate) async fn fails(steps: Json, bench: &Arc<Bench>, change: impl FnOnce(&mut Context)) -> String {
    match run(steps, bench, change).await.status {
        Status::Failed(failure) => failure.to_string(),
        other => format!("{other:?}"),
    }
}

fn context(work: &Path, bench: &Arc<Bench>) -> Context {
    let mut context = Context::new("2026-05-02T12:00:00Z".parse().unwrap(), "job-1", work);
    context.services.insert(Arc::clone(bench));
    let lines = Arc::clone(bench);
    context.log = Log::new(Level::Info, move |line| {
        lines.lines.lock().unwrap().push(format!("{} {}: {}", line.level.name(), line.step, line.text));
    });
    context
}

/// `test.give` → `step` → `test.take`, with a second one, `failed`, on the error path.
pub(crate) fn through(component: &str, params: Json) -> Json {
    json!([
        {"id": "give", "type": "test.give", "next": ["step"]},
        {"id": "step", "type": component, "params": params, "next": ["take"], "error": ["failed"]},
        {"id": "take", "type": "test.take"},
        {"id": "failed", "type": "test.take"},
    ])
}
