//! `crosswalk flow`: what it prints and how it ends.

use std::process::Command;

use gigya::{Address, Call, Client, Config, Credentials};
use serde_json::{Value, json};

use super::home::{Home, Ran, Served};

const FLOW: &str = r#"{
  "name": "two files",
  "steps": [
    {"id": "parse", "type": "file.parse.json", "next": ["rename"]},
    {"id": "rename", "type": "field.rename", "params": {"fields": []}, "next": ["json", "mark"]},
    {"id": "json", "type": "file.format.json", "params": {"fileName": "{{name}}.json", "maxFileSiz": 1}},
    {"id": "mark", "type": "file.empty", "params": {"fileName": "<$MARK$>"}}
  ]
}"#;

#[test]
fn check_says_what_is_wrong_and_where() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let ran = home.run(&["flow", "check", &file]).expect(2);
    for part in [
        "flow.json:4:5: error: step `parse`: no step leads to it",
        "flow.json:6:88: error: step `json`: there is no parameter `maxFileSiz` (misspelt_parameter); did you mean `maxFileSize`?",
        "warning: step `json`: the slot {{name}} is not filled (open_slot); --set name=VALUE",
        "warning: step `mark`: the site variable <$MARK$> is not set (open_variable); --set MARK=VALUE",
        "4 steps, 2 errors,",
    ] {
        assert!(ran.stdout.contains(part), "{part} in\n{}", ran.stdout);
    }
    let mended = home.file("mended.json", FLOW.replace("maxFileSiz\"", "maxFileSize\""));
    let report = home
        .run(&["flow", "check", &mended, "--set", "name=x", "--set", "MARK=gigya.ok", "--json"])
        .expect(2)
        .json();
    assert_eq!((&report["steps"], &report["errors"]), (&json!(4), &json!(1)));
    assert_eq!(report["findings"][0]["code"], "not_reached");
    assert_eq!(report["findings"][0]["line"], 4);
    let broken = home.file("broken.json", "{\"name\": 1,\n\"steps\": []");
    assert!(
        home.run(&["flow", "check", &broken])
            .expect(2)
            .stdout
            .contains("broken.json:2:11: error: not valid JSON")
    );
}

#[test]
fn graph_draws_and_components_describe() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let mermaid = home.run(&["flow", "graph", &file]).expect(0).stdout;
    assert!(mermaid.starts_with("flowchart TD\n") && mermaid.contains("s1 --> s3"), "{mermaid}");
    let svg = home.run(&["flow", "graph", &file, "--format", "svg"]).expect(0).stdout;
    assert!(svg.starts_with("<svg") && svg.contains("prefers-color-scheme"));
    let words = home.run(&["flow", "components", "field.rename"]).expect(0).stdout;
    assert!(words.contains("sourceField (path, required)"), "{words}");
    let all = home.run(&["flow", "components", "--json"]).expect(0).json();
    assert!(all["components"].as_array().unwrap().len() > 20);
    home.run(&["flow", "components", "nothing"]).expect(2);
}

#[test]
fn run_refuses_what_check_finds_wrong_and_leaves_nothing() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let ran = home.run(&["flow", "run", &file, "--store", "rename=.", "--store", "nobody=."]).expect(2);
    for part in [
        "step `parse`: no step leads to it",
        "error: step `json`: the slot {{name}}",
        "names the step `nobody`",
    ] {
        assert!(ran.stderr.contains(part), "{part} in\n{}", ran.stderr);
    }
    assert!(ran.stdout.is_empty());
    let jobs = home.path(".crosswalk/jobs");
    assert!(!jobs.exists() || std::fs::read_dir(jobs).unwrap().count() == 0);
    home.run(&["flow", "run", &file, "--since", "yesterday"]).expect(2);
}

const EXPORT: &str = r#"{
  "name": "export",
  "steps": [
    {"id": "accounts", "type": "datasource.read.gigya.account", "params": {"select": "UID,profile.email"}, "next": ["rename"]},
    {"id": "rename", "type": "field.rename", "params": {"fields": [{"sourceField": "profile.email", "targetField": "mail"}]},
     "next": ["remove"]},
    {"id": "remove", "type": "field.remove", "params": {"fields": ["profile"]}, "next": ["csv"]},
    {"id": "csv", "type": "file.format.dsv", "params": {"fileName": "users.csv"}, "next": ["out"]},
    {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": "********"}}
  ]
}"#;

