//! The file as a whole: deterministic, the cases in it, the records that read and those that do not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use sample::{Case, Expectation, Format, HashKind, Lane, Options, Sample, write};
use serde_json::Value;

fn file(options: Options) -> Vec<u8> {
    let mut out = Vec::new();
    let summary = write(options, &mut out, None::<&mut Vec<u8>>).unwrap();
    assert_eq!(summary.bytes, out.len() as u64);
    assert_eq!(summary.records, options.accounts);
    out
}

fn values(case: Case) -> Vec<Value> {
    let sample = Sample::new(2000, 1);
    let chosen = (0..sample.accounts()).filter(|index| sample.case(*index) == Some(case));
    let values: Vec<Value> = chosen
        .map(|index| {
            let mut out = Vec::new();
            sample.record(index, &mut out);
            serde_json::from_slice(&out).unwrap()
        })
        .collect();
    assert!(values.len() >= 20, "{case:?}");
    values
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let options = Options { accounts: 300, ..Options::default() };
    assert_eq!(file(options), file(options));
    assert_ne!(file(options), file(Options { seed: 2, ..options }));
}

#[test]
fn both_formats_hold_the_same_records() {
    let ndjson = file(Options::default());
    let array = file(Options { format: Format::Array, ..Options::default() });
    let ndjson = String::from_utf8(ndjson).unwrap();
    let array = String::from_utf8(array).unwrap();
    let inner = array.strip_prefix("[\n").unwrap().strip_suffix("\n]\n").unwrap();
    assert_eq!(inner.replace(",\n", "\n") + "\n", ndjson);
}

#[test]
fn only_the_broken_records_and_the_too_deep_ones_do_not_read() {
    let sample = Sample::new(2000, 1);
    for index in 0..sample.accounts() {
        let mut out = Vec::new();
        sample.record(index, &mut out);
        let reads = serde_json::from_slice::<Value>(&out).is_ok();
        let should = !matches!(sample.case(index), Some(Case::Broken | Case::TooDeep));
        assert_eq!(reads, should, "{index} {:?}", sample.case(index));
    }
}

#[test]
fn no_member_is_doubled() {
    // preserve_order or not, a doubled key would vanish on the way through a Value.
    let sample = Sample::new(2000, 1);
    for index in 0..sample.accounts() {
        let mut out = Vec::new();
        sample.record(index, &mut out);
        if let Ok(value) = serde_json::from_slice::<Value>(&out) {
            let keys = |text: &str| text.matches("\":").count();
            let text = std::str::from_utf8(&out).unwrap();
            assert_eq!(keys(text), keys(&value.to_string()), "{index} {:?}", sample.case(index));
        }
    }
}

#[test]
fn uids_and_emails_are_unique_but_for_the_doubles() {
    let sample = Sample::new(20_000, 7);
    let (mut uids, mut emails, mut doubles) = (BTreeSet::new(), BTreeSet::new(), 0);
    for index in 0..sample.accounts() {
        let expectation = sample.expectation(index);
        let double = expectation == Expectation::SetAside("duplicate_email");
        if !double && !matches!(expectation, Expectation::Imported(_)) {
            continue;
        }
        let mut out = Vec::new();
        sample.record(index, &mut out);
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert!(uids.insert(value["UID"].as_str().unwrap().to_owned()));
        let email = ["/loginIDs/emails/0", "/emails/verified/0", "/profile/email"]
            .iter()
            .find_map(|path| value.pointer(path))
            .unwrap();
        if emails.insert(email.as_str().unwrap().trim().to_lowercase()) == double {
            doubles += 1;
        }
    }
    // A double follows its partner in the file, so it is always the second to be seen.
    assert_eq!(doubles, 0);
}

