//! Files of users, a tenant in another process, interruption and going on.

use std::collections::BTreeMap;

use super::home::{Home, Ran, Served, adds_up, credentials, signal};
use serde_json::{Value, json};

/// Runs against a served tenant.
fn against(home: &Home, served: &Served, args: &[&str]) -> Ran {
    let url = served.text("url");
    let mut all = args.to_vec();
    all.extend_from_slice(&["--to", &url]);
    let mut command = home.command(&all);
    credentials(&mut command, served);
    command.output().unwrap().into()
}

#[test]
fn exports_csv_and_parts_can_be_imported() {
    let home = Home::new();
    let export = [
        json!({"user_id": "auth0|one", "email": "one@example.com", "created_at": "2020-01-01T00:00:00Z", "identities": [{"provider": "auth0"}], "user_metadata": {"a": 1}}),
        json!({"user_id": "auth0|two", "email": "TWO@example.com", "email_verified": true}),
    ]
    .map(|user| user.to_string())
    .join("\n");
    let ndjson = home.file("export.json", export);
    let csv = home.file(
        "more.csv",
        "email,email_verified,given_name\nthree@example.com,true,Tri\nnot an address,false,X\n",
    );
    let report = home.run(&["import", &ndjson, "--json", "--run", "a"]).expect(0).json();
    adds_up(&report);
    assert_eq!(report["counters"]["imported"], 2);
    let report = home.run(&["import", &csv, "--json", "--run", "b"]).expect(1).json();
    adds_up(&report);
    assert_eq!(
        (&report["counters"]["imported"], &report["causes"][0]["code"]),
        (&json!(1), &json!("email_invalid"))
    );
    let part = home.run_folder("a").join("parts/part-000001.json");
    let report = home.run(&["import", part.to_str().unwrap(), "--json", "--run", "c"]).expect(0).json();
    assert_eq!(report["counters"]["already_there"], 2);
    // A prepared run is imported by its name.
    let accounts = home
        .file("accounts.json", json!({"UID": "four", "profile": {"email": "four@example.com"}}).to_string());
    home.run(&["convert", &accounts, "--run", "d"]).expect(0);
    assert_eq!(home.run(&["import", "d", "--json"]).expect(0).json()["counters"]["imported"], 1);
    // What changed after it was prepared is refused.
    home.run(&["convert", &accounts, "--run", "e"]).expect(0);
    let part = home.run_folder("e").join("parts/part-000001.json");
    let text = std::fs::read_to_string(&part).unwrap();
    std::fs::write(&part, text.replace("four@", "five@")).unwrap();
    home.run(&["import", "e"]).expect(3);
}

/// What a file holds is told by its bytes; what the connection does not take, or Auth0 refuses as empty, costs nobody.
#[test]
fn files_of_users_are_what_they_hold() {
    let home = Home::new();
    let table = home.file(
        "users.txt",
        "\"user_id\",\"email\",\"email_verified\",\"name\"\n\"'auth0|e1\",\"'e1@example.com\",TRUE,\"'O'Hara\"\n",
    );
    let users = [
        json!({"user_id": "a", "email": "a@example.com", "username": "ann", "phone_number": "+420123456789", "phone_verified": true}),
        json!({"user_id": "b", "email": "b@example.com", "given_name": "", "nickname": "B"}),
        json!({"user_id": "c", "email": "c@example.com", "picture": "bad", "app_metadata": {"gigya": "theirs"}}),
    ]
    .map(|user| user.to_string())
    .join("\n");
    let users = home.file("users.ndjson", users);
    let report = home.run(&["import", &table, &users, "--json", "--run", "a"]).expect(0).json();
    adds_up(&report);
    assert_eq!((&report["counters"]["imported"], &report["counters"]["failed"]), (&json!(4), &json!(0)));
    assert_eq!(report["not_moved"], json!([{"path": "given_name", "count": 1}]));
    let part = std::fs::read_to_string(home.run_folder("a").join("parts/part-000001.json")).unwrap();
    let users: Vec<Value> = serde_json::from_str(&part).unwrap();
    assert_eq!(
        users[0],
        json!({"user_id": "e1", "email": "e1@example.com", "email_verified": true, "name": "O'Hara"})
    );
    assert_eq!(users[1]["app_metadata"]["gigya"], json!({"username": "ann", "phoneNumber": "+420123456789"}));
    assert_eq!(part.matches("\"gigya\"").count(), 3, "its own, and those of two users: {part}");
    assert_eq!(users[3]["app_metadata"]["gigya"]["original"], json!({"gigya": "theirs", "picture": "bad"}));
    // Nobody whom no job takes stops the others, screened or not.
    let large = json!([{"email": "big@example.com", "app_metadata": {"x": "y".repeat(600_000)}}, {"email": "small@example.com"}]);
    let large = home.file("large.json", large.to_string());
    let report = home.run(&["import", &large, "--no-screen", "--json", "--run", "b"]).expect(1).json();
    adds_up(&report);
    assert_eq!(report["counters"]["imported"], 1);
    assert_eq!(report["causes"], json!([{"code": "too_large", "stage": "read", "count": 1}]));
    // What is no file of records is no record that is set aside.
    for (name, bytes, says) in [
        // Packed bytes that look like a line of JSON.
        ("export.json.xz", &b"\xfd7zXZ\0\0\x04\n{\n"[..], "with xz"),
        ("README.md", b"# Accounts\n\nSee there.\n", "neither JSON"),
    ] {
        let file = home.file(name, bytes);
        let ran = home.run(&["check", &file]).expect(4);
        assert!(ran.stderr.contains(says), "{}", ran.stderr);
    }
}

