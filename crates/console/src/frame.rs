//! The frame around every page: navigation, the banner that says which tenant is meant, the heading.

use maud::{DOCTYPE, Markup, html};

use crate::app::App;
use crate::assets;
use crate::navigation::NAVIGATION;

/// No evaluation of texts, no style that the policy would refuse; answers with an error are shown, too.
const HTMX: &str = r#"{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"historyCacheSize":0,"responseHandling":[{"code":"204","swap":false},{"code":"...","swap":true}]}"#;

/// A page. `path` is the entry of the navigation that it belongs to, empty for none.
pub(crate) fn page(app: &App, path: &str, title: &str, main: Markup) -> Markup {
    let headers = format!(r#"{{"x-csrf-token":"{}"}}"#, app.session().csrf());
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, None, Some(script(&main))))
            body hx-headers=(headers) {
                a.skip href="#main" { "Skip to the content" }
                p id="lost" role="status" {}
                (banner(app))
                div.frame {
                    nav aria-label="Pages" {
                        ol {
                            @for (at, name) in NAVIGATION {
                                li { a href=(at) aria-current=[(*at == path).then_some("page")] { (name) } }
                            }
                        }
                    }
                    main id="main" tabindex="-1" {
                        h1 { (title) }
                        @if let Some(note) = app.take_note() { p.done role="status" { (note) } }
                        (main)
                    }
                }
            }
        }
    }
}

/// A page without navigation, for who is not in yet.
pub(crate) fn bare(title: &str, then: Option<&str>, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, then, None))
            body { main.bare id="main" { (main) } }
        }
    }
}

/// The script of a page: with htmx where something comes later. What a browser does not read it does not wait for.
fn script(main: &Markup) -> &'static str {
    if main.0.contains(" hx-") { "live.js" } else { "page.js" }
}

fn head(title: &str, then: Option<&str>, script: Option<&str>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="htmx-config" content=(HTMX);
            @if let Some(then) = then { meta http-equiv="refresh" content=(format!("0; url={then}")); }
            title { (title) " · Crosswalk" }
            link rel="icon" href=(assets::path("icon.png")) type="image/png";
            link rel="stylesheet" href=(assets::path("style.css"));
            @if let Some(script) = script { script src=(assets::path(script)) defer {} }
        }
    }
}

/// Which tenant is meant, on every page; a real one in another colour.
fn banner(app: &App) -> Markup {
    let meant = app.setup().meant_tenant();
    html! {
        header.banner.real[meant.is_real] {
            a.brand href="/" { "Crosswalk" }
            p {
                @if meant.is_real {
                    strong { "Real tenant " (meant.title) } " – what you import here reaches people."
                } @else {
                    "Rehearsal against " (meant.place) "."
                }
                " " a href="/connections/tenant" { "Change" }
            }
        }
    }
}
