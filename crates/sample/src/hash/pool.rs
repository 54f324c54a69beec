//! Password objects of one kind, computed once and handed out again and again.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use pbkdf2::pbkdf2_hmac;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::digest::{ALGORITHMS, digest};
use super::kind::HashKind;
use super::tables;
use crate::random::Random;

/// A password object as the account carries it, and the password that it stands for.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The `password` member, compact JSON.
    pub(crate) json: String,
    pub(crate) password: &'static str,
}

/// Passwords of the sample. Some are not ASCII; all are within the 72 bytes of bcrypt.
const PASSWORDS: [&str; 8] = [
    "test1234",
    "correct horse",
    "Winter-2019!",
    "s3cret/Gate",
    "aubergine%20",
    "Grüße aus Köln",
    "пароль-77",
    "contraseña",
];

/// The entries of a kind: eight, 24 for the most frequent one.
pub(crate) fn entries(kind: HashKind, seed: u64) -> Vec<Entry> {
    let count = if kind == HashKind::Pbkdf2 { 24 } else { 8 };
    (0..count)
        .map(|index| {
            let mut random = Random::new(seed, 0xfeed_0000 + ((kind as u64) << 8) + index as u64);
            let password = PASSWORDS[index % PASSWORDS.len()];
            let (hash, compound, settings) = object(kind, index, password, &mut random);
            let mut object = serde_json::Map::new();
            if let Some(hash) = hash {
                object.insert("hash".into(), hash.into());
            }
            if let Some(compound) = compound {
                object.insert("compoundHash".into(), compound.into());
            }
            object.insert("hashSettings".into(), settings);
            object.insert("created".into(), "2021-05-26T09:38:21.666Z".into());
            Entry { json: Value::Object(object).to_string(), password }
        })
        .collect()
}

type Object = (Option<String>, Option<String>, Value);

fn object(kind: HashKind, index: usize, password: &'static str, random: &mut Random) -> Object {
    use HashKind as K;
    let algorithm = ALGORITHMS[index % ALGORITHMS.len()];
    match kind {
        K::Pbkdf2 => {
            pbkdf2("pbkdf2", if index.is_multiple_of(3) { 5000 } else { 3000 }, 16, password, random)
        }
        K::Pbkdf2Sha1 => pbkdf2("pbkdf2_sha1", 3000, 20, password, random),
        K::Pbkdf2Sha256 => pbkdf2("pbkdf2_sha256", 3000, 32, password, random),
        K::Pbkdf2Sha512 => {
            let length = if index.is_multiple_of(2) { 20 } else { 64 };
            pbkdf2("pbkdf2_sha512", 10_000, length, password, random)
        }
        K::Pbkdf2OddPadding => odd_padding(index, password, random),
        K::Bcrypt10 => compound("bcrypt", tables::BCRYPT_10, index),
        K::BcryptOtherCost => compound("bcrypt", tables::BCRYPT_OTHER, index),
        K::Bcrypt2y => compound("bcrypt", tables::BCRYPT_2Y, index),
        K::Argon2id => compound("argon2", tables::ARGON2ID, index),
        K::Md5 => plain("md5", password),
        K::Sha1 => plain("sha1", password),
        K::Sha256 => plain("sha256", password),
        K::Sha512 => plain("sha512", password),
        K::FormatPrefix => formatted(algorithm, "$salt$password", password, random),
        K::FormatSuffix => formatted(algorithm, "$password$salt", password, random),
        K::FormatConstantPrefix => formatted(algorithm, "wikipedia$salt$password", password, random),
        K::FormatConstantSuffix => formatted(algorithm, "$password$salt:pepper", password, random),
        K::FormatConstantOnly => {
            let format = if index < 4 { "pepper-$password" } else { "$password{2014}" };
            formatted(algorithm, format, password, random)
        }
        K::BinaryPrefix => binary(algorithm, BinaryShape::Prefix, password, random),
        K::BinarySuffix => binary(algorithm, BinaryShape::Suffix, password, random),
        K::BinaryUtf16 => binary(algorithm, BinaryShape::Utf16, password, random),
        K::HexDigest => {
            let hex = hex::encode(digest(algorithm, password.as_bytes()));
            let hex = if index < 4 { hex } else { hex.to_uppercase() };
            (Some(hex), None, json!({"algorithm": algorithm, "format": "$password"}))
        }
        K::BothSides => formatted(algorithm, "pepper$password$salt", password, random),
        K::Rounds => {
            let mut state = digest(algorithm, password.as_bytes());
            for _ in 1..1000 {
                state = digest(algorithm, &state);
            }
            (Some(STANDARD.encode(state)), None, json!({"algorithm": algorithm, "rounds": 1000}))
        }
        K::BinaryPasswordEncoding => binary(algorithm, BinaryShape::PasswordHex, password, random),
        K::Md5Crypt => {
            (None, Some("$1$sAmPlE01$WkO0mN8Yp2oHvQ3xXz5Ft1".into()), json!({"algorithm": "md5_crypt"}))
        }
        K::Drupal => {
            let made = "$S$D6x1yq0Zc8XjvNn2mQwPe4Rt7UsAbCdEfGhIjKlMnOpQrStUvWxY";
            (None, Some(made.into()), json!({"algorithm": "drupal"}))
        }
        K::Sha512Hexa => opaque("sha512Hexa", 64, random),
        K::Symphony2 => opaque("symphony2", 64, random),
        K::SapAbap => opaque("sap_abap", 20, random),
        K::Sha1Hashbytes => opaque("sha1_hashbytes", 20, random),
        K::Md5DoubleSalted => opaque("md5_double_salted", 16, random),
        K::Custom => {
            let settings = json!({"algorithm": "custom", "url": "https://login.example.com/check-password"});
            (Some(STANDARD.encode(random.bytes::<20>())), None, settings)
        }
        K::Invented => opaque("lattice_hash_9", 48, random),
        K::Malformed => malformed(index, random),
    }
}

