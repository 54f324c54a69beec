//! `crosswalk migrate [SOURCE]`: the whole road. Without SOURCE the local site, without a target the local tenant.

use std::time::Instant;

use engine::LocalSite;
use migration::codes::CODES;
use migration::import;
use migration::lazy::CustomDatabase;
use migration::run::RunFolder;
use migration::screen::Takes;

use super::dataflow::FlowSource;
use super::prove::{self, Wanted};
use super::{ask, flow};
use crate::args::MigrateArgs;
use crate::exit::{Failure, Status};
use crate::progress::{counted, grouped};
use crate::settings::Settings;
use crate::source::{Kept, Source};
use crate::target::{self, Target};
use crate::{home, lazy, output, source};

/// Where the accounts come from.
enum From {
    Source(Source),
    /// From the local site, by itself or through the steps of a dataflow.
    LocalSite(Option<Box<FlowSource>>),
}

pub(crate) async fn run(mut args: MigrateArgs) -> Result<Status, Failure> {
    let from = from(&mut args)?;
    flow::valid(&args.read, &mut args.policy)?;
    prove::check_logins(args.logins.as_deref())?;
    let target = target::connect(&args.target.tenant, None).await?;
    let result = match from {
        From::Source(source) => go(&mut args, &source, None, &target).await,
        From::LocalSite(flow) => from_local_site(&mut args, flow, &target).await,
    };
    target.close().await;
    result
}

/// Looks at what was typed; nothing is spoken to yet. What a dataflow asks for becomes part of the arguments.
fn from(args: &mut MigrateArgs) -> Result<From, Failure> {
    let access = &args.target.tenant.access;
    let Some(file) = args.flow.clone() else {
        if !args.job.stores.is_empty() || !args.job.set.is_empty() {
            return Err(Failure::usage("--store and --set belong to the dataflow of --flow FILE"));
        }
        let source = args.source.as_deref().map(|source| Source::of(source, access)).transpose()?;
        return Ok(source.map_or(From::LocalSite(None), From::Source));
    };
    let site = match args.source.as_deref() {
        Some(source) => Some(source::site(source, access)?.ok_or_else(|| {
            Failure::usage(format!(
                "a dataflow has readers of its own, and {source} is none; SOURCE beside --flow is the site of its steps, \
                 gigya:DATACENTER or gigya:URL"
            ))
        })?),
        None => None,
    };
    let flow = Box::new(FlowSource::read(&file, args)?);
    Ok(match site {
        Some(site) => From::Source(Source::Flow(Box::new(flow.at(site)?))),
        None if flow.speaks_to_a_site() => From::LocalSite(Some(flow)),
        None => From::Source(Source::Flow(flow)),
    })
}

async fn from_local_site(
    args: &mut MigrateArgs,
    flow: Option<Box<FlowSource>>,
    target: &Target,
) -> Result<Status, Failure> {
    let local = LocalSite::start(&home::home()).await?;
    if let Some(filled) = local.filled {
        eprintln!(
            "the local site is filled with the sample: {}, without {} of it that are no account (broken or too deep): no \
             site has such",
            counted(filled.accounts, "account"),
            counted(filled.refused, "record")
        );
    }
    if local.holds_sample() {
        // The sample is made of awkward cases; that they are set aside is what it shows.
        args.policy.accept.extend(CODES.iter().map(|code| code.name.to_owned()));
    }
    let source = match flow {
        None => Ok(Source::Site(local.client.clone())),
        Some(flow) => flow.at(local.config.clone()).map(|flow| Source::Flow(Box::new(flow))),
    };
    let result = match source {
        Ok(source) => go(args, &source, Some(&local), target).await,
        Err(failure) => Err(failure),
    };
    local.close().await;
    result
}

