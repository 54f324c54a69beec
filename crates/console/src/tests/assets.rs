//! What a page asks for beside itself.

use axum::http::header;

use super::Page;

/// The assets that a page names, of those whose name ends so.
fn asked<'a>(body: &'a str, end: &str) -> Vec<&'a str> {
    body.split('"').filter(|text| text.starts_with("/assets/") && text.ends_with(end)).collect()
}

#[tokio::test]
async fn a_page_asks_for_one_style_sheet_one_script_and_a_picture() {
    let page = Page::open().await;
    for (path, script) in [("/", "/live.js"), ("/connections", "/page.js")] {
        let body = page.get(path).await.body;
        for (end, name) in [(".css", "/style.css"), (".js", script), (".png", "/icon.png")] {
            let asked = asked(&body, end);
            assert_eq!(asked.len(), 1, "{path}: {asked:?}");
            assert!(asked[0].ends_with(name), "{path}: {asked:?}");
        }
    }
}

#[tokio::test]
async fn assets_are_whole_and_kept_by_the_browser() {
    let page = Page::open().await;
    let body = page.get("/").await.body;
    let style = page.get(asked(&body, ".css")[0]).await;
    style.shows("svg.flow");
    style.shows(".frame >");
    let script = page.get(asked(&body, ".js")[0]).await;
    for part in
        ["defineExtension(\"sse\"", "htmx:sseBeforeMessage", "uploads", "textarea[data-lines]", "data-links"]
    {
        script.shows(part);
    }
    for (answer, kind) in [(&style, "text/css; charset=utf-8"), (&script, "text/javascript; charset=utf-8")] {
        assert_eq!(answer.headers[header::CONTENT_TYPE], kind);
        assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(page.get(asked(&body, ".png")[0]).await.headers[header::CONTENT_TYPE], "image/png");
}
