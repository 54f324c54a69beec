//! No stored hash and no password makes the check panic.

use proptest::prelude::*;
use user::password::{CustomPasswordHash, PasswordHash, verify};

/// Texts that look like hashes, and texts that do not.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[A-Za-z0-9+/_=-]{0,90}",
        "[0-9a-fA-F]{0,130}",
        r"\{(S?MD5|S?SHA(1|224|256|384|512)?)\}[A-Za-z0-9+/=]{0,90}",
        r"\$2[abxy]?\$0[0-6]\$[./A-Za-z0-9]{50,55}",
        r"\$pbkdf2-(sha1|md5|mdc2|whirlpool|RSA-SHA256)\$(i=[0-9]{1,3},l=[0-9]{1,2})?\$[A-Za-z0-9+/=]{0,40}\$[A-Za-z0-9+/=]{0,70}",
        r"\$argon2(id|i|d)\$v=19\$m=[0-9]{1,3},t=[0-9],p=[0-3]\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{42,44}",
    ]
}

fn custom() -> impl Strategy<Value = String> {
    let algorithm = prop::sample::select(
        "argon2 bcrypt hmac ldap md4 md5 sha1 sha256 sha512 pbkdf2 scrypt".split(' ').collect::<Vec<_>>(),
    );
    let encoding = || prop::sample::select(vec!["base64", "hex", "utf8"]);
    let numbers = prop_oneof![0..70_i64, any::<i64>()];
    (algorithm, value(), encoding(), value(), encoding(), numbers, prop_oneof![Just(16), Just(64), any::<i64>()], any::<bool>())
        .prop_map(|(algorithm, hash, encoding, salt, salt_encoding, keylen, cost, with_salt)| {
            let mut json = serde_json::json!({
                "algorithm": algorithm,
                "hash": {"value": hash, "encoding": encoding, "digest": "sha1", "key": {"value": salt, "encoding": salt_encoding}},
                "keylen": keylen, "cost": cost, "password": {"encoding": "latin1"},
            });
            if with_salt {
                json["salt"] = serde_json::json!({"value": salt, "encoding": salt_encoding});
            }
            json.to_string()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn any_custom_hash_is_answered(json in custom(), password in any::<String>()) {
        let custom: CustomPasswordHash = serde_json::from_str(&json).unwrap();
        let mut hash = PasswordHash::Custom(Box::new(custom));
        let _ = verify(&hash, &password);
        if let PasswordHash::Custom(custom) = &mut hash {
            custom.hash.encoding = None;
        }
        let _ = verify(&hash, &password);
    }

    #[test]
    fn any_bcrypt_text_is_answered(text in value(), password in any::<String>()) {
        let _ = verify(&PasswordHash::Bcrypt(text), &password);
    }
}
