//! The forms by which a source is chosen.

use maud::{Markup, html};

use crate::app::App;
use crate::memory::SourceChoice;
use crate::mistake::Mistaken;
use crate::site_keys::SiteKeys;
use crate::ui::csrf;

/// What is typed into them, but for secrets.
#[derive(Debug, Default)]
pub(super) struct Filled {
    path: String,
    address: String,
    api_key: String,
    user_key: String,
    keep: bool,
}

impl Filled {
    /// What they begin with.
    pub(super) fn kept(app: &App) -> Self {
        let memory = app.setup().memory();
        let keep = memory.site_kept;
        match memory.source {
            Some(SourceChoice::Site { address, api_key }) => {
                Self { address, api_key, keep, ..Self::default() }
            }
            _ => Self::default(),
        }
    }

    /// Files were named.
    pub(super) fn with_path(app: &App, path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::kept(app) }
    }

    /// A site was named.
    pub(super) fn with_keys(keys: &SiteKeys) -> Self {
        Self {
            path: String::new(),
            address: keys.address.clone(),
            api_key: keys.api_key.clone(),
            user_key: keys.user_key.clone(),
            keep: keys.keep.is_some(),
        }
    }
}

/// All of them. While nothing is chosen, the first is what to do.
pub(super) fn all(
    app: &App,
    nothing_chosen: bool,
    filled: &Filled,
    mistaken: Mistaken<'_>,
    said: Option<Markup>,
) -> Markup {
    let quiet = if nothing_chosen { "" } else { "quiet" };
    html! {
        form.stack method="post" action="/source" {
            (csrf(app))
            input type="hidden" name="kind" value="local_site";
            h2 { "The local site" }
            p.hint { "A Gigya site on this machine, to rehearse with. It is filled with the sample when it is empty." }
            (mistaken.below("local_site"))
            div.row { button class=(quiet) { "Use the local site" } }
        }
        form.stack method="post" action="/source" {
            (csrf(app))
            input type="hidden" name="kind" value="files";
            h2 { "Files on this machine" }
            label for="path" { "File, folder or glob" }
            input id="path" name="path" value=(filled.path) required autocomplete="off"
                aria-invalid=[mistaken.invalid("path")] aria-describedby=[mistaken.described("path", "path-hint")];
            p.hint id="path-hint" { "An export: JSON array, NDJSON, an object that wraps an array, or DSV; plain, .gz or .zip. A file on another machine is dropped on page " a href="/import" { "Import" } "." }
            (mistaken.below("path"))
            div.row { button.quiet { "Use these files" } }
        }
        (site(app, filled, mistaken, said))
    }
}

fn site(app: &App, filled: &Filled, mistaken: Mistaken<'_>, said: Option<Markup>) -> Markup {
    html! {
        form.stack method="post" action="/source" autocomplete="off" hx-post="/source" hx-target="#keys" {
            (csrf(app))
            input type="hidden" name="kind" value="site";
            h2 { "A live site" }
            label for="address" { "Data center or URL" }
            input id="address" name="address" value=(filled.address) required placeholder="eu1"
                aria-invalid=[mistaken.invalid("address")] aria-describedby=[mistaken.described("address", "address-hint")];
            p.hint id="address-hint" { "Where the site is: eu1, us1, au1, cn1 or another; or the URL of a local site." }
            (mistaken.below("address"))
            label for="api_key" { "API key of the site" }
            input id="api_key" name="api_key" value=(filled.api_key) required
                aria-invalid=[mistaken.invalid("api_key")] aria-describedby=[mistaken.described("api_key", "")];
            (mistaken.below("api_key"))
            label for="user_key" { "User key of the application" }
            input id="user_key" name="user_key" value=(filled.user_key) required
                aria-invalid=[mistaken.invalid("user_key")] aria-describedby=[mistaken.described("user_key", "keys-hint")];
            (mistaken.below("user_key"))
            label for="secret" { "Its secret" }
            input id="secret" name="secret" type="password" autocomplete="off"
                aria-invalid=[mistaken.invalid("secret")] aria-describedby=[mistaken.described("secret", "")];
            (mistaken.below("secret"))
            label for="private_key" { "Or its private key (PEM)" }
            textarea.code id="private_key" name="private_key" rows="3" spellcheck="false" autocomplete="off"
                aria-invalid=[mistaken.invalid("private_key")] aria-describedby=[mistaken.described("private_key", "keys-hint")] {}
            (mistaken.below("private_key"))
            p.hint id="keys-hint" { "Of an application with the permissions to search accounts and to read their passwords. The keys stay in the memory of this process, unless you have them kept." }
            (app.setup().ring().field(filled.keep))
            div.row {
                button.quiet hx-post="/source/keys" hx-target="#keys" type="submit" formaction="/source/keys" { "Test the keys" }
                button.quiet { "Use this site" }
            }
            div id="keys" aria-live="polite" { @if let Some(said) = said { (said) } }
        }
    }
}
