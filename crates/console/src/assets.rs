//! What the page is made of beside HTML: all of it is in the binary.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

/// One file: its name, its media type, its bytes.
struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: &[Asset] = &[
    Asset { name: "report.css", kind: "text/css", bytes: migration::report::html::STYLE.as_bytes() },
    Asset { name: "style.css", kind: "text/css", bytes: include_bytes!("../assets/style.css") },
    Asset {
        name: "htmx.js",
        kind: "text/javascript",
        bytes: concat!(
            include_str!("../assets/htmx.min.js"),
            "\n",
            include_str!("../assets/htmx-sse.min.js"),
            "\n",
            include_str!("../assets/live.js")
        )
        .as_bytes(),
    },
    Asset { name: "page.js", kind: "text/javascript", bytes: include_bytes!("../assets/page.js") },
    Asset { name: "mapping.js", kind: "text/javascript", bytes: include_bytes!("../assets/mapping.js") },
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../assets/icon.svg") },
];

/// Changes when any asset does, so that a browser may keep what it has.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(asset.bytes);
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
        router.route(&path(asset.name), get(async move || (headers, asset.bytes).into_response()))
    })
}
