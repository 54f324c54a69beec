//! Dataflows through the page: they come in, are edited, tried, run and scheduled.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Page;
use crate::memory::SourceChoice;
use crate::work::State;

/// Accounts of the site to a file, with a script and a secret.
fn export() -> Value {
    json!({
        "name": "nightly <export>", "description": "for the warehouse", "anything": {"kept": [1, 2]},
        "steps": [
            {"id": "accounts", "type": "datasource.read.gigya.account", "params": {"select": "UID,profile.email,password", "unknown": "x"}, "next": ["shape"]},
            {"id": "shape", "type": "record.evaluate", "params": {"script": base64("function process(r) { return {id: r.UID, hash: (r.password || {}).hash}; }"), "ECMAScriptVersion": "12"}, "next": ["csv"]},
            {"id": "csv", "type": "file.format.dsv", "params": {"fileName": "users.csv"}, "next": ["out"]},
            {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": "top secret"}},
        ],
    })
}

fn base64(text: &str) -> String {
    dataflow::script::Script::encode(text)
}

/// A page with that dataflow, and the path of it.
async fn with_export() -> (Page, String) {
    let page = Page::open().await;
    let made = page.post("/dataflows", &[("source", &export().to_string())]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let path = made.location().to_owned();
    (page, path)
}

#[tokio::test]
async fn a_dataflow_comes_in_is_drawn_and_shows_no_secret() {
    let (page, path) = with_export().await;
    let shown = page.get(&path).await;
    shown.shows("nightly &lt;export&gt;");
    shown.shows(&format!("{path}?step=accounts#step"));
    shown.shows("there is no parameter <code>unknown</code>");
    page.get("/dataflows").await.shows("never ran");
    for end in ["", "?step=out", "/source", "/file", "/try", "/run", "/schedule", "/jobs"] {
        let answer = page.get(&format!("{path}{end}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{end}: {}", answer.body);
        assert!(!answer.body.contains("top secret"), "{end}");
        assert!(!answer.body.contains("style=\""), "{end}");
    }
    let file: Value = serde_json::from_str(&page.get(&format!("{path}/file")).await.body).unwrap();
    assert_eq!(file["anything"], json!({"kept": [1, 2]}));
}

#[tokio::test]
async fn what_is_no_dataflow_is_told_by_line() {
    let page = Page::open().await;
    let answer = page.post("/dataflows", &[("source", "{\"name\": \"<b>\",\n \"steps\": 1}")]).await;
    answer.shows("line 2: `steps` must be an array of steps");
    answer.shows("&lt;b&gt;");
    page.post("/dataflows", &[("source", "{")]).await.shows("not valid JSON");
}

#[tokio::test]
async fn a_step_is_edited_in_a_form_and_everything_else_stays() {
    let (page, path) = with_export().await;
    let form = page.get(&format!("{path}?step=shape")).await;
    form.shows("function process(r) {");
    form.shows("Runs a JavaScript function on each record.");
    let script = "function process(r) {\r\n  return r;\r\n}";
    let saved = page
        .post(&format!("{path}/step"), &[("step", "shape"), ("p.script", script), ("p.notifyLastRecord", "")])
        .await;
    assert_eq!(saved.location(), format!("{path}?step=shape#step"));
    let file: Value = serde_json::from_str(&page.get(&format!("{path}/file")).await.body).unwrap();
    let mut expected = export();
    expected["steps"][1]["params"]["script"] = base64("function process(r) {\n  return r;\n}").into();
    expected["steps"][3]["params"]["password"] = "********".into();
    assert_eq!(file.to_string(), expected.to_string());

    let wrong = page
        .post(
            &format!("{path}/step"),
            &[("step", "csv"), ("p.maxFileSize", "many"), ("p.fileName", "other.csv")],
        )
        .await;
    wrong.shows("maxFileSize must be a whole number");
    wrong.shows("other.csv");

    // The secret survives edits of its step, although nobody sees it.
    page.post(&format!("{path}/step"), &[("step", "out"), ("p.host", "elsewhere"), ("p.password", "")]).await;
    let site = page.app.setup().local_site().await.unwrap();
    let idx = site::idx::IdentitySync::of(site.site().state());
    let id = path.rsplit('/').next().unwrap();
    let stored = idx.with_secrets(id).await.unwrap();
    assert_eq!(
        stored["steps"][3]["params"],
        json!({"host": "elsewhere", "username": "u", "password": "top secret"})
    );
    drop((idx, site));
}

#[tokio::test]
async fn what_cannot_run_becomes_a_draft_that_says_why() {
    let (page, path) = with_export().await;
    page.post(&format!("{path}/step"), &[("step", "csv"), ("next", "nobody")]).await;
    let shown = page.get(&path).await;
    shown.shows("This is a draft");
    shown.shows("Schedules run the version before it.");
    shown.shows("nobody");
    page.get(&format!("{path}/run")).await.shows("A draft cannot run.");
    let mended = export().to_string();
    page.post(&format!("{path}/source"), &[("source", &mended.replace("top secret", "********"))]).await;
    assert!(!page.get(&path).await.body.contains("This is a draft"));
    let broken = page.post(&format!("{path}/source"), &[("source", "{\"name\": 1")]).await;
    broken.shows("not valid JSON");
    broken.shows("{&quot;name&quot;: 1");
    let shapeless =
        page.post(&format!("{path}/source"), &[("source", "{\"name\": \"x\", \"steps\": [\n\n\n1]}")]).await;
    shapeless.shows("<a class=\"quiet\" href=");
    shapeless.shows("data-line=\"4\">line 4</a>");
    shapeless.shows("name=\"source\" data-lines");
}

#[tokio::test]
async fn ten_records_are_seen_between_the_steps_and_nothing_is_written() {
    let (page, path) = with_export().await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let tried =
        page.post(&format!("{path}/try"), &[("records", "10"), ("store.out", out.to_str().unwrap())]).await;
    tried.shows("10 records went through. Nothing was written.");
    tried.shows("users.csv");
    tried.shows("id,hash");
    tried.shows("would have been written");
    assert!(!out.exists());
    let site = page.app.setup().local_site().await.unwrap();
    let call = gigya::Call::new("accounts.search").param("query", "SELECT password FROM accounts LIMIT 10");
    let answer = site.client.send(&call).await.unwrap();
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    let hashes: Vec<&str> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["password"]["hash"].as_str())
        .collect();
    assert!(hashes.len() > 3, "{answer}");
    for hash in hashes {
        assert!(!tried.body.contains(hash), "{hash}");
    }
}

#[tokio::test]
async fn a_job_runs_and_keeps_what_its_steps_did() {
    let (page, path) = with_export().await;
    let folder = tempfile::tempdir().unwrap();
    let fields = [("full", "on"), ("limit", "25"), ("store.out", folder.path().to_str().unwrap())];
    let started = page.post(&format!("{path}/run"), &fields).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let job = started.location().to_owned();
    let over = over(&page, &job).await;
    for part in ["succeeded", "The job has succeeded", "wrote users.csv", "<td class=\"number\">25</td>"] {
        assert!(over.contains(part), "{part} in {over}");
    }
    let written = std::fs::read_to_string(folder.path().join("users.csv")).unwrap();
    assert_eq!(written.lines().count(), 26);
    page.get(&format!("{path}/jobs")).await.shows("succeeded");
    page.get("/dataflows").await.shows("succeeded");
    // The folder is offered again.
    page.get(&format!("{path}/run")).await.shows(folder.path().to_str().unwrap());
}

/// The job that was started, once it is over.
async fn over(page: &Page, job: &str) -> String {
    loop {
        let now = page.get(&format!("{job}/now")).await;
        if now.status.as_u16() == 286 {
            return now.body;
        }
        tokio::task::yield_now().await;
    }
}

/// Means a site elsewhere as the source.
fn choose(page: &Page, config: gigya::Config) {
    let (address, api_key) = (config.address.to_string(), config.api_key.clone());
    page.app.setup().keep_site(Some(config));
    page.app
        .setup()
        .remember(|memory| memory.source = Some(SourceChoice::Site { address, api_key }))
        .unwrap();
}

fn config(address: &str, site: &site::Site) -> gigya::Config {
    gigya::Config {
        address: gigya::Address::parse(address).unwrap(),
        api_key: site.api_key.clone(),
        credentials: gigya::Credentials::Signature {
            user_key: site.user_key.clone(),
            secret: site.secret.clone().into(),
        },
        ca: None,
    }
}

#[tokio::test]
async fn what_is_open_is_filled_in_and_the_dataflow_stays_as_it_is() {
    let page = Page::open().await;
    let mut flow = export();
    flow["steps"][2]["params"]["fileName"] = "{{name}}-<$PLACE$>.csv".into();
    flow["steps"][3]["params"]["password"] = "{{store_password}}".into();
    let path = page.post("/dataflows", &[("source", &flow.to_string())]).await.location().to_owned();
    let shown = page.get(&path).await;
    assert!(!shown.body.contains("This is a draft"), "{}", shown.body);
    shown.shows("it is filled in when the dataflow is tried or run");
    let form = page.get(&format!("{path}/run")).await;
    for name in ["name", "PLACE", "store_password"] {
        form.shows(&format!("name=\"value.{name}\""));
    }
    form.shows("name=\"value.store_password\" type=\"password\"");
    let folder = tempfile::tempdir().unwrap();
    let store = ("store.out", folder.path().to_str().unwrap());

    let half = page
        .post(&format!("{path}/run"), &[store, ("value.name", "users"), ("value.store_password", "HIDDEN")])
        .await;
    half.shows("the site variable &lt;$PLACE$&gt; is not set");
    half.shows("name=\"value.name\" autocomplete=\"off\" spellcheck=\"false\" value=\"users\"");
    assert!(!half.body.contains("HIDDEN"));

    let values = [("value.name", "users"), ("value.PLACE", "eu"), ("value.store_password", "HIDDEN"), store];
    let tried = page.post(&format!("{path}/try"), &[&values[..], &[("records", "2")]].concat()).await;
    tried.shows("users-eu.csv");
    let started =
        page.post(&format!("{path}/run"), &[&values[..], &[("limit", "3"), ("full", "on")]].concat()).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let done = over(&page, started.location()).await;
    assert!(done.contains("wrote users-eu.csv"), "{done}");
    for file in std::fs::read_dir(page.app.setup().home().site()).unwrap() {
        let stored = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!stored.windows(6).any(|bytes| bytes == b"HIDDEN"), "what was filled in is in memory only");
    }
    let file: Value = serde_json::from_str(&page.get(&format!("{path}/file")).await.body).unwrap();
    assert_eq!(file["steps"][2]["params"]["fileName"], "{{name}}-<$PLACE$>.csv");
}

#[tokio::test]
async fn a_job_reads_the_site_that_is_chosen() {
    let (page, path) = with_export().await;
    assert!(!page.get(&format!("{path}/run")).await.body.contains("name=\"site\""));
    let data = tempfile::tempdir().unwrap();
    let other = site::start(site::Options::new(data.path())).await.unwrap();
    let account =
        r#"{"UID":"elsewhere","profile":{"email":"e@example.com"},"isRegistered":true,"isActive":true}"#;
    let now = other.state().now_ms();
    other.state().store().write_blocking(move |tx| site::store::load::load(tx, [account], now)).unwrap();
    choose(&page, config(&other.url, &other));
    page.get(&format!("{path}/run")).await.shows("name=\"site\"");
    let folder = tempfile::tempdir().unwrap();
    let fields = [("site", "source"), ("store.out", folder.path().to_str().unwrap())];
    let started = page.post(&format!("{path}/run"), &fields).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
    let done = over(&page, started.location()).await;
    assert!(done.contains("succeeded"), "{done}");
    let written = std::fs::read_to_string(folder.path().join("users.csv")).unwrap();
    assert!(written.contains("elsewhere") && written.lines().count() == 2, "{written}");
    let tried = page.post(&format!("{path}/try"), &[("records", "5"), ("site", "source")]).await;
    tried.shows("elsewhere");
    other.stop().await;
}

#[tokio::test]
async fn nothing_is_written_to_a_site_elsewhere_before_somebody_agrees() {
    let page = Page::open().await;
    let flow = json!({"name": "back", "steps": [
        {"id": "read", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["write"]},
        {"id": "write", "type": "datasource.write.gigya.generic", "params": {"apiMethod": "accounts.setAccountInfo", "apiParams": []}},
    ]});
    let path = page.post("/dataflows", &[("source", &flow.to_string())]).await.location().to_owned();
    let site = page.app.setup().local_site().await.unwrap();
    choose(&page, gigya::Config { address: gigya::Address::parse("eu1").unwrap(), ..site.config.clone() });
    let fields = [("site", "source"), ("limit", "1")];
    let asked = page.post(&format!("{path}/run"), &fields).await;
    asked.shows("writes to a site that is not on this machine");
    asked.shows("datasource.write.gigya.generic</code>, accounts.setAccountInfo");
    asked.shows("Run it and write to this site");
    page.get(&format!("{path}/jobs")).await.shows("It has not run yet.");
    let stale = page.post(&format!("{path}/run"), &[("order", "unknown")]).await;
    assert_eq!(stale.status, StatusCode::BAD_REQUEST);
    // Nobody is asked for the local site.
    let local = page.post(&format!("{path}/run"), &[("site", "local"), ("limit", "1")]).await;
    assert_eq!(local.status, StatusCode::SEE_OTHER, "{}", local.body);
}

#[tokio::test]
async fn steps_come_and_go_by_form() {
    let (page, path) = with_export().await;
    page.get(&path).await.shows("<optgroup label=\"datasource.read\">");
    let fields =
        [("component", "field.rename"), ("name", "names & more"), ("after", "shape"), ("place", "between")];
    let added = page.post(&format!("{path}/step/add"), &fields).await;
    assert_eq!(added.location(), format!("{path}?step=names+%26+more#step"));
    let file =
        async || -> Value { serde_json::from_str(&page.get(&format!("{path}/file")).await.body).unwrap() };
    let steps = file().await["steps"].clone();
    assert_eq!((&steps[1]["next"], &steps[2]["next"]), (&json!(["names & more"]), &json!(["csv"])));
    page.get(added.location()).await.shows("Remove this step");
    for (wrong, why) in [(("component", "no.such"), "Choose a component."), (("name", "csv"), "already")] {
        let mut fields = fields.to_vec();
        fields.retain(|(name, _)| *name != wrong.0);
        let answer = page.post(&format!("{path}/step/add"), &[&fields[..], &[wrong]].concat()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        // The form comes back with what was typed, open, and the reason at its field.
        let open = "<details class=\"adding\" open>";
        let typed = "<option value=\"shape\" selected>";
        for part in [why, open, typed, "aria-invalid=\"true\"", "Choose a step in the graph"] {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
    }
    let gone = page.post(&format!("{path}/step/remove"), &[("step", "names & more")]).await;
    assert_eq!(gone.location(), path);
    let mut expected = export();
    expected["steps"][3]["params"]["password"] = "********".into();
    assert_eq!(file().await, expected);
    let nobody = page.post(&format!("{path}/step/remove"), &[("step", "x")]).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    // The navigation says where one is, also when something did not work.
    assert!(nobody.body.contains("<a href=\"/dataflows\" aria-current=\"page\">"), "{}", nobody.body);
}

#[tokio::test]
async fn a_schedule_comes_and_goes() {
    let (page, path) = with_export().await;
    let fields =
        [("name", "nightly"), ("interval", "2"), ("frequency", "day"), ("start", "2099-01-31T02:30")];
    page.post(&format!("{path}/schedule"), &fields).await;
    let shown = page.get(&format!("{path}/schedule")).await;
    shown.shows("2 days");
    shown.shows("2099-01-31T02:30:00");
    let id = shown
        .body
        .split("name=\"scheduling\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    page.post(&format!("{path}/schedule/remove"), &[("scheduling", &id)]).await;
    page.get(&format!("{path}/schedule")).await.shows("It runs only when somebody says so.");
    let fields = [("name", "x"), ("interval", "0"), ("frequency", "week"), ("limit", "7")];
    let wrong = page.post(&format!("{path}/schedule"), &fields).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    for kept in [
        "value=\"x\"",
        "value=\"0\"",
        "<option value=\"week\" selected>",
        "value=\"7\"",
        "id=\"interval-mistake\"",
    ] {
        assert!(wrong.body.contains(kept), "{kept} is not in {}", wrong.body);
    }
}

#[tokio::test]
async fn the_migration_is_a_template_that_leads_to_the_import() {
    let page = Page::open().await;
    let path = page.post("/dataflows/template", &[]).await.location().to_owned();
    page.get(&path).await.shows("record.auth0.user");
    page.get(&format!("{path}/run")).await.shows("Prepare its users");
    let tried = page.post(&format!("{path}/try"), &[("records", "3")]).await;
    tried.shows("auth0");
    tried.shows("Nothing was written.");
    assert!(page.app.work().all().is_empty());
    let started = page.post(&format!("{path}/run"), &[]).await;
    assert_eq!(started.location(), "/import");
    page.until(|state| matches!(state, State::Ready | State::Broken(_))).await;
    let item = page.app.work().all().remove(0);
    assert_eq!(item.state(), State::Ready);
    let report = engine::books::read_report(item.folder());
    assert!(report.counters.packed.unwrap() > 100, "{:?}", report.counters);
    page.get("/import").await.shows("dataflow ");
    page.post(&format!("{path}/delete"), &[]).await;
    assert_eq!(page.get(&path).await.status, StatusCode::NOT_FOUND);
    page.get("/dataflows").await.shows("There is none yet.");
}

#[tokio::test]
async fn whoever_leaves_while_the_site_starts_leaves_no_half_a_site() {
    let page = Page::open().await;
    tokio::select! {
        biased;
        _ = page.app.setup().local_site() => {}
        () = tokio::task::yield_now() => {}
    }
    assert!(page.app.setup().local_site().await.is_ok());
}

#[tokio::test]
async fn the_template_takes_the_mapping_that_is_kept_and_the_connection_that_is_chosen() {
    let page = Page::open().await;
    let own = "version = 1\n[user]\nuser_id = \"UID\"\nemail = \"profile.email\"\nnickname = \"preferences.shoe\"\n";
    page.post("/mapping", &[("document", own), ("account", "#0")]).await;
    page.post("/connections", &[("name", "staff")]).await;
    let path = page.post("/dataflows/template", &[]).await.location().to_owned();
    let file = page.get(&format!("{path}/file")).await;
    let flow: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    let params = |step: usize| flow["steps"][step]["params"].clone();
    assert_eq!(params(2)["connection"], "staff");
    assert_eq!(params(1)["user"]["nickname"], "preferences.shoe");
    assert!(params(0)["select"].as_str().unwrap().contains("preferences"), "{}", params(0));
    page.get(&format!("{path}/run")).await.shows("Prepare its users");
}
