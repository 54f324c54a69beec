//! A migration as a dataflow, through the real binary.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::home::{Home, Ran, Served, adds_up};

/// The parts of a run, in order.
fn parts(home: &Home, run: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(home.run_folder(run).join("parts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// A user of a run by the id; null where there is none.
fn user(home: &Home, run: &str, id: &str) -> Value {
    let mut users =
        parts(home, run).into_iter().flat_map(|part| serde_json::from_slice::<Vec<Value>>(&part).unwrap());
    users.find(|user| user["user_id"] == id).unwrap_or(Value::Null)
}

fn at(served: &Served, mut command: Command) -> Ran {
    command
        .env("GIGYA_API_KEY", served.text("api_key"))
        .env("GIGYA_USER_KEY", served.text("user_key"))
        .env("GIGYA_SECRET", served.text("secret"))
        .output()
        .unwrap()
        .into()
}

/// What the two runs have counted, without what no two runs have in common.
fn counted(report: &Value) -> Value {
    let mut report = report.clone();
    for name in ["run", "seconds", "requests", "jobs"] {
        report.as_object_mut().unwrap().remove(name);
    }
    report
}

#[test]
fn the_default_flow_gives_the_same_users_as_migrate() {
    let site_home = Home::new();
    let sample = site_home.path("sample.ndjson");
    let sample = sample.to_str().unwrap();
    site_home.run(&["sample", "--accounts", "300", "--format", "ndjson", "-o", sample]).expect(0);
    let site = Served::site(&site_home, &site_home.path("site"), &["--import", sample]);
    let source = format!("gigya:{}", site.text("url"));

    let plain = Home::new();
    let migrated = at(&site, plain.command(&["migrate", &source, "--run", "r", "--json"])).expect(1).json();

    let flowed = Home::new();
    let shown = flowed.run(&["flow", "show", "default"]).expect(0).stdout;
    let file = flowed.file("default.json", &shown);
    flowed.run(&["flow", "check", &file]).expect(0);
    let ran =
        at(&site, flowed.command(&["migrate", &source, "--flow", &file, "--run", "r", "--json"])).expect(1);
    let report = ran.json();
    adds_up(&report);
    assert_eq!(counted(&report), counted(&migrated));
    assert_eq!(parts(&flowed, "r"), parts(&plain, "r"), "equal parts, byte for byte");
    assert!(report["counters"]["imported"].as_u64().unwrap() > 200, "{report}");
    assert!(!ran.stderr.contains("records in "), "the runner had no part in it: {}", ran.stderr);
}

#[test]
fn without_a_source_the_steps_read_the_local_site() {
    let home = Home::new();
    let shown = home.run(&["flow", "show", "default"]).expect(0).stdout;
    // With a condition it is the runner that reads.
    let accounts = "\"from\": \"accounts\"";
    let french = format!("\"where\": \"profile.country = 'France'\", {accounts}");
    let file = home.file("flow.json", shown.replace(accounts, &french));
    let ran = home.run(&["migrate", "--flow", &file, "--json"]).expect(0);
    adds_up(&ran.json());
    let imported = ran.json()["counters"]["imported"].as_u64().unwrap();
    assert!((1..1000).contains(&imported), "{imported}");
    assert!(ran.stderr.contains("records in "), "{}", ran.stderr);
}

/// Accounts of every kind, in the order of their file.
fn accounts() -> String {
    let account = |uid: &str, more: Value| {
        let mut account = json!({
            "UID": uid, "isRegistered": true, "isActive": true, "lastLoginTimestamp": 1_600_000_000_000_u64,
            "loginIDs": {"emails": [format!("{uid}@example.test")]},
            "profile": {"email": format!("{uid}@example.test"), "firstName": "N", "hometown": "goes nowhere"},
            "data": {"n": 1},
        });
        account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        account
    };
    let hash = json!({"hash": "YG8PL6PwxlH0+KbUb4vG3w==", "hashSettings": {
        "algorithm": "pbkdf2", "rounds": 5000, "salt": "iIj9T09VwfcvLv/0D7rFkA=="}});
    let social = json!([{"provider": "facebook", "providerUID": "f1", "isLoginIdentity": true}]);
    json!([
        account("hashed", json!({"password": hash})),
        account("social", json!({"identities": social, "socialProviders": "facebook"})),
        account("unfinished", json!({"isRegistered": false})),
        account("lite", json!({"hasFullAccount": false, "isRegistered": false})),
        account("nobody", json!({"loginIDs": {}, "profile": {}})),
        account("twin", json!({"loginIDs": {"emails": ["hashed@example.test"]}, "profile": {"email": "hashed@example.test"},
            "lastLoginTimestamp": 1_500_000_000_000_u64})),
        account("sap", json!({"password": {"hash": "eA==", "hashSettings": {"algorithm": "sap_abap"}}})),
    ])
    .to_string()
}

const READ: &str = r#"{"id": "in", "type": "datasource.read.sftp", "params": {"host": "h", "username": "u", "password": "********",
    "fileNameRegex": ".*\\.json"}, "next": ["parse"]},
  {"id": "parse", "type": "file.parse.json", "next": ["NEXT"]}"#;

/// A flow that reads files of accounts, and these steps.
fn flow(home: &Home, name: &str, first: &str, steps: &str) -> String {
    home.file(name, format!(r#"{{"name": "n", "steps": [{}, {steps}]}}"#, READ.replace("NEXT", first)))
}

/// A step that runs this script.
fn script(id: &str, body: &str, next: &str) -> String {
    use base64::Engine as _;
    let script =
        base64::engine::general_purpose::STANDARD.encode(format!("function process(record) {{ {body} }}"));
    format!(
        r#"{{"id": "{id}", "type": "record.evaluate", "params": {{"script": "{script}", "ECMAScriptVersion": "12"}}, "next": ["{next}"]}}"#
    )
}

const USER: &str = r#"{"id": "user", "type": "record.auth0.user", "next": ["users"]}"#;
const USERS: &str = r#"{"id": "users", "type": "datasource.write.auth0.users"}"#;

fn in_folder(home: &Home) -> String {
    std::fs::create_dir(home.path("in")).unwrap();
    let file = home.file("in/accounts.json", accounts());
    home.file("in/notes.txt", "no accounts");
    file
}

#[test]
fn what_the_runner_brings_is_prepared_like_any_input() {
    let plain = Home::new();
    let file = in_folder(&plain);
    let migrated = plain.run(&["migrate", &file, "--run", "r", "--json"]).expect(1).json();

    let home = Home::new();
    in_folder(&home);
    let same = format!("{}, {USER}, {USERS}", script("same", "return record;", "user"));
    for (run, first, steps) in [("direct", "user", format!("{USER}, {USERS}")), ("scripted", "same", same)] {
        let flow = flow(&home, &format!("{run}.json"), first, &steps);
        let ran =
            home.run(&["migrate", "--flow", &flow, "--store", "in=in", "--run", run, "--json"]).expect(1);
        let report = ran.json();
        adds_up(&report);
        assert_eq!(parts(&home, run), parts(&plain, "r"), "{run}: equal parts");
        for name in ["lanes", "not_moved", "passwords", "mended"] {
            assert_eq!(report[name], migrated[name], "{run}: {name}");
        }
        let set_aside = |home: &Home, run: &str| -> Vec<Value> {
            let lines = home.lines(run, "set-aside.ndjson").into_iter();
            lines.map(|line| json!([line["uid"], line["code"], line["position"]["record"]])).collect()
        };
        assert_eq!(set_aside(&home, run), set_aside(&plain, "r"));
        assert!(ran.stderr.contains("7 records in "), "{}", ran.stderr);
        assert!(
            home.lines(run, "linking.ndjson").len() == 1
                && home.run_folder(run).join("ledger.sqlite").exists()
        );
    }
    // It can be looked at, and proved, like any run.
    let proved = home.run(&["prove", "direct", "--all", "--json"]).expect(0).json();
    assert_eq!(proved["proof"]["compared"], migrated["counters"]["packed"]);
}

#[test]
fn the_key_of_the_site_is_known_where_no_step_speaks_to_it() {
    let home = Home::new();
    in_folder(&home);
    let add = r#"{"id": "add", "type": "field.add", "params": {"fields": [{"field": "data.site", "value": "${apiKey}"}]}, "next": ["user"]}"#;
    let flow = flow(&home, "keyed.json", "add", &format!("{add}, {USER}, {USERS}"));
    let mut command = home.command(&["migrate", "--flow", &flow, "--store", "in=in", "--run", "r", "--json"]);
    Ran::from(command.env("GIGYA_API_KEY", "3_key").output().unwrap()).expect(1);
    assert_eq!(user(&home, "r", "hashed")["app_metadata"]["data"]["site"], "3_key");
}

#[test]
fn a_step_before_the_mapping_changes_accounts_and_one_behind_it_users() {
    let home = Home::new();
    in_folder(&home);
    let before = script(
        "judge",
        "if (record.UID === 'social') return null; record.profile.firstName = 'Script'; return record;",
        "user",
    );
    let flow_before = flow(&home, "before.json", "judge", &format!("{before}, {USER}, {USERS}"));
    let report = home
        .run(&["migrate", "--flow", &flow_before, "--store", "in=in", "--run", "before", "--json"])
        .expect(1)
        .json();
    adds_up(&report);
    assert_eq!(report["counters"]["read"], 6);
    assert_eq!(user(&home, "before", "hashed")["given_name"], "Script");
    assert_eq!(user(&home, "before", "social"), Value::Null);

    // Whoever came over at the first login would come over without the script.
    let leaves =
        home.run(&["migrate", "--flow", &flow_before, "--store", "in=in", "--lazy", "leave"]).expect(2);
    assert!(leaves.stderr.contains("step `judge` (record.evaluate) stands before"), "{}", leaves.stderr);

    let user_step = USER
        .replace("users", "vip")
        .replace("\"next\"", "\"params\": {\"user\": {\"user_id\": \"UID\", \"email\": \"profile.email\", \"password\": \"password\"}}, \"error\": [\"rejected\"], \"next\"");
    let behind = format!(
        r#"{user_step}, {}, {USERS},
           {{"id": "rejected", "type": "file.format.json", "params": {{"fileName": "rejected.json"}}, "next": ["out"]}},
           {{"id": "out", "type": "datasource.write.sftp", "params": {{"host": "h", "username": "u", "password": "p"}}}}"#,
        script("vip", "record.user_metadata = {vip: true}; return record;", "users")
    );
    let flow_behind = flow(&home, "behind.json", "user", &behind);
    let command = [
        "migrate",
        "--flow",
        &flow_behind,
        "--store",
        "in=in",
        "--store",
        "out=out",
        "--connection",
        "second",
    ];
    let ran = home.run(&[&command[..], &["--run", "behind", "--json"]].concat()).expect(1);
    let report = ran.json();
    adds_up(&report);
    // Of seven one is lite and one unfinished, nobody has an address, and one of the twins is set aside.
    let counters = &report["counters"];
    assert_eq!(
        (&counters["read"], &counters["set_aside"], &counters["imported"]),
        (&json!(5), &json!(2), &json!(3))
    );
    assert_eq!(user(&home, "behind", "hashed")["user_metadata"], json!({"vip": true}));
    assert!(user(&home, "behind", "hashed")["custom_password_hash"].is_object());
    let rejected: Vec<Value> =
        serde_json::from_slice(&std::fs::read(home.path("out/rejected.json")).unwrap()).unwrap();
    let codes: Vec<&Value> = rejected.iter().map(|record| &record["_errorDetails"]["code"]).collect();
    assert_eq!(codes, ["not_registered", "lite"]);
    // What the mapping noticed inside the flow is in the report.
    assert!(
        report["not_moved"].as_array().unwrap().iter().any(|one| one["path"] == "data" && one["count"] == 7)
    );
    assert_eq!(report["passwords"][0]["code"], "hash_unknown");
    home.run(&[&command[..], &["--lazy", "leave"]].concat()).expect(2);
}

#[test]
fn parameters_of_the_writer_count_unless_something_is_typed() {
    let home = Home::new();
    in_folder(&home);
    let users = USERS.replace(
        "\"}",
        "\", \"params\": {\"connection\": \"shop\", \"include\": [\"unregistered\"], \"duplicates\": \"set-aside\", \
         \"accept\": [\"lite\", \"email_missing\", \"duplicate_email\"]}}",
    );
    let file = flow(&home, "flow.json", "user", &format!("{USER}, {users}"));
    let run = ["migrate", "--flow", &file, "--store", "in=in", "--json"];
    let report = home.run(&[&run[..], &["--run", "as-written"]].concat()).expect(0).json();
    assert_eq!(report["counters"]["imported"], 3, "social, unfinished, sap: {report}");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(home.run_folder("as-written").join("manifest.json")).unwrap())
            .unwrap();
    assert_eq!(manifest["target"]["connection"], "shop");
    assert!(manifest["inputs"][0]["path"].as_str().unwrap().ends_with("source/records.ndjson"));
    let typed = ["--run", "typed", "--duplicates", "keep-latest", "--connection", "own"];
    let report = home.run(&[&run[..], &typed].concat()).expect(0).json();
    assert_eq!(report["counters"]["imported"], 4);
}

#[test]
fn what_is_no_migration_is_refused_before_anything_is_written() {
    let home = Home::new();
    in_folder(&home);
    let file = flow(&home, "flow.json", "user", &format!("{USER}, {USERS}"));
    let refused = |args: &[&str], what: &str| {
        let ran = home.run(args).expect(2);
        assert!(ran.stderr.contains(what), "{what} in\n{}", ran.stderr);
    };
    refused(&["flow", "run", &file, "--store", "in=in"], "crosswalk migrate --flow");
    refused(
        &["migrate", "in/accounts.json", "--flow", &file, "--store", "in=in"],
        "SOURCE beside --flow is the site",
    );
    refused(&["migrate", "--flow", &file], "the secret `password` is masked");
    refused(&["migrate", "--flow", &file, "--mapping", "m.toml"], "cannot be used with");
    refused(&["migrate", "in/accounts.json", "--store", "in=in"], "belong to the dataflow of --flow");
    let none = flow(
        &home,
        "none.json",
        "json",
        r#"{"id": "json", "type": "file.format.json", "params": {"fileName": "x"}}"#,
    );
    refused(
        &["migrate", "--flow", &none, "--store", "in=in"],
        "one step datasource.write.auth0.users, and this one has 0",
    );
    let misspelt = flow(
        &home,
        "misspelt.json",
        "user",
        &format!("{}, {USERS}", USER.replace("\"next\"", "\"params\": {\"usr\": {}}, \"next\"")),
    );
    refused(&["migrate", "--flow", &misspelt, "--store", "in=in"], "did you mean `user`?");
    assert!(!home.path(".crosswalk/runs").exists() && !home.path(".crosswalk/tenant").exists());
    let jobs = home.path(".crosswalk/jobs");
    assert!(is_empty(&jobs));

    // A step that fails stops the migration before anything is imported.
    home.file("in/broken.json", "[{\"UID\": \"x\"}, {\"UID\":");
    let ran = home.run(&["migrate", "--flow", &file, "--store", "in=in", "--run", "r"]).expect(4);
    assert!(ran.stderr.contains("step `parse`"), "{}", ran.stderr);
    assert!(!home.run_folder("r").join("manifest.json").exists());
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// A flow that only the runner can carry out is killed while it reads, and again while it imports: reading begins anew, since
/// nothing was sent yet, and the import goes on by its ledger. Nobody is lost, and nobody is sent twice as another.
#[test]
fn a_flow_of_the_runner_that_is_killed_does_nobody_twice() {
    let home = Home::new();
    let sample = home.path("sample.ndjson");
    let text = sample.to_str().unwrap();
    home.run(&["sample", "--accounts", "3000", "--format", "ndjson", "-o", text]).expect(0);
    let site = Served::site(&home, &home.path("site"), &["--import", text]);
    let tenant = Served::start(&home, &home.path("tenant"), &[]);
    let select = "UID, profile, loginIDs, emails, password, isRegistered, isActive, createdTimestamp, lastUpdatedTimestamp";
    let file = home.file(
        "flow.json",
        json!({"name": "n", "steps": [
            {"id": "in", "type": "datasource.read.gigya.account", "next": ["country"],
                "params": {"select": select, "where": "isRegistered = true", "batchSize": 100}},
            {"id": "country", "type": "field.remove", "params": {"fields": ["profile.country"]}, "next": ["user"]},
            {"id": "user", "type": "record.auth0.user", "next": ["users"]},
            {"id": "users", "type": "datasource.write.auth0.users"},
        ]})
        .to_string(),
    );
    let source = format!("gigya:{}", site.text("url"));
    let to = tenant.text("url");
    let command = |args: &[&str]| {
        let mut command = home.command(args);
        super::home::credentials(&mut command, &tenant);
        command
            .env("GIGYA_API_KEY", site.text("api_key"))
            .env("GIGYA_USER_KEY", site.text("user_key"))
            .env("GIGYA_SECRET", site.text("secret"));
        command
    };
    let args = ["migrate", &source, "--flow", &file, "--to", &to, "--run", "r", "--json"];
    let killed_when = |ready: &dyn Fn() -> bool| {
        let mut child = command(&args)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while !ready() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let folder = home.run_folder("r");
    killed_when(&|| std::fs::metadata(folder.join("source/records.ndjson")).is_ok_and(|file| file.len() > 0));
    assert!(!folder.join("manifest.json").exists(), "it was killed too late");
    let ledger = folder.join("ledger.sqlite");
    killed_when(&|| ledger.exists());
    assert!(folder.join("manifest.json").exists());

    let ran: Ran = command(&["resume", "r", "--to", &to, "--json"]).output().unwrap().into();
    assert!([0, 1].contains(&ran.status), "{} {}", ran.status, ran.stderr);
    let report = ran.json();
    adds_up(&report);
    let outcomes: Vec<String> = std::fs::read_to_string(folder.join("id-map.csv"))
        .unwrap()
        .lines()
        .skip(1)
        .filter(|line| line.contains(",imported,"))
        .map(|line| line.split(',').next().unwrap().to_owned())
        .collect();
    let unique: std::collections::BTreeSet<_> = outcomes.iter().collect();
    assert_eq!(unique.len(), outcomes.len(), "an account is there twice");
    assert_eq!(report["counters"]["imported"], outcomes.len());
    assert_eq!(report["counters"]["already_there"].as_u64().unwrap_or(0), 0, "{report}");
    assert!(outcomes.len() > 2_000, "{}", outcomes.len());
}
