//! Users who failed or were mended are sent again, each once.

use serde_json::{Value, json};

use super::home::{Home, adds_up};

/// A line of `mended.ndjson` for a line of `set-aside.ndjson`, as the form of the page writes it.
fn mend(home: &Home, run: &str, line: &Value, user: &Value) {
    let path = home.run_folder(run).join("mended.ndjson");
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    text.push_str(&json!({"position": line["position"], "uid": line["uid"], "user": user}).to_string());
    text.push('\n');
    std::fs::write(path, text).unwrap();
}

fn retry(home: &Home, run: &str, status: i32) -> Value {
    let report = home.run(&["retry", run, "--json"]).expect(status).json();
    adds_up(&report);
    report
}

#[test]
fn who_failed_is_screened_and_sent_again_until_nobody_is_left() {
    let home = Home::new();
    let users = [
        json!({"user_id": "good", "email": "good@example.com"}),
        json!({"user_id": "long", "email": "long@example.com", "given_name": "x".repeat(151)}),
        json!({"user_id": "bad", "email": "no address"}),
    ]
    .map(|user| user.to_string())
    .join("\n");
    let file = home.file("users.json", users);
    let report = home.run(&["import", &file, "--no-screen", "--run", "a", "--json"]).expect(1).json();
    assert_eq!((&report["counters"]["imported"], &report["counters"]["failed"]), (&json!(1), &json!(2)));
    let before = std::fs::read(home.run_folder("a").join("report.json")).unwrap();

    // The screen cuts the name and finds the address.
    let report = retry(&home, "a", 1);
    assert_eq!((&report["run"], &report["retry_of"]), (&json!("a-retry-1"), &json!("a")));
    let counters = &report["counters"];
    assert_eq!(
        [&counters["read"], &counters["fixed"], &counters["imported"], &counters["set_aside"]],
        [2, 1, 1, 1]
    );
    assert_eq!(report["causes"][0]["code"], "email_invalid");
    let aside = home.lines("a-retry-1", "set-aside.ndjson");
    assert_eq!(aside[0]["uid"], "bad");

    // Two edits of one user: the last counts.
    mend(&home, "a-retry-1", &aside[0], &json!({"user_id": "bad", "email": "worse@"}));
    mend(&home, "a-retry-1", &aside[0], &json!({"user_id": "bad", "email": "bad@example.com"}));
    let report = retry(&home, "a-retry-1", 0);
    assert_eq!((&report["run"], &report["retry_of"]), (&json!("a-retry-2"), &json!("a")));
    assert_eq!((&report["counters"]["read"], &report["counters"]["imported"]), (&json!(1), &json!(1)));

    for run in ["a", "a-retry-1", "a-retry-2"] {
        let nobody = home.run(&["retry", run]).expect(3);
        assert!(nobody.stderr.contains("nobody"), "{}", nobody.stderr);
    }
    assert!(!home.run_folder("a-retry-3").exists());
    assert_eq!(std::fs::read(home.run_folder("a").join("report.json")).unwrap(), before);
}

#[test]
fn who_was_set_aside_and_mended_goes_where_the_run_went() {
    let home = Home::new();
    let accounts = [
        json!({"UID": "one", "profile": {"email": "one@example.com"}}),
        json!({"UID": "two", "profile": {"email": "two at example"}}),
        json!({"UID": "three", "profile": {}}),
    ]
    .map(|account| account.to_string())
    .join("\n");
    let file = home.file("accounts.json", accounts);
    home.run(&["migrate", &file, "--run", "m", "--connection", "shop"]).expect(1);
    let aside = home.lines("m", "set-aside.ndjson");
    let two = aside.iter().find(|line| line["uid"] == "two").unwrap();
    mend(&home, "m", two, &json!({"user_id": "two", "email": "two@example.com"}));
    let report = retry(&home, "m", 0);
    assert_eq!((&report["counters"]["read"], &report["counters"]["imported"]), (&json!(1), &json!(1)));
    let map = std::fs::read_to_string(home.run_folder("m-retry-1").join("id-map.csv")).unwrap();
    assert!(map.contains("two,auth0|two,two@example.com,imported,1"), "{map}");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(home.run_folder("m-retry-1").join("manifest.json")).unwrap())
            .unwrap();
    assert_eq!(manifest["target"]["connection"], "shop");
    home.run(&["retry", "m"]).expect(3);
}

#[test]
fn a_retry_that_was_cut_off_goes_on() {
    let home = Home::new();
    let file = home.file("users.json", json!({"email": "a@b"}).to_string());
    home.run(&["convert", &file, "--run", "never"]).expect(1);
    let refused = home.run(&["retry", "never"]).expect(3);
    assert!(refused.stderr.contains("never imported"), "{}", refused.stderr);

    let user = json!({"user_id": "u", "email": "u@example.com", "given_name": "x".repeat(151)});
    let file = home.file("users.json", user.to_string());
    home.run(&["import", &file, "--no-screen", "--run", "b"]).expect(1);
    // It is prepared, and then there is nobody to send it to.
    let mut command = home.command(&["retry", "b", "--to", "127.0.0.1:1"]);
    command.env("AUTH0_ACCESS_TOKEN", "x");
    assert_ne!(command.output().unwrap().status.code(), Some(0));
    assert!(home.run_folder("b-retry-1").join("manifest.json").exists());
    let report = retry(&home, "b", 0);
    assert_eq!((&report["run"], &report["counters"]["imported"]), (&json!("b-retry-1"), &json!(1)));
    assert!(!home.run_folder("b-retry-2").exists());
}
