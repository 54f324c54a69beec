//! `crosswalk check SOURCE`: prepare without a sink.

use migration::prepare::Kind;
use migration::read::resolve;

use super::flow;
use crate::args::CheckArgs;
use crate::exit::{Failure, Status};
use crate::output;
use crate::target::Target;

pub(crate) async fn run(args: CheckArgs) -> Result<Status, Failure> {
    let files = resolve(&args.source).map_err(Failure::usage)?;
    let identifiers = match (&args.tenant.to, args.policy.identifiers.is_empty()) {
        (Some(_), true) => {
            let target = Target::connect(&args.tenant, None).await?;
            let identifiers = target.identifiers().await?;
            target.close().await;
            identifiers
        }
        _ => None,
    };
    let prepared =
        flow::prepare_files(files, Kind::Accounts, &args.read, &args.policy, identifiers, None).await?;
    output::report(&prepared.report, args.common.json)?;
    flow::containers(&prepared, &args.policy.accept)?;
    Ok(output::status(&prepared.report, &args.policy.accept))
}
