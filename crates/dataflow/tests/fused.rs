//! Steps that run in the task of the step after them do what they do in tasks of their own: random graphs, run both ways.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use dataflow::component::{Built, Component, Kind, Setup, Then, each, step};
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use dataflow::log::{Level, Log};
use dataflow::runner::{Edge, Job, Mode, Status, trial};
use dataflow::{ErrorDetails, Fault, Path, Record, Registry};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

/// Gives numbered records.
#[derive(Deserialize, JsonSchema)]
struct Count {
    /// How many.
    to: u64,
}

impl Component for Count {
    const TYPE: &'static str = "test.count";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let from = setup.step.to_owned();
        step(move |_, mut output| async move {
            for number in 0..self.to {
                let members = [("n", dataflow::Value::from(number)), ("from", from.as_str().into())];
                output.give(Record::from(members.into_iter().collect::<dataflow::record::Object>())).await?;
            }
            output.flush().await
        })
    }
}

/// Passes most records on with a trace; drops, doubles and fails some; stops the job at one.
#[derive(Deserialize, JsonSchema)]
struct Change {
    drop: i64,
    double: i64,
    fail: i64,
    #[serde(default)]
    fault: i64,
}

impl Component for Change {
    const TYPE: &'static str = "test.change";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let (id, n) = (setup.step.to_owned(), Path::name("n"));
        each(move |mut record| {
            let number = record.get(&n).and_then(|value| value.as_i64()).unwrap();
            let is = |every: i64| every > 0 && number % every == every - 1;
            let trace = record.members().get("trace").and_then(|trace| trace.as_str()).unwrap_or_default();
            let trace = format!("{trace} {id}");
            record.members_mut().insert("trace", trace);
            match () {
                () if is(self.fault) => Err(Fault::lasting("too much")),
                () if is(self.drop) => Ok(Then::Many(Vec::new())),
                () if is(self.double) => Ok(Then::Many(vec![record.clone(), record])),
                () if is(self.fail) => Ok(Then::Fail(record, ErrorDetails::new("not this one"))),
                () => Ok(Then::Pass(record)),
            }
        })
    }
}

type Written = Mutex<Vec<String>>;

/// Keeps what comes.
#[derive(Deserialize, JsonSchema)]
struct Keep {}

impl Component for Keep {
    const TYPE: &'static str = "datasource.write.test";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let (id, written) = (setup.step.to_owned(), setup.context.services.get::<Written>().ok_or("none")?);
        step(move |mut input, mut output| async move {
            while let Some(record) = input.record(&mut output).await? {
                written.lock().unwrap().push(format!("{id}: {record}"));
                output.give(record).await?;
            }
            output.flush().await
        })
    }
}

fn registry() -> Registry {
    dataflow::components::all().with::<Count>().with::<Change>().with::<Keep>()
}

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// A graph of one or two readers, some changes and writers, in which every step is reached.
fn graph(random: &mut Random) -> Json {
    let (readers, changes, writers) = (1 + random.below(2), 1 + random.below(7), 1 + random.below(3));
    let mut next = vec![Vec::new(); readers + changes + writers];
    let mut error = next.clone();
    for index in readers..next.len() {
        // Mostly in a row, so that there is something to fuse.
        let before = index.min(readers + changes);
        let parent = if random.below(3) > 0 { before - 1 } else { random.below(before) };
        let edges = if parent >= readers && random.below(4) == 0 { &mut error } else { &mut next };
        edges[parent].push(index);
    }
    for _ in 0..random.below(3) {
        let to = readers + random.below(changes + writers);
        let from = random.below(to.min(readers + changes));
        if !next[from].contains(&to) && !error[from].contains(&to) {
            next[from].push(to);
        }
    }
    let ids = |edges: &[usize]| edges.iter().map(|index| format!("s{index}")).collect::<Vec<_>>();
    let steps = (0..next.len()).map(|index| {
        let (component, params) = match index {
            _ if index < readers => ("test.count", json!({"to": random.below(150)})),
            _ if index < readers + changes => {
                let mut every = || random.below(9) * (1 + random.below(9));
                ("test.change", json!({"drop": every(), "double": every(), "fail": every()}))
            }
            _ => ("datasource.write.test", json!({})),
        };
        let mut step = json!({"id": format!("s{index}"), "type": component, "params": params});
        step["next"] = json!(ids(&next[index]));
        if !error[index].is_empty() {
            step["error"] = json!(ids(&error[index]));
        }
        step
    });
    json!(steps.collect::<Vec<_>>())
}

/// All that can be seen of a run, but for the order of what went different ways.
#[derive(Debug, PartialEq)]
struct Seen {
    status: Status,
    steps: Json,
    edges: Json,
    written: Vec<String>,
    said: Vec<String>,
}

