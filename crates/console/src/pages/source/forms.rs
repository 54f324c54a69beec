//! The forms by which a source is chosen.

use maud::{Markup, html};

use crate::app::App;
use crate::memory::SourceChoice;
use crate::ui::csrf;

/// All of them. While nothing is chosen, the first is what to do.
pub(super) fn all(app: &App, nothing_chosen: bool) -> Markup {
    let quiet = if nothing_chosen { "" } else { "quiet" };
    html! {
        form.stack method="post" action="/source" {
            (csrf(app))
            input type="hidden" name="kind" value="local_site";
            h2 { "The local site" }
            p.hint { "A Gigya site on this machine, to rehearse with. It is filled with the sample when it is empty." }
            div.row { button class=(quiet) { "Use the local site" } }
        }
        form.stack method="post" action="/source" {
            (csrf(app))
            input type="hidden" name="kind" value="files";
            h2 { "Files on this machine" }
            label for="path" { "File, folder or glob" }
            input id="path" name="path" required autocomplete="off" aria-describedby="path-hint";
            p.hint id="path-hint" { "An export: JSON array, NDJSON, an object that wraps an array, or DSV; plain, .gz or .zip. A file on another machine is dropped on page " a href="/import" { "Import" } "." }
            div.row { button.quiet { "Use these files" } }
        }
        (site(app))
    }
}

fn site(app: &App) -> Markup {
    let (address, api_key) = match app.setup().memory().source {
        Some(SourceChoice::Site { address, api_key }) => (address, api_key),
        _ => (String::new(), String::new()),
    };
    html! {
        form.stack method="post" action="/source" autocomplete="off" {
            (csrf(app))
            input type="hidden" name="kind" value="site";
            h2 { "A live site" }
            label for="address" { "Data center or URL" }
            input id="address" name="address" value=(address) required placeholder="eu1" aria-describedby="address-hint";
            p.hint id="address-hint" { "Where the site is: eu1, us1, au1, cn1 or another; or the URL of a local site." }
            label for="api_key" { "API key of the site" }
            input id="api_key" name="api_key" value=(api_key) required;
            label for="user_key" { "User key of the application" }
            input id="user_key" name="user_key" required aria-describedby="keys-hint";
            label for="secret" { "Its secret" }
            input id="secret" name="secret" type="password" autocomplete="off";
            label for="private_key" { "Or its private key (PEM)" }
            textarea.code id="private_key" name="private_key" rows="3" spellcheck="false" autocomplete="off" aria-describedby="keys-hint" {}
            p.hint id="keys-hint" { "Of an application with the permissions to search accounts and to read their passwords. The keys stay in the memory of this process, unless you have them kept." }
            (app.setup().ring().field(app.setup().memory().site_kept))
            div.row {
                button.quiet hx-post="/source/keys" hx-target="#keys" type="submit" formaction="/source/keys" { "Test the keys" }
                button.quiet { "Use this site" }
            }
            div id="keys" aria-live="polite" {}
        }
    }
}
