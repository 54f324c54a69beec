//! Records a second through a flow of six steps: parse, add, rename, remove, replace, format.
//!
//! `cargo run --release -p dataflow --example throughput -- 100000`
#![expect(clippy::print_stdout, reason = "it measures and prints")]

use std::time::Instant;

use dataflow::component::{Built, Component, Kind, Setup, step};
use dataflow::components;
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use dataflow::runner::{Job, Mode, Status};
use dataflow::{File, Item};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Gives the one file that the job holds.
#[derive(Deserialize, JsonSchema)]
struct Source {}

impl Component for Source {
    const TYPE: &'static str = "example.source";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let file = setup.context.services.get::<File>();
        step(move |_, mut output| async move {
            if let Some(file) = file {
                output.give(Item::File((*file).clone())).await?;
            }
            Ok(())
        })
    }
}

/// An account as large as a real one, about 1.5 KB.
fn account(number: u64) -> String {
    json!({
        "UID": format!("{number:032x}"), "isActive": true, "isVerified": number.is_multiple_of(3), "isRegistered": true,
        "created": "2021-03-04T05:06:07.008Z", "createdTimestamp": 1_614_834_367_008_u64 + number,
        "lastLogin": "2024-01-02T03:04:05.006Z", "regSource": "https://www.example.com/register?utm_source=mail",
        "profile": {
            "email": format!("person.{number}@example.com"), "firstName": "Zoë", "lastName": "Example \"the\" First",
            "birthDay": 4, "birthMonth": 5, "birthYear": 1976, "city": "Zürich", "zip": "8001", "country": "CH",
            "phones": [{"type": "mobile", "number": "+41790000000"}, {"type": "home", "number": "+41440000000"}],
            "address": "Example Street 1", "languages": "de", "nickname": format!("nick{number}"),
        },
        "data": {"loyalty": {"tier": "gold", "points": number * 7}, "consents": ["a", "b", "c"],
                 "preferences": {"newsletter": true, "topics": ["food", "travel", "music", "technology"]}},
        "emails": {"verified": [format!("person.{number}@example.com")], "unverified": []},
        "loginIDs": {"emails": [format!("person.{number}@example.com")], "unverifiedEmails": [], "username": null},
        "identities": [{"provider": "site", "providerUID": format!("{number:032x}"), "isLoginIdentity": true,
                        "email": format!("person.{number}@example.com"), "lastUpdated": "2024-01-02T03:04:05.006Z"}],
        "password": {"hash": "bm90IGEgcmVhbCBoYXNoIGJ1dCBhcyBsb25nIGFzIG9uZQ==",
                     "hashSettings": {"algorithm": "pbkdf2", "rounds": 3000, "salt": "c2FsdHNhbHRzYWx0"}},
    })
    .to_string()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let text = (0..count).map(account).collect::<Vec<_>>().join("\n");
    let size = text.len();
    let steps = json!({"name": "throughput", "steps": [
        {"id": "source", "type": "example.source", "next": ["parse"]},
        {"id": "parse", "type": "file.parse.json", "next": ["add"]},
        {"id": "add", "type": "field.add", "params": {"fields": [{"field": "data.job", "value": "${jobId}"}]}, "next": ["rename"]},
        {"id": "rename", "type": "field.rename", "next": ["remove"], "params": {"fields": [
            {"sourceField": "profile.email", "targetField": "MAIL"},
            {"sourceField": "profile.firstName", "targetField": "FIRST"},
            {"sourceField": "profile.lastName", "targetField": "LAST"},
            {"sourceField": "profile.zip", "targetField": "'profile.zip'"},
        ]}},
        {"id": "remove", "type": "field.remove", "params": {"fields": ["profile", "identities", "password"]}, "next": ["replace"]},
        {"id": "replace", "type": "field.replace", "next": ["json"], "params": {"fields": [
            {"field": "FIRST", "regex": "[^\\x00-\\x7F]", "replacement": ""},
        ]}},
        {"id": "json", "type": "file.format.json", "params": {"fileName": "out.json"}},
    ]});
    let started = Instant::now();
    let floor = text
        .lines()
        .filter(|line| serde_json::from_str::<&serde_json::value::RawValue>(line).is_ok())
        .count();
    let floor_seconds = started.elapsed().as_secs_f64();
    let work = tempfile::tempdir()?;
    let mut context = Context::new(jiff::Timestamp::now(), "job", work.path());
    context.services.insert(std::sync::Arc::new(File::new("in.json", text)));
    let read = Read::new(&steps.to_string(), []).map_err(|wrong| format!("{wrong:?}"))?;
    let registry = components::all().with::<Source>();
    let checked = check(&read, &registry, &context, Purpose::Run);
    let graph = checked.graph.ok_or_else(|| format!("{:?}", checked.findings))?;
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let started = Instant::now();
    let outcome = Job::new(&graph, &context, Mode::Streaming)?.run(stopped).await;
    let seconds = started.elapsed().as_secs_f64();
    if outcome.status != Status::Succeeded || outcome.records != floor as u64 {
        return Err(format!("{outcome:?}").into());
    }
    #[expect(clippy::cast_precision_loss, reason = "to look at")]
    let (count, megabytes) = (count as f64, size as f64 / 1e6);
    println!("{count} records, {megabytes:.0} MB");
    println!(
        "floor (a validating skip of each line): {floor_seconds:.2} s, {:.0} MB/s",
        megabytes / floor_seconds
    );
    println!(
        "flow of six steps: {seconds:.2} s, {:.0} records/s, {:.0} MB/s",
        count / seconds,
        megabytes / seconds
    );
    Ok(())
}
