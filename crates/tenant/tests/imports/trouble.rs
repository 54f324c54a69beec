//! Jobs that go wrong on purpose, and jobs at the pace of a plan.

use std::sync::Arc;

use super::api::{World, form, refusal};
use loopback::{FaultPlan, ManualClock};
use reqwest::Method;
use serde_json::{Value, json};
use tenant::{FAULTS, Options, Pace};

const HOUR: i64 = 60 * 60 * 1000;

fn users(count: usize) -> String {
    let users: Vec<Value> = (0..count).map(|n| json!({"email": format!("u{n}@example.org")})).collect();
    Value::from(users).to_string()
}

async fn world(faults: &str, change: impl FnOnce(&mut Options)) -> (World, Arc<ManualClock>, String) {
    let clock = Arc::new(ManualClock::at(1_700_000_000_000));
    let shared = clock.clone();
    let plan = FaultPlan::parse(faults, &FAULTS).unwrap();
    let world = World::start_with(move |options| {
        options.clock = shared;
        options.faults = plan;
        change(options);
    })
    .await;
    let connection = world.api.connection("c", json!({})).await;
    (world, clock, connection)
}

async fn status(world: &World, job: &str) -> (u16, Value) {
    let answer = world.api.request(Method::GET, &format!("/jobs/{job}")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Users in the tenant.
async fn count(world: &World) -> u64 {
    let answer =
        world.api.request(Method::GET, "/users?include_totals=true&per_page=1").send().await.unwrap();
    answer.json::<Value>().await.unwrap()["total"].as_u64().unwrap()
}

async fn until_there_are(world: &World, users: u64) {
    while count(world).await < users {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failed_one_has_done_half_and_says_nothing() {
    let (world, _, connection) = world("job-failed every 2", |_| {}).await;
    let fine = world.api.submit(&connection, false, "[]").await;
    assert_eq!(world.api.done(&fine).await["status"], "completed");
    let job = world.api.submit(&connection, false, users(600)).await;
    let done = world.api.done(&job).await;
    assert_eq!((done["status"].as_str(), done.get("summary")), (Some("failed"), None));
    assert_eq!((count(&world).await, world.api.errors(&job).await), (300, Value::Null));
}

#[tokio::test]
async fn a_stuck_one_keeps_its_slot_for_two_hours() {
    let (mut world, clock, connection) = world("job-stuck first 2", |_| {}).await;
    let first = world.api.submit(&connection, false, users(4)).await;
    let second = world.api.submit(&connection, false, "[{}]").await;
    until_there_are(&world, 2).await;
    let (status_code, body) = refusal(world.api.post(form(&connection, "[]")).await).await;
    assert_eq!(status_code, 429);
    assert!(body["message"].as_str().unwrap().contains("active import users jobs"));
    clock.advance(2 * HOUR);
    assert_eq!(status(&world, &first).await.1["status"], "pending");
    clock.advance(1);
    for job in [first, second] {
        assert_eq!(world.api.done(&job).await["status"], "failed");
    }
    let third = world.api.submit(&connection, false, "[]").await;
    assert_eq!(world.api.done(&third).await["status"], "completed");
    world.stop().await;
}

#[tokio::test]
async fn a_stuck_one_does_not_keep_the_tenant_from_stopping_and_goes_on_afterwards() {
    let (mut world, clock, connection) = world("job-stuck", |_| {}).await;
    let job = world.api.submit(&connection, false, users(4)).await;
    until_there_are(&world, 2).await;
    world.stop().await;
    let mut options = Options::new(world.data.path());
    options.clock = clock;
    let tenant = tenant::start(options).await.unwrap();
    world.api = super::api::Api::connect(&tenant.url, &tenant.client_id, &tenant.client_secret).await;
    assert_eq!(
        world.api.done(&job).await["summary"],
        json!({"failed": 0, "updated": 0, "inserted": 4, "total": 4})
    );
    tenant.stop().await;
}

#[tokio::test]
async fn the_data_of_one_is_gone_when_it_is_done() {
    let (world, _, connection) = world("job-gone", |_| {}).await;
    let job = world.api.submit(&connection, false, users(3)).await;
    until_there_are(&world, 3).await;
    for path in [format!("/jobs/{job}"), format!("/jobs/{job}/errors")] {
        let answer = world.api.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(refusal(answer).await.1["errorCode"], "inexistent_job");
    }
}

#[tokio::test]
async fn a_slow_one_begins_later_and_a_blind_search_finds_nobody() {
    let (world, clock, connection) = world("job-slow 10m; search-blind first 1", |_| {}).await;
    let job = world.api.submit(&connection, false, users(3)).await;
    clock.advance(10 * 60_000 - 1);
    assert_eq!(status(&world, &job).await.1["status"], "pending");
    assert_eq!(world.api.by_email("u0@example.org").await, json!([]));
    clock.advance(1);
    world.api.done(&job).await;
    assert_eq!(count(&world).await, 0);
    assert_eq!(count(&world).await, 3);
}

#[tokio::test]
async fn at_the_pace_of_a_plan_jobs_take_their_time() {
    let (world, clock, connection) = world("", |options| options.pace = Some(Pace::Enterprise)).await;
    let job = world.api.submit(&connection, false, users(120)).await;
    // 400,000 an hour with two jobs are 55.6 a second for each.
    clock.until_awaited().await;
    assert_eq!(status(&world, &job).await.1["status"], "pending");
    clock.advance(1_000);
    until_there_are(&world, 55).await;
    assert_eq!((count(&world).await, status(&world, &job).await.1["status"].clone()), (55, json!("pending")));
    clock.advance(1_200);
    assert_eq!(world.api.done(&job).await["summary"]["inserted"], 120);
}

#[tokio::test]
async fn limits_of_a_plan_bite_and_are_announced() {
    let (world, clock, _) = world("", |options| options.pace = Some(Pace::Free)).await;
    clock.advance(10_000);
    let get = || world.api.request(Method::GET, "/users").send();
    let header = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    let first = get().await.unwrap();
    assert_eq!((first.status().as_u16(), header(&first, "x-ratelimit-limit")), (200, "2".to_owned()));
    assert_eq!(header(&first, "x-ratelimit-remaining"), "1");
    assert_eq!(header(&first, "x-ratelimit-reset"), "1700000011");
    assert_eq!(header(&first, "date"), "Tue, 14 Nov 2023 22:13:30 GMT");
    assert_eq!(get().await.unwrap().status(), 200);
    let third = get().await.unwrap();
    assert_eq!(header(&third, "x-ratelimit-remaining"), "0");
    let expected = json!({"statusCode": 429, "error": "Too Many Requests", "message": "Global limit has been reached",
        "errorCode": "too_many_requests"});
    assert_eq!(refusal(third).await, (429, expected));
    clock.advance(500);
    assert_eq!(get().await.unwrap().status(), 200);
}

#[tokio::test]
async fn faults_are_worded_as_the_tenant_does() {
    let (world, _, _) = world(
        "429 on GET /api/v2/users first 1; 500 on GET /api/v2/users after 1 first 1; \
         503 on GET /api/v2/users after 2; 429 on POST /dbconnections/signup",
        |_| {},
    )
    .await;
    let get = || world.api.request(Method::GET, "/users").send();
    let limited = get().await.unwrap();
    assert!(limited.headers().contains_key("x-ratelimit-reset"));
    assert_eq!(refusal(limited).await.1["message"], "Global limit has been reached");
    assert_eq!(
        refusal(get().await.unwrap()).await,
        (
            500,
            json!({"statusCode": 500,
        "error": "Internal Server Error", "message": "Internal error.", "errorCode": "internal_error"})
        )
    );
    assert_eq!(refusal(get().await.unwrap()).await.0, 503);
    let url = world.tenant.as_ref().unwrap().url.clone();
    let signup = reqwest::Client::new().post(format!("{url}/dbconnections/signup")).send().await.unwrap();
    assert_eq!(refusal(signup).await.1["error"], "too_many_requests");
}

#[tokio::test]
async fn a_fast_clock_goes_on_over_a_restart() {
    let clock = Arc::new(ManualClock::at(1_700_000_000_000));
    let data = tempfile::tempdir().unwrap();
    let start = async |factor: &str| {
        let mut options = Options::new(data.path());
        options.clock = clock.clone();
        options.factor = factor.parse().unwrap();
        tenant::start(options).await.unwrap()
    };
    let tenant = start("3600").await;
    clock.advance(2_000);
    assert_eq!(tenant.state().now_ms(), 1_700_000_000_000 + 2 * HOUR);
    tenant.stop().await;
    let tenant = start("1").await;
    assert_eq!(tenant.state().now_ms(), 1_700_000_000_000 + 2 * HOUR);
    tenant.stop().await;
}