#[test]
fn the_default_sample_is_what_it_says() {
    let expectations = Sample::new(2000, 1).expectations();
    let codes: BTreeMap<&str, u64> = [
        ("broken_json", 22),
        ("duplicate_email", 22),
        ("email_invalid", 22),
        ("email_missing", 44),
        ("lite", 22),
        ("not_registered", 22),
        ("profile_too_large", 22),
        ("too_deep", 22),
        ("user_id_invalid", 22),
    ]
    .into();
    assert_eq!(expectations.set_aside, codes);
    assert_eq!(expectations.records, 2000);
    assert_eq!(expectations.mended, 44);
    assert_eq!(expectations.imported, 2000 - codes.values().sum::<u64>());
    assert_eq!(expectations.lanes.values().sum::<u64>(), expectations.imported);
    assert!(expectations.lanes[&Lane::Reset] >= 13 * 22 + 22);
}

#[test]
fn logins_cover_every_kind_that_moves() {
    let logins = Sample::new(2000, 1).logins();
    for kind in HashKind::MOVABLE {
        assert!(logins.iter().filter(|login| login.kind == kind).count() >= 20, "{kind:?}");
    }
    let mut file = Vec::new();
    write(Options::default(), &mut std::io::sink(), Some(&mut file)).unwrap();
    let first: Value = serde_json::from_slice(file.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(first.as_object().unwrap().keys().collect::<Vec<_>>(), ["login", "password"]);
}

#[test]
fn the_cases_are_what_they_say() {
    for value in values(Case::LargeProfile) {
        assert!(value["data"].to_string().len() > 10_240);
    }
    for value in values(Case::SinglePhone) {
        assert!(value["profile"]["phones"].is_object());
    }
    for value in values(Case::NeverDates) {
        assert_eq!(value["lastLogin"], "0001-01-01T00:00:00Z");
        assert_eq!(value["lastLoginTimestamp"], 0);
    }
    for value in values(Case::Unverified) {
        assert!(value["emails"].get("verified").is_none());
    }
    for value in values(Case::LongName) {
        let longest =
            ["firstName", "lastName"].map(|name| value["profile"][name].as_str().unwrap().chars().count());
        assert!(longest.iter().any(|length| *length > 150));
    }
    for value in values(Case::SocialOnly) {
        assert!(value.get("password").is_none());
        assert_ne!(value["identities"][0]["provider"], "site");
    }
    for value in values(Case::GuidUid) {
        let uid = value["UID"].as_str().unwrap();
        assert!(uid.starts_with("_guid_") && uid.ends_with("=="), "{uid}");
    }
    for value in values(Case::UpperCaseEmail) {
        let email = value["loginIDs"]["emails"][0].as_str().unwrap();
        assert_eq!(email, email.to_uppercase());
    }
    for value in values(Case::LargeIntegers) {
        assert_eq!(value["data"]["crmId"].as_u64(), Some((1 << 53) + 1));
    }
    for value in values(Case::NumbersAsStrings) {
        assert!(
            value["profile"]["birthYear"].is_string()
                && value["identities"].as_array().unwrap().last().unwrap()["age"].is_string()
        );
    }
}

#[test]
fn a_large_sample_looks_like_a_real_site() {
    let sample = Sample::new(200_000, 1);
    let (mut bytes, mut passed, mut doubles, mut count) = (0, 0, 0, 0);
    for index in (0..sample.accounts()).step_by(7).filter(|index| sample.case(*index).is_none()) {
        let mut out = Vec::new();
        sample.record(index, &mut out);
        let value: Value = serde_json::from_slice(&out).unwrap();
        count += 1;
        bytes += out.len();
        passed += ["data", "preferences", "subscriptions"]
            .map(|name| value[name].to_string().len())
            .iter()
            .sum::<usize>();
        doubles += usize::from(matches!(sample.expectation(index), Expectation::SetAside(_)));
    }
    let average = bytes / count;
    assert!((2200..2800).contains(&average), "{average} bytes per account");
    let share = 100 * passed / bytes;
    assert!((35..46).contains(&share), "{share} % are passed through");
    let doubles = 1000 * doubles / count;
    assert!((7..13).contains(&doubles), "{doubles} of 1000 are doubles");
}