/// As [`EXPORT`], writing to the site what it has read.
const TOUCH: &str = r#"{
  "name": "touch",
  "steps": [
    {"id": "accounts", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["add"]},
    {"id": "add", "type": "field.add", "params": {"fields": [{"field": "data.touched", "value": "yes"}]}, "next": ["write"]},
    {"id": "write", "type": "datasource.write.gigya.account"}
  ]
}"#;

/// A site with three accounts that arrived long ago.
fn site(home: &Home) -> Served {
    let accounts = (1..=3)
        .map(|n| {
            json!({
                "UID": format!("u{n}"), "isRegistered": true, "lastUpdatedTimestamp": 1_600_000_000_000_u64,
                "loginIDs": {"emails": [format!("u{n}@example.test")]},
                "profile": {"email": format!("u{n}@example.test")},
            })
            .to_string()
        })
        .collect::<Vec<_>>();
    let file = home.file("accounts.ndjson", accounts.join("\n"));
    Served::site(home, &home.path("site"), &["--import", &file])
}

fn at(served: &Served, command: &mut Command) -> Ran {
    command
        .env("GIGYA_API_KEY", served.text("api_key"))
        .env("GIGYA_USER_KEY", served.text("user_key"))
        .env("GIGYA_SECRET", served.text("secret"))
        .output()
        .unwrap()
        .into()
}

#[test]
fn run_reads_a_site_and_writes_a_folder() {
    let home = Home::new();
    let served = site(&home);
    let (file, url) = (home.file("flow.json", EXPORT), served.text("url"));
    let run = ["flow", "run", &file, "--store", "out=files", "--site", &url];
    let more = |more: &[&str]| at(&served, &mut home.command(&[&run[..], more].concat()));

    let report = more(&["--full", "--json"]).expect(0).json();
    assert_eq!((&report["status"], &report["records"]), (&json!("succeeded"), &json!(3)));
    let csv = std::fs::read_to_string(home.path("files/users.csv")).unwrap();
    let mut lines: Vec<_> = csv.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["UID,mail", "u1,u1@example.test", "u2,u2@example.test", "u3,u3@example.test"]);

    let table = more(&["--full", "--limit", "2"]).expect(0).stdout;
    assert!(table.contains("2 records in "), "{table}");
    assert_eq!(more(&["--json"]).expect(0).json()["records"], 0, "nothing changed in the last day");
    assert_eq!(more(&["--json", "--since", "2020-01-01T00:00:00Z"]).expect(0).json()["records"], 3);
    assert_eq!(std::fs::read_dir(home.path(".crosswalk/jobs")).unwrap().count(), 0);
}

/// Objects of the data store are written and read back, and achievements are looked up, all at the local site.
#[test]
fn the_data_store_of_the_site_is_written_and_read() {
    let home = Home::new();
    let served = site(&home);
    let url = served.text("url");
    let keep = r#"{"name": "keep", "steps": [
      {"id": "accounts", "type": "datasource.read.gigya.account", "params": {"select": "UID,profile.email"}, "next": ["gm"]},
      {"id": "gm", "type": "datasource.lookup.gigya.gm", "next": ["rename"]},
      {"id": "rename", "type": "field.rename", "params": {"fields": [{"sourceField": "profile.email", "targetField": "data.mail"}, {"sourceField": "achievements", "targetField": "data.won"}]}, "next": ["write"]},
      {"id": "write", "type": "datasource.write.gigya.ds", "params": {"type": "letters"}}
    ]}"#;
    let read = r#"{"name": "read", "steps": [
      {"id": "letters", "type": "datasource.read.gigya.ds", "params": {"from": "letters", "select": "UID,data", "where": "data.mail != 'u2@example.test'"}, "next": ["json"]},
      {"id": "json", "type": "file.format.json", "params": {"fileName": "letters.json"}, "next": ["out"]},
      {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": "********"}}
    ]}"#;
    let (keep, read) = (home.file("keep.json", keep), home.file("read.json", read));
    let run = |file: &str, more: &[&str]| {
        let args = [&["flow", "run", file, "--json", "--site", &url][..], more].concat();
        at(&served, &mut home.command(&args)).expect(0).json()
    };
    let read = |more: &[&str]| run(&read, &[&["--store", "out=files"], more].concat());
    assert_eq!(run(&keep, &["--full"])["records"], 3);
    assert_eq!(read(&["--full"])["records"], 2);
    let text = std::fs::read_to_string(home.path("files/letters.json")).unwrap();
    let mut letters: Vec<Value> = serde_json::from_str(&text).unwrap();
    // A search leaves out what is empty, such as achievements at a site without challenges.
    letters.sort_by_key(|letter| letter["UID"].to_string());
    assert_eq!(
        letters,
        [1, 3].map(|n| json!({"UID": format!("u{n}"), "data": {"mail": format!("u{n}@example.test")}}))
    );
    // They have just been stored, so that a delta brings them, too, and one of the time to come nobody.
    assert_eq!(read(&[])["records"], 2);
    assert_eq!(read(&["--since", "2100-01-01T00:00:00Z"])["records"], 0);
}

