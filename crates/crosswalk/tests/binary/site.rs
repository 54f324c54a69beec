//! `crosswalk site serve`.

use super::home::{Home, Served};

#[test]
fn the_ready_line_has_the_members_of_the_contract_and_they_are_stable() {
    let home = Home::new();
    let sample = home.path("sample.json").to_str().unwrap().to_owned();
    home.run(&["sample", "--accounts", "200", "-o", &sample]).expect(0);
    let data = home.path("site");
    let served = Served::site(&home, &data, &["--import", &sample, "--tls", "--plain-port", "0"]);
    let first = served.ready.clone();
    let members: Vec<_> = first.as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["url", "api_key", "user_key", "secret", "private_key", "ca"]);
    assert!(served.text("url").starts_with("https://localhost:"));
    for file in ["private_key", "ca"] {
        assert!(std::fs::read_to_string(home.path(&served.text(file))).unwrap().starts_with("-----BEGIN"));
    }
    served.signal("TERM");
    assert_eq!(served.wait(), 0);

    let again = Served::site(&home, &data, &[]);
    for member in ["api_key", "user_key", "secret", "private_key"] {
        assert_eq!(again.ready[member], first[member], "{member}");
    }
    assert!(again.ready["ca"].is_null());
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    assert_eq!(again.text("url"), format!("http://127.0.0.1:{}", port(first["url"].as_str().unwrap())));
}

#[test]
fn what_cannot_be_taken_in_is_said_before_the_site_is_ready() {
    let home = Home::new();
    let ran = home.run(&["site", "serve", "--data", "s", "--import", "nowhere.json"]).expect(2);
    assert!(ran.stderr.contains("nowhere.json"), "{}", ran.stderr);
    assert!(ran.stdout.is_empty());
    let cut = home.file("cut.json", r#"[{"UID":"a"},{"UID":"b""#);
    let ran = home.run(&["site", "serve", "--data", "s", "--import", &cut]).expect(4);
    assert!(ran.stderr.contains("what came before it was taken in"), "{}", ran.stderr);
    let ran = home.run(&["site", "serve", "--data", "s", "--plain-port", "0"]).expect(2);
    assert!(ran.stderr.contains("--tls"), "{}", ran.stderr);
}
