//! `crosswalk prove RUN`: users are read back and compared, and logins are tried.

use std::path::PathBuf;
use std::time::Duration;

use engine::books;
use migration::import::Progress;
use migration::ledger::Ledger;
use migration::prove::{self, ProveOptions};
use migration::report::Report;
use migration::run::RunFolder;

use super::flow;
use crate::args::ProveArgs;
use crate::exit::{Failure, Status};
use crate::progress;
use crate::target::{self, Target};
use crate::{home, output};

/// Pause between two logins at a tenant that is not on this machine.
const PAUSE: Duration = Duration::from_millis(250);

/// Failed logins that are shown; the count has them all.
const SHOWN: usize = 10;

/// What is to be proved.
pub(crate) struct Wanted {
    /// Every user is compared, not a sample.
    pub(crate) all: bool,
    /// File of logins.
    pub(crate) logins: Option<PathBuf>,
    /// A wrong password is tried for each login, too.
    pub(crate) right_and_wrong: bool,
}

pub(crate) async fn run(args: ProveArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let bound = {
        let ledger = Ledger::open(&folder).map_err(Failure::refused)?;
        ledger.bound().map_err(Failure::refused)?
    };
    let known = bound.as_ref().map(|bound| (bound.tenant.as_str(), bound.connection.as_str()));
    let target = target::connect(&args.tenant, known).await?;
    let wanted = Wanted { all: args.all, logins: args.logins, right_and_wrong: target.is_loopback() };
    let mut report = flow::read_report(&folder);
    let result = prove(&folder, &target, &wanted, &mut report).await;
    target.close().await;
    result?;
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    Ok(output::status(&report, &report.causes.iter().map(|cause| cause.code.clone()).collect::<Vec<_>>()))
}

/// Proves a run and adds what came of it to its report.
pub(crate) async fn prove(
    folder: &RunFolder,
    target: &Target,
    wanted: &Wanted,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut options = ProveOptions {
        logins: wanted.logins.clone(),
        wrong_too: wanted.right_and_wrong && target.is_loopback(),
        ..ProveOptions::default()
    };
    if !target.is_loopback() {
        // Real people log in there, too.
        options.pause = PAUSE;
    }
    if wanted.all {
        options.sample = usize::MAX;
    }
    let state = Progress::default();
    let display = progress::import(state.clone());
    let proved =
        prove::prove(folder, &target.client, &target.connection, &options, &state, flow::interrupts()).await;
    drop(display);
    let proved = proved.map_err(|error| Failure::with(error.exit_code(), &error))?;
    for failure in proved.failures.iter().take(SHOWN) {
        eprintln!("login of line {} ({}): {}", failure.line, failure.login, failure.what);
    }
    books::add_proof(report, proved, wanted.logins.is_some());
    Ok(())
}
