//! The home folder: `tenant/` and `runs/NAME/`.

use std::path::{Path, PathBuf};

use migration::run::RunFolder;

use crate::args::NewRunArgs;
use crate::exit::Failure;

/// `CROSSWALK_HOME`, or `.crosswalk` in the current folder.
pub(crate) fn home() -> PathBuf {
    std::env::var_os("CROSSWALK_HOME")
        .filter(|home| !home.is_empty())
        .map_or_else(|| ".crosswalk".into(), PathBuf::from)
}

/// Where runs are.
pub(crate) fn runs() -> PathBuf {
    home().join("runs")
}

/// A name for a new run: the time, without colons.
pub(crate) fn new_name() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d-%H%M%S").to_string()
}

/// Makes the folder of a new run: at a path, under a name, or under a dated name that is still free.
pub(crate) fn create(args: &NewRunArgs) -> Result<RunFolder, Failure> {
    let wanted = args.path.clone().or_else(|| args.name.as_deref().map(place));
    if let Some(wanted) = wanted {
        return RunFolder::create(&wanted).map_err(Failure::refused);
    }
    let base = new_name();
    for number in 1.. {
        let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        let path = runs().join(name);
        if !path.exists() {
            return RunFolder::create(&path).map_err(Failure::refused);
        }
    }
    Err(Failure::refused("no free name for a run"))
}

/// Opens a run by its name or path.
pub(crate) fn open(run: &str) -> Result<RunFolder, Failure> {
    RunFolder::open(&place(run)).map_err(Failure::refused)
}

/// A name is a run under the home; anything with a separator in it, or that exists as a folder, is a path.
fn place(run: &str) -> PathBuf {
    let path = Path::new(run);
    let named = !run.contains(['/', std::path::MAIN_SEPARATOR]) && run != "." && run != "..";
    if named && !path.is_dir() { runs().join(run) } else { path.to_owned() }
}
