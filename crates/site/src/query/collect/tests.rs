use serde_json::json;

use super::super::{Query, Table};
use super::*;

fn plan(query: &str) -> Plan {
    Plan::new(query.parse::<Query>().unwrap(), &Table::ACCOUNTS).unwrap()
}

fn people() -> Vec<String> {
    let person = |uid: &str, name: &str, age: Value, country: &str| {
        json!({"UID": uid, "profile": {"firstName": name, "age": age, "country": country}, "data": {},
            "password": {"hash": "x"}, "subscriptions": {"news": {"email": {"isSubscribed": true}}}})
        .to_string()
    };
    vec![
        person("1", "Ann", json!(30), "DE"),
        person("2", "Bea", json!(null), "FR"),
        person("3", "Cay", json!(20), "DE"),
        person("4", "Dan", json!(40), "FR"),
    ]
}

fn rows(query: &str) -> (Value, u64) {
    let found = run(&plan(query), people()).unwrap();
    (serde_json::from_slice(&found.rows.into_text()).unwrap(), found.total)
}

fn uids(query: &str) -> Vec<String> {
    let (rows, _) = rows(query);
    rows.as_array().unwrap().iter().map(|row| row["UID"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_page_and_the_count_of_all() {
    let (page, total) = rows("SELECT profile.firstName AS name FROM accounts START 1 LIMIT 2");
    assert_eq!(page, json!([{"profile": {"name": "Bea"}}, {"profile": {"name": "Cay"}}]));
    assert_eq!(total, 4);
    assert_eq!(uids("SELECT * FROM accounts WHERE profile.age > 20"), ["1", "4"]);
    assert_eq!(rows("SELECT * FROM accounts LIMIT 0"), (json!([]), 4));
}

#[test]
fn accounts_do_not_bring_subscriptions_and_passwords_only_with_permission() {
    let profile = json!({"firstName": "Ann", "age": 30, "country": "DE"});
    let (all, _) = rows("SELECT * FROM accounts LIMIT 1");
    assert_eq!(all, json!([{"UID": "1", "profile": profile, "password": {"hash": "x"}}]));
    let (asked, _) = rows("SELECT password, subscriptions, subscriptions.news FROM accounts LIMIT 1");
    assert_eq!(asked, json!([{"password": {"hash": "x"}}]));
    for (query, row) in
        [("SELECT *", json!({"UID": "1", "profile": profile})), ("SELECT password.hash", json!({}))]
    {
        let query = format!("{query} FROM accounts LIMIT 1").parse().unwrap();
        let plan = Plan::new(query, &Table::ACCOUNTS_WITHOUT_PASSWORDS).unwrap();
        let rows = run(&plan, people()).unwrap().rows.into_text();
        assert_eq!(serde_json::from_slice::<Value>(&rows).unwrap(), json!([row]));
    }
}

#[test]
fn orders_by_several_fields() {
    assert_eq!(
        uids("SELECT UID FROM accounts ORDER BY profile.country DESC, profile.age"),
        ["4", "2", "3", "1"]
    );
    assert_eq!(uids("SELECT UID FROM accounts ORDER BY profile.age DESC START 1 LIMIT 2"), ["1", "3"]);
}

#[test]
fn what_is_kept_for_an_order_is_bounded() {
    let plan = plan("SELECT UID FROM accounts ORDER BY n DESC START 1 LIMIT 2");
    let mut collector = Collector::new(&plan);
    for n in 0..20_000 {
        collector.push(format!(r#"{{"UID":"{n}","n":{n}}}"#).as_bytes()).unwrap();
        assert!(collector.candidates.len() < 2 * SLACK);
    }
    let found = collector.finish().unwrap();
    assert_eq!(found.rows.into_text(), br#"[{"UID":"19998"},{"UID":"19997"}]"#);
    assert_eq!(found.total, 20_000);
}

#[test]
fn counts_and_functions_have_one_row() {
    assert_eq!(rows("SELECT count(*) FROM accounts LIMIT 1"), (json!([{"count(*)": 4}]), 4));
    let (totals, total) = rows(
        "SELECT count(*) AS n, avg(profile.age), max(profile.age) AS oldest FROM accounts WHERE profile.age > 0",
    );
    assert_eq!(totals, json!([{"n": 3, "avg(profile.age)": 30, "oldest": 40}]));
    assert_eq!(total, 3);
    assert_eq!(rows("SELECT count(*) FROM accounts WHERE UID = 'x'"), (json!([{"count(*)": 0}]), 0));
}

#[test]
fn groups_have_a_row_each() {
    let (groups, _) =
        rows("SELECT profile.country, count(*), sum(profile.age) FROM accounts GROUP BY profile.country");
    assert_eq!(
        groups,
        json!([
            {"profile": {"country": "DE"}, "count(*)": 2, "sum(profile.age)": 50},
            {"profile": {"country": "FR"}, "count(*)": 2, "sum(profile.age)": 40},
        ])
    );
    let (last, _) = rows(
        "SELECT profile.country FROM accounts GROUP BY profile.country ORDER BY profile.country DESC LIMIT 1",
    );
    assert_eq!(last, json!([{"profile": {"country": "FR"}}]));
    let (richest, _) = rows(
        "SELECT profile.country, sum(profile.age) AS n FROM accounts GROUP BY profile.country ORDER BY n LIMIT 1",
    );
    assert_eq!(richest, json!([{"profile": {"country": "FR"}, "n": 40}]));
    let (oldest, _) = rows(
        "SELECT profile.country, sum(profile.age) AS n FROM accounts GROUP BY profile.country ORDER BY n DESC LIMIT 1",
    );
    assert_eq!(oldest, json!([{"profile": {"country": "DE"}, "n": 50}]));
}

#[test]
fn what_does_not_go_together_is_refused() {
    for query in [
        "SELECT UID, count(*) FROM accounts",
        "SELECT sum(profile.age), max(profile.birthYear) FROM accounts",
        "SELECT * FROM accounts ORDER BY profile.email",
        "SELECT * FROM accounts WHERE profile.email > 'a'",
    ] {
        let error = Plan::new(query.parse().unwrap(), &Table::ACCOUNTS).unwrap_err();
        assert!(error.to_string().starts_with("query: "), "{error}");
    }
}

#[test]
fn counters_come_with_counters() {
    let document = [r#"{"UID":"1","counters":[{"class":"_like","count":3}]}"#];
    let text =
        |query: &str| String::from_utf8(run(&plan(query), document).unwrap().rows.into_text()).unwrap();
    assert_eq!(text("SELECT * FROM accounts"), r#"[{"UID":"1"}]"#);
    assert_eq!(text("SELECT * FROM accounts WITH counters"), format!("[{}]", document[0]));
}