/// A number that JavaScript cannot hold costs nobody their account, and keeps its digits on every road that a user takes.
#[test]
fn numbers_keep_their_digits_on_every_road() {
    const NUMBERS: &str = r#"{"far":1e999,"large":-9223372036854775809,"exact":0.1000}"#;
    let home = Home::new();
    let account = |uid: &str, email: &str, more: &str| {
        format!(r#"{{"UID":"{uid}","profile":{{"email":"{email}"}},"data":{{"n":{NUMBERS}{more}}}}}"#)
    };
    let large = format!(r#","large":"{}""#, "x".repeat(11_000));
    let accounts = [
        account("plain", "plain@example.com", ""),
        account("one", "both@example.com", ""),
        account("two", "BOTH@example.com", ""),
        account("large", "large@example.com", &large),
    ];
    let accounts = home.file("accounts.ndjson", accounts.join("\n"));
    let args = ["--duplicates", "merge", "--spill", "data.large", "--json", "--run", "a"];
    let report = home.run(&[&["convert", &accounts][..], &args].concat()).expect(1).json();
    adds_up(&report);
    assert_eq!(report["warnings"], json!({"integer_beyond_2_53": 4, "number_beyond_double": 4}));
    let part = home.run_folder("a").join("parts/part-000001.json");
    assert_eq!(std::fs::read_to_string(&part).unwrap().matches(NUMBERS).count(), 3);
    // A file of users.
    let report = home.run(&["import", part.to_str().unwrap(), "--json", "--run", "b"]).expect(0).json();
    assert_eq!((&report["counters"]["imported"], &report["counters"]["failed"]), (&json!(3), &json!(0)));
    let again = home.run_folder("b").join("parts/part-000001.json");
    assert_eq!(std::fs::read_to_string(again).unwrap().matches(NUMBERS).count(), 3);
}

/// A connection of our own takes names as long as Auth0 allows; of another, its bounds are known before anything is sent.
#[test]
fn user_names_fit_the_connection_that_takes_them() {
    let home = Home::new();
    let account = |name: &str| {
        let login = json!({"username": name});
        json!({"UID": name, "profile": {"email": format!("{name}@example.com")}, "loginIDs": login})
            .to_string()
    };
    let accounts = home.file("a.ndjson", [account("short"), account("longer-than-fifteen")].join("\n"));
    let served = Served::start(&home, &home.path("tenant"), &[]);
    let wide = [
        "migrate",
        &accounts,
        "--json",
        "--identifiers",
        "email,username",
        "--connection",
        "wide",
        "--run",
        "w",
    ];
    let report = against(&home, &served, &wide).expect(0).json();
    assert_eq!((&report["counters"]["imported"], &report["counters"]["failed"]), (&json!(2), &json!(0)));

    let attribute = json!({"identifier": {"active": true}, "signup": {"status": "optional"}});
    let options = json!({"attributes": {"email": attribute, "username": attribute}});
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = served.client();
    runtime.block_on(client.create_connection("narrow", options.as_object().unwrap().clone())).unwrap();
    let report =
        against(&home, &served, &["migrate", &accounts, "--json", "--connection", "narrow", "--run", "n"]);
    let report = report.expect(1).json();
    let counters = &report["counters"];
    assert_eq!(
        (&counters["imported"], &counters["set_aside"], &counters["failed"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(report["causes"][0]["code"], "username_invalid");
    let line = &home.lines("n", "set-aside.ndjson")[0];
    assert_eq!(line["reason"], "the connection takes user names of 1 to 15 characters");
}

#[test]
fn without_the_screen_the_tenant_refuses_with_its_own_words() {
    let home = Home::new();
    let bcrypt = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";
    let cases: Vec<(&str, Value, &str)> = vec![
        ("email", json!({"email": "a@b"}), "auth0_invalid_format"),
        ("missing", json!({"name": "x"}), "auth0_object_missing_required_property"),
        ("long name", json!({"email": "n@example.com", "given_name": "x".repeat(151)}), "auth0_max_length"),
        ("picture", json!({"email": "p@example.com", "picture": "no url"}), "auth0_invalid_format"),
        ("phone", json!({"email": "t@example.com", "phone_number": "12"}), "auth0_"),
        ("forbidden", json!({"email": "f@example.com", "app_metadata": {"identities": 1}}), "auth0_"),
        ("metadata key", json!({"email": "m@example.com", "user_metadata": {"a.b": 1}}), "auth0_"),
        (
            "both hashes",
            json!({"email": "h@example.com", "password_hash": bcrypt, "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": bcrypt}}}),
            "auth0_not_passed",
        ),
        (
            "too large",
            json!({"email": "l@example.com", "user_metadata": {"x": "y".repeat(11_000)}}),
            "auth0_profile_size_exceeded",
        ),
        ("unknown", json!({"email": "u@example.com", "shoe_size": 44}), "auth0_object_additional_properties"),
        ("user_id", json!({"email": "i@example.com", "user_id": "a b"}), "auth0_pattern"),
    ];
    let text: Vec<String> = cases.iter().map(|(_, user, _)| user.to_string()).collect();
    let file = home.file("bad.json", text.join("\n"));
    let report = home.run(&["import", &file, "--no-screen", "--json", "--run", "bad"]).expect(1).json();
    adds_up(&report);
    assert_eq!(report["counters"]["failed"], cases.len() as u64, "{report:#}");
    let retry = home.lines("bad", "retry.ndjson");
    assert_eq!(retry.len(), cases.len());
    let codes: BTreeMap<String, u64> = report["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| (cause["code"].as_str().unwrap().to_owned(), cause["count"].as_u64().unwrap()))
        .collect();
    for (name, _, code) in &cases {
        assert!(codes.keys().any(|known| known.starts_with(code)), "{name}: {code} in {codes:?}");
    }
    // The screen finds every one of them first, or mends it.
    let screened = home.run(&["import", &file, "--json", "--run", "screened"]).expect(1).json();
    adds_up(&screened);
    assert_eq!(screened["counters"]["failed"], 0, "{screened:#}");
}

#[test]
fn a_tenant_in_another_process_survives_and_keeps_its_names() {
    let home = Home::new();
    let data = home.path("data");
    let served = Served::start(&home, &data, &[]);
    let file = home.path("accounts.json").to_str().unwrap().to_owned();
    home.run(&["sample", "--accounts", "2500", "-o", &file]).expect(0);
    let report =
        against(&home, &served, &["migrate", &file, "--json", "--run", "far", "--application", "Web shop"])
            .expect(1)
            .json();
    adds_up(&report);
    assert!(report["counters"]["imported"].as_u64().unwrap() > 2000);
    assert_eq!(report["counters"]["failed"], 0);
    let ready = served.ready.clone();
    served.signal("TERM");
    assert_eq!(served.wait(), 0);
    let again = Served::start(&home, &data, &[]);
    assert_eq!(
        (&again.ready["client_id"], &again.ready["client_secret"]),
        (&ready["client_id"], &ready["client_secret"])
    );
    let report = against(&home, &again, &["migrate", &file, "--json", "--run", "again"]).expect(1).json();
    adds_up(&report);
    assert_eq!((&report["counters"]["imported"], &report["counters"]["failed"]), (&json!(0), &json!(0)));
}

#[test]
fn an_interrupted_import_goes_on_and_loses_nobody() {
    let home = Home::new();
    let served = Served::start(&home, &home.path("data"), &[]);
    let file = home.path("accounts.ndjson").to_str().unwrap().to_owned();
    home.run(&["sample", "--accounts", "12000", "--format", "ndjson", "-o", &file]).expect(0);
    let url = served.text("url");
    let (id, secret) = (served.text("client_id"), served.text("client_secret"));
    let mut command = home.command(&["migrate", &file, "--run", "cut", "--to", &url]);
    credentials(&mut command, &served);
    let mut child =
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    // Interrupt as soon as the first attempt stands in the ledger.
    let ledger = home.run_folder("cut").join("ledger.sqlite");
    while !ledger.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it imported");
        std::thread::yield_now();
    }
    signal(child.id(), "INT");
    let status = child.wait().unwrap().code();
    assert!(matches!(status, Some(4 | 1)), "{status:?}");
    // While the tenant is away it stays what it is: a run that can be resumed.
    served.signal("TERM");
    assert_eq!(served.wait(), 0);
    if status == Some(4) {
        let mut command = home.command(&["resume", "cut", "--json"]);
        command.env("AUTH0_CLIENT_ID", &id).env("AUTH0_CLIENT_SECRET", &secret);
        let away = Ran::from(command.output().unwrap()).expect(4);
        assert!(away.stderr.contains("crosswalk resume"), "{}", away.stderr);
    }
    let served = Served::start(&home, &home.path("data"), &[]);
    let url = served.text("url");
    let mut command = home.command(&["resume", "cut", "--json", "--to", &url]);
    credentials(&mut command, &served);
    let report = Ran::from(command.output().unwrap()).expect(1).json();
    adds_up(&report);
    assert_eq!((&report["counters"]["failed"], &report["counters"]["already_there"]), (&json!(0), &json!(0)));
    assert!(report["counters"]["imported"].as_u64().unwrap() > 11_000);
}

#[test]
fn a_tenant_over_tls_is_trusted_by_its_authority_alone() {
    let home = Home::new();
    let data = home.path("data");
    let served = Served::start(&home, &data, &["--tls"]);
    let authority = served.text("ca");
    assert!(served.text("url").starts_with("https://"), "{}", served.ready);
    let port = served.text("url").rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    let file = home
        .file("accounts.ndjson", json!({"UID": "one", "profile": {"email": "one@example.com"}}).to_string());
    let run = |url: &str, name: &str, more: &[&str]| {
        let mut args = vec!["migrate", &file, "--json", "--run", name, "--to", url];
        args.extend_from_slice(more);
        let mut command = home.command(&args);
        credentials(&mut command, &served);
        Ran::from(command.output().unwrap())
    };
    let url = format!("https://localhost:{port}");
    // Without the authority nothing is sent, not even the credentials.
    let refused = run(&url, "refused", &[]).expect(3);
    assert!(refused.stderr.contains("ertificate"), "{}", refused.stderr);
    let report = run(&url, "named", &["--ca", &authority]).expect(0).json();
    adds_up(&report);
    assert_eq!(report["counters"]["imported"], 1);
    // The address stands in the certificate too, and a second time nobody doubles.
    let report =
        run(&format!("https://127.0.0.1:{port}"), "numbered", &["--ca", &authority]).expect(0).json();
    assert_eq!(report["counters"]["already_there"], 1);
    let missing = run(&url, "missing", &["--ca", "no-such-file.pem"]).expect(2);
    assert!(missing.stderr.contains("no-such-file.pem"), "{}", missing.stderr);
    // The authority outlives a restart.
    served.signal("TERM");
    assert_eq!(served.wait(), 0);
    let before = std::fs::read(&authority).unwrap();
    let again = Served::start(&home, &data, &["--tls"]);
    assert_eq!(again.text("ca"), authority);
    assert_eq!(std::fs::read(&authority).unwrap(), before);
}
