//! How far a run has come, as `runs`, `report`, `prove` and `resume` say it.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::home::{Home, Ran, Served, adds_up, credentials};

/// Enough users for two parts.
fn two_parts(home: &Home) -> String {
    let padding = "x".repeat(6_000);
    let account = |n: u32| {
        json!({"UID": format!("u{n}"), "profile": {"email": format!("u{n}@example.com")}, "data": {"padding": padding}})
            .to_string()
    };
    let mapping = "version = 1\n[user]\nuser_id = \"UID\"\nemail = \"profile.email\"\n[app_metadata]\n\"*\" = \"data\"\n";
    home.file("mapping.toml", mapping);
    home.file("accounts.ndjson", (0..120).map(account).collect::<Vec<_>>().join("\n"))
}

fn against(home: &Home, served: &Served, args: &[&str]) -> Ran {
    let mut command = home.command(args);
    credentials(&mut command, served);
    command.output().unwrap().into()
}

fn state(home: &Home) -> Value {
    home.run(&["runs", "--json"]).expect(0).json()["runs"][0].take()
}

/// A migration whose first part is settled while the second one waits at the tenant.
fn begun(home: &Home, served: &Served, errors: Stdio) -> Child {
    let file = two_parts(home);
    let (mapping, url) = (home.path("mapping.toml").display().to_string(), served.text("url"));
    let mut command = home.command(&["migrate", &file, "--mapping", &mapping, "--to", &url, "--run", "r"]);
    credentials(&mut command, served);
    let mut child = command.stdout(Stdio::null()).stderr(errors).spawn().unwrap();
    while !home.run_folder("r").exists() || state(home)["counters"]["imported"].as_u64().unwrap_or(0) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    child
}

