//! Which flows become the stages of a migration, and which are run.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Finding, Purpose, check};
use migration::export::Query;
use migration::flow::{Plan, PlanError, Way, components, default_flow};
use migration::prepare::Kind;
use serde_json::{Value, json};

fn checked(flow: &Value) -> (Result<Plan, PlanError>, Vec<Finding>) {
    let read = Read::new(&flow.to_string(), []).unwrap();
    let context = Context::new("2026-05-02T12:00:00Z".parse().unwrap(), "job", ".");
    let checked = check(&read, &components(), &context, Purpose::Check);
    let graph = checked.graph.unwrap_or_else(|| panic!("{:?}", checked.findings));
    (Plan::of(&graph), checked.findings)
}

fn plan(flow: &Value) -> Plan {
    let (plan, mut findings) = checked(flow);
    // Whether this build has stores is another matter.
    findings.retain(|finding| finding.code != dataflow::graph::STORE_NOT_BUILT);
    assert!(findings.is_empty(), "{findings:?}");
    plan.unwrap()
}

fn findings(flow: &Value) -> Vec<String> {
    let read = Read::new(&flow.to_string(), []).unwrap();
    let context = Context::new("2026-05-02T12:00:00Z".parse().unwrap(), "job", ".");
    let findings = check(&read, &components(), &context, Purpose::Check).findings;
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn the_default_flow_is_the_default_migration() {
    let plan = plan(&default_flow());
    let Way::Export(options) = plan.way else { panic!("{plan:?}") };
    assert_eq!((options.query, options.page, options.limit), (Query::default(), 1000, None));
    // On whichever lines they stand.
    let rules = |document: &str| {
        let mut rules = mapping::document::parse(document).unwrap();
        rules.iter_mut().for_each(|rule| rule.line = 0);
        rules
    };
    assert_eq!(rules(&plan.mapping), rules(mapping::DEFAULT), "the same rules in the same order");
    assert_eq!(plan.users.connection.as_deref(), Some("gigya"));
}

#[test]
fn only_what_an_export_reads_in_the_same_way_becomes_one() {
    let with = |member: &str, value: Value| {
        let mut flow = default_flow();
        flow["steps"][0]["params"][member] = value;
        plan(&flow).way
    };
    assert!(matches!(with("batchSize", json!(250)), Way::Export(options) if options.page == 250));
    assert!(matches!(with("where", json!("")), Way::Export(_)));
    assert!(
        matches!(with("accountTypes", json!("full")), Way::Export(options) if options.query.types() == "full")
    );
    for (member, value) in [
        ("where", json!("data.vip = true")),
        ("select", json!("*")),
        ("select", json!("UID, profile.email, password")),
        ("from", json!("emailAccounts")),
        ("excludeEmptyFields", json!(true)),
        ("apiKey", json!("3_another")),
    ] {
        let way = with(member, value.clone());
        assert!(matches!(&way, Way::Accounts(step) if step == "user"), "{member} {value}: {way:?}");
    }
}

#[test]
fn steps_in_between_are_run() {
    let remove = |next: &str| json!({"id": "remove", "type": "field.remove", "params": {"fields": ["data"]}, "next": [next]});
    let mut before = default_flow();
    before["steps"][0]["next"] = json!(["remove"]);
    before["steps"].as_array_mut().unwrap().push(remove("user"));
    let before = plan(&before);
    assert!(matches!(&before.way, Way::Accounts(step) if step == "user") && before.kind() == Kind::Accounts);

    let mut after = default_flow();
    after["steps"][1]["next"] = json!(["remove"]);
    after["steps"].as_array_mut().unwrap().push(remove("users"));
    let after = plan(&after);
    assert!(matches!(after.way, Way::Users) && after.kind() == Kind::Users);
}

#[test]
fn a_migration_has_one_writer() {
    let mut none = default_flow();
    none["steps"][2]["type"] = json!("datasource.write.gigya.account");
    none["steps"][2]["params"] = json!({});
    assert_eq!(checked(&none).0.unwrap_err(), PlanError::Writers(0));
    let mut two = default_flow();
    two["steps"][1]["next"] = json!(["users", "more"]);
    two["steps"].as_array_mut().unwrap().push(json!({"id": "more", "type": "datasource.write.auth0.users"}));
    assert_eq!(checked(&two).0.unwrap_err(), PlanError::Writers(2));
}

#[test]
fn wrong_parameters_are_found_with_what_was_perhaps_meant() {
    let mut flow = default_flow();
    flow["steps"][1]["params"] = json!({"user": {"emial": "profile.email"}, "user_metadta": {}});
    flow["steps"][2]["params"] = json!({"conection": "x", "lazy": "leav", "upsert": "perhaps"});
    let found = findings(&flow).join("\n");
    for part in [
        "step `user`: there is no parameter `user.emial` (misspelt_parameter); did you mean `email`?",
        "step `user`: there is no parameter `user_metadta` (misspelt_parameter); did you mean `user_metadata`?",
        "step `users`: there is no parameter `conection` (misspelt_parameter); did you mean `connection`?",
        "step `users`: `lazy` must be one of reset, leave (parameter_value); did you mean `leave`?",
        "step `users`: `upsert` must be true or false, but is a text",
    ] {
        assert!(found.contains(part), "{part} in\n{found}");
    }
    for (params, what) in [
        (
            json!({"user": {"email": {"from": "profile.email", "transform": "upper"}}}),
            "unknown transform `upper`",
        ),
        (json!({"app_metadata": {"x": {"from": "data.x", "form": "y"}}}), "unknown key `form`"),
        (json!({"version": 2}), "version must be 1"),
    ] {
        let mut flow = default_flow();
        flow["steps"][1]["params"] = params;
        let found = findings(&flow).join("\n");
        assert!(found.contains("step `user`: ") && found.contains(what), "{what} in\n{found}");
    }
    for (params, what) in [
        (json!({"identifiers": ["mail"]}), "identifiers: \"mail\" is neither email, username nor phone"),
        (json!({"policies": ["email_missing=fix"]}), "policies: "),
        (json!({"policies": ["profile_too_large=fix"]}), "needs --spill"),
        (json!({"connection": ""}), "connection: "),
    ] {
        let mut flow = default_flow();
        flow["steps"][2]["params"] = params;
        let found = findings(&flow).join("\n");
        assert!(found.contains("step `users`: ") && found.contains(what), "{what} in\n{found}");
    }
}

#[test]
fn users_are_left_only_where_a_login_makes_the_same() {
    let default = default_flow();
    assert_eq!(plan(&default).may_leave(), Ok(()));
    let refused = |change: &dyn Fn(&mut Value), why: &str| {
        let mut flow = default.clone();
        change(&mut flow);
        let told = plan(&flow).may_leave().unwrap_err();
        assert!(told.contains(why), "{why} in {told}");
    };
    let remove = json!({"id": "less", "type": "field.remove", "params": {"fields": ["profile.nickname"]}, "next": ["user"]});
    let between = |flow: &mut Value, from: usize, step: &Value, next: &str| {
        flow["steps"][from]["next"] = json!(["less"]);
        let mut step = step.clone();
        step["next"] = json!([next]);
        flow["steps"].as_array_mut().unwrap().push(step);
    };
    refused(
        &|flow| between(flow, 0, &remove, "user"),
        "step `less` (field.remove) stands before the mapping",
    );
    refused(&|flow| between(flow, 1, &remove, "users"), "does not stand right before");
    let reader = |flow: &mut Value, name: &str, value: Value| flow["steps"][0]["params"][name] = value;
    refused(&|flow| reader(flow, "where", json!("profile.country = 'FR'")), "chooses accounts with `where`");
    refused(&|flow| reader(flow, "consent", json!(["terms"])), "chooses accounts with `consent`");
    let less = Query::default().select().replace("data, ", "").replace("profile", "profile.email");
    refused(&|flow| reader(flow, "select", json!(less)), "does not select all of `profile`");
    // Pages of another size, or the runner in the place of the export, read the same.
    let mut same = default.clone();
    reader(&mut same, "batchSize", json!(300));
    reader(&mut same, "excludeEmptyFields", json!(true));
    assert_eq!(plan(&same).may_leave(), Ok(()));
    // Whole files of accounts are what `migrate FILE` reads.
    let store = json!({"host": "h", "username": "u", "password": "p"});
    same["steps"][0] = json!({"id": "parse", "type": "file.parse.json", "next": ["user"]});
    same["steps"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "in", "type": "datasource.read.sftp", "params": store, "next": ["parse"]}));
    assert_eq!(plan(&same).may_leave(), Ok(()));
}
