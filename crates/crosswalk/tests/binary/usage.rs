//! What is typed counts, or is refused before anything is done.

use serde_json::{Value, json};

use super::home::{Home, Ran, Served, credentials};

fn account(id: &str) -> String {
    json!({"UID": id, "profile": {"email": format!("{id}@example.com")}}).to_string()
}

/// A tenant that the environment or a file names is asked what its connection takes.
#[test]
fn check_asks_the_tenant_of_the_environment() {
    let home = Home::new();
    let login = json!({"username": "longer-than-fifteen"});
    let account = json!({"UID": "a", "profile": {"email": "a@example.com"}, "loginIDs": login});
    let file = home.file("a.json", account.to_string());
    let served = Served::start(&home, &home.path("tenant"), &[]);
    let attribute = json!({"identifier": {"active": true}, "signup": {"status": "optional"}});
    let options = json!({"attributes": {"email": attribute, "username": attribute}});
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime
        .block_on(served.client().create_connection("narrow", options.as_object().unwrap().clone()))
        .unwrap();
    let args = ["check", &file, "--connection", "narrow", "--json"];
    home.run(&args).expect(0);

    let mut command = home.command(&args);
    credentials(&mut command, &served);
    command.env("AUTH0_DOMAIN", served.text("url"));
    let report = Ran::from(command.output().unwrap()).expect(1).json();
    assert_eq!(report["causes"][0]["code"], "username_invalid");

    let lines = [("DOMAIN", "url"), ("CLIENT_ID", "client_id"), ("CLIENT_SECRET", "client_secret")]
        .map(|(name, member)| format!("AUTH0_{name}={}\n", served.text(member)));
    let named = home.file("credentials", lines.concat());
    let report = home.run(&[&args[..], &["--credentials", &named]].concat()).expect(1).json();
    assert_eq!(report["causes"][0]["code"], "username_invalid");
}

#[test]
fn logins_are_read_before_anybody_is_imported() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    let broken = home.file("broken.ndjson", "{\"login\":\"a@example.com\",\"passwort\":\"hush\"}\n");
    for logins in ["nope.ndjson", &broken] {
        let refused = home.run(&["migrate", &file, "--logins", logins]).expect(2);
        assert!(
            refused.stderr.contains("--logins") && !refused.stderr.contains("hush"),
            "{}",
            refused.stderr
        );
    }
    assert!(!home.path(".crosswalk/runs").exists());
    home.run(&["migrate", &file, "--run", "r"]).expect(0);
    home.run(&["prove", "r", "--logins", "nope.ndjson"]).expect(2);
}

#[test]
fn a_prepared_run_is_imported_alone_and_as_it_was_prepared() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    home.run(&["convert", &file, "--run", "r"]).expect(0);
    home.run(&["import", "r", &file]).expect(2);
    let folder = home.run_folder("r").display().to_string();
    home.run(&["import", &file, &folder]).expect(2);
    for options in [
        ["--policy", "picture_invalid=set-aside"],
        ["--duplicates", "merge"],
        ["--spill", "data"],
        ["--identifiers", "email,username"],
        ["--include", "lite"],
        ["--lazy", "leave"],
        ["--run", "other"],
        ["--format", "array"],
        ["--limit", "1"],
        ["--mapping", "mine.toml"],
    ] {
        let refused = home.run(&["import", "r", options[0], options[1]]).expect(2);
        assert!(refused.stderr.contains(options[0]), "{options:?}: {}", refused.stderr);
    }
    let report = home.run(&["import", "r", "--accept", "email_invalid", "--json"]).expect(0).json();
    assert_eq!(report["counters"]["imported"], 1);
}

