//! `crosswalk import DIR|FILE...`: a prepared run, or any files of users.

use std::path::{Path, PathBuf};

use migration::lazy::CustomDatabase;
use migration::prepare::Kind;
use migration::read::resolve;
use migration::run::RunFolder;
use migration::screen::Policies;

use super::{flow, migrate};
use crate::args::ImportArgs;
use crate::exit::{Failure, Status};
use crate::settings::Settings;
use crate::target::{self, Target};
use crate::{home, lazy, output};

pub(crate) async fn run(mut args: ImportArgs) -> Result<Status, Failure> {
    let run = match args.sources.as_slice() {
        [one] if Path::new(one).join("manifest.json").is_file() => Some(home::open(one)?),
        [one] if home::home().runs().join(one).join("manifest.json").is_file() => Some(home::open(one)?),
        _ => None,
    };
    // A run that `migrate` has prepared knows where it was to go, and how; what is typed counts first.
    let orders = match &run {
        Some(folder) => folder.manifest().map_err(Failure::refused)?.orders,
        None => None,
    };
    let known = orders.as_ref().map(|orders| (orders.tenant.as_str(), orders.connection.as_str()));
    let target = target::connect(&args.target.tenant, known).await?;
    if let Some(orders) = &orders {
        args.target.upsert |= orders.upsert;
        if args.target.applications.is_empty() {
            args.target.applications.clone_from(&orders.applications);
        }
    }
    let result = go(&args, run, &target).await;
    target.close().await;
    result
}

async fn go(args: &ImportArgs, run: Option<RunFolder>, target: &Target) -> Result<Status, Failure> {
    let folder = match run {
        Some(folder) => folder,
        None => prepare(args, &args.sources, target).await?,
    };
    let mut report = flow::read_report(&folder);
    let mut options = flow::import_options(target, &args.target);
    options.custom = custom_database(args, &folder, target).await?;
    migrate::agree(&folder, target, &options, args.target.yes).await?;
    flow::import_run(&folder, target, &options, &mut report).await?;
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    eprintln!("\nthe report is {}/report.html", folder.path().display());
    Ok(output::status(&report, &args.policy.accept))
}

/// For a run that leaves users: what makes the connection bring them over, unless it has scripts that do.
async fn custom_database(
    args: &ImportArgs,
    folder: &RunFolder,
    target: &Target,
) -> Result<Option<CustomDatabase>, Failure> {
    let manifest = folder.manifest().map_err(Failure::refused)?;
    if manifest.policies.lazy != "leave" || target.brings_over().await? {
        return Ok(None);
    }
    let mapping = args.policy.mapping_text()?;
    if blake3::hash(mapping.as_bytes()).to_hex().as_str() != manifest.mapping {
        return Err(Failure::usage(
            "the run leaves users for their first login, and their scripts are written from its mapping; name the document \
             that it was prepared with: --mapping FILE",
        ));
    }
    let takes = Policies::of_record(&manifest.policies).taken();
    let policies = args.policy.policies(Some(takes))?;
    let access = lazy::access(None, &Settings::read(&args.target.tenant.access)?)?;
    lazy::custom(&mapping, &policies, access).map(Some)
}

/// Files of users are screened and split like our own.
async fn prepare(args: &ImportArgs, sources: &[String], target: &Target) -> Result<RunFolder, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    for source in sources {
        files.extend(resolve(source).map_err(Failure::usage)?);
    }
    let takes = target.takes().await?;
    let folder = home::create(&args.run)?;
    let into = Some(folder.clone());
    let prepared =
        flow::prepare_files(files, Kind::Users, &args.read, &args.policy, takes, None, into).await?;
    flow::write_report(&folder, &prepared.report)?;
    flow::containers(&prepared, &args.policy.accept)?;
    Ok(folder)
}
