//! The home folder, as the environment names it.

use std::path::PathBuf;

use engine::Home;
pub(crate) use engine::home::new_name;
use migration::ledger::{LedgerError, RunLock};
use migration::run::RunFolder;

use crate::args::NewRunArgs;
use crate::exit::Failure;

/// `CROSSWALK_HOME`, or `.crosswalk` in the current folder.
pub(crate) fn home() -> Home {
    let named = std::env::var_os("CROSSWALK_HOME").filter(|home| !home.is_empty());
    Home::new(named.map_or_else(|| ".crosswalk".into(), PathBuf::from))
}

/// Makes the folder of a new run: at a path, under a name, or under a dated name that is still free. While the lock is held,
/// nobody else prepares into it or removes it; an import takes it anew.
pub(crate) fn create(args: &NewRunArgs) -> Result<(RunFolder, RunLock), Failure> {
    let home = home();
    let folder = match args.path.clone().or_else(|| args.name.as_deref().map(|name| home.place(name))) {
        Some(wanted) => {
            // Making the folder takes away the parts of an interrupted prepare, not those of one at work.
            if RunLock::is_held(&RunFolder::at(&wanted)) {
                return Err(Failure::refused(LedgerError::Locked(wanted)));
            }
            RunFolder::create(&wanted).map_err(Failure::refused)?
        }
        None => home.create_run()?,
    };
    let lock = RunLock::take(&folder).map_err(Failure::refused)?;
    Ok((folder, lock))
}

/// Opens a run by its name or path.
pub(crate) fn open(run: &str) -> Result<RunFolder, Failure> {
    home().open_run(run)
}
