//! The command: parse, call, print.

mod args;
mod commands;
mod exit;
mod home;
mod lazy;
mod output;
mod progress;
mod settings;
mod source;
mod target;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use exit::{Failure, Status};

/// A record is made by one thread and given up by another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Every command that reports has it, and nothing else is called like that.
    let as_json = std::env::args_os().any(|arg| arg == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::not_parsed(&error, as_json),
    };
    // The one TLS provider of the process; it cannot be there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return exit::report(
                Err(Failure::stopped(format!("the runtime cannot start: {error}"))),
                as_json,
            );
        }
    };
    let result = runtime.block_on(run(cli));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    exit::report(result, as_json)
}

async fn run(cli: Cli) -> Result<Status, Failure> {
    match cli.command {
        Command::Migrate(args) => commands::migrate::run(args).await,
        Command::Check(args) => commands::check::run(args).await,
        Command::Convert(args) => commands::convert::run(args).await,
        Command::Import(args) => commands::import::run(args).await,
        Command::Resume(args) => commands::resume::run(args).await,
        Command::Retry(args) => commands::retry::run(args).await,
        Command::Report(args) => commands::report::run(&args),
        Command::Prove(args) => commands::prove::run(args).await,
        Command::Lanes(args) => commands::lanes::run(args).await,
        Command::Runs(args) => commands::runs::run(&args),
        Command::Mapping(args) => commands::mapping::run(&args),
        Command::Flow(args) => commands::dataflow::run(args).await,
        Command::Sample(args) => commands::sample::run(&args),
        Command::Site(args) => commands::site::run(args).await,
        Command::Tenant(args) => commands::tenant::run(args).await,
        Command::Serve(args) => commands::serve::run(args).await,
        Command::Bench(args) => commands::bench::run(&args),
    }
}
