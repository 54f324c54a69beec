//! `crosswalk migrate [SOURCE]`: the whole road. Without SOURCE the sample, without a target the local tenant.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Instant;

use migration::codes::CODES;
use migration::import;
use migration::prepare::Kind;
use migration::read::resolve;
use migration::run::RunFolder;

use super::flow;
use super::prove::{self, Wanted};
use crate::args::MigrateArgs;
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::target::Target;
use crate::{home, output};

/// Logins of each kind of hash that are tried for the sample.
const LOGINS_OF_A_KIND: usize = 20;

pub(crate) async fn run(mut args: MigrateArgs) -> Result<Status, Failure> {
    let files = args.source.as_deref().map(resolve).transpose().map_err(Failure::usage)?;
    let target = Target::connect(&args.target.tenant, None).await?;
    let result = go(&mut args, files, &target).await;
    target.close().await;
    result
}

async fn go(args: &mut MigrateArgs, files: Option<Vec<PathBuf>>, target: &Target) -> Result<Status, Failure> {
    let started = Instant::now();
    let identifiers = target.identifiers().await?;
    if args.policy.leaves() {
        target.can_leave().await?;
    }
    let folder = home::create(&args.run)?;
    let mut wanted = Wanted { all: false, logins: args.logins.clone(), right_and_wrong: false };
    let files = match files {
        Some(files) => files,
        None => {
            let (file, logins) = write_sample(&folder)?;
            wanted.logins.get_or_insert(logins);
            wanted.right_and_wrong = true;
            // The sample is made of awkward cases; that they are set aside is what it shows.
            args.policy.accept.extend(CODES.iter().map(|code| code.name.to_owned()));
            vec![file]
        }
    };
    let into = Some(folder.clone());
    let prepared =
        flow::prepare_files(files, Kind::Accounts, &args.read, &args.policy, identifiers, into).await?;
    let mut report = prepared.report.clone();
    flow::write_report(&folder, &report)?;
    flow::containers(&prepared, &args.policy.accept)?;
    let options = flow::import_options(target, &args.target);
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

/// Writes the sample and the logins that are tried into the run.
fn write_sample(folder: &RunFolder) -> Result<(PathBuf, PathBuf), Failure> {
    let (file, logins) = (folder.file("sample.ndjson"), folder.file("sample-logins.ndjson"));
    let options = sample::Options::default();
    let write = || -> std::io::Result<()> {
        let open = |path: &PathBuf| folder.create_file(path).map_err(std::io::Error::other);
        let mut out = BufWriter::new(open(&file)?);
        sample::write(options, &mut out, None::<&mut File>)?;
        let mut out = BufWriter::new(open(&logins)?);
        let mut tried = std::collections::HashMap::new();
        for login in sample::Sample::new(options.accounts, options.seed).logins() {
            let count = tried.entry(login.kind).or_insert(0_usize);
            *count += 1;
            if *count <= LOGINS_OF_A_KIND {
                serde_json::to_writer(&mut out, &login)?;
                out.write_all(b"\n")?;
            }
        }
        out.flush()
    };
    write().map_err(|error| Failure::stopped(format!("the sample cannot be written: {error}")))?;
    Ok((file, logins))
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
