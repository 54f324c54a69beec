//! Users of the tenant as a file, and the file back into the tenant.

use super::Page;
use super::uploads::drop_files;
use crate::exports::{Exports, State as Standing};
use crate::work::State;

/// Imports some users into the connection `gigya`; one of them has markup in every text.
pub(super) async fn populate(page: &Page, count: usize) {
    let evil = "<b>&\\\"'";
    let mut accounts: String = (0..count)
        .map(|n| format!("{{\"UID\":\"u{n}\",\"profile\":{{\"email\":\"u{n}@example.com\",\"firstName\":\"Ada\",\"lastName\":\"Number{n}\"}},\"data\":{{\"n\":{n}}},\"isRegistered\":true,\"isActive\":true}}\n"))
        .collect();
    accounts.push_str(&format!("{{\"UID\":\"evil\",\"profile\":{{\"email\":\"evil@example.com\",\"firstName\":\"{evil}\",\"lastName\":\"{evil}\"}},\"data\":{{\"k\":\"{evil}\"}},\"isRegistered\":true,\"isActive\":true}}\n"));
    let token = page.app.session().csrf().to_owned();
    drop_files(page, Some(&token), &[("accounts.ndjson", &accounts)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
}

/// Exports and waits; the name of the file.
async fn exported(page: &Page, fields: &[(&str, &str)]) -> String {
    let answer = page.post("/export", fields).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/export#exports"), "{}", answer.body);
    loop {
        let latest = page.app.exports().known().into_iter().next().unwrap();
        match latest.state() {
            Standing::Running => tokio::task::yield_now().await,
            Standing::Done(_) => return latest.name.clone(),
            other => panic!("{other:?}"),
        }
    }
}

async fn connection(page: &Page) -> String {
    let client = page.app.setup().tenant().await.unwrap().client;
    client.connection_by_name("gigya").await.unwrap().unwrap().id
}

#[tokio::test]
async fn the_form_begins_with_the_fields_of_the_extension_and_counts() {
    let page = Page::open().await;
    populate(&page, 3).await;
    let form = page.get("/export").await;
    for (field, column) in migration::users_export::DEFAULT_FIELDS {
        form.shows(&format!("name=\"field\" value=\"{field}\""));
        form.shows(&format!("name=\"column\" value=\"{column}\""));
    }
    form.shows("Nothing was exported yet.");
    page.get("/export/count?connection=").await.shows("4 users");
    page.get(&format!("/export/count?connection={}", connection(&page).await)).await.shows("4 users");
    let rows = [("field", "email"), ("column", "<i>"), ("act", "add")];
    let changed = page.post("/export/fields", &rows).await;
    changed.shows("value=\"&lt;i&gt;\"");
    changed.shows("User field 2");
    changed.shows("Export Users");
}

#[tokio::test]
async fn what_was_exported_is_downloaded_and_imported_again() {
    let page = Page::open().await;
    populate(&page, 3).await;
    let id = connection(&page).await;
    let common = [
        ("connection", id.as_str()),
        ("limit", ""),
        ("field", "user_id"),
        ("column", "Id"),
        ("field", "email"),
        ("column", ""),
    ];
    for (format, begins) in [
        ("json", "[\n{\"Id\":\"auth0|"),
        ("ndjson", "{\"Id\":\"auth0|"),
        ("csv", "\"Id\",\"email\"\n\"'auth0|"),
    ] {
        let mut fields = common.to_vec();
        fields.push(("format", format));
        let name = exported(&page, &fields).await;
        assert!(name.starts_with("gigya-") && name.ends_with(&format!(".{format}")), "{name}");
        let file = page.get(&format!("/export/files/{name}")).await;
        file.shows("evil@example.com");
        assert!(file.body.starts_with(begins), "{}", file.body);
        let list = page.get("/export/list").await;
        assert_eq!(list.status.as_u16(), 286);
        assert!(
            list.body.contains(&name) && list.body.contains("<td class=\"number\">4</td>"),
            "{}",
            list.body
        );

        let token = page.app.session().csrf().to_owned();
        drop_files(&page, Some(&token), &[(&name, &file.body)]).await;
        page.until(|state| *state == State::Ready).await;
        page.post("/import/start", &[("connection", format)]).await;
        page.until(|state| *state == State::Done).await;
        let client = page.app.setup().tenant().await.unwrap().client;
        let query = auth0::any_of("identities.connection", &[format]);
        assert_eq!(client.find_users(&query, 0, 1).await.unwrap().total, 4, "{format}");

        // A server that was started again knows nothing but the folder.
        let again = Exports::of(page.app.setup().home().path());
        assert_eq!(again.files().iter().map(|file| file.users).collect::<Vec<_>>(), [Some(4)]);

        page.post(&format!("/export/{name}/remove"), &[]).await;
        assert_eq!(page.get(&format!("/export/files/{name}")).await.status, 404);
        let folder = page.app.setup().home().path().join("exports");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "nothing hidden stays behind");
    }
}

#[tokio::test]
async fn a_form_that_cannot_work_comes_back_as_it_was() {
    let page = Page::open().await;
    let fields = [("format", "csv"), ("limit", "x<"), ("field", "email"), ("column", "Mail")];
    let answer = page.post("/export", &fields).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("x&lt; is no number of users") && answer.body.contains("value=\"Mail\""));
    assert!(page.app.exports().known().is_empty());
}

#[tokio::test]
async fn what_the_tenant_refuses_is_told_and_cleared() {
    let page = Page::open().await;
    page.post("/export", &[("format", "json"), ("field", "a..b"), ("column", "")]).await;
    let export = page.app.exports().known().pop().unwrap();
    while export.state() == Standing::Running {
        tokio::task::yield_now().await;
    }
    let list = page.get("/export/list").await;
    assert!(list.body.contains("a..b is not the path of a field"), "{}", list.body);
    page.post(&format!("/export/{}/remove", export.name), &[]).await;
    assert!(page.app.exports().known().is_empty());
}

#[tokio::test]
async fn only_exports_are_handed_out() {
    let page = Page::open().await;
    populate(&page, 1).await;
    for name in ["..%2Fpage%2Fsession", "..", "%2Fetc%2Fpasswd", "nothing.json", ".hidden"] {
        assert_eq!(page.get(&format!("/export/files/{name}")).await.status, 404, "{name}");
    }
    assert!(page.post("/export/..%2Fpage%2Fmemory.json/remove", &[]).await.status.is_redirection());
    assert!(page.app.setup().folder().join("memory.json").exists());
}
