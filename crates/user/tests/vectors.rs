//! Every algorithm and option of both hash fields against vectors that other implementations made
//! (`conformance/vectors.mjs`), and against the examples that Auth0 documents.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use user::password::{CustomPasswordHash, PasswordHash, VerifyError, verify};

fn hash_of(vector: &Value) -> Option<PasswordHash> {
    match vector.get("custom_password_hash") {
        Some(custom) => {
            let custom: CustomPasswordHash = serde_json::from_value(custom.clone()).ok()?;
            Some(PasswordHash::Custom(Box::new(custom)))
        }
        None => Some(PasswordHash::Bcrypt(vector["password_hash"].as_str()?.to_owned())),
    }
}

/// The right password passes; others, near to it or far, do not.
fn judge(vector: &Value) {
    let Some(hash) = hash_of(vector) else { unreachable!("not a hash: {vector}") };
    assert_eq!(hash.check(), Ok(()), "{vector}");
    let password = vector["password"].as_str().unwrap_or_default();
    assert_eq!(verify(&hash, password), Ok(true), "{vector}");
    for wrong in [format!("x{password}"), "Wrong".to_owned()] {
        assert_eq!(verify(&hash, &wrong), Ok(false), "{wrong} for {vector}");
    }
}

#[test]
fn vectors_of_other_implementations() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for vector in &vectors {
        judge(vector);
        let algorithm = vector["custom_password_hash"]["algorithm"].as_str().unwrap_or("password_hash");
        *counts.entry(algorithm.to_owned()).or_default() += 1;
    }
    println!("{counts:?}");
    for algorithm in
        "argon2 bcrypt hmac ldap md4 md5 sha1 sha256 sha512 pbkdf2 scrypt password_hash".split(' ')
    {
        assert!(counts.get(algorithm).is_some_and(|&count| count >= 6), "too few vectors of {algorithm}");
    }
}

#[test]
fn what_is_written_reads_back_as_it_was() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    for vector in vectors {
        let hash = hash_of(&vector).unwrap();
        let mut out = Vec::new();
        hash.write_json(&mut out);
        let written: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(written, vector[hash.member()]);
        if let PasswordHash::Custom(custom) = &hash {
            assert_eq!(serde_json::to_value(custom).unwrap(), written);
        }
    }
}

#[test]
fn examples_that_auth0_documents() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts/password-hashes.json");
    let Ok(text) = std::fs::read(&path) else {
        println!("SKIPPED: no ../shared/facts/password-hashes.json beside this tree");
        return;
    };
    let facts: Value = serde_json::from_slice(&text).unwrap();
    let examples = facts["auth0"].as_array().unwrap();
    assert!(examples.len() >= 11);
    examples.iter().for_each(judge);
}

#[test]
fn costs_beyond_the_bounds_fail_at_once() {
    let salt = "A".repeat(22);
    let key = "A".repeat(43);
    for custom in [
        format!(r#"{{"algorithm":"pbkdf2","hash":{{"value":"$pbkdf2-sha1$i=4000000000,l=32${salt}${key}"}}}}"#),
        format!(r#"{{"algorithm":"argon2","hash":{{"value":"$argon2id$v=19$m=4294967295,t=1,p=1${salt}${key}"}}}}"#),
        format!(r#"{{"algorithm":"argon2","hash":{{"value":"$argon2id$v=19$m=65536,t=4294967295,p=1${salt}${key}"}}}}"#),
        format!(r#"{{"algorithm":"bcrypt","hash":{{"value":"$2b$31${}"}}}}"#, "a".repeat(53)),
        r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"cost":4611686018427387904}"#.to_owned(),
        r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"blockSize":9000000000000000000}"#.to_owned(),
        r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"parallelization":1000000}"#.to_owned(),
    ] {
        let hash = PasswordHash::Custom(serde_json::from_str(&custom).unwrap());
        assert!(matches!(verify(&hash, "x"), Err(VerifyError::TooCostly(_))), "{custom}");
    }
}
