//! `crosswalk migrate [SOURCE]`: the whole road. Without SOURCE the local site, without a target the local tenant.

use std::io::IsTerminal;
use std::time::Instant;

use mapping::Identifier;
use migration::codes::CODES;
use migration::import;
use migration::lazy::CustomDatabase;
use migration::prepare::Kind;
use migration::run::RunFolder;

use super::flow;
use super::prove::{self, Wanted};
use crate::args::MigrateArgs;
use crate::exit::{Failure, Status};
use crate::local_site::LocalSite;
use crate::progress::grouped;
use crate::settings::Settings;
use crate::source::Source;
use crate::target::Target;
use crate::{home, lazy, output};

pub(crate) async fn run(mut args: MigrateArgs) -> Result<Status, Failure> {
    let access = &args.target.tenant.access;
    let source = args.source.as_deref().map(|source| Source::of(source, access)).transpose()?;
    let target = Target::connect(&args.target.tenant, None).await?;
    let result = match source {
        Some(source) => go(&mut args, &source, None, &target).await,
        None => from_local_site(&mut args, &target).await,
    };
    target.close().await;
    result
}

async fn from_local_site(args: &mut MigrateArgs, target: &Target) -> Result<Status, Failure> {
    let local = LocalSite::start().await?;
    if local.holds_sample() {
        // The sample is made of awkward cases; that they are set aside is what it shows.
        args.policy.accept.extend(CODES.iter().map(|code| code.name.to_owned()));
    }
    let source = Source::Site(local.client.clone());
    let result = go(args, &source, Some(&local), target).await;
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
    let identifiers = target.identifiers().await?;
    let custom = custom_database(args, local, target, identifiers.clone()).await?;
    let folder = home::create(&args.run)?;
    let mut wanted = Wanted { all: false, logins: args.logins.clone(), right_and_wrong: false };
    if let Some(logins) = local.map(|local| local.write_logins(&folder)).transpose()?.flatten() {
        wanted.logins.get_or_insert(logins);
        wanted.right_and_wrong = true;
    }
    let files = source.files(&folder, &args.read, &args.policy).await?;
    let exported = started.elapsed();
    let into = Some(folder.clone());
    let prepared =
        flow::prepare_files(files, Kind::Accounts, &args.read, &args.policy, identifiers, into).await?;
    let mut report = prepared.report.clone();
    if let Some(client) = source.client() {
        report.seconds.insert("export".to_owned(), exported.as_secs_f64());
        flow::add_site_requests(&mut report, &client.counts());
    }
    flow::write_report(&folder, &report)?;
    flow::containers(&prepared, &args.policy.accept)?;
    let mut options = flow::import_options(target, &args.target);
    options.custom = custom;
    agree(&folder, target, &options, args.target.yes).await?;
    folder.set_target(&target.name, &target.connection).map_err(Failure::stopped)?;
    flow::import_run(&folder, target, &options, &mut report).await?;
    flow::write_report(&folder, &report)?;
    prove::prove(&folder, target, &wanted, &mut report).await?;
    report.seconds.insert("total".to_owned(), started.elapsed().as_secs_f64());
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    let path = folder.path().display();
    eprintln!(
        "\nthe report is {path}/report.html; who was set aside, and what to do, is in {path}/set-aside.ndjson"
    );
    Ok(output::status(&report, &args.policy.accept))
}

/// With `--lazy leave`: what makes the connection bring users over, unless it has scripts that do.
async fn custom_database(
    args: &MigrateArgs,
    local: Option<&LocalSite>,
    target: &Target,
    identifiers: Option<Vec<Identifier>>,
) -> Result<Option<CustomDatabase>, Failure> {
    if !args.policy.leaves() || target.brings_over().await? {
        return Ok(None);
    }
    let access = match local {
        Some(local) => local.access(),
        None => lazy::access(args.source.as_deref(), &Settings::read(&args.target.tenant.access)?)?,
    };
    lazy::custom(&args.policy.mapping_text()?, &args.policy.policies(identifiers)?, access).map(Some)
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
    eprintln!("users         {} in {} import jobs, {megabytes:.1} MB", grouped(plan.users), plan.parts);
    for note in &plan.notes {
        eprintln!("note          {note}");
    }
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::refused(format!(
            "this tenant is not on this machine; say --yes to write to it. The run is prepared in {}",
            folder.path().display()
        )));
    }
    eprint!("import these users? [y/N] ");
    let ends = flow::Ends::listen();
    let asked = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = asked => answer.map_err(Failure::bug)?.map_err(Failure::refused)?,
        () = ends.wait() => String::new(),
    };
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "nothing was written. Import it later with: crosswalk import {}",
        folder.path().display()
    )))
}
