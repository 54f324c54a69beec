//! `crosswalk check SOURCE`: prepare without a sink.

use migration::prepare::Kind;
use migration::run::RunFolder;

use super::flow;
use crate::args::CheckArgs;
use crate::exit::{Failure, Status};
use crate::output;
use crate::source::{Kept, Source};
use crate::target;

pub(crate) async fn run(mut args: CheckArgs) -> Result<Status, Failure> {
    let source = Source::of(&args.source, &args.tenant.access)?;
    flow::valid(&args.read, &mut args.policy)?;
    // The local tenant would have to be started, which writes.
    let takes = if target::is_named(&args.tenant)? {
        let target = target::connect(&args.tenant, None).await?;
        let takes = target.takes().await;
        target.close().await;
        takes?
    } else {
        None
    };
    // What a site is read into is gone when everything is counted.
    let place = tempfile::tempdir().map_err(Failure::stopped)?;
    let folder = RunFolder::create(&place.path().join("check")).map_err(Failure::stopped)?;
    let files = source.files(&folder, Kept::Nothing, &args.read, &args.policy, None).await?;
    let prepared =
        flow::prepare_files(files, Kind::Accounts, &args.read, &args.policy, takes, None, None).await?;
    output::report(&prepared.report, args.common.json)?;
    flow::containers(&prepared, &args.policy.accept)?;
    Ok(output::status(&prepared.report, &args.policy.accept))
}
