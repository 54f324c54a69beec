//! `crosswalk resume RUN`: goes on where an import was interrupted.

use migration::import::ImportOptions;
use migration::ledger::Ledger;

use super::flow;
use crate::args::RunArgs;
use crate::exit::{Failure, Status};
use crate::target;
use crate::{home, output};

pub(crate) async fn run(args: RunArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let bound = {
        let ledger = Ledger::open(&folder).map_err(Failure::refused)?;
        ledger.bound().map_err(Failure::refused)?
    };
    let Some(bound) = bound else {
        return Err(Failure::refused(format!(
            "the import of {} never began; begin it with: crosswalk import {0}",
            folder.path().display()
        )));
    };
    let target = target::connect(&args.tenant, Some((&bound.tenant, &bound.connection))).await?;
    let mut options = ImportOptions::new(target.name.clone());
    options.connection = bound.connection;
    options.upsert = bound.upsert;
    let mut report = flow::read_report(&folder);
    let result = flow::import_run(&folder, &target, &options, &mut report).await;
    target.close().await;
    result?;
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    Ok(output::status(&report, &[]))
}
