//! Exports of users under way, and the files of those that are done: `exports/` in the home folder.

use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use auth0::Client;
use engine::home::new_name;
use migration::users_export::{Exported, Progress, UsersExport, UsersExportError, export};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::memory::store;

/// The exports of this process and the files of all.
#[derive(Debug)]
pub(crate) struct Exports {
    folder: PathBuf,
    known: Mutex<Vec<Arc<Export>>>,
    tasks: tokio::sync::Mutex<JoinSet<()>>,
}

/// One export.
#[derive(Debug)]
pub(crate) struct Export {
    /// Name of its file.
    pub(crate) name: String,
    /// How far it is.
    pub(crate) progress: Progress,
    cancel: watch::Sender<bool>,
    state: Mutex<State>,
}

/// Where an export stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// It is under way.
    Running,
    /// Its file is there.
    Done(Exported),
    /// A person stopped it.
    Stopped,
    /// It failed, for this reason.
    Failed(String),
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// Users in it; none for a file whose count was lost.
    pub(crate) users: Option<u64>,
    /// When it was written.
    pub(crate) written: Option<SystemTime>,
}

/// The hidden file beside an export that keeps the number of its users over a restart.
fn count_of(name: &str) -> String {
    format!(".{name}.users")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Export {
    /// Where it stands.
    pub(crate) fn state(&self) -> State {
        lock(&self.state).clone()
    }

    /// It shall stop.
    pub(crate) fn stop(&self) {
        self.cancel.send_replace(true);
    }
}

impl Exports {
    /// The exports of a home folder.
    pub(crate) fn of(home: &Path) -> Self {
        Self { folder: home.join("exports"), known: Mutex::default(), tasks: Default::default() }
    }

    /// Those of this process, newest first.
    pub(crate) fn known(&self) -> Vec<Arc<Export>> {
        lock(&self.known).iter().rev().cloned().collect()
    }

    /// Whether one is under way.
    pub(crate) fn is_busy(&self) -> bool {
        lock(&self.known).iter().any(|export| export.state() == State::Running)
    }

    /// The files that are there, newest first.
    pub(crate) fn files(&self) -> Vec<File> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<File> = entries
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
                // What is being written has a hidden name.
                let name = entry.file_name().into_string().ok().filter(|name| !name.starts_with('.'))?;
                let users = std::fs::read_to_string(self.folder.join(count_of(&name))).ok();
                let users = users.and_then(|text| text.trim().parse().ok());
                Some(File { users, name, bytes: about.len(), written: about.modified().ok() })
            })
            .collect();
        files.sort_by(|one, other| (other.written, &other.name).cmp(&(one.written, &one.name)));
        files
    }

    /// The path of a file that is there. A name never leads out of the folder.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.files().iter().any(|file| file.name == name).then(|| self.folder.join(name))
    }

    /// Deletes a file, and forgets its export.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        lock(&self.known).retain(|export| export.name != name || export.state() == State::Running);
        let Some(path) = self.path(name) else { return Ok(()) };
        std::fs::remove_file(path)?;
        // Without its file the count says nothing; it may never have been there.
        let _ = std::fs::remove_file(self.folder.join(count_of(name)));
        Ok(())
    }

    /// Starts an export; `what` is in the name of its file.
    pub(crate) async fn start(&self, client: Client, what: &str, wanted: UsersExport) -> io::Result<()> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let export = self.add(what, wanted.format.name());
        let (path, worker) = (self.folder.join(&export.name), Arc::clone(&export));
        let count = self.folder.join(count_of(&export.name));
        let mut tasks = self.tasks.lock().await;
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let cancel = worker.cancel.subscribe();
            let done = self::export(&client, &wanted, &path, &worker.progress, cancel).await;
            *lock(&worker.state) = match done {
                Ok(exported) => {
                    if let Err(error) = store(&count, exported.users.to_string().as_bytes()) {
                        tracing::warn!(%error, "the number of exported users is forgotten with this process");
                    }
                    State::Done(exported)
                }
                Err(UsersExportError::Stopped) => State::Stopped,
                Err(error) => State::Failed(error.to_string()),
            };
        });
        Ok(())
    }

    /// A new export under a name that no other has.
    fn add(&self, what: &str, ending: &str) -> Arc<Export> {
        let base = format!("{what}-{}", new_name());
        let mut known = lock(&self.known);
        let mut name = format!("{base}.{ending}");
        let mut number = 1;
        while known.iter().any(|other| other.name == name) || self.folder.join(&name).exists() {
            number += 1;
            name = format!("{base}-{number}.{ending}");
        }
        let export = Arc::new(Export {
            name,
            progress: Progress::default(),
            cancel: watch::Sender::new(false),
            state: Mutex::new(State::Running),
        });
        known.push(Arc::clone(&export));
        export
    }

    /// Stops all that is under way and waits for it.
    pub(crate) async fn close(&self) {
        self.known().iter().for_each(|export| export.stop());
        while self.tasks.lock().await.join_next().await.is_some() {}
    }
}
