//! Hashes with known passwords: from the fact file where it is there, and well-known examples of each format.

use serde_json::{Value, json};

use super::*;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/password-hashes.json");

fn check(password: &Value, given: &str) -> Result<bool, Unverifiable> {
    verify(&serde_json::from_value(password.clone()).unwrap(), given)
}

fn fits(password: &Value, given: &str) {
    assert_eq!(check(password, given), Ok(true), "{password}");
    assert_eq!(check(password, &format!("{given}x")), Ok(false), "{password}");
}

#[test]
fn the_vectors_of_the_fact_file_fit() {
    let Ok(text) = std::fs::read_to_string(VECTORS) else {
        println!("no recorded hashes here: nothing is compared");
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    for vector in vectors["gigya"].as_array().unwrap() {
        let salt = [&vector["salt_clear"], &vector["salt_base64"]].into_iter().find(|salt| salt.is_string());
        let password = json!({"hash": vector["hash"], "hashSettings": {
            "algorithm": vector["algorithm"], "format": vector["format"], "binaryFormat": vector["binaryFormat"],
            "rounds": vector["rounds"], "salt": salt,
        }});
        fits(&password, vector["password"].as_str().unwrap());
    }
}

#[test]
fn texts_that_say_what_they_are_fit() {
    for (hash, password) in [
        ("$1$28772684$iEwNOgGugqO9.bIz5sk8k/", "hashcat"),
        ("$apr1$71850310$gh9m4xcAn3MGxogwX/ztb.", "hashcat"),
        ("$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf", "hashcat"),
        ("$P$984478476IagS59wHZvyQMArzfx58u.", "hashcat"),
        ("$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6", "hashcat"),
    ] {
        fits(&json!({"compoundHash": hash}), password);
        fits(&json!({"hash": hash}), password);
    }
}

#[test]
fn bcrypt_and_md5_crypt_fit_as_raw_bytes_too() {
    let raw = bcrypt::bcrypt(5, [7; 16], b"hashcat\0");
    for length in [23, 24] {
        let password = json!({"hash": LENIENT.encode(&raw[..length]),
            "hashSettings": {"algorithm": "bcrypt", "rounds": 32, "salt": LENIENT.encode([7; 16])}});
        fits(&password, "hashcat");
    }
    let made = md5_crypt::digest(b"$1$", b"28772684", b"hashcat");
    let password = json!({"hash": LENIENT.encode(made),
        "hashSettings": {"algorithm": "md5_crypt", "salt": LENIENT.encode("28772684")}});
    fits(&password, "hashcat");
}

#[test]
fn the_sites_own_hash_fits_and_is_known_as_such() {
    let made = make("pässword", 0);
    fits(&made, "pässword");
    assert!(is_own(&serde_json::from_value(made).unwrap()));
    let imported = json!({"hash": "AAAA", "hashSettings": {"algorithm": "md5"}});
    assert!(!is_own(&serde_json::from_value(imported).unwrap()));
}

#[test]
fn what_nobody_can_compute_is_an_error_and_no_password_fits_where_there_is_none() {
    assert_eq!(check(&json!({}), "x"), Ok(false));
    for password in [
        json!({"hash": "AAAA", "hashSettings": {"algorithm": "symphony2"}}),
        json!({"hash": "AAAA"}),
        json!({"hash": "AAAAAAAAAAAAAAAA", "hashSettings": {"algorithm": "pbkdf2", "salt": "AAAA"}}),
        json!({"compoundHash": "$5$abc$def"}),
        json!({"compoundHash": "$S$"}),
        json!({"compoundHash": "$1$x"}),
    ] {
        assert!(check(&password, "x").is_err(), "{password}");
    }
}
