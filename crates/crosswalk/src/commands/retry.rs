//! `crosswalk retry RUN`: sends again who failed at the tenant, and who was set aside and mended.

use engine::books;
use migration::import::ImportOptions;
use migration::retry::{self, Ready};

use super::flow;
use crate::args::RunArgs;
use crate::exit::{Failure, Status};
use crate::progress::counted;
use crate::{home, output, target};

pub(crate) async fn run(args: RunArgs) -> Result<Status, Failure> {
    let first = home::open(&args.run)?;
    if let Some(bound) = books::bound(&first)? {
        target::check_connection(&args.tenant, &bound.connection)?;
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let Ready { folder, prepared, bound } =
        flow::preparing(move |progress| retry::next(&first, threads, progress)).await??;
    let mut report = match prepared {
        Some(prepared) => {
            flow::write_report(&folder, &prepared.report)?;
            let users = prepared.report.counters.packed.unwrap_or(0);
            let verb = if users == 1 { "is" } else { "are" };
            eprintln!("{} {verb} sent again by run {}", counted(users, "user"), folder.name());
            prepared.report
        }
        None => {
            eprintln!("run {} goes on, which an earlier retry has prepared", folder.name());
            flow::read_report(&folder)
        }
    };
    let target = target::of_run(&args.tenant, &bound).await?;
    let mut options = ImportOptions::new(target.name.clone());
    options.connection = bound.connection;
    options.upsert = bound.upsert;
    let result = flow::import_run(&folder, &target, &options, &mut report).await;
    target.close().await;
    result?;
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    flow::where_to_look(&folder, &report);
    Ok(output::status(&report, &[]))
}
