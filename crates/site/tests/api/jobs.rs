//! Schedulings become jobs, and jobs run: by a stand-in for what runs dataflows.

use std::sync::{Arc, Mutex};

use loopback::ManualClock;
use serde_json::{Value, json};
use site::idx::{Failed, Flows, IdentitySync, Run, Running, Variables};
use site::{Options, Site};
use tokio::sync::mpsc;

use crate::world::{START_MS, Way, World};

/// Does with each run what the test says, in turn: succeed, fail, or hang.
#[derive(Debug)]
struct Script {
    outcomes: Mutex<Vec<Outcome>>,
    runs: mpsc::UnboundedSender<Run>,
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    Done,
    Fails,
    /// Fails, and would fail again.
    Useless,
    /// Succeeds, but for a record.
    Doubtful,
    Hangs,
}

impl Flows for Script {
    fn check(&self, dataflow: &Value) -> Result<(), Vec<String>> {
        let steps = dataflow["steps"].as_array().map_or(0, Vec::len);
        if steps > 0 { Ok(()) } else { Err(vec!["the dataflow has no steps".to_owned()]) }
    }

    fn run(&self, run: Run) -> Running {
        let outcome = self.outcomes.lock().unwrap().pop().unwrap_or(Outcome::Done);
        run.progress.set(7, 6);
        run.progress.tell(json!({"told": true}));
        let progress = run.progress.clone();
        self.runs.send(run).unwrap();
        Box::pin(async move {
            match outcome {
                Outcome::Done => Ok(()),
                Outcome::Fails => Err("the other side was away".to_owned().into()),
                Outcome::Useless => Err(Failed { reason: "no record got through".to_owned(), lasting: true }),
                Outcome::Doubtful => {
                    progress.remark("1 of 7 records failed".to_owned());
                    Ok(())
                }
                Outcome::Hangs => std::future::pending().await,
            }
        })
    }
}

struct Jobs {
    world: World,
    runs: mpsc::UnboundedReceiver<Run>,
}

impl Jobs {
    /// A site whose runs end as told, the first one first.
    async fn start(data: &std::path::Path, clock: Arc<ManualClock>, outcomes: &[Outcome]) -> Self {
        let (sender, runs) = mpsc::unbounded_channel();
        let outcomes = Mutex::new(outcomes.iter().rev().copied().collect());
        let flows: Arc<dyn Flows> = Arc::new(Script { outcomes, runs: sender });
        let variables = Variables([("HOST".to_owned(), "sftp.example.test".to_owned())].into());
        let options = Options { clock: clock.clone(), flows: Some(flows), variables, ..Options::new(data) };
        Self { world: World::of(options, clock).await, runs }
    }

    async fn call(&self, endpoint: &str, params: Value) -> Value {
        let Value::Object(params) = params else { panic!("parameters are an object") };
        self.world.call(endpoint, params, Way::Signature, None).await.1
    }

