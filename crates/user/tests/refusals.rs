//! What each algorithm demands: every demand is missed once.

use user::password::{CustomPasswordHash, PasswordHash, verify};

/// A hash, and a word of the reason for which it is refused.
const REFUSED: &[(&str, &str)] = &[
    (r#"{"algorithm":"md5","hash":{"value":"67A1E09BB1F83F5007DC119C14D663AA"}}"#, "hash.encoding"),
    (
        r#"{"algorithm":"md5","hash":{"value":"67A1E09BB1F83F5007DC119C14D663AA","encoding":"utf8"}}"#,
        "hash.encoding",
    ),
    (r#"{"algorithm":"md5","hash":{"value":"67A1E09BB1F83F5007DC119C14D663","encoding":"hex"}}"#, "length"),
    (
        r#"{"algorithm":"md5","hash":{"value":"67A1E09BB1F83F5007DC119C14D663A","encoding":"hex"}}"#,
        "not of its encoding",
    ),
    (
        r#"{"algorithm":"md5","hash":{"value":"67A1E09BB1F83F5007DC119C14D663AA","encoding":"hex"},"salt":{"value":"x","encoding":"hex"}}"#,
        "salt.value",
    ),
    (
        r#"{"algorithm":"bcrypt","hash":{"value":"$2x$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG"}}"#,
        "$2a$",
    ),
    (
        r#"{"algorithm":"bcrypt","hash":{"value":"$2$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG"}}"#,
        "$2a$",
    ),
    (r#"{"algorithm":"bcrypt","hash":{"value":"$sha1$10$abc"}}"#, "not a bcrypt"),
    (
        r#"{"algorithm":"bcrypt","hash":{"value":"$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG","encoding":"hex"}}"#,
        "hash.encoding",
    ),
    (r#"{"algorithm":"ldap","hash":{"value":"{CRYPT}abc"}}"#, "CRYPT"),
    (r#"{"algorithm":"ldap","hash":{"value":"{MD4}abc"}}"#, "schemes"),
    (r#"{"algorithm":"ldap","hash":{"value":"67A1E09BB1F83F5007DC119C14D663AA"}}"#, "braces"),
    (r#"{"algorithm":"ldap","hash":{"value":"{MD5}AbuUujgF0pPPkJPSFRTpmAA="}}"#, "length"),
    (
        r#"{"algorithm":"ldap","hash":{"value":"{MD5}AbuUujgF0pPPkJPSFRTpmA=="},"salt":{"value":"x"}}"#,
        "salt is not allowed",
    ),
    (
        r#"{"algorithm":"hmac","hash":{"value":"cg7f42jH39/2EaAU4wNd4s2lKIk=","encoding":"base64","key":{"value":"x"}}}"#,
        "hash.digest",
    ),
    (
        r#"{"algorithm":"hmac","hash":{"value":"cg7f42jH39/2EaAU4wNd4s2lKIk=","encoding":"base64","digest":"sha1"}}"#,
        "hash.key",
    ),
    (r#"{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha3$i=1,l=1$AA$AA"}}"#, "digest"),
    (r#"{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha1$i=1,l=2$AA$AA"}}"#, "as long as"),
    (r#"{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha1$i=0,l=1$AA$AA"}}"#, "greater than zero"),
    (r#"{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha1$i=1,l=1$AA==$AA"}}"#, "without ="),
    (
        r#"{"algorithm":"pbkdf2","hash":{"value":"$pbkdf2-sha1$i=1,l=1$AA$AA"},"salt":{"value":"x"}}"#,
        "salt is not allowed",
    ),
    (
        r#"{"algorithm":"argon2","hash":{"value":"$argon2d$v=19$m=64,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA"}}"#,
        "argon2d",
    ),
    (
        r#"{"algorithm":"argon2","hash":{"value":"$argon2id$v=16$m=64,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA"}}"#,
        "v=19",
    ),
    (
        r#"{"algorithm":"argon2","hash":{"value":"$argon2id$v=19$m=64,t=2,p=4$AAAAAAAAAAAAAAAAAAAAAA$AA"}}"#,
        "p=1",
    ),
    (
        r#"{"algorithm":"argon2","hash":{"value":"$argon2id$v=19$m=64,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA"}}"#,
        "32 bytes",
    ),
    (r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"}}"#, "keylen"),
    (r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":0}"#, "keylen"),
    (r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"cost":1}"#, "power of two"),
    (
        r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"cost":1000}"#,
        "power of two",
    ),
    (
        r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":1,"blockSize":0}"#,
        "blockSize",
    ),
    (r#"{"algorithm":"scrypt","hash":{"value":"00","encoding":"hex"},"keylen":2.0}"#, "length"),
];

#[test]
fn each_demand_is_named_when_it_is_missed() {
    for (json, word) in REFUSED {
        let hash: CustomPasswordHash =
            serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        let refusal = hash.check().expect_err(json);
        assert!(refusal.reason().contains(word), "{refusal} for {json}");
        assert!(verify(&PasswordHash::Custom(Box::new(hash)), "x").is_err(), "{json}");
    }
}

#[test]
fn other_shapes_are_not_read() {
    for json in [
        r#"{"algorithm":"sha3","hash":{"value":"00"}}"#,
        r#"{"algorithm":"md5"}"#,
        r#"{"algorithm":"hmac","hash":{"value":"00","digest":"sha3"}}"#,
        r#"{"algorithm":"md5","hash":{}}"#,
        r#"{"algorithm":"md5","hash":["00"]}"#,
        r#"{"algorithm":"md5","hash":{"value":"00"},"rounds":3}"#,
        r#"{"algorithm":"md5","hash":{"value":"00"},"salt":null}"#,
        r#"{"algorithm":"scrypt","hash":{"value":"00"},"keylen":1.5}"#,
        r#"{"algorithm":"md5","hash":{"value":"00"},"password":{"encoding":"utf-16"}}"#,
    ] {
        assert!(serde_json::from_str::<CustomPasswordHash>(json).is_err(), "{json}");
    }
}

#[test]
fn password_hash_takes_bcrypt_of_cost_ten() {
    let rest = "C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";
    for (start, fits) in
        [("$2a$10$", true), ("$2b$10$", true), ("$2y$10$", false), ("$2b$11$", false), ("$2b$010$", false)]
    {
        assert_eq!(user::password::is_password_hash(&format!("{start}{rest}")), fits, "{start}");
    }
    assert!(!user::password::is_password_hash(&format!("$2b$10${rest}x")));
}

#[test]
fn no_debug_output_holds_a_hash() {
    let json = r#"{"algorithm":"hmac","hash":{"value":"SECRETHASH","encoding":"base64","digest":"sha1","key":{"value":"SECRETKEY"}},"salt":{"value":"SECRETSALT"}}"#;
    let hash: CustomPasswordHash = serde_json::from_str(json).unwrap();
    assert!(!format!("{hash:?}").contains("SECRET"));
    assert!(!format!("{:?}", PasswordHash::Bcrypt("SECRET".to_owned())).contains("SECRET"));
}
