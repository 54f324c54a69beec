//! `crosswalk site serve`: the local Gigya site, until SIGTERM or Ctrl-C.

use std::sync::Arc;

use dataflow::components;
use engine::dataflows::{Jobs, Orders};
use migration::read::{ReadOptions, Stream, resolve};
use site::idx::Variables;
use site::store::StoreError;
use site::store::load::{Loaded, load};
use site::{DataCenter, Site};

use super::flow;
use crate::args::{SiteCommand, SiteServeArgs, SiteSubcommand};
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::{home, output};

pub(crate) async fn run(args: SiteCommand) -> Result<Status, Failure> {
    let SiteSubcommand::Serve(args) = args.command;
    serve(args).await
}

async fn serve(args: SiteServeArgs) -> Result<Status, Failure> {
    let server = args.server;
    let mut options = site::Options::new(server.data.unwrap_or_else(|| home::home().site()));
    options.listen = server.listen;
    options.port = server.port;
    options.tls = server.tls;
    options.factor = args.world.clock;
    options.pace = args.pace;
    options.faults = args.world.faults(&site::FAULTS)?;
    options.plain_port = args.plain_port;
    options.names = args.names;
    options.data_center = DataCenter::new(&args.data_center);
    options.flows = Some(Arc::new(Jobs {
        home: home::home(),
        registry: components::all(),
        stores: args.stores,
        orders: Orders::default(),
    }));
    options.variables = Variables(args.variables.into_iter().collect());
    options.search_passwords = !args.no_search_passwords;
    let data = options.data.clone();
    let ends = flow::Ends::listen();
    let site = site::start(options).await.map_err(|error| {
        Failure::refused(format!("the site in {} cannot be started: {error}", data.display()))
    })?;
    let imported = import(&site, args.import).await;
    if let Err(failure) = imported {
        site.stop().await;
        return Err(failure);
    }
    if args.common.json {
        output::json(&site.ready_line())?;
    } else {
        output::line(&format!("site        {}", site.url))?;
        if let Some(url) = &site.plain_url {
            output::line(&format!("plain HTTP  {url}"))?;
        }
        output::line(&format!("api key     {}", site.api_key))?;
        output::line(&format!("user key    {}", site.user_key))?;
        output::line(&format!("secret      {}", site.secret))?;
        output::line(&format!("private key {}", site.private_key.display()))?;
        if let Some(ca) = &site.ca {
            output::line(&format!("ca          {}", ca.display()))?;
        }
        eprintln!("it runs until Ctrl-C; its data is in {}", data.display());
    }
    if !server.listen.is_loopback() {
        eprintln!("warning: {} is not loopback; whoever reaches it can try to log in", server.listen);
    }
    ends.wait().await;
    site.stop().await;
    Ok(Status::Done)
}

/// Takes the records of files in, and says what became of them.
async fn import(site: &Site, sources: Vec<String>) -> Result<(), Failure> {
    if sources.is_empty() {
        return Ok(());
    }
    let mut files = Vec::new();
    for source in &sources {
        files.extend(resolve(source).map_err(Failure::usage)?);
    }
    let store = site.state().store().clone();
    let now_ms = site.state().now_ms();
    let read = move || -> Result<(Loaded, u64, Vec<String>), Failure> {
        let mut stream = Stream::new(files, ReadOptions::default());
        let (mut total, mut unreadable) = (Loaded::default(), 0);
        while let Some(chunk) = stream.next_chunk().map_err(Failure::refused)? {
            let loaded = store.write_blocking(|tx| -> Result<Loaded, StoreError> {
                let mut texts = Vec::new();
                chunk.each_text(|text| match text {
                    Some(text) => texts.push(text.to_owned()),
                    None => unreadable += 1,
                });
                load(tx, texts.iter().map(String::as_str), now_ms)
            });
            total += loaded.map_err(Failure::stopped)?;
            stream.recycle(chunk.bytes);
        }
        let troubles = stream.troubles().iter().map(|one| format!("{}: {}", one.input, one.reason));
        Ok((total, unreadable, troubles.collect()))
    };
    let (loaded, unreadable, troubles) = tokio::task::spawn_blocking(read).await.map_err(Failure::bug)??;
    eprintln!(
        "{} accounts taken in, {} of them lite; {} replaced one that was there; {} records are no account",
        grouped(loaded.accounts),
        grouped(loaded.lite),
        grouped(loaded.replaced),
        grouped(loaded.refused + unreadable),
    );
    if let Some(trouble) = troubles.first() {
        return Err(Failure::stopped(format!("{trouble}; what came before it was taken in")));
    }
    Ok(())
}
