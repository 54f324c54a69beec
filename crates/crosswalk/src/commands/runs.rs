//! `crosswalk runs`: what was run, and removing it.

use engine::books::{self, Standing};
use migration::ledger::RunLock;
use migration::report::Counters;
use migration::run::RunError;
use serde_json::json;

use crate::args::RunsArgs;
use crate::exit::{Failure, Status};
use crate::progress::{counted, grouped};
use crate::{home, output};

pub(crate) fn run(args: &RunsArgs) -> Result<Status, Failure> {
    match &args.purge {
        Some(run) => purge(run, args.common.json),
        None => list(args.common.json),
    }
}

fn purge(run: &str, as_json: bool) -> Result<Status, Failure> {
    let folder = home::home().removable_run(run)?;
    // A run that is being prepared or imported is locked, and stays.
    let lock = RunLock::take(&folder).map_err(Failure::refused)?;
    std::fs::remove_dir_all(folder.path())
        .map_err(|error| Failure::stopped(format!("{}: {error}", folder.path().display())))?;
    drop(lock);
    if as_json {
        output::json(&json!({"purged": folder.name()}))?;
    } else {
        output::line(&format!("removed {}", folder.path().display()))?;
    }
    Ok(Status::Done)
}

/// A line of the list.
struct Run {
    prepared: Option<String>,
    counters: Counters,
    /// As `--json` names it.
    state: &'static str,
    words: String,
}

fn list(as_json: bool) -> Result<Status, Failure> {
    let mut runs = Vec::new();
    for name in home::home().run_names() {
        let run = of(&name);
        if as_json {
            runs.push(json!({
                "run": name, "prepared": run.prepared, "state": run.state, "counters": run.counters,
            }));
        } else {
            output::line(&format!("{name:<24} {}", run.words))?;
        }
    }
    if as_json {
        output::json(&json!({"runs": runs}))?;
    }
    Ok(Status::Done)
}

/// One that cannot be read is listed with the reason, and does not hide the others.
fn of(name: &str) -> Run {
    let nothing = |state, words| Run { prepared: None, counters: Counters::default(), state, words };
    let folder = match home::home().run_folder(name) {
        Ok(folder) => folder,
        Err(RunError::Unprepared(path)) if RunLock::is_held(&migration::run::RunFolder::at(&path)) => {
            return nothing("preparing", "is being read or prepared".to_owned());
        }
        Err(RunError::Unprepared(_)) => {
            let words = format!(
                "stopped while it was read or prepared; go on with the command that began it and: --run {name}"
            );
            return nothing("not_prepared", words);
        }
        Err(error) => return nothing("unknown", error.to_string()),
    };
    match folder.manifest().map_err(Failure::refused).and_then(|manifest| {
        books::current(&folder).map(|(report, standing)| (manifest.prepared, report.counters, standing))
    }) {
        Ok((prepared, counters, standing)) => Run {
            prepared: Some(prepared),
            counters,
            state: standing.word(),
            words: words(name, &counters, standing),
        },
        Err(failure) => nothing("unknown", failure.to_string()),
    }
}

fn words(name: &str, counters: &Counters, standing: Standing) -> String {
    let packed = counters.packed.unwrap_or(0);
    let there = [counters.imported, counters.updated, counters.already_there].into_iter().flatten().sum();
    let there = format!("{} of {} are there", grouped(there), counted(packed, "user"));
    match standing {
        Standing::NotImported => format!("{} packed, not imported", counted(packed, "user")),
        Standing::Imported => there,
        Standing::Importing => format!("{there}, and the import is at work"),
        Standing::Interrupted => {
            let open = counted(counters.open.unwrap_or(0), "user");
            format!("{there}, {open} open; go on with: crosswalk resume {name}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_how_far_it_is_and_what_comes_next() {
        let prepared = Counters { packed: Some(1), ..Counters::default() };
        assert_eq!(words("r", &prepared, Standing::NotImported), "1 user packed, not imported");
        let begun = Counters {
            packed: Some(9),
            imported: Some(2),
            already_there: Some(1),
            failed: Some(1),
            open: Some(5),
            ..Counters::default()
        };
        assert_eq!(
            words("r", &begun, Standing::Interrupted),
            "3 of 9 users are there, 5 users open; go on with: crosswalk resume r"
        );
    }
}
