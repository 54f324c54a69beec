//! What a script may do, and how it fails.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenant::ScriptOptions;

use crate::legacy::{Legacy, api, connection, login};
use crate::world::World;

/// Logs in once with each script and gives the answers.
async fn answers(world: &World, scripts: &[String]) -> Vec<Value> {
    let mut answers = Vec::new();
    for text in scripts {
        let id = connection(world, true, json!({"login": text}), json!({"KEY": "the key"})).await;
        answers.push(login(world, "ann@example.com", "secret word").await.body);
        api(world, "DELETE", &format!("/api/v2/connections/{id}"), Value::Null).await;
    }
    answers
}

#[tokio::test]
async fn each_way_to_fail_has_its_answer() {
    let legacy = Legacy::start().await;
    let options =
        ScriptOptions { time: Duration::from_millis(400), memory: 16 << 20, ..ScriptOptions::default() };
    let world = World::with(options).await;
    let function = |body: &str| format!("function login(email, password, callback) {{ {body} }}");
    let cases = [
        (
            "callback(new WrongUsernameOrPasswordError(email, 'no'))",
            "invalid_grant",
            "Wrong email or password.",
        ),
        ("callback()", "invalid_grant", "Wrong email or password."),
        ("callback(null)", "invalid_grant", "Wrong email or password."),
        ("callback(new ValidationError('x', 'not like this'))", "access_denied", "not like this"),
        ("callback(new UnauthorizedError('come later'))", "unauthorized", "come later"),
        ("callback(new Error('down, says ' + configuration.KEY))", "access_denied", "down, says *****"),
        ("throw new TypeError('thrown')", "access_denied", "thrown"),
        ("callback(null, {email})", "access_denied", "has no user_id"),
        ("callback(null, {user_id: 'a b', email})", "access_denied", "not valid"),
        ("callback(null, {user_id: 'a', email, name: 'x'.repeat(301)})", "access_denied", "not valid"),
        ("", "access_denied", "without calling its callback"),
        ("new Promise(() => {})", "access_denied", "without calling its callback"),
        ("setTimeout(() => callback(new Error('late')), 60000)", "access_denied", "did not complete within"),
        ("for (;;);", "access_denied", "did not complete within"),
        ("let all = []; for (;;) all.push('x'.repeat(1e5) + all.length)", "access_denied", "memory"),
        ("require('fs')", "access_denied", "require"),
        ("configuration.KEY = 1; callback(new Error(configuration.KEY))", "access_denied", "*****"),
        (
            "fetch('http://192.0.2.1/').catch((e) => callback(e.cause))",
            "access_denied",
            "--allow-host 192.0.2.1",
        ),
        ("fetch('file:///etc/passwd').catch((e) => callback(e.cause))", "access_denied", "may not reach"),
        ("fetch('URL/away').catch((e) => callback(e.cause))", "access_denied", "redirect"),
        (
            "fetch('URL/away', {redirect: 'manual'}).then((r) => callback(new Error('got ' + r.status)))",
            "access_denied",
            "got 302",
        ),
        ("fetch('http://127.0.0.1:1/').catch((e) => callback(e))", "access_denied", "fetch failed"),
        (
            "fetch('URL/never', {signal: AbortSignal.timeout(0)}).then(callback, (e) => callback(new Error(e.name)))",
            "access_denied",
            "TimeoutError",
        ),
        (
            "callback(new ValidationError('x', 'first')); callback(new Error('second'))",
            "access_denied",
            "first",
        ),
    ];
    let scripts: Vec<String> =
        cases.iter().map(|(body, ..)| function(&body.replace("URL", &legacy.url))).collect();
    let start = Instant::now();
    for ((body, error, part), answer) in cases.iter().zip(answers(&world, &scripts).await) {
        assert_eq!(answer["error"], *error, "{body}: {answer}");
        assert!(answer["error_description"].as_str().unwrap().contains(part), "{body}: {answer}");
    }
    assert!(start.elapsed() < Duration::from_secs(60));
    let none = api(&world, "GET", "/api/v2/users?search_engine=v3", Value::Null).await;
    assert_eq!(none.body, json!([]));
}

#[tokio::test]
async fn a_script_is_a_function_or_a_program_and_a_mistake_has_its_line() {
    let world = World::start().await;
    let user = "callback(null, {user_id: 'u' + email, email: n() + email});";
    let scripts = [
        format!("const n = () => 'a';\nfunction login(email, password, callback) {{ {user} }}"),
        format!("async (email, password, callback) => {{ const n = () => 'b'; await null; {user} }};"),
        "function login(email, password, callback) {\n\n  null.x;\n}".to_owned(),
        "function other() {}\nlet x = 1;".to_owned(),
        "function login( {".to_owned(),
    ];
    let found = answers(&world, &scripts).await;
    assert!(found[0]["access_token"].is_string() && found[1]["access_token"].is_string(), "{found:?}");
    assert!(found[3]["error_description"].as_str().unwrap().contains("no function login"), "{}", found[3]);
    assert_eq!(found[4]["error"], "access_denied");
    let log = api(&world, "GET", "/api/v2/logs", Value::Null).await;
    assert_eq!(log.body[2]["details"]["line"], 3, "{}", log.body[2]);
}
