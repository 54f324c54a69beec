use super::world::{NOW_MS, World, people};

#[tokio::test]
async fn what_cannot_be_answered_is_refused_with_the_reason() {
    let world = World::with(&people(3)).await;
    let ok = "SELECT * FROM accounts";
    for (params, code, details) in [
        (&[][..], 400_002, "Missing required parameter: query"),
        (
            &[("query", "SELECT * FORM accounts")],
            400_006,
            "query, character 10: expected a comma, AS or FROM, found 'FORM accounts'",
        ),
        (
            &[("query", "SELECT * FROM users")],
            400_006,
            "query: FROM takes accounts, emailAccounts or communications, not users",
        ),
        (&[("query", "SELECT * FROM accounts START 5001")], 400_006, "START"),
        (&[("query", "SELECT * FROM accounts ORDER BY profile.email")], 400_006, "encrypted"),
        (&[("query", ok), ("cursorId", "x")], 400_006, "cursorId"),
        (&[("cursorId", "x"), ("openCursor", "true")], 400_006, "openCursor"),
        (&[("cursorId", "x")], 400_006, "cursorId: x is not known"),
        (&[("query", "SELECT * FROM accounts START 1"), ("openCursor", "true")], 400_006, "START"),
        (
            &[("query", "SELECT count(*) FROM accounts GROUP BY UID"), ("openCursor", "true")],
            400_006,
            "GROUP BY",
        ),
        (&[("query", ok), ("timeout", "60001")], 400_006, "timeout"),
        (&[("query", ok), ("openCursor", "perhaps")], 400_006, "openCursor"),
        (&[("query", ok), ("accountTypes", "half")], 400_006, "accountTypes"),
        (&[("restrictedQuery", ok)], 403_007, "restrictedQuery"),
    ] {
        let answer = world.call("accounts.search", params).await;
        assert_eq!(answer["errorCode"], code, "{answer}");
        assert!(answer["errorDetails"].as_str().unwrap().contains(details), "{answer}");
        assert_eq!(answer.get("results"), None);
    }
}

#[tokio::test]
async fn a_query_signed_by_the_back_end_needs_no_credentials() {
    let world = World::with(&people(3)).await;
    let query = "SELECT UID FROM accounts WHERE UID = 'u01'";
    let until = (NOW_MS + 60_000).to_string();
    let signature = world.query_signature(query, &until);
    let api_key = world.site.api_key.clone();
    let params = |query: &'static str| vec![("apiKey", api_key.as_str()), ("query", query)];

    let answer = world.post("accounts.search", &params(query)).await;
    assert_eq!(answer["errorCode"], 403_005, "{answer}");

    let mut signed = params(query);
    signed.extend([("expTime", until.as_str()), ("querySig", &signature)]);
    let answer = world.post("accounts.search", &signed).await;
    assert_eq!(super::world::uids(&answer), ["u01"]);

    let mut other = params("SELECT UID FROM accounts");
    other.extend([("expTime", until.as_str()), ("querySig", &signature)]);
    assert_eq!(world.post("accounts.search", &other).await["errorCode"], 403_003);

    signed.push(("openCursor", "true"));
    assert_eq!(world.post("accounts.search", &signed).await["errorCode"], 400_006);
    signed.pop();
    world.clock.advance(60_001);
    assert_eq!(world.post("accounts.search", &signed).await["errorCode"], 403_002);
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_given_up() {
    let accounts = people(40_000);
    let world = World::with(&accounts).await;
    let slow =
        "SELECT * FROM accounts WHERE profile.firstName = regex('.*(a|b|c)*x') ORDER BY profile.firstName";
    let answer = world.call("accounts.search", &[("query", slow), ("timeout", "1")]).await;
    assert_eq!(answer["errorCode"], 504_001, "{answer}");
}