fn pbkdf2(algorithm: &str, rounds: u32, length: usize, password: &str, random: &mut Random) -> Object {
    let salt = random.bytes::<16>();
    let mut key = vec![0; length];
    match algorithm {
        "pbkdf2_sha256" => pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, rounds, &mut key),
        "pbkdf2_sha512" => pbkdf2_hmac::<Sha512>(password.as_bytes(), &salt, rounds, &mut key),
        _ => pbkdf2_hmac::<Sha1>(password.as_bytes(), &salt, rounds, &mut key),
    }
    let settings = json!({"algorithm": algorithm, "rounds": rounds, "salt": STANDARD.encode(salt)});
    (Some(STANDARD.encode(key)), None, settings)
}

/// The same as `pbkdf2`, written as other tools write base64.
fn odd_padding(index: usize, password: &str, random: &mut Random) -> Object {
    let salt = random.bytes::<16>();
    let mut key = [0; 16];
    pbkdf2_hmac::<Sha1>(password.as_bytes(), &salt, 3000, &mut key);
    let write = |bytes: &[u8]| match index % 4 {
        0 => STANDARD_NO_PAD.encode(bytes),
        1 => URL_SAFE.encode(bytes),
        2 => URL_SAFE_NO_PAD.encode(bytes),
        _ => STANDARD_NO_PAD.encode(bytes) + "=",
    };
    (Some(write(&key)), None, json!({"algorithm": "pbkdf2", "rounds": 3000, "salt": write(&salt)}))
}

fn compound(algorithm: &str, table: &[(&str, &str)], index: usize) -> Object {
    let made = table[index % table.len()].1.to_owned();
    let settings = json!({"algorithm": algorithm});
    // Sites give MCF strings in `compoundHash`, some in `hash`.
    if index.is_multiple_of(4) { (Some(made), None, settings) } else { (None, Some(made), settings) }
}

fn plain(algorithm: &str, password: &str) -> Object {
    let hash = STANDARD.encode(digest(algorithm, password.as_bytes()));
    (Some(hash), None, json!({"algorithm": algorithm, "rounds": 1}))
}

fn formatted(algorithm: &str, format: &str, password: &str, random: &mut Random) -> Object {
    let salt = hex::encode(random.bytes::<4>());
    let input = format.replace("$salt", &salt).replace("$password", password);
    let hash = STANDARD.encode(digest(algorithm, input.as_bytes()));
    let mut settings = json!({"algorithm": algorithm, "format": format});
    if format.contains("$salt") {
        settings["salt"] = salt.into();
    }
    (Some(hash), None, settings)
}

#[derive(Clone, Copy)]
enum BinaryShape {
    Prefix,
    Suffix,
    Utf16,
    PasswordHex,
}

fn binary(algorithm: &str, shape: BinaryShape, password: &str, random: &mut Random) -> Object {
    let salt = random.bytes::<12>();
    let utf16: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (template, input) = match shape {
        BinaryShape::Prefix => {
            ("$0x4769$salt:base64$0x5F$password:utf8", [b"Gi", &salt[..], b"_", password.as_bytes()].concat())
        }
        BinaryShape::Suffix => {
            ("$password:utf8$salt:base64$0x0001", [password.as_bytes(), &salt[..], &[0, 1]].concat())
        }
        BinaryShape::Utf16 => ("$salt:base64$password:utf16", [&salt[..], &utf16].concat()),
        BinaryShape::PasswordHex => {
            ("$salt:base64$password:hex", [&salt[..], hex::encode(password).as_bytes()].concat())
        }
    };
    let settings = json!({"algorithm": algorithm, "binaryFormat": template, "salt": STANDARD.encode(salt)});
    (Some(STANDARD.encode(digest(algorithm, &input))), None, settings)
}

fn opaque(algorithm: &str, length: usize, random: &mut Random) -> Object {
    let bytes: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
    (
        Some(STANDARD.encode(bytes)),
        None,
        json!({"algorithm": algorithm, "salt": hex::encode(random.bytes::<4>())}),
    )
}

fn malformed(index: usize, random: &mut Random) -> Object {
    let salt = STANDARD.encode(random.bytes::<16>());
    let (hash, algorithm) = match index % 4 {
        0 => ("not base64 at all!".to_owned(), "md5"),
        1 => (STANDARD.encode(random.bytes::<7>()), "sha256"),
        2 => ("%%%".to_owned(), "pbkdf2"),
        _ => (STANDARD.encode(random.bytes::<5>()), "sha512"),
    };
    (
        Some(hash),
        None,
        json!({"algorithm": algorithm, "rounds": if algorithm == "pbkdf2" { 3000 } else { 1 }, "salt": salt}),
    )
}
