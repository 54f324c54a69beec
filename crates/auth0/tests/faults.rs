//! The one path of every call, against a server that misbehaves in the ways of a real tenant.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use auth0::{Client, Config, Credentials, Error, ImportRequest, JobErrors, Login, tenant_url};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Response<Body>>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(Body::from(body.to_owned())).unwrap()
}

fn token() -> Response<Body> {
    answer(200, &[], r#"{"access_token":"t","expires_in":86400}"#)
}

async fn play(State(script): State<Script>, request: Request) -> Response<Body> {
    script.seen.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
    let _ = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    let next = script.answers.lock().unwrap().pop_front();
    next.unwrap_or_else(|| StatusCode::IM_A_TEAPOT.into_response())
}

async fn client(answers: Vec<Response<Body>>) -> (Client, Script) {
    let script = Script { answers: Arc::new(Mutex::new(answers.into())), ..Script::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = tenant_url(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let app = axum::Router::new().fallback(play).with_state(script.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let credentials = Credentials::ClientSecret { id: "me".to_owned(), secret: "hush".to_owned().into() };
    (Client::new(Config { url, ca: None, credentials }).unwrap(), script)
}

fn import() -> ImportRequest {
    ImportRequest {
        connection_id: "con_0123456789abcdef".to_owned(),
        upsert: false,
        external_id: "run part 1".to_owned(),
        users: "[]".into(),
    }
}

/// An outage begins when nothing is answered, and ends with any answer, also with a refusal or a wait that is asked for.
#[tokio::test]
async fn a_refusal_ends_an_outage() {
    for end in [answer(404, &[], "{}"), answer(429, &[("retry-after", "30")], "{}")] {
        let mut answers = vec![token()];
        answers.extend((0..4).map(|_| answer(503, &[], "down")));
        answers.push(end);
        let (client, script) = client(answers).await;
        let asking = tokio::spawn({
            let client = client.clone();
            async move { client.user("auth0|a").await }
        });
        let mut outage = None;
        while !script.answers.lock().unwrap().is_empty() {
            outage = client.outage().or(outage);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(outage.unwrap().cause.contains("503"));
        assert_eq!(client.outage(), None);
        asking.abort();
    }
}

#[tokio::test]
async fn what_passes_is_retried_and_counted() {
    let (client, script) = client(vec![
        answer(503, &[], "down"),
        token(),
        answer(429, &[("retry-after", "0")], r#"{"message":"Global limit has been reached"}"#),
        answer(502, &[], ""),
        answer(200, &[], r#"{"user_id":"auth0|1"}"#),
    ])
    .await;
    let user = client.user("auth0|1").await.unwrap().unwrap();
    assert_eq!(user["user_id"], "auth0|1");
    let counts = client.counts();
    assert_eq!((counts.retries, counts.limited), (3, 1));
    assert_eq!(counts.requests["GET api/v2/users"], 3);
    assert_eq!(script.seen.lock().unwrap().last().unwrap(), "GET /api/v2/users/auth0%7C1");
}

#[tokio::test]
async fn an_outage_is_not_no_such_user() {
    let page_not_found = answer(404, &[("content-type", "text/html")], "<html>no such page</html>");
    let (client, _) = client(vec![token(), page_not_found]).await;
    assert_eq!(client.user("auth0|1").await.unwrap_err().status(), Some(404));
    let gone = answer(
        404,
        &[],
        r#"{"statusCode":404,"message":"The user does not exist.","errorCode":"inexistent_user"}"#,
    );
    let (client, _) = self::client(vec![token(), gone]).await;
    assert_eq!(client.user("auth0|1").await.unwrap(), None);
}

#[tokio::test]
async fn a_token_is_renewed_once_after_a_401() {
    let (client, script) =
        client(vec![token(), answer(401, &[], "{}"), token(), answer(200, &[], "[]")]).await;
    assert!(client.users_by_email("A@x.org").await.unwrap().is_empty());
    assert_eq!(script.seen.lock().unwrap()[3], "GET /api/v2/users-by-email?email=a%40x.org");
    let (client, _) =
        self::client(vec![token(), answer(401, &[], "{}"), token(), answer(401, &[], "{}")]).await;
    assert_eq!(client.users_by_email("a@x.org").await.unwrap_err().status(), Some(401));
}

#[tokio::test]
async fn an_import_whose_answer_is_lost_is_a_doubt_and_is_not_sent_again() {
    let (client, script) = client(vec![token(), answer(504, &[], "")]).await;
    let error = client.import_users(&import()).await.unwrap_err();
    assert!(error.maybe_done() && error.is_passing(), "{error}");
    assert_eq!(script.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn two_jobs_at_a_time_is_not_a_rate_limit() {
    let busy = r#"{"statusCode":429,"error":"Too Many Requests","message":"There are 2 active import users jobs, please wait until some of them are finished and try again"}"#;
    let (client, _) = client(vec![token(), answer(429, &[], busy)]).await;
    let error = client.import_users(&import()).await.unwrap_err();
    assert!(matches!(error, Error::Busy) && !error.maybe_done());
}

#[tokio::test]
async fn errors_of_a_job_have_three_shapes() {
    let list = r#"[{"user":{"email":"a@x.org"},"errors":[{"code":"DUPLICATED_USER","message":"m"}]}]"#;
    let object = r#"{"id":"job_1","status":"failed","status_details":"Failed to parse"}"#;
    let gone = r#"{"statusCode":404,"error":"Not Found","message":"The job does not exist","errorCode":"inexistent_job"}"#;
    let (client, _) = client(vec![
        token(),
        answer(200, &[], list),
        answer(200, &[], object),
        answer(204, &[], ""),
        answer(404, &[], gone),
    ])
    .await;
    let Some(JobErrors::Users(users)) = client.job_errors("job_1").await.unwrap() else {
        panic!("not a list")
    };
    assert_eq!(users[0].errors[0].code, "DUPLICATED_USER");
    assert!(
        matches!(client.job_errors("job_1").await.unwrap(), Some(JobErrors::Job(details)) if details.contains("parse"))
    );
    assert_eq!(client.job_errors("job_1").await.unwrap(), Some(JobErrors::None));
    assert_eq!(client.job_errors("job_1").await.unwrap(), None);
}

#[tokio::test]
async fn a_login_is_in_wrong_or_stopped() {
    let wrong = r#"{"error":"invalid_grant","error_description":"Wrong email or password."}"#;
    let blocked = r#"{"error":"unauthorized","error_description":"user is blocked"}"#;
    let (client, script) =
        client(vec![answer(200, &[], "{}"), answer(403, &[], wrong), answer(403, &[], blocked)]).await;
    let password = "secret".to_owned().into();
    assert_eq!(client.login("gigya", "a@x.org", &password).await.unwrap(), Login::In);
    assert_eq!(client.login("gigya", "a@x.org", &password).await.unwrap(), Login::Wrong);
    assert!(matches!(client.login("gigya", "a@x.org", &password).await.unwrap(), Login::Stopped(_)));
    assert_eq!(script.seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn nothing_secret_in_an_error() {
    let (client, _) =
        client(vec![answer(401, &[], r#"{"error":"access_denied","error_description":"Unauthorized"}"#)])
            .await;
    let error = client.users_by_email("someone@x.org").await.unwrap_err();
    let text = format!("{error} {error:?} {client:?}");
    assert!(!text.contains("hush") && !text.contains("someone"), "{text}");
    assert_eq!(error.status(), Some(401));
}
