//! `crosswalk import DIR|FILE...`: a prepared run, or any files of users.

use std::path::PathBuf;

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
        [one] if is_run(one) => Some(home::open(one)?),
        several => {
            if let Some(run) = several.iter().find(|one| is_run(one)) {
                return Err(Failure::usage(format!(
                    "{run} is the folder of a run, which is imported by itself; import files of users with a command of \
                     their own"
                )));
            }
            // Its files would be taken for files of users.
            match several.iter().find(|one| RunFolder::at(&home::home().place(one)).is_unprepared()) {
                Some(run) => return Err(home::open(run).err().unwrap_or_else(|| Failure::refused(run))),
                None => None,
            }
        }
    };
    match &run {
        Some(folder) => only_import(&args, folder)?,
        None => flow::valid(&args.read, &mut args.policy)?,
    }
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

/// A run by its path, or by its name under the home.
fn is_run(source: &str) -> bool {
    [PathBuf::from(source), home::home().runs().join(source)]
        .iter()
        .any(|place| place.join("manifest.json").is_file())
}

/// A run is prepared; what would have had to be said before that is not passed over in silence.
fn only_import(args: &ImportArgs, folder: &RunFolder) -> Result<(), Failure> {
    args.policy.accepted()?;
    let mut typed = args.read.typed();
    typed.extend(args.policy.typed());
    if args.policy.mapping.is_some() && folder.manifest().map_err(Failure::refused)?.policies.lazy != "leave"
    {
        typed.push("--mapping");
    }
    if args.run.name.is_some() {
        typed.push("--run");
    }
    if args.run.path.is_some() {
        typed.push("-o");
    }
    if typed.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{} is prepared already, and {} would count only when users are prepared; leave that out, or prepare anew with: \
         crosswalk convert",
        folder.path().display(),
        typed.join(", ")
    )))
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
    flow::where_to_look(&folder, &report);
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
    let policies = Policies::of_record(&manifest.policies);
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
    // Held until the import takes it anew.
    let (folder, _lock) = home::create(&args.run)?;
    let into = Some(folder.clone());
    let prepared =
        flow::prepare_files(files, Kind::Users, &args.read, &args.policy, takes, None, into).await?;
    flow::write_report(&folder, &prepared.report)?;
    flow::containers(&prepared, &args.policy.accept)?;
    Ok(folder)
}
