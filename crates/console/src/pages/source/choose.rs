//! `POST /source`: a source is chosen.

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use engine::Failure;
use migration::read::resolve;
use migration::report::html::figures::count;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::memory::SourceChoice;
use crate::site_keys::SiteKeys;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice {
    LocalSite,
    Files { path: String },
    Site(SiteKeys),
}

pub(super) async fn choose(
    State(app): State<App>,
    Form(choice): Form<Choice>,
) -> Result<Redirect, PageError> {
    if !matches!(choice, Choice::Site(_)) {
        // Its address is forgotten with the choice, and nobody would find them.
        app.setup().forget_site_keys()?;
    }
    let source = match choice {
        Choice::LocalSite => {
            let filled = app.setup().local_site().await?.filled;
            app.note(match filled {
                Some(filled) => format!(
                    "The local site was filled with the sample: {} accounts; {} records of it are no account, and no site has such.",
                    count(filled.accounts), count(filled.refused)
                ),
                None => "The local site is the source.".to_owned(),
            });
            SourceChoice::LocalSite
        }
        Choice::Files { path } => {
            let path = path.trim().to_owned();
            let files = resolve(&path).map_err(Failure::usage)?;
            app.note(match files.len() {
                1 => "One file is the source.".to_owned(),
                more => format!("{} files are the source.", count(more as u64)),
            });
            SourceChoice::Files { path }
        }
        Choice::Site(keys) => {
            // Wrong keys are told here, not in the middle of something.
            let (config, accounts) = keys.accounts().await?;
            app.note(format!("The site is the source. It has {} accounts.", count(accounts)));
            app.setup().keep_site(Some(config));
            app.setup().keep_site_keys(&keys)?;
            SourceChoice::Site {
                address: keys.address.trim().to_owned(),
                api_key: keys.api_key.trim().to_owned(),
            }
        }
    };
    app.setup().remember(|memory| memory.source = Some(source))?;
    Ok(Redirect::to("/source"))
}