/// A tenant that is waited for is told with what it meets, and the import goes on when it is back.
#[test]
fn a_tenant_that_is_away_is_told_while_it_is_waited_for() {
    let home = Home::new();
    let data = home.path("tenant");
    let served = Served::start(&home, &data, &["--faults", "job-slow 2h after 1"]);
    let url = served.text("url");
    let told = home.path("told");
    let mut child = begun(&home, &served, std::fs::File::create(&told).unwrap().into());
    drop(served);
    let line = || {
        let told = std::fs::read_to_string(&told).unwrap();
        told.lines().find(|line| line.contains("the tenant: no good answer for")).map(str::to_owned)
    };
    while line().is_none() {
        assert!(child.try_wait().unwrap().is_none(), "it gave up in silence");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let line = line().unwrap();
    assert!(line.starts_with("importing ") && line.ends_with("; trying again"), "{line}");
    assert!(line.contains(" of 120 users"), "{line}");
    let port = url.rsplit(':').next().unwrap();
    let _served = Served::start(&home, &data, &["--port", port]);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(state(&home)["counters"]["imported"], 120);
}

#[test]
fn a_killed_import_says_what_it_has_done_and_how_to_go_on() {
    let home = Home::new();
    let data = home.path("tenant");
    let served = Served::start(&home, &data, &["--faults", "job-slow 2h after 1"]);
    let mut child = begun(&home, &served, Stdio::null());
    assert_eq!(state(&home)["state"], "importing");
    home.run(&["runs", "--purge", "r"]).expect(3);
    child.kill().unwrap();
    child.wait().unwrap();

    let run = state(&home);
    assert_eq!(run["state"], "interrupted");
    let count = |run: &Value, name: &str| run["counters"][name].as_u64().unwrap();
    assert_eq!(count(&run, "imported") + count(&run, "failed") + count(&run, "open"), 120, "{run}");
    assert!(count(&run, "open") > 0, "{run}");
    let line = home.run(&["runs"]).expect(0).stdout;
    assert!(line.contains("go on with: crosswalk resume r") && !line.contains("not imported"), "{line}");

    let report = home.run(&["report", "r", "--json"]).expect(4);
    assert!(report.stderr.contains("crosswalk resume"), "{}", report.stderr);
    assert_eq!(report.json()["counters"]["open"], run["counters"]["open"]);
    assert!(home.run(&["report", "r"]).expect(4).stdout.contains("no outcome yet"));

    // The same tenant at another address, with what is there compared meanwhile.
    drop(served);
    let served = Served::start(&home, &data, &[]);
    let url = served.text("url");
    let proof = against(&home, &served, &["prove", "r", "--all", "--to", &url, "--json"]).expect(0).json();
    assert_eq!(proof["proof"]["compared"], run["counters"]["imported"]);
    assert_eq!(state(&home)["state"], "interrupted");
    let report = against(&home, &served, &["resume", "r", "--to", &url, "--json"]).expect(0).json();
    adds_up(&report);
    assert_eq!((&report["counters"]["packed"], &report["counters"]["open"]), (&json!(120), &Value::Null));
    assert_eq!(state(&home)["state"], "imported");
    home.run(&["report", "r"]).expect(0);
}

#[test]
fn a_run_goes_on_where_it_belongs_and_nowhere_else() {
    let home = Home::new();
    let user = json!({"user_id": "u", "email": "u@example.com", "given_name": "x".repeat(151)});
    let file = home.file("users.json", user.to_string());
    let served = Served::start(&home, &home.path("one"), &[]);
    let url = served.text("url");
    against(&home, &served, &["import", &file, "--no-screen", "--to", &url, "--run", "r"]).expect(1);
    for verb in ["resume", "prove", "retry"] {
        let refused = against(&home, &served, &[verb, "r", "--connection", "other"]).expect(3);
        assert!(refused.stderr.contains("belongs to connection gigya"), "{verb}: {}", refused.stderr);
    }
    against(&home, &served, &["resume", "r", "--connection", "gigya"]).expect(1);
    let other = Served::start(&home, &home.path("two"), &[]);
    let there = other.text("url");
    for verb in ["resume", "prove"] {
        let refused = against(&home, &other, &[verb, "r", "--to", &there]).expect(3);
        assert!(refused.stderr.contains("leave out --to"), "{verb}: {}", refused.stderr);
    }
    assert!(!home.run_folder("r-retry-1").exists());
    for verb in ["resume", "retry", "prove"] {
        let help = home.run(&[verb, "--help"]).expect(0).stdout;
        assert!(!help.contains("default gigya") && help.contains("--connection"), "{verb}: {help}");
    }
    let help = home.run(&["report", "--help"]).expect(0).stdout;
    assert!(!help.contains("--to") && !help.contains("--connection"), "{help}");
}

#[test]
fn orders_are_no_permission_to_go_elsewhere() {
    let home = Home::new();
    let account = json!({"UID": "a", "profile": {"email": "a@example.com"}});
    let file = home.file("cut.json", format!("[{account}, {{\"UID\":"));
    home.run(&["migrate", &file, "--run", "cut"]).expect(4);
    let elsewhere = home.run(&["resume", "cut", "--to", "acme.example.com"]).expect(3);
    assert!(elsewhere.stderr.contains("crosswalk import cut --to acme.example.com"), "{}", elsewhere.stderr);
    home.run(&["resume", "cut", "--connection", "other"]).expect(3);
    home.run(&["resume", "cut"]).expect(1);
}

#[test]
fn what_was_never_imported_cannot_be_proved() {
    let home = Home::new();
    let file = home.file("a.json", json!({"UID": "a", "profile": {"email": "a@example.com"}}).to_string());
    home.run(&["convert", &file, "--run", "r"]).expect(0);
    let refused = home.run(&["prove", "r"]).expect(3);
    assert!(refused.stderr.contains("nothing of") && refused.stderr.contains("crosswalk import"));
    assert!(!home.run_folder("r").join("ledger.sqlite").exists(), "a question begins no import");
}

#[test]
fn a_command_ends_as_what_it_did_itself() {
    let home = Home::new();
    let file = home.file("a.json", json!({"UID": "a", "profile": {"email": "a@example.com"}}).to_string());
    let logins = home.file("logins.ndjson", "{\"login\":\"a@example.com\",\"password\":\"wrong\"}\n");
    // What a migration proves is its own: at a tenant on this machine wrong passwords are tried, too.
    let migrated =
        home.run(&["migrate", &file, "--run", "first", "--logins", &logins, "--json"]).expect(1).json();
    assert_eq!(migrated["logins"], json!({"tried": 1, "passed": 0, "wrong_tried": 1, "wrong_refused": 1}));
    home.run(&["migrate", &file, "--run", "r"]).expect(0);
    home.run(&["prove", "r", "--logins", &logins]).expect(1);
    home.run(&["prove", "r"]).expect(0);
    home.run(&["prove", "r", "--all"]).expect(0);
    let report = home.run(&["report", "r", "--json"]).expect(0).json();
    let logins = json!({"tried": 1, "passed": 0, "wrong_tried": 1, "wrong_refused": 1});
    assert_eq!(report["logins"], logins, "{report}");
}

#[test]
fn a_run_that_was_not_prepared_says_so_and_can_be_removed() {
    let home = Home::new();
    let file = home.file("a.json", json!({"UID": "a", "profile": {"email": "a@example.com"}}).to_string());
    for option in ["--max-depth", "--max-record", "--threads"] {
        home.run(&["convert", &file, option, "0"]).expect(2);
    }
    home.run(&["migrate", &file, "--policy", "picture_invalid=no"]).expect(2);
    assert!(!home.path(".crosswalk/runs").exists(), "wrong usage leaves nothing");

    let site = Served::site(&home, &home.path("site"), &[]);
    let source = format!("gigya:{}", site.text("url"));
    let mut command = home.command(&["migrate", &source, "--run", "half"]);
    command
        .env("GIGYA_API_KEY", site.text("api_key"))
        .env("GIGYA_USER_KEY", site.text("user_key"))
        .env("GIGYA_SECRET", "bm90IHRoZSBzZWNyZXQ=");
    Ran::from(command.output().unwrap()).expect(3);
    let line = home.run(&["runs"]).expect(0).stdout;
    assert!(line.contains("stopped while it was read") && line.contains("--run half"), "{line}");
    for verb in ["resume", "report", "import"] {
        let refused = home.run(&[verb, "half"]);
        assert!(refused.stderr.contains("crosswalk migrate SOURCE --run"), "{verb}: {}", refused.stderr);
        assert_eq!(refused.status, 3, "{verb}");
    }
    let notes = home.run_folder("half").join("notes.txt");
    std::fs::write(&notes, "mine").unwrap();
    home.run(&["runs", "--purge", "half"]).expect(3);
    assert!(notes.is_file());
    std::fs::remove_file(notes).unwrap();
    home.run(&["runs", "--purge", "half"]).expect(0);
    assert!(!home.run_folder("half").exists());
    // What is no run of ours stays, whatever its name.
    let foreign = home.run_folder("foreign");
    std::fs::create_dir_all(foreign.join("parts")).unwrap();
    home.run(&["runs", "--purge", "foreign"]).expect(3);
    assert!(foreign.exists());
}
