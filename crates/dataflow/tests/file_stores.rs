//! LZO and PGP, which are in builds with the feature `stores`.
#![cfg(feature = "stores")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dataflow::component::Component;
use dataflow::components::file::{CompressLzo, DecryptPgp, EncryptPgp, UncompressLzo};
use dataflow::context::Context;
use dataflow::runner::probe::{Probed, probe};
use dataflow::{Fault, File, Item};
use pgp::composed::{
    ArmorOptions, EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedPublicKey, SignedSecretKey,
    SubkeyParamsBuilder,
};
use pgp::crypto::ecc_curve::ECCCurve;
use rand08::rngs::OsRng;
use serde_json::{Value as Json, json};

async fn of_file<C: Component>(params: Json, name: &str, content: &[u8]) -> Result<Probed, Fault> {
    let work = tempfile::tempdir().unwrap();
    let context = Context::new("2024-03-05T06:07:08Z".parse().unwrap(), "job", work.path());
    probe::<C>(params, [Item::from(File::new(name, content.to_vec()))], &context).await
}

/// Bytes that repeat here and there, and some that do not.
fn content(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| if at % 5000 < 2500 { b"hello world "[at % 12] } else { (at * at / 7 + at) as u8 })
        .collect()
}

#[tokio::test]
async fn lzo_goes_there_and_back_in_blocks() {
    for length in [0, 1, 100, 300_000, 1_000_000] {
        let content = content(length);
        let packed =
            of_file::<CompressLzo>(json!({"createIndexFile": true}), "a.json", &content).await.unwrap();
        let [lzo, index] = packed.files()[..] else { panic!("two files") };
        assert_eq!((lzo.name(), index.name()), ("a.json.lzo", "a.json.lzo.index"));
        let bytes = lzo.content().unwrap();
        assert!(bytes.starts_with(b"\x89LZO\0\r\n\x1a\n"));
        assert!(length < 1000 || bytes.len() < length);
        // Each place of the index is that of a block, which begins with its length.
        let places = index.content().unwrap();
        assert_eq!(places.len() / 8, length.div_ceil(256 << 10));
        let mut total = 0;
        for place in places.chunks(8) {
            let at = usize::try_from(u64::from_be_bytes(place.try_into().unwrap())).unwrap();
            total += u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        }
        assert_eq!(total, length);
        let back = of_file::<UncompressLzo>(json!({}), "a.json.lzo", &bytes).await.unwrap();
        assert_eq!(back.files()[0].name(), "a.json");
        assert_eq!(back.files()[0].content().unwrap(), content);
        if length > 1000 {
            let mut broken = bytes.to_vec();
            broken[2000] ^= 1;
            assert!(of_file::<UncompressLzo>(json!({}), "b.lzo", &broken).await.is_err());
            let cut = &bytes[..bytes.len() - 3];
            let error = of_file::<UncompressLzo>(json!({}), "b.lzo", cut).await.unwrap_err();
            assert!(error.to_string().contains("b.lzo"), "{error}");
        }
    }
}

fn key() -> SignedSecretKey {
    let mut subkey = SubkeyParamsBuilder::default();
    subkey.key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy)).can_encrypt(EncryptionCaps::All);
    let mut params = SecretKeyParamsBuilder::default();
    params
        .key_type(KeyType::Ed25519Legacy)
        .can_certify(true)
        .can_sign(true)
        .can_encrypt(EncryptionCaps::None)
        .primary_user_id("Flow <flow@example.com>".into())
        .subkeys(vec![subkey.build().unwrap()]);
    params.build().unwrap().generate(OsRng).unwrap()
}

#[tokio::test]
async fn pgp_goes_there_and_back_and_only_for_the_receiver() {
    let (own, other) = (key(), key());
    let public = SignedPublicKey::from(own.clone()).to_armored_string(ArmorOptions::default()).unwrap();
    let private = |key: &SignedSecretKey| key.to_armored_string(ArmorOptions::default()).unwrap();
    let content = content(700_000);
    let sealed = of_file::<EncryptPgp>(json!({"publicKey": public}), "a.json", &content).await.unwrap();
    let sealed = sealed.files()[0].clone();
    assert_eq!(sealed.name(), "a.json.pgp");
    let bytes = sealed.content().unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"hello world "));
    let back =
        of_file::<DecryptPgp>(json!({"privateKey": private(&own)}), "a.json.pgp", &bytes).await.unwrap();
    assert_eq!(back.files()[0].name(), "a.json");
    assert_eq!(back.files()[0].content().unwrap(), content);
    let error = of_file::<DecryptPgp>(json!({"privateKey": private(&other)}), "a.json.pgp", &bytes)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("a.json.pgp cannot be decrypted"), "{error}");
    let mut changed = bytes.to_vec();
    let last = changed.len() - 5;
    changed[last] ^= 1;
    assert!(
        of_file::<DecryptPgp>(json!({"privateKey": private(&own)}), "a.json.pgp", &changed).await.is_err()
    );
    assert!(of_file::<EncryptPgp>(json!({"publicKey": "no key"}), "a", b"").await.is_err());
}
