//! A site that is filled from the project's sample: everybody whose password can be computed logs in.

use std::collections::BTreeMap;
use std::sync::Arc;

use loopback::ManualClock;
use sample::{HashKind, Sample};
use serde_json::json;
use site::Options;
use site::store::StoreError;
use site::store::load::{Loaded, load};

use crate::world::{START_MS, Way, World};

/// Records; fewer than the sample needs to show every case twenty times, since each login takes its time.
const ACCOUNTS: u64 = 600;

#[tokio::test]
async fn everybody_logs_in_and_nobody_with_a_wrong_password() {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START_MS));
    let world = World::of(Options { clock: clock.clone(), ..Options::new(data.path()) }, clock).await;
    let sample = Sample::new(ACCOUNTS, 1);
    let records: Vec<String> = (0..ACCOUNTS)
        .map(|index| {
            let mut record = Vec::new();
            sample.record(index, &mut record);
            String::from_utf8_lossy(&record).into_owned()
        })
        .collect();
    let load =
        |tx: &_| -> Result<Loaded, StoreError> { load(tx, records.iter().map(String::as_str), START_MS) };
    let loaded = world.site.state().store().write_blocking(|tx| load(tx)).unwrap();
    assert_eq!(loaded.accounts + loaded.replaced + loaded.refused, ACCOUNTS);
    assert!(loaded.accounts > ACCOUNTS * 9 / 10 && loaded.lite > 0, "{loaded:?}");

    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for login in sample.logins() {
        // No source of Gigya's knows it.
        if login.kind == HashKind::Argon2id {
            continue;
        }
        let try_with = async |password: String| {
            let params = json!({"loginID": login.login, "password": password});
            let params = params.as_object().cloned().unwrap();
            world.call("accounts.login", params, Way::Signature, None).await.1["errorCode"].as_u64()
        };
        let kind = login.kind.name();
        let tried = kinds.entry(kind).or_default();
        *tried += 1;
        if *tried > 2 {
            continue;
        }
        assert_eq!(try_with(format!("{}x", login.password)).await, Some(403_042), "{kind}");
        assert_eq!(try_with(login.password.to_owned()).await, Some(0), "{kind}");
        assert_eq!(try_with(login.password.to_owned()).await, Some(0), "{kind}, re-hashed");
    }
    assert_eq!(kinds.len(), HashKind::MOVABLE.len() - 1, "{kinds:?}");
    world.site.stop().await;
}
