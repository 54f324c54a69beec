//! The first command of the README: the sample arrives over a local site, every movable password logs in, and a second
//! time nobody doubles.

use std::os::unix::fs::PermissionsExt;

use super::home::{Home, adds_up};
use sample::{HashKind, Sample};

/// What becomes of the records that a site cannot hold, when they are read from a file.
const REFUSED: [&str; 2] = ["broken_json", "too_deep"];

#[test]
fn the_sample_arrives_and_a_second_time_nobody_doubles() {
    let home = Home::new();
    let report = home.run(&["migrate", "--json", "--run", "first"]).expect(0).json();
    adds_up(&report);
    let expected = Sample::new(2000, 1).expectations();
    let counters = &report["counters"];
    // Records that are broken or nested too deeply are no accounts; the site refuses them when it is filled.
    let refused: u64 = REFUSED.iter().map(|code| expected.set_aside[code]).sum();
    assert_eq!(counters["read"], expected.records - refused);
    assert_eq!(counters["imported"], expected.imported);
    assert_eq!(counters["failed"], 0);
    assert_eq!(counters["fixed"], expected.mended);
    for (code, count) in expected.set_aside.iter().filter(|(code, _)| !REFUSED.contains(code)) {
        let cause = report["causes"].as_array().unwrap().iter().find(|cause| cause["code"] == *code);
        assert_eq!(cause.map(|cause| cause["count"].as_u64().unwrap()), Some(*count), "{code}");
    }
    let tried = report["logins"]["tried"].as_u64().unwrap();
    assert_eq!(tried, 20 * HashKind::MOVABLE.len() as u64, "20 of each kind");
    for field in ["passed", "wrong_tried", "wrong_refused"] {
        assert_eq!(report["logins"][field], tried, "{field}");
    }
    assert_eq!(report["proof"]["compared"], 200);
    assert_eq!(report["proof"]["equal"], 200);

    let folder = home.run_folder("first");
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    for file in [
        "manifest.json",
        "set-aside.ndjson",
        "id-map.csv",
        "ledger.sqlite",
        "report.json",
        "report.html",
        "linking.ndjson",
        "source.json",
    ] {
        assert_eq!(
            std::fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777,
            0o600,
            "{file}"
        );
    }
    let map = std::fs::read_to_string(folder.join("id-map.csv")).unwrap();
    assert_eq!(map.lines().next(), Some("uid,user_id,email,outcome,part"));
    assert_eq!(map.lines().filter(|line| line.contains(",imported,")).count() as u64, expected.imported);

    // The same accounts again, in a new run.
    let file = folder.join("source");
    let again = home.run(&["migrate", file.to_str().unwrap(), "--json", "--run", "second"]).expect(1).json();
    adds_up(&again);
    assert_eq!(again["counters"]["already_there"], expected.imported);
    assert_eq!((&again["counters"]["imported"], &again["counters"]["failed"]), (&0.into(), &0.into()));
}