#[test]
fn the_last_lines_say_where_the_others_are_and_what_comes_next() {
    let home = Home::new();
    let good = home.file("good.json", account("good"));
    let all = home.run(&["migrate", &good, "--run", "all"]).expect(0);
    assert!(!all.stderr.contains("ndjson"), "{}", all.stderr);
    let picture = json!({"UID": "p", "profile": {"email": "p@example.com", "photoURL": "no url"}});
    let bad = home.file("bad.json", picture.to_string());
    let args = ["migrate", &bad, "--run", "aside", "--policy", "picture_invalid=set-aside"];
    let aside = home.run(&args).expect(1);
    assert!(aside.stderr.contains("aside/set-aside.ndjson"), "{}", aside.stderr);
    assert!(
        !aside.stderr.contains("retry.ndjson") && !aside.stdout.contains("in 0 parts"),
        "{}",
        aside.stdout
    );
    let line = &home.lines("aside", "set-aside.ndjson")[0];
    let fix = line["fix"].as_str().unwrap();
    assert!(fix.contains("--policy picture_invalid=fix") && !fix.contains("gigya.original"), "{fix}");
    // Mended, the same user is told what was done.
    let mended = home.run(&["check", &bad]).expect(0).stdout;
    assert!(mended.contains("left out; what was there is in app_metadata.gigya.original"), "{mended}");

    let user = home.file("user.json", json!({"email": "no address"}).to_string());
    let failed = home.run(&["import", &user, "--no-screen", "--run", "failed"]).expect(1);
    assert!(failed.stderr.contains("failed/retry.ndjson"), "{}", failed.stderr);
    assert!(failed.stderr.contains("crosswalk retry") && !failed.stderr.contains("set-aside.ndjson"));
    assert!(failed.stdout.contains("the tenant refused the user"), "{}", failed.stdout);
}

#[test]
fn a_mark_at_the_beginning_of_a_list_is_no_part_of_the_first_uid() {
    let home = Home::new();
    let file = home.file("a.json", format!("{}\n{}\n", account("a"), account("b")));
    let uids = home.file("uids.txt", "\u{feff}a\r\n");
    let report = home.run(&["check", &file, "--uids", &uids, "--json"]).expect(0).json();
    assert_eq!((&report["counters"]["packed"], &report["counters"]["not_selected"]), (&json!(1), &json!(1)));
}

#[test]
fn a_misspelt_setting_is_not_passed_over() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    let wrong = home.file("wrong.env", "AUTH0_CLIENT_ID=x\nAUTH0_DOMIAN=http://127.0.0.1:1\n");
    let ran = home.run(&["migrate", &file, "--credentials", &wrong]).expect(2);
    assert!(ran.stderr.contains("line 2: AUTH0_DOMIAN is not known"), "{}", ran.stderr);
    // What a shell reads is read, and what belongs to others is theirs.
    let shell = home.file("shell.env", "OTHER=1\nexport AUTH0_DOMAIN=\"ftp://nowhere\"\n");
    let ran = home.run(&["migrate", &file, "--credentials", &shell]).expect(2);
    assert!(ran.stderr.contains("ftp://nowhere"), "{}", ran.stderr);
}

#[test]
fn uids_that_no_account_has_are_counted() {
    let home = Home::new();
    let file = home.file("a.json", format!("{}\n{}\n{}\n", account("a"), account("b"), account("a")));
    let uids = home.file("uids.txt", "a\nz\ny\nz\n");
    let args = ["check", &file, "--uids", &uids];
    let report = home.run(&[&args[..], &["--json"]].concat()).json();
    assert_eq!(report["warnings"]["uid_not_found"], json!(2), "{report}");
    let said = home.run(&args).stdout;
    assert!(said.contains("warning: 2 UIDs of --uids that no account has"), "{said}");
    // Who reads only a beginning cannot know.
    let report = home.run(&[&args[..], &["--limit", "1", "--json"]].concat()).json();
    assert_eq!(report["warnings"]["uid_not_found"], json!(null), "{report}");
}

#[test]
fn what_cannot_be_parsed_is_an_object_too() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    for args in [vec!["check", &file, "--limit", "0", "--json"], vec!["check", "--json", "--frobnicate"]] {
        let ran = home.run(&args).expect(2);
        let error: Value = ran.json();
        assert_eq!(error["error"]["status"], 2, "{error}");
        assert!(!error["error"]["message"].as_str().unwrap().starts_with("error"), "{error}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    assert!(home.run(&["check", &file, "--limit", "0"]).expect(2).stdout.is_empty());
    assert!(home.run(&["check", "--help", "--json"]).expect(0).stdout.contains("Usage"));
}

#[test]
fn a_certificate_that_is_not_trusted_names_the_option() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    let served = Served::start(&home, &home.path("tenant"), &["--tls"]);
    let mut command = home.command(&["migrate", &file, "--to", &served.text("url")]);
    credentials(&mut command, &served);
    let refused = Ran::from(command.output().unwrap()).expect(3);
    assert!(refused.stderr.contains("--ca FILE"), "{}", refused.stderr);
}
