//! What the page is made of beside HTML: all of it is in the binary.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

/// One file: its name, its media type, and the texts that it is made of. A browser asks for one file sooner than for two.
struct Asset {
    name: &'static str,
    kind: &'static str,
    parts: &'static [&'static str],
}

impl Asset {
    fn text(&self) -> String {
        self.parts.join("\n")
    }
}

const PAGE: &str = include_str!("../assets/page.js");
const EDITOR: &str = include_str!("../assets/editor.js");
const MAPPING: &str = include_str!("../assets/mapping.js");

const ASSETS: &[Asset] = &[
    Asset {
        name: "style.css",
        kind: "text/css",
        parts: &[migration::report::html::STYLE, include_str!("../assets/style.css")],
    },
    Asset { name: "page.js", kind: "text/javascript", parts: &[PAGE, EDITOR, MAPPING] },
    Asset {
        name: "live.js",
        kind: "text/javascript",
        parts: &[
            include_str!("../assets/htmx.min.js"),
            include_str!("../assets/htmx-sse.min.js"),
            include_str!("../assets/live.js"),
            PAGE,
            EDITOR,
            MAPPING,
        ],
    },
    Asset { name: "icon.svg", kind: "image/svg+xml", parts: &[include_str!("../assets/icon.svg")] },
];

/// Changes when any asset does, so that a browser may keep what it has.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(asset.text().as_bytes());
    }
    hasher.finalize().to_hex()[..12].to_owned()
});

/// The path of an asset.
pub(crate) fn path(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        let headers = [
            (header::CONTENT_TYPE, format!("{}; charset=utf-8", asset.kind)),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        ];
        let text = Bytes::from(asset.text());
        router.route(&path(asset.name), get(async move || (headers, text).into_response()))
    })
}
