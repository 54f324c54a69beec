//! What is kept in the key ring, and that nothing is kept without being asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use secrecy::{ExposeSecret as _, SecretString};

use super::Page;
use crate::keyring::{KeyRing, Store};

/// A key ring for tests.
#[derive(Default)]
pub(super) struct Shelf(Mutex<HashMap<String, String>>);

impl Store for Shelf {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
        Ok(self.0.lock().unwrap().get(name).cloned().map(SecretString::from))
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn forget(&self, name: &str) -> Result<(), String> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// One that keeps nothing.
struct Shut;

impl Store for Shut {
    fn get(&self, _: &str) -> Result<Option<SecretString>, String> {
        Ok(None)
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), String> {
        Err("the kernel says AccessDenied".to_owned())
    }

    fn forget(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

/// A tenant that has to be named with its credentials.
async fn tenant(data: &std::path::Path) -> tenant::Tenant {
    tenant::start(tenant::Options::new(data)).await.unwrap()
}

fn memory(page: &Page) -> String {
    std::fs::read_to_string(page.app.setup().folder().join("memory.json")).unwrap_or_default()
}

#[tokio::test]
async fn a_tenant_is_kept_found_again_and_forgotten() {
    let shelf = Arc::new(Shelf::default());
    let page = Page::with(KeyRing::tried(shelf.clone())).await;
    let data = tempfile::tempdir().unwrap();
    let there = tenant(data.path()).await;
    let (url, secret) = (there.url.clone(), there.client_secret.clone());
    let real = |keep: &'static str| {
        let fields =
            [("kind", "real"), ("domain", &url), ("client_id", &there.client_id), ("client_secret", &secret)];
        let mut fields = fields.map(|(name, value)| (name, value.to_owned())).to_vec();
        if !keep.is_empty() {
            fields.push(("keep", keep.to_owned()));
        }
        fields
    };
    let connect = async |page: &Page, keep: &'static str| {
        let fields = real(keep);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(page.post("/connections/tenant", &fields).await.location(), "/connections");
    };
    // Off by default: nothing is kept that nobody asked for.
    let form = page.get("/connections/tenant").await;
    form.shows("Keep in this machine's key ring");
    assert!(!form.body.contains("name=\"keep\" checked"), "{}", form.body);
    connect(&page, "").await;
    assert!(shelf.0.lock().unwrap().is_empty() && !memory(&page).contains(&there.client_id));
    let page = page.again().await;
    assert_eq!(page.app.setup().meant_tenant().title, "the local tenant");

    connect(&page, "on").await;
    assert_eq!(shelf.0.lock().unwrap().values().collect::<Vec<_>>(), [&secret]);
    assert!(memory(&page).contains(&there.client_id) && !memory(&page).contains(&secret));
    let page = page.again().await;
    assert_eq!(page.app.setup().meant_tenant().title, "127.0.0.1");
    page.get("/connections").await.shows("Create a connection");
    let form = page.get("/connections/tenant").await;
    form.shows("is kept in the key ring");
    assert!(!form.body.contains(&secret), "no secret is shown");

    // The local one is meant for now, and stays meant; the other is one click away.
    page.post("/connections/tenant", &[("kind", "local")]).await;
    let page = page.again().await;
    assert_eq!(page.app.setup().meant_tenant().title, "the local tenant");
    page.post("/connections/tenant", &[("kind", "kept")]).await;
    assert_eq!(page.app.setup().meant_tenant().title, "127.0.0.1");

    page.post("/connections/tenant/forget", &[]).await;
    assert!(shelf.0.lock().unwrap().is_empty() && !memory(&page).contains(&there.client_id));
    let page = page.again().await;
    assert_eq!(page.app.setup().meant_tenant().title, "the local tenant");

    // A key ring that has lost it: the page says what is missing.
    connect(&page, "on").await;
    shelf.0.lock().unwrap().clear();
    let page = page.again().await;
    page.get("/").await.shows("is not in the key ring any more; enter it again");
    there.stop().await;
}

#[tokio::test]
async fn the_keys_of_a_site_are_kept_found_again_and_forgotten() {
    let shelf = Arc::new(Shelf::default());
    let page = Page::with(KeyRing::tried(shelf.clone())).await;
    let data = tempfile::tempdir().unwrap();
    let there = site::start(site::Options::new(data.path())).await.unwrap();
    let fields = [
        ("kind", "site"),
        ("address", there.url.as_str()),
        ("api_key", &there.api_key),
        ("user_key", &there.user_key),
        ("secret", &there.secret),
    ];
    let kept = || shelf.0.lock().unwrap().len();
    assert_eq!(page.post("/source", &fields).await.location(), "/source");
    assert_eq!(kept(), 0);
    let page = page.again().await;
    assert!(page.app.setup().site().is_none());
    page.get("/source").await.shows("Its keys are not known any more");

    let asked: Vec<_> = fields.into_iter().chain([("keep", "on")]).collect();
    page.post("/source", &asked).await;
    assert_eq!(kept(), 1);
    assert!(!memory(&page).contains(&there.secret) && !memory(&page).contains(&there.user_key));
    let page = page.again().await;
    assert_eq!(page.app.setup().site().unwrap().api_key, there.api_key);
    page.get("/source").await.shows("Forget them");

    page.post("/source/forget", &[]).await;
    assert_eq!(kept(), 0);
    // What can not be found again is not left behind.
    page.post("/source", &asked).await;
    page.post("/source", &[("kind", "local_site")]).await;
    assert_eq!(kept(), 0);
    there.stop().await;
}

#[tokio::test]
async fn without_a_usable_key_ring_the_reason_is_told() {
    let page = Page::with(KeyRing::tried(Arc::new(Shut))).await;
    for path in ["/connections/tenant", "/source"] {
        let form = page.get(path).await;
        form.shows("There is no usable key ring here: the kernel says AccessDenied.");
        form.shows("name=\"keep\" disabled");
    }
}
