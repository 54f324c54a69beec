//! The runner: split, fan-in, error path, back-pressure, limits, failures.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use dataflow::component::{Built, Component, Kind, Setup, Then, each, step};
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use dataflow::log::{Level, Log};
use dataflow::runner::{Job, Mode, Outcome, Status};
use dataflow::{ERROR_DETAILS, ErrorDetails, Fault, File, Path, Record, Registry};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

/// What the test steps of one job share.
struct Bench {
    written: Mutex<Vec<Json>>,
    /// Most records that were read and not yet written.
    most: AtomicU64,
    read: AtomicU64,
    /// Writers wait for it.
    gate: tokio::sync::Semaphore,
}

impl Default for Bench {
    fn default() -> Self {
        Self {
            written: Mutex::default(),
            most: AtomicU64::new(0),
            read: AtomicU64::new(0),
            gate: tokio::sync::Semaphore::new(0),
        }
    }
}

/// Reads numbers.
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
        let bench = setup.context.services.get::<Bench>().ok_or("no bench")?;
        step(move |_, mut output| async move {
            for number in 0..self.to {
                bench.read.fetch_add(1, Ordering::SeqCst);
                let mut record = Record::new();
                record.members_mut().insert("n", number);
                output.give(record).await?;
            }
            output.flush().await
        })
    }
}

/// Writes into the bench.
#[derive(Deserialize, JsonSchema)]
struct Keep {
    /// Whether each record needs a permit of the gate.
    #[serde(default)]
    gated: bool,
}

impl Component for Keep {
    const TYPE: &'static str = "datasource.write.test";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let bench = setup.context.services.get::<Bench>().ok_or("no bench")?;
        step(move |mut input, mut output| async move {
            while let Some(record) = input.record(&mut output).await? {
                if self.gated {
                    bench.gate.acquire().await.map_err(|_| Fault::Stopped)?.forget();
                }
                let mut written = bench.written.lock().unwrap();
                written.push(record.as_value().to_serde());
                let open = bench.read.load(Ordering::SeqCst).saturating_sub(written.len() as u64);
                bench.most.fetch_max(open, Ordering::SeqCst);
            }
            Ok(())
        })
    }
}

/// Fails, panics, lies or drops at a number.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Trip {
    /// What happens.
    how: String,
    /// Where.
    at: i64,
}

impl Component for Trip {
    const TYPE: &'static str = "test.trip";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let path = Path::name("n");
        if self.how == "leave" {
            return step(|mut input, mut output| async move {
                input.record(&mut output).await?;
                Ok(())
            });
        }
        each(move |record| {
            if record.get(&path).and_then(|value| value.as_i64()) != Some(self.at) {
                return Ok(Then::Pass(record));
            }
            match self.how.as_str() {
                "fail" => Ok(Then::Fail(
                    record,
                    ErrorDetails { code: Some(400_009), ..ErrorDetails::new("not this one") },
                )),
                "drop" => Ok(Then::Many(Vec::new())),
                "double" => Ok(Then::Many(vec![record.clone(), record])),
                "fault" => Err(Fault::passing("the store is busy")),
                _ => panic!("out of sorts"),
            }
        })
    }
}

fn registry() -> Registry {
    dataflow::components::all().with::<Files>().with::<Count>().with::<Keep>().with::<Trip>()
}

struct Ran {
    outcome: Outcome,
    bench: Arc<Bench>,
}

impl Ran {
    fn numbers(&self) -> Vec<i64> {
        let written = self.bench.written.lock().unwrap();
        written.iter().map(|record| record["n"].as_i64().unwrap()).collect()
    }

    fn sorted(&self) -> Vec<i64> {
        let mut numbers = self.numbers();
        numbers.sort_unstable();
        numbers
    }
}

fn prepared(steps: Json, mode: Mode, change: impl FnOnce(&mut Context)) -> (Job, Arc<Bench>) {
    let bench = Arc::new(Bench::default());
    let mut context = Context::new("2024-01-01T00:00:00Z".parse().unwrap(), "job", ".");
    context.services.insert(bench.clone());
    change(&mut context);
    let read = Read::new(&json!({"name": "t", "steps": steps}).to_string(), []).unwrap();
    let checked = check(&read, &registry(), &context, Purpose::Run);
    let graph = checked.graph.unwrap_or_else(|| panic!("{:?}", checked.findings));
    (Job::new(&graph, &context, mode).unwrap(), bench)
}

async fn ran(steps: Json, mode: Mode, change: impl FnOnce(&mut Context)) -> Ran {
    let (job, bench) = prepared(steps, mode, change);
    let (_stop, stopped) = watch::channel(false);
    Ran { outcome: job.run(stopped).await, bench }
}

