//! `crosswalk convert SOURCE -o DIR`: the first half of a migration.

use std::time::Instant;

use migration::prepare::Kind;

use super::flow;
use crate::args::ConvertArgs;
use crate::exit::{Failure, Status};
use crate::source::{Kept, Source};
use crate::{home, output};

pub(crate) async fn run(mut args: ConvertArgs) -> Result<Status, Failure> {
    let source = Source::of(&args.source, &args.access)?;
    flow::valid(&args.read, &mut args.policy)?;
    let (folder, lock) = home::create(&args.run)?;
    let started = Instant::now();
    let files = source.files(&folder, Kept::Run, &args.read, &args.policy, None).await?;
    let exported = started.elapsed();
    let into = Some(folder.clone());
    let mut prepared =
        flow::prepare_files(files, Kind::Accounts, &args.read, &args.policy, None, None, into).await?;
    source.add_to(&mut prepared.report, exported);
    flow::write_report(&folder, &prepared.report)?;
    drop(lock);
    output::report(&prepared.report, args.common.json)?;
    flow::containers(&prepared, &args.policy.accept)?;
    eprintln!("\nprepared in {}; import it with: crosswalk import {0}", folder.path().display());
    Ok(output::status(&prepared.report, &args.policy.accept))
}