    async fn flow(&self) -> String {
        let data = json!({"name": "f", "steps": [{"id": "a", "type": "x", "params": {"password": "p"}}]});
        let answer = self.call("idx.createDataflow", json!({"data": data})).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    async fn schedule(&self, scheduling: Value) -> String {
        let answer = self.call("idx.createScheduling", json!({"data": scheduling})).await;
        answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The newest job of a scheduling once it has this status and number of attempts.
    async fn job(&self, scheduling: &str, status: &str, attempts: u64) -> Value {
        let query = format!(
            "SELECT * FROM idx_job_status WHERE schedulingId = '{scheduling}' ORDER BY createTime DESC LIMIT 1"
        );
        loop {
            let answer = self.call("idx.search", json!({"query": query})).await;
            let job = &answer["result"][0];
            if job["status"] == status && job["attemptNumber"] == attempts {
                return job.clone();
            }
            tokio::task::yield_now().await;
        }
    }

    fn site(self) -> Site {
        self.world.site
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(START_MS))
}

#[tokio::test]
async fn a_scheduling_of_once_runs_once_and_the_next_one_reads_on_from_there() {
    let data = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut jobs = Jobs::start(data.path(), clock.clone(), &[]).await;
    let answer = jobs.call("idx.createDataflow", json!({"data": {"name": "empty"}})).await;
    assert_eq!(answer["errorCode"], 400_006);
    assert!(answer["errorDetails"].as_str().unwrap().contains("no steps"));

    let flow = jobs.flow().await;
    let full =
        json!({"name": "s", "dataflowId": flow, "frequencyType": "once", "fullExtract": true, "limit": 10});
    let scheduling = jobs.schedule(full).await;
    let run = jobs.runs.recv().await.unwrap();
    assert_eq!((run.since_ms, run.limit, run.attempt, run.now_ms), (None, Some(10), 1, START_MS));
    assert_eq!(run.dataflow["steps"][0]["params"]["password"], "p");
    assert_eq!(run.site.api_key, jobs.world.site.api_key);
    assert_eq!(run.variables.0["HOST"], "sftp.example.test");
    let job = jobs.job(&scheduling, "succeeded", 1).await;
    assert_eq!(job["dataflowId"], *flow);
    assert_eq!((&job["totalRecords"], &job["processedRecords"]), (&json!(7), &json!(6)));
    assert_eq!(job["id"], *run.job);
    let stored = jobs.call("idx.getDataflow", json!({"id": flow})).await;
    assert_eq!(stored["lastRuntime"], "2023-11-14T22:13:20.000Z");

    clock.advance(5_000);
    let delta = json!({"name": "s", "dataflowId": flow, "frequencyType": "once"});
    jobs.schedule(delta).await;
    let run = jobs.runs.recv().await.unwrap();
    assert_eq!(run.since_ms, Some(START_MS), "since the last run that succeeded");
    jobs.site().stop().await;
}

#[tokio::test]
async fn a_first_run_reads_the_last_day_or_interval() {
    let data = tempfile::tempdir().unwrap();
    let mut jobs = Jobs::start(data.path(), clock(), &[Outcome::Fails, Outcome::Fails]).await;
    let flow = jobs.flow().await;
    for (kind, hours) in [("once", 24), ("hour", 1)] {
        jobs.schedule(json!({"name": "s", "dataflowId": flow, "frequencyType": kind})).await;
        let run = jobs.runs.recv().await.unwrap();
        assert_eq!(run.since_ms, Some(START_MS - hours * 3_600_000));
    }
    jobs.site().stop().await;
}

#[tokio::test]
async fn a_failed_job_is_tried_again_and_given_up_after_three_attempts() {
    let data = tempfile::tempdir().unwrap();
    let clock = clock();
    let script = [Outcome::Fails, Outcome::Done, Outcome::Fails, Outcome::Fails, Outcome::Fails];
    let mut jobs = Jobs::start(data.path(), clock.clone(), &script).await;
    let flow = jobs.flow().await;
    let once = json!({"name": "s", "dataflowId": flow, "frequencyType": "once"});

    let scheduling = jobs.schedule(once.clone()).await;
    assert_eq!(jobs.runs.recv().await.unwrap().attempt, 1);
    let waiting = jobs.job(&scheduling, "running", 1).await;
    clock.advance(60_000);
    assert_eq!(jobs.runs.recv().await.unwrap().attempt, 2);
    let job = jobs.job(&scheduling, "succeeded", 2).await;
    assert_eq!(job["id"], waiting["id"]);

    let scheduling = jobs.schedule(once).await;
    for attempt in 1..=3 {
        assert_eq!(jobs.runs.recv().await.unwrap().attempt, attempt);
        let status = if attempt == 3 { "failed" } else { "running" };
        let job = jobs.job(&scheduling, status, attempt.into()).await;
        if attempt == 3 {
            assert_eq!(job["trace"], "the other side was away");
        }
        clock.advance(60_000);
    }
    jobs.site().stop().await;
}

#[tokio::test]
async fn a_job_that_would_fail_again_is_given_up_and_one_that_lost_records_says_so() {
    let data = tempfile::tempdir().unwrap();
    let mut jobs = Jobs::start(data.path(), clock(), &[Outcome::Useless, Outcome::Doubtful]).await;
    let flow = jobs.flow().await;
    for (status, trace) in [("failed", "no record got through"), ("succeeded", "1 of 7 records failed")] {
        let once = json!({"name": "s", "dataflowId": flow, "frequencyType": "once"});
        let scheduling = jobs.schedule(once).await;
        jobs.runs.recv().await.unwrap();
        assert_eq!(jobs.job(&scheduling, status, 1).await["trace"], trace);
    }
    jobs.site().stop().await;
}

#[tokio::test]
async fn recurring_schedulings_start_by_the_sites_clock_and_what_is_deleted_starts_no_more() {
    let data = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut jobs = Jobs::start(data.path(), clock.clone(), &[]).await;
    let flow = jobs.flow().await;
    let hourly = json!({"name": "s", "dataflowId": flow, "frequencyType": "hour", "frequencyInterval": 2});
    let scheduling = jobs.schedule(hourly).await;
    for hours in [0, 2, 4] {
        let run = jobs.runs.recv().await.unwrap();
        assert_eq!(run.now_ms, START_MS + hours * 3_600_000);
        clock.advance(2 * 3_600_000);
    }
    let shown = jobs.call("idx.getScheduling", json!({"id": scheduling})).await;
    assert!(shown["jobId"].is_string() && shown["currentJobStartTime"].is_string(), "{shown}");
    jobs.call("idx.deleteScheduling", json!({"id": scheduling})).await;
    jobs.site().stop().await;
}

#[tokio::test]
async fn a_job_that_was_cut_off_starts_over_with_the_site() {
    let data = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut jobs = Jobs::start(data.path(), clock.clone(), &[Outcome::Hangs]).await;
    let flow = jobs.flow().await;
    let scheduling = jobs.schedule(json!({"name": "s", "dataflowId": flow, "frequencyType": "once"})).await;
    let first = jobs.runs.recv().await.unwrap();
    jobs.site().stop().await;

    let mut jobs = Jobs::start(data.path(), clock, &[]).await;
    let second = jobs.runs.recv().await.unwrap();
    assert_eq!((second.attempt, &second.job), (2, &first.job));
    jobs.job(&scheduling, "succeeded", 2).await;
    jobs.site().stop().await;
}

#[tokio::test]
async fn callers_in_the_process_keep_secrets_and_see_what_the_runner_tells() {
    let data = tempfile::tempdir().unwrap();
    let jobs = Jobs::start(data.path(), clock(), &[Outcome::Done, Outcome::Hangs]).await;
    let idx = IdentitySync::of(jobs.world.site.state());
    let id = jobs.flow().await;
    let flow = idx.dataflow(&id).await.unwrap();
    assert_eq!(flow.content["steps"][0]["params"]["password"], "********");
    assert!(flow.is_published && !flow.is_draft);

    let mut content = flow.content.clone();
    content["name"] = "renamed".into();
    assert_eq!(idx.save(Some(&id), content.clone()).await.unwrap().faults, None);
    let stored = idx.with_secrets(&id).await.unwrap();
    assert_eq!(
        (&stored["name"], &stored["steps"][0]["params"]["password"]),
        (&json!("renamed"), &json!("p"))
    );
    assert_eq!(idx.save(Some(&id), content.clone()).await.unwrap().faults, None, "nothing has changed");

    content["steps"] = json!([]);
    let faults = idx.save(Some(&id), content).await.unwrap().faults.unwrap();
    assert!(faults.contains("no steps"), "{faults}");
    let draft = idx.dataflow(&id).await.unwrap();
    assert!(draft.is_draft && draft.is_published);
    assert_eq!(idx.dataflows().await.unwrap(), [draft]);

    let once = json!({"name": "s", "dataflowId": id, "frequencyType": "once"});
    let scheduling = idx.schedule(once.as_object().unwrap().clone()).await.unwrap();
    let job = jobs.job(&scheduling, "succeeded", 1).await;
    let job = idx.job(job["id"].as_str().unwrap()).await.unwrap();
    assert_eq!((&job.status["totalRecords"], &job.report), (&json!(7), &json!({"told": true})));

    let second = idx.run(once.as_object().unwrap().clone()).await.unwrap();
    let scheduling = idx.schedulings(&id).await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(jobs.job(&scheduling, "running", 1).await["id"], *second);
    assert!(idx.kill(&second).await.unwrap());
    assert!(!idx.kill(&second).await.unwrap(), "it is dead already");
    jobs.job(&scheduling, "killed", 1).await;
    let (all, total) = idx.jobs(&id, 0, 1).await.unwrap();
    assert_eq!((all.len(), total, &all[0]["status"]), (1, 2, &json!("killed")));

    idx.delete(&id).await.unwrap();
    assert_eq!(idx.dataflow(&id).await.unwrap_err().code, 404_000);
}

#[tokio::test]
async fn variables_of_the_site_are_found_and_not_shown() {
    let data = tempfile::tempdir().unwrap();
    let jobs = Jobs::start(data.path(), clock(), &[]).await;
    let search = async |query: &str| jobs.call("idx.search", json!({"query": query})).await;
    let found = search("SELECT * FROM global-config WHERE id = 'HOST'").await;
    assert_eq!(found["result"], json!([{"id": "HOST", "value": "********"}]));
    assert_eq!(search("SELECT * FROM global-config WHERE id = 'PORT'").await["totalCount"], 0);
    assert_eq!(search("SELECT * FROM script").await["result"], json!([]));
    let unknown = search("SELECT * FROM scripts").await;
    assert_eq!(unknown["errorCode"], 400_006);
    assert!(unknown["errorDetails"].as_str().unwrap().contains("script or global-config"), "{unknown}");
    jobs.site().stop().await;
}
