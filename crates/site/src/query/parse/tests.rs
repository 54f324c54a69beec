use serde_json::Number;

use super::super::ast::{Comparison, Condition, Function, Literal, Order, Selected};
use super::*;

fn query(text: &str) -> Query {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn condition(text: &str) -> Condition {
    query(&format!("select * from accounts where {text}")).condition.unwrap()
}

fn equal(path: &str, literal: Literal) -> Condition {
    Condition::Compare { path: Path::new(path), comparison: Comparison::Equal, literal }
}

fn text(text: &str) -> Literal {
    Literal::Text(text.into())
}

#[test]
fn every_clause() {
    let parsed = query(
        "Select *, count(*) as n, profile.firstName AS name, Sum ( profile.age ) , min\nfrom emailAccounts with Counters \
         where UID='a' group by a.b, c order by x desc, y START 5 limit 20000",
    );
    assert_eq!(
        parsed,
        Query {
            select: vec![
                Selected::All,
                Selected::Count { alias: Some("n".into()) },
                Selected::Field { path: Path::new("profile.firstName"), alias: Some("name".into()) },
                Selected::Function { function: Function::Sum, path: Path::new("profile.age"), alias: None },
                Selected::Field { path: Path::new("min"), alias: None },
            ],
            from: "emailAccounts".into(),
            counters: true,
            condition: Some(equal("UID", text("a"))),
            group_by: vec![Path::new("a.b"), Path::new("c")],
            order_by: vec![
                Order { path: Path::new("x"), descending: true },
                Order { path: Path::new("y"), descending: false },
            ],
            start: Some(5),
            limit: Some(20_000),
        }
    );
    assert_eq!(parsed.limit(), 10_000);
    assert_eq!(query(" SELECT count FROM global-config ").limit(), 300);
}

#[test]
fn queries_that_are_out_there() {
    for text in [
        "select UID, subscriptions from emailAccounts where subscriptions.go.platformUpdates.email.isSubscribed=true and UID in('a','b')",
        "SELECT * FROM idx_job_status order By updateTime desc",
        "SELECT * FROM auditLog WHERE errCode in (\"0\", \"400006\") AND params.x_provider = \"facebook\"",
        "SELECT * FROM auditLog WHERE @timestamp > \"2020-01-01T00:00:00.000Z\" ORDER BY @timestamp LIMIT 10",
        "select * from accounts where lastUpdatedTimestamp > 1537655907126 order by lastUpdatedTimestamp limit 10000",
        "SELECT emails,loginIDs FROM accounts WHERE profile.username CONTAINS 'a' OR loginIDs.username CONTAINS 'a'",
        "select * from emailAccounts where data.child is not null START 0 LIMIT 100",
        "SELECT * FROM accounts WHERE lastUpdated > 2024-02-29T12:00:00.000Z",
        "SELECT * FROM accounts WHERE profile.lastName = regex('\\d+|O\\'Neill')",
    ] {
        query(text);
    }
}

#[test]
fn and_binds_tighter_and_not_goes_for_one() {
    let one = |path: &str| equal(path, Literal::Number(1.into()));
    let not = |inner| Condition::Not(Box::new(inner));
    assert_eq!(
        condition("not a = 1 and b = 1 or c=1 and (d=1 or ! e=1)"),
        Condition::Or(vec![
            Condition::And(vec![not(one("a")), one("b")]),
            Condition::And(vec![one("c"), Condition::Or(vec![one("d"), not(one("e"))])]),
        ])
    );
    assert_eq!(condition("((a = 1))"), one("a"));
}

#[test]
fn constants() {
    let literal = |text: &str| match condition(&format!("a = {text}")) {
        Condition::Compare { literal, .. } => literal,
        other => panic!("{other}"),
    };
    assert_eq!(literal(r#""it's \"so\" \\ \d""#), text(r#"it's "so" \ \d"#));
    assert_eq!(literal(r"'\'x\''"), text("'x'"));
    assert_eq!(literal("-12"), Literal::Number((-12).into()));
    assert_eq!(literal("1.5e3"), Literal::Number(Number::from_f64(1500.0).unwrap()));
    assert_eq!(literal("TRUE"), Literal::Bool(true));
    assert_eq!(literal("2024-02-29"), text("2024-02-29"));
    assert_eq!(condition("a != NULL"), Condition::Null { path: Path::new("a"), negated: true });
}

#[test]
fn an_error_says_where_and_what_was_expected() {
    for (text, error) in [
        ("", "query, character 1: expected SELECT, found the end"),
        ("UPDATE accounts", "query, character 1: expected SELECT, found 'UPDATE accounts'"),
        (
            "SELECT FROM accounts",
            "query, character 8: expected *, count(*), a function or a field, found 'FROM accounts'",
        ),
        ("SELECT * accounts", "query, character 10: expected a comma, AS or FROM, found 'accounts'"),
        ("SELECT * FROM", "query, character 14: expected a name, found the end"),
        ("SELECT * FROM accounts WHERE", "query, character 29: expected a field, found the end"),
        (
            "SELECT * FROM accounts WHERE UID == 'a'",
            "query, character 35: expected a text in quotes, a number, true or false, found '= 'a''",
        ),
        (
            "SELECT * FROM accounts WHERE UID 'a'",
            "query, character 34: expected a comparison, CONTAINS, IN, IS NULL or regex, found ''a''",
        ),
        (
            "SELECT * FROM accounts WHERE (UID = 'ä'",
            "query, character 40: expected AND, OR or a closing bracket, found the end",
        ),
        (
            "SELECT * FROM accounts WHERE UID = 'a",
            "query, character 38: expected the quote that ends the text, found the end",
        ),
        (
            "SELECT * FROM accounts WHERE UID in ('a' 'b')",
            "query, character 42: expected a comma or a closing bracket, found ''b')'",
        ),
        (
            "SELECT * FROM accounts LIMIT 5 START 1",
            "query, character 32: expected AND, OR, the next of WITH, WHERE, GROUP BY, ORDER BY, START and LIMIT (in this order), or the end, found 'START 1'",
        ),
        (
            "SELECT * FROM accounts START 5001",
            "query, character 30: START takes whole numbers from 0 to 5000",
        ),
        ("SELECT * FROM accounts LIMIT x", "query, character 30: expected a whole number, found 'x'"),
        (
            "SELECT * FROM accounts WHERE a = regex('(')",
            "query, character 40: the pattern is not a regular expression that can be run: error: unclosed group",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), error, "{text}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let nested =
        |depth: usize| format!("select * from a where {}b = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(DEEPEST)).is_ok());
    assert!(parse(&nested(DEEPEST + 1)).unwrap_err().reason.contains("deeper"));
    assert!(parse(&nested(100_000)).is_err());
    assert!(parse(&format!("select * from a where {}b = 1", "not ".repeat(50_000))).is_err());
    assert!(parse(&" ".repeat(LONGEST + 1)).unwrap_err().reason.contains("bytes"));
}
