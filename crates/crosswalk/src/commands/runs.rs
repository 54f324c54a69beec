//! `crosswalk runs`: what was run, and removing it.

use serde_json::json;

use super::flow;
use crate::args::RunsArgs;
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::{home, output};

pub(crate) fn run(args: &RunsArgs) -> Result<Status, Failure> {
    if let Some(run) = &args.purge {
        let folder = home::open(run)?;
        // A run that is being imported is locked, and stays.
        let lock = migration::ledger::RunLock::take(&folder).map_err(Failure::refused)?;
        folder.only_a_run().map_err(|error| Failure::refused(format!("nothing was removed: {error}")))?;
        std::fs::remove_dir_all(folder.path())
            .map_err(|error| Failure::stopped(format!("{}: {error}", folder.path().display())))?;
        drop(lock);
        if args.common.json {
            output::json(&json!({"purged": folder.name()}))?;
        } else {
            output::line(&format!("removed {}", folder.path().display()))?;
        }
        return Ok(Status::Done);
    }
    let mut runs = Vec::new();
    for name in home::home().run_names() {
        let prepared =
            home::open(&name).ok().map(|folder| (folder.manifest().ok(), flow::read_report(&folder)));
        let (prepared_at, counters) = prepared
            .map(|(manifest, report)| (manifest.map(|one| one.prepared), report.counters))
            .unwrap_or_default();
        if args.common.json {
            runs.push(json!({"run": name, "prepared": prepared_at, "counters": counters}));
            continue;
        }
        let state = match (prepared_at, counters.packed, counters.imported) {
            (None, ..) => "not prepared to its end".to_owned(),
            (Some(_), packed, None) => format!("{} users packed, not imported", grouped(packed.unwrap_or(0))),
            (Some(_), packed, Some(_)) => {
                let there =
                    [counters.imported, counters.updated, counters.already_there].into_iter().flatten().sum();
                format!("{} of {} users are there", grouped(there), grouped(packed.unwrap_or(0)))
            }
        };
        output::line(&format!("{name:<24} {state}"))?;
    }
    if args.common.json {
        output::json(&json!({"runs": runs}))?;
    }
    Ok(Status::Done)
}