#[test]
fn run_says_what_is_missing_and_what_failed() {
    let home = Home::new();
    let file = home.file("flow.json", EXPORT);
    let run = ["flow", "run", &file, "--store", "out=files"];
    assert!(home.run(&run).expect(2).stderr.contains("step `accounts` speaks to a Gigya site"));
    let named = [&run[..], &["--site", "eu1"]].concat();
    assert!(home.run(&named).expect(2).stderr.contains("GIGYA_API_KEY is not set"));

    let away = [&run[..], &["--full", "--site"]].concat();
    let served = site(&home);
    let url = served.text("url");
    let mut command = home.command(&[&away[..], &[&url]].concat());
    command.env("GIGYA_API_KEY", served.text("api_key")).env("GIGYA_USER_KEY", "nobody");
    let ran: Ran = command.env("GIGYA_SECRET", served.text("secret")).output().unwrap().into();
    // Wrong keys are nothing that could be resumed.
    assert!(ran.expect(2).stderr.contains("step `accounts`: "));

    let files = r#"{"name": "f", "steps": [
        {"id": "in", "type": "datasource.read.sftp", "params": {"host": "h", "username": "u", "password": "p"}, "next": ["parse"]},
        {"id": "parse", "type": "file.parse.json", "next": ["judge"]},
        {"id": "judge", "type": "record.evaluate", "params": {"script": "SCRIPT", "ECMAScriptVersion": "12"}, "next": ["json"]},
        {"id": "json", "type": "file.format.json", "params": {"fileName": "o.json"}, "next": ["out"]},
        {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": "p"}}
    ]}"#;
    // function process(r, c, l, next, error) { if (r.n > 1) { error.accept(r); return null; } return r; }
    let script = "ZnVuY3Rpb24gcHJvY2VzcyhyLCBjLCBsLCBuZXh0LCBlcnJvcikgeyBpZiAoci5uID4gMSkgeyBlcnJvci5hY2NlcHQocik7IHJldHVybiBudWxsOyB9IHJldHVybiByOyB9";
    let file = home.file("scripted.json", files.replace("SCRIPT", script));
    std::fs::create_dir(home.path("in")).unwrap();
    home.file("in/records.json", r#"[{"n":1},{"n":2}]"#);
    let ran = home.run(&["flow", "run", &file, "--store", "in=in", "--store", "out=files"]).expect(1);
    assert!(ran.stdout.contains("1 failed where the flow has no error step"), "{}", ran.stdout);
    assert_eq!(std::fs::read_to_string(home.path("files/o.json")).unwrap(), "[\n{\"n\":1}\n]\n");
}

