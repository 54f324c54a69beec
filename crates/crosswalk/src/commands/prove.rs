//! `crosswalk prove RUN`: users are read back and compared, and logins are tried.

use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::books::{self, Standing};
use migration::import::Progress;
use migration::ledger::Bound;
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
    /// File of logins. A tenant on this machine is asked for each with a wrong password, too.
    pub(crate) logins: Option<PathBuf>,
}

pub(crate) async fn run(args: ProveArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    check_logins(args.logins.as_deref())?;
    let (bound, mut report, standing) = imported(&folder)?;
    let target = target::of_run(&args.tenant, &bound).await?;
    let wanted = Wanted { all: args.all, logins: args.logins };
    let result = prove(&folder, &target, &wanted, &mut report).await;
    target.close().await;
    result?;
    if standing == Standing::Imported {
        flow::write_report(&folder, &report)?;
    }
    output::report(&report, args.common.json)?;
    Ok(output::proved(&report, wanted.logins.is_some()))
}

/// Where a run went of which something was imported, and what is known of that.
fn imported(folder: &RunFolder) -> Result<(Bound, Report, Standing), Failure> {
    let path = folder.path().display();
    let bound = books::bound(folder)?.ok_or_else(|| {
        Failure::refused(format!(
            "nothing of {path} was imported yet; there is something to prove after: crosswalk import {path}"
        ))
    })?;
    let (report, standing) = books::current(folder)?;
    let counters = report.counters;
    let known = [counters.imported, counters.updated, counters.already_there, counters.failed];
    if standing != Standing::Imported && known.into_iter().flatten().sum::<u64>() == 0 {
        return Err(Failure::refused(format!(
            "nothing of {path} was imported yet; its import has begun, go on with: crosswalk resume {path}"
        )));
    }
    Ok((bound, report, standing))
}

/// Logins that cannot be read are found out before anything is done.
pub(crate) fn check_logins(logins: Option<&Path>) -> Result<(), Failure> {
    match logins.filter(|path| flow::can_be_read_twice(path)) {
        Some(path) => prove::check_logins(path)
            .map_err(|error| Failure::with(error.exit_code(), format!("--logins {error}"))),
        None => Ok(()),
    }
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
        wrong_too: target.is_loopback(),
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
