//! The translation of Gigya's passwords against vectors that other implementations made
//! (`conformance/gigya-vectors.mjs`): each hash that moves opens to its password and to no other.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use account::Password;
use mapping::password::translate;
use proptest::prelude::*;
use serde_json::Value;
use user::password::verify;

fn account(object: &Value) -> Password<'_> {
    let text = |name: &str| object[name].as_str().filter(|text| !text.is_empty()).map(Cow::Borrowed);
    Password {
        hash: text("hash"),
        compound_hash: text("compoundHash"),
        algorithm: text("algorithm"),
        salt: text("salt"),
        rounds: text("rounds"),
        format: text("format"),
        binary_format: text("binaryFormat"),
        url: text("url"),
    }
}

/// The outcome as the vectors name it; a hash must open to the password alone.
fn outcome(object: &Value, password: &str, about: &Value) -> (String, &'static str) {
    match translate(&account(object)) {
        Ok(None) => ("none".to_owned(), ""),
        Err(reason) => {
            assert!(reason.reason.len() > 10, "{about}");
            (reason.code.as_str().to_owned(), "")
        }
        Ok(Some(hash)) => {
            assert_eq!(hash.check(), Ok(()), "{about}");
            assert_eq!(verify(&hash, password), Ok(true), "{about}");
            assert_eq!(verify(&hash, &format!("x{password}")), Ok(false), "{about}");
            ("hash".to_owned(), hash.member())
        }
    }
}

#[test]
fn vectors_of_other_implementations() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("gigya-vectors.json")).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for vector in &vectors {
        let (got, member) =
            outcome(&vector["account"], vector["password"].as_str().unwrap_or_default(), vector);
        assert_eq!(got, vector["expect"], "{vector}");
        assert_eq!(member, vector["member"].as_str().unwrap_or_default(), "{vector}");
        *counts.entry(got).or_default() += 1;
    }
    println!("{counts:?}");
    assert!(counts["hash"] >= 150);
    for code in ["none", "hash_unknown", "hash_not_expressible", "hash_malformed"] {
        assert!(counts[code] >= 3, "{code}");
    }
}

#[test]
fn recorded_examples() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts/password-hashes.json");
    let Ok(text) = std::fs::read(&path) else {
        println!("SKIPPED: no ../shared/facts/password-hashes.json beside this tree");
        return;
    };
    let facts: Value = serde_json::from_slice(&text).unwrap();
    let examples = facts["gigya"].as_array().unwrap();
    assert!(examples.len() >= 8);
    for example in examples {
        let salt = ["salt_clear", "salt_base64"].iter().find_map(|name| example.get(name));
        let object = serde_json::json!({
            "hash": example["hash"], "algorithm": example["algorithm"], "format": example["format"],
            "binaryFormat": example["binaryFormat"], "salt": salt,
            "rounds": example.get("rounds").map(Value::to_string),
        });
        let (got, _) = outcome(&object, example["password"].as_str().unwrap(), example);
        assert_eq!(got, "hash", "{example}");
    }
}

/// Settings near enough to real ones to reach every branch.
fn setting() -> impl Strategy<Value = Option<String>> {
    let words = "md5 sha1 sha256 sha512 pbkdf2 pbkdf2_sha1 pbkdf2_sha512 bcrypt custom drupal 1 2 1024 3000 -1 $password \
        $salt$password $password$salt $0x00$salt:base64$password:utf16 $password:utf8$0x0 $salt:utf32$password: $ $$ $2b$10$ \
        Ftek/KdELdo62TyacmWX5A== Ftek/KdELdo62TyacmWX5A m8NFSdVl2VBbKH3gzSCsd74dPyw= 98Nz/vnbrd/Us5a7kZtBJtSmIyqqDTApsgokGkCIuLM= \
        $2b$04$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG $argon2id$v=19$m=8,t=1,p=1$AA$AA $pbkdf2-sha1$i=1,l=1$AA$AA";
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    prop_oneof![
        3 => Just(None),
        6 => prop::sample::select(words).prop_map(Some),
        2 => any::<String>().prop_map(Some),
        2 => r"[$a-z0-9:x ]{0,40}".prop_map(Some),
        2 => r"\$[a-zA-Z0-9$=,./-]{0,70}".prop_map(Some),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn any_settings_give_a_hash_or_a_reason(settings in proptest::array::uniform8(setting())) {
        let [hash, compound_hash, algorithm, salt, rounds, format, binary_format, url] = settings.map(|text| text.map(Cow::Owned));
        let password = Password { hash, compound_hash, algorithm, salt, rounds, format, binary_format, url };
        if let Ok(Some(hash)) = translate(&password) {
            prop_assert_eq!(hash.check(), Ok(()));
        }
    }

    #[test]
    fn no_reason_holds_hash_or_salt(hash in "[a-zA-Z0-9/+]{25,60}", salt in "[a-zA-Z0-9/+]{25,60}", settings in proptest::array::uniform4(setting())) {
        let [algorithm, rounds, format, binary_format] = settings.map(|text| text.map(Cow::Owned));
        let compound = format!("$zz${hash}");
        for mcf in [None, Some(Cow::Borrowed(compound.as_str()))] {
            let password = Password {
                hash: Some(Cow::Borrowed(&hash)),
                compound_hash: mcf,
                algorithm: algorithm.clone(),
                salt: Some(Cow::Borrowed(&salt)),
                rounds: rounds.clone(),
                format: format.clone(),
                binary_format: binary_format.clone(),
                url: None,
            };
            if let Err(reason) = translate(&password) {
                prop_assert!(!reason.reason.contains(&hash) && !reason.reason.contains(&salt));
            }
        }
    }
}
