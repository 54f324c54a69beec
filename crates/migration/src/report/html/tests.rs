use super::*;
use crate::report::{Cause, Counters, Job, Lanes, Logins, NotMoved, Proof};

fn nobody(_: &str) -> String {
    String::new()
}

fn full() -> Report {
    let cause = |code: &str, stage: &str, count| Cause { code: code.into(), stage: stage.into(), count };
    let job = |part, sent, settled| Job {
        part,
        attempt: 1,
        sent,
        settled,
        status: "completed".into(),
        ..Job::default()
    };
    Report {
        run: "first".into(),
        counters: Counters {
            read: Some(2000),
            mapped: Some(1956),
            set_aside: Some(220),
            packed: Some(1780),
            imported: Some(1779),
            failed: Some(1),
            ..Counters::default()
        },
        lanes: Some(Lanes { hash: 1400, lazy: 0, social: 40, reset: 340 }),
        causes: vec![
            cause("broken_json", "read", 44),
            cause("lite", "screen", 176),
            cause("auth0_invalid_format", "import", 1),
        ],
        logins: Some(Logins { tried: 440, passed: 440, wrong_tried: 440, wrong_refused: 439 }),
        proof: Some(Proof { compared: 200, equal: 200, ..Proof::default() }),
        jobs: vec![job(1, 0.0, 1.2), job(2, 0.3, 1.9), job(3, 1.2, 3.0)],
        not_moved: vec![NotMoved { path: "iRank".into(), count: 1956 }],
        seconds: [("total".to_owned(), 4.2)].into(),
        ..Report::default()
    }
}

#[test]
fn the_page_says_what_happened() {
    let page = render(&full(), &|code| format!("advice for {code}"));
    for text in [
        "1,779",
        "of 2,000 accounts",
        "220 set aside",
        "440",
        "439",
        "advice for lite",
        "iRank",
        "Could not be read",
        "It took 4.2 s",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn nothing_is_fetched_from_anywhere() {
    let page = render(&full(), &nobody);
    for text in ["src=", "href=", "url(", "@import", "<script", "http:", "https:"] {
        assert!(!page.contains(text), "{text}");
    }
}

#[test]
fn hostile_text_stays_text() {
    let evil = "</style><script>alert(1)</script>\"'><img onerror=x>&";
    let mut report = full();
    report.run = evil.into();
    report.causes.push(Cause { code: evil.into(), stage: evil.into(), count: 1 });
    report.not_moved.push(NotMoved { path: evil.into(), count: 1 });
    report.warnings.insert(evil.into(), 1);
    report.seconds.insert(evil.into(), 1.0);
    report.requests.insert(evil.into(), 1.0);
    report.troubles.push(evil.into());
    report.jobs.push(Job { status: evil.into(), id: evil.into(), settled: 4.0, ..Job::default() });
    if let Some(proof) = &mut report.proof {
        proof.differences.insert(evil.into(), 1);
    }
    let page = render(&report, &|_| evil.into());
    assert!(!page.contains("<script"));
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("</style>").count(), 1);
    // Escaped, it is there: nothing was dropped in silence.
    assert!(page.matches("&lt;script&gt;").count() >= 9);
}

#[test]
fn an_empty_report_and_an_absurd_one_are_drawn() {
    assert!(render(&Report::default(), &nobody).contains("</html>"));
    let mut report = full();
    report.counters = Counters {
        read: Some(u64::MAX),
        set_aside: Some(0),
        packed: Some(u64::MAX),
        failed: Some(u64::MAX),
        ..Counters::default()
    };
    report.jobs.push(Job { sent: f64::NAN, settled: f64::INFINITY, ..Job::default() });
    let page = render(&report, &nobody);
    assert!(!page.contains("NaN") && !page.contains("inf"), "a chart with a coordinate that is no number");
}

#[test]
fn thousands_of_jobs_are_one_path() {
    let mut report = full();
    let job = |part: u32| Job {
        part,
        sent: f64::from(part / 2),
        settled: f64::from(part / 2 + 1),
        status: "completed".into(),
        ..Job::default()
    };
    report.jobs = (0..5000).map(job).collect();
    let page = render(&report, &nobody);
    assert!(page.len() < 400_000, "{} bytes", page.len());
    assert!(page.contains("5,000 jobs"));
}
