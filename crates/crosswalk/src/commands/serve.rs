//! `crosswalk serve`: the page, until SIGTERM or Ctrl-C.

use auth0::{Config, tenant_url};
use serde_json::json;

use super::flow;
use crate::args::PageArgs;
use crate::exit::{Failure, Status};
use crate::home::home;
use crate::settings::Settings;
use crate::{output, source, target};

pub(crate) async fn run(args: PageArgs) -> Result<Status, Failure> {
    let settings = Settings::read(&args.access)?;
    let mut options = console::Options::new(home());
    options.listen = args.listen;
    options.port = args.port;
    options.tenant = match args.to.or_else(|| settings.get("AUTH0_DOMAIN")) {
        Some(to) => Some(Config {
            url: tenant_url(&to).map_err(Failure::usage)?,
            ca: settings.ca("AUTH0_CA"),
            credentials: target::credentials(&settings)?,
        }),
        None => None,
    };
    options.site = match settings.get("GIGYA_DATA_CENTER") {
        Some(place) => {
            let address = gigya::Address::parse(&place).map_err(Failure::usage)?;
            Some(source::config(address, &settings)?)
        }
        None => None,
    };
    let ends = flow::Ends::listen();
    let console = console::start(options).await.map_err(Failure::refused)?;
    if args.common.json {
        output::json(&json!({"url": console.url, "link": console.link()}))?;
    } else {
        output::line(&format!("open this link, it is good for one use: {}", console.link()))?;
        eprintln!("the page runs until Ctrl-C; its data is in {}", home().path().display());
    }
    if !args.listen.is_loopback() {
        eprintln!(
            "warning: {} is not loopback, and the page speaks plain http; whoever listens on the way sees all of it",
            args.listen
        );
    }
    ends.wait().await;
    eprintln!("stopping: what is on its way is stored first");
    console.stop().await;
    Ok(Status::Done)
}
