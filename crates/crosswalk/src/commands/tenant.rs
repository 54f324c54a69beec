//! `crosswalk tenant serve`: the local tenant, until SIGTERM or Ctrl-C.

use super::flow;
use crate::args::{ServeArgs, TenantCommand, TenantSubcommand};
use crate::exit::{Failure, Status};
use crate::{home, output};

pub(crate) async fn run(args: TenantCommand) -> Result<Status, Failure> {
    let TenantSubcommand::Serve(args) = args.command;
    serve(args).await
}

async fn serve(args: ServeArgs) -> Result<Status, Failure> {
    let server = args.server;
    let mut options = tenant::Options::new(server.data.unwrap_or_else(|| home::home().tenant()));
    options.listen = server.listen;
    options.port = server.port;
    options.tls = server.tls;
    options.factor = args.world.clock;
    options.pace = args.pace;
    options.scripts.hosts = args.hosts;
    options.scripts.ca = args.script_ca;
    options.faults = args.world.faults(&tenant::FAULTS)?;
    let data = options.data.clone();
    let ends = flow::Ends::listen();
    let tenant = tenant::start(options).await.map_err(|error| {
        Failure::refused(format!("the tenant in {} cannot be started: {error}", data.display()))
    })?;
    if args.common.json {
        output::json(&tenant.ready_line())?;
    } else {
        output::line(&format!("tenant        {}", tenant.url))?;
        output::line(&format!("client id     {}", tenant.client_id))?;
        output::line(&format!("client secret {}", tenant.client_secret))?;
        if let Some(ca) = &tenant.ca {
            output::line(&format!("ca            {}", ca.display()))?;
        }
        eprintln!("it runs until Ctrl-C; its data is in {}", data.display());
    }
    if !server.listen.is_loopback() {
        eprintln!("warning: {} is not loopback; whoever reaches it can try to log in", server.listen);
    }
    ends.wait().await;
    tenant.stop().await;
    Ok(Status::Done)
}