#[test]
fn run_knows_the_key_of_the_site_and_what_was_typed_wrong() {
    let home = Home::new();
    let store = r#"{"host": "{{host}}", "username": "u", "password": ""}"#;
    let flow = format!(
        r#"{{"name": "f", "steps": [
        {{"id": "in", "type": "datasource.read.sftp", "params": {store}, "next": ["parse"]}},
        {{"id": "parse", "type": "file.parse.json", "next": ["add"]}},
        {{"id": "add", "type": "field.add", "params": {{"fields": [{{"field": "site", "value": "${{apiKey}}"}}]}}, "next": ["json"]}},
        {{"id": "json", "type": "file.format.json", "params": {{"fileName": "{{{{file}}}}"}}, "next": ["out"]}},
        {{"id": "out", "type": "datasource.write.sftp", "params": {store}}}
    ]}}"#
    );
    let file = home.file("flow.json", flow);
    std::fs::create_dir(home.path("in")).unwrap();
    home.file("in/records.json", r#"[{"n":1}]"#);
    let run = |set: &str, more: &[&str]| {
        let args = ["flow", "run", &file, "--set", set, "--json"];
        let mut command = home.command(&[&args[..], more].concat());
        Ran::from(command.env("GIGYA_API_KEY", "3_key").output().unwrap())
    };
    let stores = ["--store", "in=in", "--store", "out=files"];
    let ran = run("file=o.json", &stores).expect(0);
    assert!(ran.stderr.contains("1 file to read") && !ran.stderr.contains("secret"), "{}", ran.stderr);
    let written = std::fs::read_to_string(home.path("files/o.json")).unwrap();
    assert_eq!(written, "[\n{\"n\":1,\"site\":\"3_key\"}\n]\n");

    let tried = ["flow", "try", &file, "--set", "file=o.json", stores[0], stores[1], stores[2], stores[3]];
    let tried = Ran::from(home.command(&tried).env("GIGYA_API_KEY", "3_key").output().unwrap()).expect(0);
    assert!(tried.stdout.contains(r#"{"n":1,"site":"3_key"}"#), "{}", tried.stdout);

    let nowhere = run("file=o.json", &["--store", "in=nowhere", "--store", "out=files"]).expect(2);
    assert!(nowhere.stderr.contains("nowhere: "), "{}", nowhere.stderr);
    assert!(run("file=../o.json", &stores).expect(2).stderr.contains("leads to another folder"));
    let json = run("file=o.json", &["--store", "in=in", "--set", "fiel=x"]).expect(2).json();
    let codes: Vec<_> =
        json["error"]["findings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert!(codes.contains(&&json!("unknown_slot")), "{json}");
    let json = run("file=o.json", &["--store", "in=in"]).expect(2).json();
    let codes: Vec<_> =
        json["error"]["findings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert!(codes.contains(&&json!("secret_missing")), "{json}");
}

#[test]
fn try_shows_what_leaves_each_step_and_writes_nothing() {
    let home = Home::new();
    let served = site(&home);
    let (file, url) = (home.file("flow.json", EXPORT), served.text("url"));
    let args = ["flow", "try", &file, "--records", "2", "--store", "out=files", "--site", &url];
    let words = at(&served, &mut home.command(&args)).expect(0).stdout;
    for part in [
        "accounts (datasource.read.gigya.account): 0 in, gave 2\n",
        "\"mail\":\"u1@example.test\"",
        "file users.csv, ",
        "out (datasource.write.sftp): 1 in, would write 1\n",
        "2 records; nothing was written\n",
    ] {
        assert!(words.contains(part), "{part} in\n{words}");
    }
    assert!(!home.path("files").exists());
    let json = at(&served, &mut home.command(&[&args[..], &["--json"]].concat())).expect(0).json();
    assert_eq!((&json["status"], &json["steps"][4]["writes"]), (&json!("succeeded"), &json!(true)));
    let wrong = home.file("wrong.json", FLOW);
    assert!(home.run(&["flow", "try", &wrong]).expect(2).stderr.contains("(misspelt_parameter)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduling_of_the_site_runs_a_flow() {
    let home = Home::new();
    let served = site(&home);
    let client = Client::new(Config {
        address: Address::parse(&served.text("url")).unwrap(),
        api_key: served.text("api_key"),
        credentials: Credentials::Signature {
            user_key: served.text("user_key"),
            secret: served.text("secret").into(),
        },
        ca: None,
    })
    .unwrap();
    let call = async |method: &str, param: &str, value: String| {
        client
            .send(&Call::new(method).param(param, value))
            .await
            .map(|answer| answer.json::<Value>().unwrap())
    };
    let flow = json!({"name": "mark", "steps": [
        {"id": "read", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["add"]},
        {"id": "add", "type": "field.add", "params": {"fields": [{"field": "data.job", "value": "${jobId}"}]}, "next": ["write"]},
        {"id": "write", "type": "datasource.write.gigya.account"},
    ]});
    let wrong = flow.to_string().replace("field.add", "field.ad");
    let refused = call("idx.createDataflow", "data", wrong).await.unwrap_err().to_string();
    assert!(refused.contains("field.ad"), "{refused}");

    let stored = call("idx.createDataflow", "data", flow.to_string()).await.unwrap();
    let scheduling =
        json!({"name": "now", "dataflowId": stored["id"], "frequencyType": "once", "fullExtract": true});
    let scheduled = call("idx.createScheduling", "data", scheduling.to_string()).await.unwrap();
    let query =
        format!("SELECT * FROM idx_job_status WHERE schedulingId = '{}'", scheduled["id"].as_str().unwrap());
    let job = loop {
        let found = call("idx.search", "query", query.clone()).await.unwrap();
        if found["result"][0]["status"] == "succeeded" {
            break found["result"][0].clone();
        }
        assert!(found["result"][0]["trace"].is_null(), "{found}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!((&job["totalRecords"], &job["processedRecords"]), (&json!(3), &json!(3)));
    let account = call("accounts.getAccountInfo", "UID", "u2".to_owned()).await.unwrap();
    assert_eq!(account["data"]["job"], job["id"]);
}

#[test]
fn a_site_that_is_not_on_loopback_is_written_to_only_when_somebody_agrees() {
    let home = Home::new();
    let file = home.file("accounts.ndjson", r#"{"UID": "u1", "isRegistered": true}"#);
    // The name 0.0.0.0 leads to this machine and is no loopback address.
    let served = Served::site(&home, &home.path("site"), &["--import", &file, "--tls", "--name", "0.0.0.0"]);
    let away = served.text("url").replace("localhost", "0.0.0.0").replace("127.0.0.1", "0.0.0.0");
    let (ca, touch, export) =
        (served.text("ca"), home.file("touch.json", TOUCH), home.file("export.json", EXPORT));
    let run = |file: &str, url: &str, more: &[&str]| {
        let args = ["flow", "run", file, "--full", "--json", "--site", url, "--ca", &ca];
        at(&served, &mut home.command(&[&args[..], more].concat()))
    };
    let refused = run(&touch, &away, &[]).expect(3);
    assert!(refused.stdout.starts_with("{\"error\":"), "{}", refused.stdout);
    for part in [
        &format!("site          {away}"),
        "step `write`: datasource.write.gigya.account",
        "step `accounts`: datasource.read.gigya.account",
        "this site is not on this machine; say --yes to write to it",
    ] {
        assert!(refused.stderr.contains(part), "{part} in\n{}", refused.stderr);
    }
    assert_eq!(
        run(&export, &away, &["--store", "out=out"]).expect(0).json()["records"],
        1,
        "reading needs no word"
    );
    assert_eq!(run(&touch, &away, &["--yes"]).expect(0).json()["steps"][2]["passed"], 1);
    assert_eq!(run(&touch, &served.text("url"), &[]).expect(0).json()["records"], 1, "this machine is ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_the_site_writes_to_the_folder_in_the_place_of_its_store() {
    let home = Home::new();
    let accounts = home.file(
        "accounts.ndjson",
        r#"{"UID": "u1", "isRegistered": true, "profile": {"email": "u1@example.test"}}"#,
    );
    let store = ["--import", &accounts, "--store", "export/out=files", "--store", "export/other=nowhere"];
    let served = Served::site(&home, &home.path("site"), &[&store[..], &["--set", "FILE=users"]].concat());
    let client = Client::new(Config {
        address: Address::parse(&served.text("url")).unwrap(),
        api_key: served.text("api_key"),
        credentials: Credentials::Signature {
            user_key: served.text("user_key"),
            secret: served.text("secret").into(),
        },
        ca: None,
    })
    .unwrap();
    let call = async |method: &str, param: &str, value: String| {
        client.send(&Call::new(method).param(param, value)).await.unwrap().json::<Value>().unwrap()
    };
    let variables = call("idx.search", "query", "SELECT * FROM global-config".to_owned()).await;
    assert_eq!(variables["result"], json!([{"id": "FILE", "value": "********"}]));
    for name in ["export", "another"] {
        let flow = EXPORT.replace("\"name\": \"export\"", &format!("\"name\": \"{name}\""));
        let flow = flow.replace("users.csv", "<$FILE$>.csv");
        assert!(flow.contains("<$FILE$>"));
        let stored = call("idx.createDataflow", "data", flow).await;
        let scheduling =
            json!({"name": "now", "dataflowId": stored["id"], "frequencyType": "once", "fullExtract": true});
        let scheduled = call("idx.createScheduling", "data", scheduling.to_string()).await;
        let query = format!(
            "SELECT * FROM idx_job_status WHERE schedulingId = '{}'",
            scheduled["id"].as_str().unwrap()
        );
        let job = loop {
            let found = call("idx.search", "query", query.clone()).await["result"][0].clone();
            if found["status"] == "succeeded" || !found["trace"].is_null() {
                break found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        };
        if name == "export" {
            assert_eq!(job["status"], "succeeded", "{job}");
            let csv = std::fs::read_to_string(home.path("files/users.csv")).unwrap();
            assert_eq!(csv, "UID,mail\nu1,u1@example.test\n");
        } else {
            assert!(job["trace"].as_str().unwrap().contains("step `out`"), "{job}");
        }
    }
    let wrong = home.run(&["site", "serve", "--store", "out=files"]).expect(2);
    assert!(wrong.stderr.contains("write it as DATAFLOW/STEP=DIR"), "{}", wrong.stderr);
}
