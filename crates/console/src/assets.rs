//! What the page is made of beside HTML: all of it is in the binary.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

/// One file: its name, its media type, and what it is made of. A browser asks for one file sooner than for two.
struct Asset {
    name: &'static str,
    kind: &'static str,
    parts: &'static [&'static [u8]],
}

impl Asset {
    fn bytes(&self) -> Vec<u8> {
        self.parts.join(&b'\n')
    }
}

const PAGE: &[u8] = include_bytes!("../assets/page.js");
const EDITOR: &[u8] = include_bytes!("../assets/editor.js");
const MAPPING: &[u8] = include_bytes!("../assets/mapping.js");

const ASSETS: &[Asset] = &[
    Asset {
        name: "style.css",
        kind: "text/css; charset=utf-8",
        parts: &[migration::report::html::STYLE.as_bytes(), include_bytes!("../assets/style.css")],
    },
    Asset { name: "page.js", kind: "text/javascript; charset=utf-8", parts: &[PAGE, EDITOR, MAPPING] },
    Asset {
        name: "live.js",
        kind: "text/javascript; charset=utf-8",
        parts: &[
            include_bytes!("../assets/htmx.min.js"),
            include_bytes!("../assets/htmx-sse.min.js"),
            include_bytes!("../assets/live.js"),
            PAGE,
            EDITOR,
            MAPPING,
        ],
    },
    // A browser makes an SVG a document of its own, at every page.
    Asset { name: "icon.png", kind: "image/png", parts: &[include_bytes!("../assets/icon.png")] },
];

/// Changes when any asset does, so that a browser may keep what it has.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(&asset.bytes());
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
            (header::CONTENT_TYPE, asset.kind),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        let bytes = Bytes::from(asset.bytes());
        router.route(&path(asset.name), get(async move || (headers, bytes).into_response()))
    })
}
