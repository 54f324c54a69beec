//! Connections and their applications, through the page.

use axum::http::StatusCode;

use super::Page;

#[tokio::test]
async fn a_connection_is_created_enabled_and_chosen() {
    let page = Page::open().await;
    let created =
        page.post("/connections", &[("name", "staff"), ("policy", "fair"), ("username", "on")]).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.body);
    let path = created.location().to_owned();
    let shown = page.get(&path).await;
    shown.shows("No application uses this connection.");
    shown.shows("email, username");
    page.get("/connections").await.shows("none: enable one");

    let made = page.post(&format!("{path}/applications/new"), &[("name", "Shop"), ("app_type", "spa")]).await;
    assert_eq!(made.location(), path);
    let shown = page.get(&path).await;
    assert!(!shown.body.contains("No application uses"));
    shown.shows("Shop");
    assert_eq!(page.app.setup().connection(), "staff", "who creates one means it");
}

#[tokio::test]
async fn a_switch_turns_an_application_on_and_off() {
    let page = Page::open().await;
    let path = page.post("/connections", &[("name", "a")]).await.location().to_owned();
    page.post(&format!("{path}/applications/new"), &[("name", "Shop"), ("app_type", "spa")]).await;
    let client = page.app.setup().tenant().await.unwrap().client;
    let shop = client.applications_by_name("Shop").await.unwrap().remove(0).client_id;
    let id = path.rsplit('/').next().unwrap();
    for on in ["false", "true"] {
        page.post(&format!("{path}/applications"), &[("client_id", &shop), ("on", on)]).await;
        let enabled = client.enabled_clients(id).await.unwrap();
        assert_eq!(enabled.contains(&shop), on == "true");
    }
}

#[tokio::test]
async fn a_name_that_auth0_refuses_is_refused_here_with_the_reason() {
    let page = Page::open().await;
    let answer = page.post("/connections", &[("name", "two words")]).await;
    answer.shows("letters, digits and hyphens only");
    page.post("/connections", &[("name", "odd"), ("policy", "zzz")])
        .await
        .shows("a password policy is none, low");
    assert!(!page.get("/connections").await.body.contains(">odd<"));
    page.post("/connections", &[("name", "twice")]).await;
    page.post("/connections", &[("name", "twice")]).await.shows("already exists");
}

#[tokio::test]
async fn a_custom_database_imports_and_keeps_its_scripts() {
    let page = Page::open().await;
    let login = "function login(user, password, callback) { return callback(null); }";
    let get_user = "function getUser(email, callback) { return callback(null); }";
    let fields = [("name", "lazy"), ("store", "scripts"), ("login", login), ("get_user", get_user)];
    let path = page.post("/connections", &fields).await.location().to_owned();
    page.get(&path).await.shows("custom database, imports users");
    let client = page.app.setup().tenant().await.unwrap().client;
    let connection = client.connection_by_name("lazy").await.unwrap().unwrap();
    assert_eq!(connection.script("login"), Some(login));
}

#[tokio::test]
async fn html_in_a_name_is_text() {
    let page = Page::open().await;
    let path = page.post("/connections", &[("name", "a")]).await.location().to_owned();
    let client = page.app.setup().tenant().await.unwrap().client;
    let name = "\"Shop\" & 'Sons' &lt;b&gt;";
    let new = auth0::NewApplication { name: name.into(), app_type: "spa".into() };
    client.create_application(&new).await.unwrap();
    page.get(&path).await.shows("&quot;Shop&quot; &amp; 'Sons' &amp;lt;b&amp;gt;");
}

#[tokio::test]
async fn users_who_are_left_come_over_through_scripts_of_ours() {
    let page = Page::open().await;
    let fields = [("name", "lazy"), ("store", "site")];
    page.post("/connections", &fields).await.shows("choose one on page Source");
    page.post("/source", &[("kind", "local_site")]).await;
    let path = page.post("/connections", &fields).await.location().to_owned();
    let shown = page.get(&path).await;
    shown.shows("custom database, imports users");
    let client = page.app.setup().tenant().await.unwrap().client;
    let connection = client.connection_by_name("lazy").await.unwrap().unwrap();
    assert!(connection.script("login").is_some_and(migration::lazy::is_ours));
    let site = page.app.setup().local_site().await.unwrap();
    assert!(!shown.body.contains(site.site().secret.as_str()));
    drop(site);

    page.post("/import/choices", &[("passwords", "leave")]).await;
    page.post("/import/source", &[]).await;
    page.until(|state| *state == crate::work::State::Ready).await;
    page.post("/import/start", &[("connection", "lazy")]).await;
    // That its users can log in is proved elsewhere.
    page.until(|state| matches!(state, crate::work::State::Proving | crate::work::State::Done)).await;
    let item = page.app.work().all().pop().unwrap();
    let counters = engine::books::read_report(item.folder()).counters;
    assert!(counters.left.is_some_and(|left| left > 200) && counters.failed == Some(0), "{counters:?}");
}