async fn go(
    args: &mut MigrateArgs,
    source: &Source,
    local: Option<&LocalSite>,
    target: &Target,
) -> Result<Status, Failure> {
    let started = Instant::now();
    let takes = target.takes().await?;
    let custom = custom_database(args, local, target, takes.clone()).await?;
    let (folder, lock) = home::create(&args.run)?;
    let mut wanted = Wanted { all: false, logins: args.logins.clone() };
    // Steps of a flow may leave accounts out, and with them their logins.
    let local = local.filter(|_| source.is_whole());
    if let Some(logins) = local.map(|local| local.write_logins(&folder)).transpose()?.flatten() {
        wanted.logins.get_or_insert(logins);
    }
    let files = source.files(&folder, Kept::Run, &args.read, &args.policy, takes.as_ref()).await?;
    let exported = started.elapsed();
    let into = Some(folder.clone());
    let mut options = flow::import_options(target, &args.target);
    let orders = Some(flow::orders(&options));
    let prepared =
        flow::prepare_files(files, source.kind(), &args.read, &args.policy, takes, orders, into).await?;
    let mut report = prepared.report.clone();
    source.add_to(&mut report, exported);
    flow::write_report(&folder, &report)?;
    flow::containers(&prepared, &args.policy.accept)?;
    drop(lock);
    options.custom = custom;
    agree(&folder, target, &options, args.target.yes).await?;
    folder.set_target(&target.name, &target.connection).map_err(Failure::stopped)?;
    flow::import_run(&folder, target, &options, &mut report).await?;
    flow::write_report(&folder, &report)?;
    prove::prove(&folder, target, &wanted, &mut report).await?;
    report.seconds.insert("total".to_owned(), started.elapsed().as_secs_f64());
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    flow::where_to_look(&folder, &report);
    let ends =
        [output::status(&report, &args.policy.accept), output::proved(&report, wanted.logins.is_some())];
    let all = !source.has_lost() && ends.iter().all(|end| *end == Status::Done);
    Ok(if all { Status::Done } else { Status::Some })
}

/// With `--lazy leave`: what makes the connection bring users over, unless it has scripts that do.
async fn custom_database(
    args: &MigrateArgs,
    local: Option<&LocalSite>,
    target: &Target,
    takes: Option<Takes>,
) -> Result<Option<CustomDatabase>, Failure> {
    if !args.policy.leaves() || target.brings_over().await? {
        return Ok(None);
    }
    let access = match local {
        Some(local) => local.access(),
        None => lazy::access(args.source.as_deref(), &Settings::read(&args.target.tenant.access)?)?,
    };
    lazy::custom(&args.policy.mapping_text()?, &args.policy.policies(takes)?, access).map(Some)
}

/// Shows what will be done at a tenant that is not on this machine, and asks.
pub(crate) async fn agree(
    folder: &RunFolder,
    target: &Target,
    options: &import::ImportOptions,
    yes: bool,
) -> Result<(), Failure> {
    if target.is_loopback() {
        return Ok(());
    }
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let plan = import::preflight(&target.client, folder, &manifest, options).await?;
    eprintln!("tenant        {}", plan.tenant);
    let state = if plan.existing.is_some() { "" } else { " (will be created)" };
    eprintln!("connection    {}{state}, takes {}", plan.connection, plan.identifiers.join(", "));
    for name in &plan.create_applications {
        eprintln!("application   {name} will be created and enabled on the connection");
    }
    for id in &plan.enable {
        eprintln!("application   {id} will be enabled on the connection");
    }
    #[expect(clippy::cast_precision_loss, reason = "megabytes to look at")]
    let megabytes = plan.bytes as f64 / 1e6;
    let jobs = counted(plan.parts as u64, "import job");
    eprintln!("users         {} in {jobs}, {megabytes:.1} MB", grouped(plan.users));
    for note in &plan.notes {
        eprintln!("note          {note}");
    }
    if yes {
        return Ok(());
    }
    let path = folder.path().display();
    match ask::ask("import these users?").await? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::refused(format!(
            "nothing was written. Import it later with: crosswalk import {path}"
        ))),
        None => Err(Failure::refused(format!(
            "this tenant is not on this machine; say --yes to write to it. The run is prepared in {path}"
        ))),
    }
}
