//! Properties of the query language: whatever is written, it is refused or understood, never a panic; what is printed is
//! understood as the same; what is told to an index loses nothing.

use proptest::prelude::*;
use serde_json::{Number, Value, json};
use site::query::{Comparison, Condition, Function, Literal, Order, Path, Plan, Query, Selected, Table, run};

fn path() -> impl Strategy<Value = Path> {
    const NAMES: &[&str] = &[
        "UID",
        "profile",
        "age",
        "lastUpdatedTimestamp",
        "createdTimestamp",
        "identities",
        "@timestamp",
        "é",
        "min",
        "saml-x",
    ];
    let first = proptest::sample::select(NAMES);
    let rest = proptest::collection::vec(proptest::sample::select(NAMES), 0..3);
    (first, rest).prop_filter_map("a path", |(first, rest)| {
        let text = rest.iter().fold(first.to_owned(), |text, name| format!("{text}.{name}"));
        text.parse().ok()
    })
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        (-5_i64..5).prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        ".{0,12}".prop_map(Literal::Text),
        "['\"\\\\a]{0,6}".prop_map(Literal::Text),
        Just(Literal::Text("2024-02-29T12:00:00.5Z".into())),
        number().prop_map(Literal::Number),
        any::<bool>().prop_map(Literal::Bool),
    ]
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    proptest::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual])
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (path(), comparison(), literal()).prop_map(|(path, comparison, literal)| Condition::Compare {
            path,
            comparison,
            literal
        }),
        (path(), any::<bool>(), literal()).prop_map(|(path, negated, literal)| Condition::Contains {
            path,
            negated,
            literal
        }),
        (path(), any::<bool>(), proptest::collection::vec(literal(), 1..4))
            .prop_map(|(path, negated, literals)| Condition::In { path, negated, literals }),
        (path(), any::<bool>()).prop_map(|(path, negated)| Condition::Null { path, negated }),
        (path(), any::<bool>(), "(a|\\\\d|'|\"|\\.|\\\\\\\\){0,5}")
            .prop_map(|(path, negated, pattern)| Condition::Regex { path, negated, pattern }),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let several = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Condition::And),
            several.prop_map(Condition::Or),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn selected() -> impl Strategy<Value = Selected> {
    use Function::{Avg, Max, Min, Std, Sum, SumOfSquares, Variance};
    let alias = || proptest::option::of("[a-z][A-Za-z0-9_]{0,5}x");
    let function = proptest::sample::select(vec![Sum, Min, Max, Avg, SumOfSquares, Variance, Std]);
    prop_oneof![
        Just(Selected::All),
        alias().prop_map(|alias| Selected::Count { alias }),
        (path(), alias()).prop_map(|(path, alias)| Selected::Field { path, alias }),
        (function, path(), alias()).prop_map(|(function, path, alias)| Selected::Function {
            function,
            path,
            alias
        }),
    ]
}

prop_compose! {
    fn query()(
        select in proptest::collection::vec(selected(), 1..4),
        from in proptest::sample::select(vec!["accounts", "emailAccounts", "global-config"]),
        counters in any::<bool>(),
        condition in proptest::option::of(condition()),
        group_by in proptest::collection::vec(path(), 0..2),
        order_by in proptest::collection::vec((path(), any::<bool>()).prop_map(|(path, descending)| Order { path, descending }), 0..3),
        start in proptest::option::of(0_usize..=5_000),
        limit in proptest::option::of(0_usize..1_000_000),
    ) -> Query {
        Query { select, from: from.into(), counters, condition, group_by, order_by, start, limit }
    }
}

fn document() -> impl Strategy<Value = Value> {
    let scalar = || {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (-5_i64..5).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::String),
        ]
    };
    let inner = (scalar(), scalar(), proptest::collection::vec(scalar(), 0..3))
        .prop_map(|(age, min, list)| json!({"age": age, "min": min, "identities": list, "é": {"UID": "x"}}));
    ("[a-c]{1,2}", -5_i64..5, -5_i64..5, inner.clone(), proptest::collection::vec(inner, 0..3)).prop_map(
        |(uid, updated, created, profile, identities)| {
            json!({"UID": uid, "lastUpdatedTimestamp": updated, "createdTimestamp": created, "profile": profile,
                "identities": identities})
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_printed_parses_to_the_same(query in query()) {
        let printed = query.to_string();
        let parsed: Query = printed.parse().map_err(|error| TestCaseError::fail(format!("{printed}: {error}")))?;
        prop_assert_eq!(parsed, query, "{}", printed);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        let _ = text.parse::<Query>();
        let _ = format!("SELECT * FROM accounts WHERE {text}").parse::<Query>();
    }

    #[test]
    fn no_torn_query_makes_it_panic(query in query(), cut in any::<proptest::sample::Index>(), piece in "[('\"\\\\!<)]|not |é") {
        let printed = query.to_string();
        let letters: Vec<char> = printed.chars().collect();
        let at = cut.index(letters.len());
        let torn: String = letters[..at].iter().collect();
        let rest: String = letters[at..].iter().collect();
        if let Err(error) = torn.parse::<Query>() {
            prop_assert!(error.position.is_some_and(|position| position <= at + 1), "{error}");
        }
        let _ = format!("{torn}{piece}{rest}").parse::<Query>();
    }

    #[test]
    fn every_query_runs_on_every_document(query in query(), documents in proptest::collection::vec(document(), 0..8)) {
        let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
        for table in [Table::ACCOUNTS, Table::PLAIN] {
            let Ok(plan) = Plan::new(query.clone(), &table) else { continue };
            let found = run(&plan, &texts).unwrap();
            let count = found.rows.len();
            let rows: Vec<Value> = serde_json::from_slice(&found.rows.into_text()).unwrap();
            prop_assert_eq!(rows.len(), count);
            prop_assert!(found.total as usize <= documents.len());
        }
    }

    #[test]
    fn an_index_loses_nothing_and_exact_means_exact(condition in condition(), document in document()) {
        let query = Query {
            select: vec![Selected::All], from: "accounts".into(), counters: false, condition: Some(condition),
            group_by: Vec::new(), order_by: Vec::new(), start: None, limit: None,
        };
        let Ok(plan) = Plan::new(query, &Table::PLAIN) else { return Ok(()) };
        let seek = plan.seek();
        let within = |bounds: site::query::Bounds, name: &str| {
            let at = document[name].as_i64().unwrap();
            bounds.low <= at && at <= bounds.high
        };
        let inside = within(seek.last_updated, "lastUpdatedTimestamp")
            && within(seek.created, "createdTimestamp")
            && seek.uids.as_ref().is_none_or(|uids| uids.contains(document["UID"].as_str().unwrap()));
        let fits = plan.fits(document.to_string().as_bytes()).unwrap();
        prop_assert!(inside || !fits);
        prop_assert!(!seek.exact || inside == fits);
    }
}
