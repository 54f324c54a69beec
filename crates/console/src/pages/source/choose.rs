//! `POST /source`: a source is chosen.

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use engine::Failure;
use migration::read::resolve;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::memory::SourceChoice;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice {
    LocalSite,
    Files { path: String },
}

pub(super) async fn choose(
    State(app): State<App>,
    Form(choice): Form<Choice>,
) -> Result<Redirect, PageError> {
    let source = match choice {
        Choice::LocalSite => {
            let filled = app.local_site().await?.filled;
            app.note(match filled {
                Some(filled) => format!(
                    "The local site was filled with the sample: {} accounts; {} records of it are no account, and no site has such.",
                    filled.accounts, filled.refused
                ),
                None => "The local site is the source.".to_owned(),
            });
            SourceChoice::LocalSite
        }
        Choice::Files { path } => {
            let path = path.trim().to_owned();
            let files = resolve(&path).map_err(Failure::usage)?;
            app.note(format!("{} files are the source.", files.len()));
            SourceChoice::Files { path }
        }
    };
    app.remember(|memory| memory.source = Some(source))?;
    Ok(Redirect::to("/source"))
}
