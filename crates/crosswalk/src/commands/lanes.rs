//! `crosswalk lanes RUN`: how far the users have come who were left for their first login.

use auth0::Connection;
use engine::books;
use engine::lanes::Scripts;
use migration::lazy::{Lanes, lanes};
use migration::run::RunFolder;
use serde_json::json;

use super::flow;
use crate::args::LanesArgs;
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::target::{self, Target};
use crate::{home, output};

/// The file of the UIDs that wait, in the run folder.
const WAITING: &str = "waiting.txt";

pub(crate) async fn run(args: LanesArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let bound = books::bound(&folder)?;
    let known = bound.as_ref().map(|bound| (bound.tenant.as_str(), bound.connection.as_str()));
    let target = target::connect(&args.tenant, known).await?;
    let result = go(&args, &folder, &target).await;
    target.close().await;
    result
}

async fn go(args: &LanesArgs, folder: &RunFolder, target: &Target) -> Result<Status, Failure> {
    let connection = target.client.connection_by_name(&target.connection).await;
    let connection = connection
        .map_err(|error| Failure::refused(format!("{} cannot be used: {error}", target.title())))?
        .ok_or_else(|| {
            Failure::refused(format!("{} has no connection {}", target.title(), target.connection))
        })?;
    let lanes = lanes(folder, &target.client, &connection.name).await.map_err(Failure::stopped)?;
    let mut uids = lanes.uids.join("\n");
    if !uids.is_empty() {
        uids.push('\n');
    }
    folder.write_whole(WAITING, uids.as_bytes()).map_err(Failure::stopped)?;
    let mut scripts = Scripts::of(&connection);
    if args.finish {
        finish(args, target, &connection).await?;
        scripts = Scripts::Final;
    }
    let report = flow::read_report(folder);
    if args.common.json {
        output::json(&json!({
            "run": folder.name(),
            "connection": connection.name,
            "scripts": scripts.word(),
            "lanes": report.lanes,
            "lazy": lanes,
        }))?;
    } else {
        print(folder, &connection, scripts, &lanes)?;
    }
    Ok(Status::Done)
}

fn print(
    folder: &RunFolder,
    connection: &Connection,
    scripts: Scripts,
    lanes: &Lanes,
) -> Result<(), Failure> {
    output::line(&format!("connection    {}, scripts: {}", connection.name, scripts.sentence()))?;
    output::line(&format!("left          {}", grouped(lanes.left)))?;
    output::line(&format!("arrived       {}", grouped(lanes.arrived)))?;
    output::line(&format!("waiting       {}", grouped(lanes.waiting)))?;
    for (code, arrivals) in &lanes.codes {
        output::line(&format!(
            "  {code}: {} of {} arrived",
            grouped(arrivals.arrived),
            grouped(arrivals.left)
        ))?;
    }
    if lanes.waiting > 0 {
        let path = folder.path().display();
        eprintln!(
            "\nwho waits is in {path}/{WAITING}; before the site is switched off, import them without a password: crosswalk \
             migrate SOURCE --lazy reset --uids {path}/{WAITING}"
        );
    }
    Ok(())
}

/// The end of the lane, once a person has agreed to it.
async fn finish(args: &LanesArgs, target: &Target, connection: &Connection) -> Result<(), Failure> {
    if Scripts::of(connection) == Scripts::Ours && !target.is_loopback() && !args.yes {
        return Err(Failure::refused(
            "this tenant is not on this machine; nothing was changed. Say --yes to replace the scripts: who has not come by \
             then cannot log in any more",
        ));
    }
    engine::lanes::finish(&target.client, connection).await
}
