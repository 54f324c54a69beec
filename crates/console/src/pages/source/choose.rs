//! `POST /source`: a source is chosen.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use engine::Failure;
use migration::report::html::figures::count;
use serde::Deserialize;

use super::forms::Filled;
use super::{keys, page};
use crate::app::App;
use crate::memory::SourceChoice;
use crate::mistake::{Mistake, Mistaken};
use crate::site_keys::SiteKeys;
use crate::source;
use crate::ui::{Answer, is_begun, number_of, see_other};

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice {
    LocalSite,
    Files { path: String },
    Site(SiteKeys),
}

pub(super) async fn choose(
    State(app): State<App>,
    headers: HeaderMap,
    Form(choice): Form<Choice>,
) -> Response {
    let filled = match &choice {
        Choice::Site(keys) if is_begun(&headers) => {
            return keys::asked("/source", keys, Answer::Page).into_response();
        }
        Choice::LocalSite => Filled::kept(&app),
        Choice::Files { path } => Filled::with_path(&app, path),
        Choice::Site(keys) => Filled::with_keys(keys),
    };
    match chosen(&app, choice).await {
        Ok(()) => see_other("/source", &headers),
        Err(mistake) => mistake.answer(page(&app, &filled, Mistaken(Some(&mistake)), None).await),
    }
}

async fn chosen(app: &App, choice: Choice) -> Result<(), Mistake> {
    let field = match &choice {
        Choice::LocalSite => "local_site",
        Choice::Files { .. } => "path",
        Choice::Site(_) => "address",
    };
    let mistake = |failure: Failure| Mistake::at(field, failure);
    let is_site = matches!(choice, Choice::Site(_));
    let source = match choice {
        Choice::LocalSite => {
            let filled = app.setup().local_site().await.map_err(mistake)?.filled;
            app.note(match filled {
                Some(filled) => format!(
                    "The local site was filled with the sample: {}; {} of it are no account, and no site has such.",
                    number_of(filled.accounts, "account"), number_of(filled.refused, "record")
                ),
                None => "The local site is the source.".to_owned(),
            });
            SourceChoice::LocalSite
        }
        Choice::Files { path } => {
            let path = path.trim().to_owned();
            let source = SourceChoice::Files { path };
            let (files, _) = source::files(&source).await.map_err(mistake)?;
            app.note(match files.len() {
                1 => "One file is the source.".to_owned(),
                more => format!("{} files are the source.", count(more as u64)),
            });
            source
        }
        Choice::Site(keys) => {
            // Wrong keys are told here, not in the middle of something.
            let (config, accounts) = keys.accounts().await?;
            app.setup().keep_site(Some(config));
            app.setup().keep_site_keys(&keys).map_err(mistake)?;
            app.note(format!("The site is the source. It has {}.", number_of(accounts, "account")));
            SourceChoice::Site {
                address: keys.address.trim().to_owned(),
                api_key: keys.api_key.trim().to_owned(),
            }
        }
    };
    if !is_site {
        // Its address is forgotten with the choice, and nobody would find them.
        app.setup().forget_site_keys().map_err(mistake)?;
    }
    app.setup().remember(|memory| memory.source = Some(source)).map_err(mistake)
}