fn prepared(steps: &Json, change: impl FnOnce(&mut Context)) -> (dataflow::graph::Graph, Context) {
    let mut context = Context::new("2024-01-01T00:00:00Z".parse().unwrap(), "job", ".");
    change(&mut context);
    let read = Read::new(&json!({"name": "t", "steps": steps}).to_string(), []).unwrap();
    let checked = check(&read, &registry(), &context, Purpose::Run);
    (checked.graph.unwrap_or_else(|| panic!("{steps} {:?}", checked.findings)), context)
}

async fn run(steps: &Json, mode: Mode, limit: Option<u64>) -> Seen {
    let (written, said) = (Arc::new(Written::default()), Arc::new(Written::default()));
    let heard = said.clone();
    let (graph, context) = prepared(steps, |context| {
        context.services.insert(written.clone());
        context.limit = limit;
        context.log = Log::new(Level::Error, move |line| {
            heard.lock().unwrap().push(format!("{}: {}", line.step, line.text));
        });
    });
    let (_stop, stopped) = watch::channel(false);
    let outcome = Job::new(&graph, &context, mode).unwrap().run(stopped).await;
    let sorted = |lines: &Written| {
        let mut lines = lines.lock().unwrap().clone();
        lines.sort();
        lines
    };
    Seen {
        status: outcome.status,
        steps: json!(outcome.steps),
        edges: json!(outcome.edges),
        written: sorted(&written),
        said: sorted(&said),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_graphs_do_the_same_in_fewer_tasks() {
    let mut failed = 0;
    for seed in 1..=150_u64 {
        let steps = graph(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let (fused, apart) =
            (run(&steps, Mode::Streaming, None).await, run(&steps, Mode::Deterministic, None).await);
        assert_eq!(fused, apart, "seed {seed}: {steps}");
        assert_eq!(fused.status, Status::Succeeded);
        failed += fused.said.len();
        // With one reader the same records come before a limit.
        if steps[1]["type"] != "test.count" {
            let limited = |mode| run(&steps, mode, Some(37));
            assert_eq!(limited(Mode::Streaming).await, limited(Mode::Deterministic).await, "seed {seed}");
        }
    }
    assert!(failed > 100, "the graphs do not fail enough: {failed}");
}

/// One reader, changes one after the other, one writer; the second change has an error path to a writer of its own.
fn row(to: u64, fault: i64) -> Json {
    let change = |id: &str, next: &str, fail: i64, fault: i64| {
        json!({"id": id, "type": "test.change", "next": [next],
            "params": {"drop": 0, "double": 0, "fail": fail, "fault": fault}})
    };
    let mut second = change("b", "c", 2, 0);
    second["error"] = json!(["refused"]);
    json!([
        {"id": "read", "type": "test.count", "params": {"to": to}, "next": ["a"]},
        change("a", "b", 0, 0), second, change("c", "keep", 0, fault),
        {"id": "keep", "type": "datasource.write.test", "params": {}},
        {"id": "refused", "type": "datasource.write.test", "params": {}},
    ])
}

#[tokio::test]
async fn a_step_in_the_task_of_another_fails_under_its_own_name() {
    match run(&row(10_000, 777), Mode::Streaming, None).await.status {
        Status::Failed(failure) => {
            assert_eq!((failure.step.as_str(), failure.message.as_str()), ("c", "too much"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_failed_reaches_its_writer_in_order_and_edges_count() {
    let seen = run(&row(1_000, 0), Mode::Streaming, None).await;
    let of = |id: &str| seen.written.iter().filter(|line| line.starts_with(id)).count();
    assert_eq!((of("keep"), of("refused")), (500, 500));
    let edges = seen.edges.as_array().unwrap();
    let items = |from: &str, edge: Edge| {
        edges.iter().find(|count| count["from"] == from && count["edge"] == json!(edge)).unwrap()["items"]
            .clone()
    };
    assert_eq!(
        (items("a", Edge::Next), items("b", Edge::Next), items("b", Edge::Error)),
        (json!(1000), json!(500), json!(500))
    );
}

#[tokio::test]
async fn a_dry_run_sees_what_leaves_every_step() {
    let (graph, context) = prepared(&row(50, 0), |context| {
        context.services.insert(Arc::new(Written::default()));
    });
    let (_stop, stopped) = watch::channel(false);
    let trial = trial::run(&graph, &context, 10, stopped).await.unwrap();
    let gave: Vec<usize> = trial.steps.iter().map(|step| step.gave.len()).collect();
    assert_eq!(gave, [10, 10, 5, 5, 5, 5]);
    assert_eq!(trial.steps[2].failed.len(), 5);
    assert!(context.services.get::<Written>().unwrap().lock().unwrap().is_empty(), "nothing is written");
}
