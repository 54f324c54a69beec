//! The profile is what a plain look at the accounts counts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use mapping::{Identifier, Mapping};
use migration::prepare::{PrepareOptions, PrepareProgress, prepare};
use migration::profile::{Named, Profile};
use migration::report::Report;
use sample::Sample;
use serde_json::{Value, json};

const NOW: &str = "2026-06-01T00:00:00Z";

fn check(text: &[u8], threads: usize) -> Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("accounts.ndjson");
    std::fs::write(&path, text).unwrap();
    let mut options =
        PrepareOptions { threads, profile: Some(NOW.parse().unwrap()), ..PrepareOptions::default() };
    options.policies.identifiers = vec![Identifier::Email];
    let mapping = Mapping::compile(mapping::DEFAULT, &options.policies.identifiers).unwrap();
    prepare(vec![path], &mapping, &options, None, &PrepareProgress::default()).unwrap().report
}

fn counts(all: &[Named]) -> BTreeMap<String, u64> {
    all.iter().map(|one| (one.name.clone(), one.count)).collect()
}

/// Paths of everything that is filled in an account.
fn filled(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Object(members) if members.is_empty() => {}
        // Eight levels are told apart.
        Value::Object(members) if path.matches('.').count() < 7 => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                filled(&path, value, found);
            }
        }
        _ => {
            found.insert(path.to_owned());
        }
    }
}

#[test]
fn the_sample_is_counted_as_a_plain_look_counts_it() {
    let sample = Sample::new(2200, 3);
    let mut text = Vec::new();
    let (mut accounts, mut fields, mut countries) = (0_u64, BTreeMap::new(), BTreeMap::new());
    for index in 0..sample.accounts() {
        let mut record = Vec::new();
        sample.record(index, &mut record);
        text.extend_from_slice(&record);
        text.push(b'\n');
        // Records nested beyond the limit are no accounts, neither here nor there.
        let Ok(account) = serde_json::from_slice::<Value>(&record) else { continue };
        if !account.is_object() || depth(&account) > 128 {
            continue;
        }
        accounts += 1;
        let mut found = BTreeSet::new();
        filled("", &account, &mut found);
        for path in found {
            *fields.entry(path).or_insert(0_u64) += 1;
        }
        if let Some(country) = account["profile"]["country"].as_str().filter(|country| !country.is_empty()) {
            *countries.entry(country.to_owned()).or_insert(0_u64) += 1;
        }
    }
    let report = check(&text, 3);
    let profile = report.profile.unwrap();
    assert_eq!(profile.accounts, accounts);
    assert_eq!(Some(accounts), report.counters.mapped);
    assert_eq!(counts(&profile.countries), countries);
    let known = counts(&profile.fields);
    for (path, count) in &fields {
        assert_eq!(known.get(path), Some(count), "{path}");
    }
    let hashes: u64 = profile.hashes.iter().map(|hashes| hashes.count).sum();
    assert_eq!(hashes + profile.without_password, accounts);
    assert!(
        profile
            .hashes
            .iter()
            .any(|hashes| hashes.algorithm == "pbkdf2_sha256" && hashes.moves == hashes.count)
    );
    assert!(profile.hashes.iter().any(|hashes| hashes.algorithm == "md5_crypt" && hashes.moves == 0));
    let emails = profile.emails;
    assert_eq!(emails.verified + emails.unverified + emails.missing, accounts);
    assert!(emails.verified > 0 && emails.unverified > 0 && emails.missing > 0);
    assert_eq!(profile.last_login.iter().map(|one| one.count).sum::<u64>(), accounts);
    assert!(counts(&profile.providers)["site"] > 0);
    // It does not depend on who counts.
    let alone = check(&text, 1).profile.unwrap();
    assert_eq!(alone, profile);
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn of(accounts: &[Value]) -> Profile {
    let text: Vec<String> = accounts.iter().map(Value::to_string).collect();
    check(text.join("\n").as_bytes(), 1).profile.unwrap()
}

#[test]
fn ages_are_counted_from_the_last_login() {
    let now: Timestamp = NOW.parse().unwrap();
    let ago = |days: i64| now.as_millisecond() - days * 86_400_000;
    let accounts: Vec<Value> = [1, 60, 100, 700, 1000, 4000]
        .iter()
        .map(|days| json!({"UID": days.to_string(), "lastLoginTimestamp": ago(*days)}))
        .chain([
            json!({"UID": "text", "lastLogin": "2026-05-31T10:00:00.000Z"}),
            json!({"UID": "never", "lastLogin": "0001-01-01T00:00:00Z", "lastLoginTimestamp": 0, "lastUpdatedTimestamp": ago(1)}),
        ])
        .collect();
    let ages: Vec<(String, u64)> =
        of(&accounts).last_login.into_iter().map(|one| (one.name, one.count)).collect();
    let expected = [
        ("30 days", 2),
        ("90 days", 1),
        ("1 year", 1),
        ("2 years", 1),
        ("5 years", 1),
        ("older", 1),
        ("never", 1),
    ];
    assert_eq!(ages, expected.map(|(name, count)| (name.to_owned(), count)));
}

#[test]
fn a_hostile_export_does_not_fill_the_memory() {
    let accounts: Vec<Value> = (0..6000)
        .map(|index| json!({"UID": index.to_string(), format!("field{index}"): 1, "profile": {"country": format!("c{index}")},
            "password": {"hash": "x", "hashSettings": {"algorithm": format!("own{index}")}}}))
        .collect();
    let profile = of(&accounts);
    assert!(profile.fields.len() <= 4097 && counts(&profile.fields)["*"] > 1000);
    let countries = &profile.countries;
    assert_eq!((countries.len(), countries[300].name.as_str()), (301, "other"));
    assert_eq!(countries.iter().map(|one| one.count).sum::<u64>(), 6000);
    assert_eq!(profile.hashes.iter().map(|hashes| hashes.count).sum::<u64>(), 6000);
    assert!(profile.hashes.len() <= 301);
}