fn split_and_join(count: u64) -> Json {
    json!([
        {"id": "keep", "type": "datasource.write.test"},
        {"id": "left", "type": "test.trip", "params": {"how": "drop", "at": 1}, "next": ["keep"]},
        {"id": "right", "type": "test.trip", "params": {"how": "double", "at": 2}, "next": ["keep"]},
        {"id": "read", "type": "test.count", "params": {"to": count}, "next": ["left", "right"]},
    ])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_split_gives_each_branch_every_record_and_branches_join() {
    let ran = ran(split_and_join(1000), Mode::Streaming, |_| {}).await;
    assert_eq!(ran.outcome.status, Status::Succeeded);
    let mut wanted: Vec<i64> = (0..1000).chain(0..1000).collect();
    wanted.retain(|number| *number != 1);
    wanted.extend([1, 2]);
    wanted.sort_unstable();
    assert_eq!(ran.sorted(), wanted);
    let counts = |id: &str| ran.outcome.steps.iter().find(|step| step.id == id).unwrap().clone();
    assert_eq!((counts("read").passed, counts("left").received, counts("left").passed), (1000, 1000, 999));
    assert_eq!((counts("left").dropped, counts("right").passed, counts("keep").received), (1, 1001, 2000));
    let edge = |from: &str| {
        ran.outcome.edges.iter().filter(|edge| edge.from == from).map(|edge| edge.items).sum::<u64>()
    };
    assert_eq!((edge("read"), edge("left"), edge("right")), (2000, 999, 1001));
    assert_eq!(ran.outcome.records, 1000);
}

#[tokio::test]
async fn the_deterministic_mode_keeps_an_order() {
    let once = ran(split_and_join(300), Mode::Deterministic, |_| {}).await.numbers();
    let again = ran(split_and_join(300), Mode::Deterministic, |_| {}).await.numbers();
    assert_eq!(once, again);
    assert_eq!(once[..3], [0, 2, 3], "the branch that comes first in the document is done first");
    assert_eq!(once.len(), 600);
}

#[tokio::test]
async fn a_record_that_fails_takes_the_error_path_with_its_details() {
    let steps = |error: Json| {
        json!([
            {"id": "read", "type": "test.count", "params": {"to": 5}, "next": ["trip"]},
            {"id": "trip", "type": "test.trip", "params": {"how": "fail", "at": 3}, "next": [], "error": error},
            {"id": "keep", "type": "datasource.write.test"},
            {"id": "more", "type": "test.count", "params": {"to": 0}, "next": ["keep"]},
        ])
    };
    let routed = ran(steps(json!(["keep"])), Mode::Streaming, |_| {}).await;
    assert_eq!(routed.outcome.status, Status::Succeeded);
    let written = routed.bench.written.lock().unwrap().clone();
    assert_eq!(
        written,
        [
            json!({"n": 3, ERROR_DETAILS: {"errorMessage": "not this one", "errorCode": 400_009, "step": "trip"}})
        ]
    );
    assert_eq!(routed.outcome.unrouted, 0);

    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = lines.clone();
    let unrouted = ran(steps(json!([])), Mode::Streaming, move |context| {
        context.log = Log::new(Level::Error, move |line| {
            heard.lock().unwrap().push(format!("{}: {}", line.step, line.text))
        });
    })
    .await;
    assert_eq!(unrouted.outcome.unrouted, 1);
    assert!(unrouted.numbers().is_empty());
    assert_eq!(*lines.lock().unwrap(), ["trip: not this one"]);
}

#[tokio::test]
async fn a_slow_writer_holds_its_reader_back() {
    let steps = json!([
        {"id": "read", "type": "test.count", "params": {"to": 100_000}, "next": ["keep"]},
        {"id": "keep", "type": "datasource.write.test", "params": {"gated": true}},
    ]);
    let (job, bench) = prepared(steps, Mode::Streaming, |_| {});
    let watch = job.watch();
    let (_stop, stopped) = watch::channel(false);
    let running = tokio::spawn(job.run(stopped));
    // The writer takes nothing. On this single thread the reader has gone as far as it can when nothing moves any more.
    let mut before = u64::MAX;
    while watch.records() != before || before == 0 {
        before = watch.records();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }
    assert!(before < 1000, "{before} records were read while none was written");
    bench.gate.add_permits(100_000);
    let outcome = running.await.unwrap();
    assert_eq!(outcome.status, Status::Succeeded);
    assert_eq!(bench.written.lock().unwrap().len(), 100_000);
    let most = bench.most.load(Ordering::SeqCst);
    assert!(most < 2000, "{most} records were under way at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_ends_the_readers_and_no_record_is_lost() {
    for mode in [Mode::Streaming, Mode::Deterministic] {
        let steps = json!([
            {"id": "a", "type": "test.count", "params": {"to": 70}, "next": ["keep"]},
            {"id": "b", "type": "test.count", "params": {"to": 1_000_000}, "next": ["keep"]},
            {"id": "keep", "type": "datasource.write.test"},
        ]);
        let ran = ran(steps, mode, |context| context.limit = Some(100)).await;
        assert_eq!(ran.outcome.status, Status::Succeeded);
        assert_eq!((ran.outcome.records, ran.numbers().len()), (100, 100));
    }
}

/// Gives files of five records each.
#[derive(Deserialize, JsonSchema)]
struct Files {
    /// How many.
    to: u64,
}

impl Component for Files {
    const TYPE: &'static str = "test.files";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, _: &Setup<'_>) -> Built {
        step(move |_, mut output| async move {
            for _ in 0..self.to {
                output.give(File::new("f", "[{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4},{\"n\":5}]")).await?;
            }
            Ok(())
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_counts_records_and_not_files() {
    for mode in [Mode::Streaming, Mode::Deterministic] {
        let steps = json!([
            {"id": "read", "type": "test.files", "params": {"to": 200}, "next": ["parse"]},
            {"id": "parse", "type": "file.parse.json", "next": ["keep"]},
            {"id": "keep", "type": "datasource.write.test"},
        ]);
        let ran = ran(steps, mode, |context| context.limit = Some(12)).await;
        assert_eq!(ran.outcome.status, Status::Succeeded);
        assert_eq!(ran.numbers(), [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_step_that_fails_fails_the_job_and_nobody_takes_it_for_an_end() {
    for (mode, how, message, passing, bug) in [
        (Mode::Streaming, "fault", "the store is busy", true, false),
        (Mode::Deterministic, "fault", "the store is busy", true, false),
        (Mode::Streaming, "panic", "a bug of ours: out of sorts", false, true),
        (Mode::Deterministic, "panic", "a bug of ours: out of sorts", false, true),
    ] {
        let steps = json!([
            {"id": "read", "type": "test.count", "params": {"to": 100_000}, "next": ["trip"]},
            {"id": "trip", "type": "test.trip", "params": {"how": how, "at": 777}, "next": ["keep"]},
            {"id": "keep", "type": "datasource.write.test"},
        ]);
        let ran = ran(steps, mode, |_| {}).await;
        match ran.outcome.status {
            Status::Failed(failure) => {
                assert_eq!(
                    (failure.step.as_str(), failure.message.as_str(), failure.passing, failure.bug),
                    ("trip", message, passing, bug)
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_step_that_leaves_before_its_input_ends_is_a_bug() {
    let steps = json!([
        {"id": "read", "type": "test.count", "params": {"to": 100_000}, "next": ["trip"]},
        {"id": "trip", "type": "test.trip", "params": {"how": "leave", "at": 0}, "next": ["keep"]},
        {"id": "keep", "type": "datasource.write.test"},
    ]);
    let ran = ran(steps, Mode::Streaming, |_| {}).await;
    assert!(
        matches!(&ran.outcome.status, Status::Failed(failure) if failure.bug),
        "{:?}",
        ran.outcome.status
    );
}

#[tokio::test]
async fn a_job_can_be_stopped() {
    let steps = json!([
        {"id": "read", "type": "test.count", "params": {"to": 100_000}, "next": ["keep"]},
        {"id": "keep", "type": "datasource.write.test", "params": {"gated": true}},
    ]);
    let (job, bench) = prepared(steps, Mode::Streaming, |_| {});
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(job.run(stopped));
    tokio::task::yield_now().await;
    stop.send(true).unwrap();
    let outcome = running.await.unwrap();
    assert_eq!(outcome.status, Status::Stopped);
    assert!(bench.written.lock().unwrap().is_empty());
}

#[tokio::test]
async fn debug_shows_the_first_three_records_between_steps() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = lines.clone();
    let steps = json!([
        {"id": "read", "type": "test.count", "params": {"to": 50}, "next": ["keep"]},
        {"id": "keep", "type": "datasource.write.test"},
    ]);
    ran(steps, Mode::Deterministic, move |context| {
        context.log = Log::new(Level::Debug, move |line| {
            heard.lock().unwrap().push(format!("{} {}", line.step, line.text))
        });
    })
    .await;
    assert_eq!(*lines.lock().unwrap(), [r#"read {"n":0}"#, r#"read {"n":1}"#, r#"read {"n":2}"#]);
}

#[tokio::test]
async fn debug_masks_passwords_hashes_and_salts() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = lines.clone();
    let fields = json!([{"field": "password.hash", "value": "H"}, {"field": "password.hashSettings.salt", "value": "S"}]);
    let steps = json!([
        {"id": "read", "type": "test.count", "params": {"to": 1}, "next": ["add"]},
        {"id": "add", "type": "field.add", "params": {"fields": fields}, "next": ["keep"]},
        {"id": "keep", "type": "datasource.write.test"},
    ]);
    ran(steps, Mode::Deterministic, move |context| {
        context.log = Log::new(Level::Debug, move |line| heard.lock().unwrap().push(line.text.to_owned()));
    })
    .await;
    assert_eq!(*lines.lock().unwrap(), [r#"{"n":0}"#, r#"{"n":0,"password":"********"}"#]);
}
