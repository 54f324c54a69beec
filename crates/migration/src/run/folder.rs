//! Names of the files of a run, and how they are made.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::{Manifest, Target};

/// Everything that is kept in the folder of a run: CONTRACT, "The run folder", and what the page and live sources add.
const FILES: [&str; 23] = [
    "manifest.json",
    "parts",
    "set-aside.ndjson",
    "lazy.ndjson",
    "spilled.ndjson",
    "linking.ndjson",
    "retry.ndjson",
    "mended.ndjson",
    "id-map.csv",
    "mapping.toml",
    "ledger.sqlite",
    "ledger.lock",
    "report.json",
    "report.html",
    "page.json",
    "upload",
    "uploads",
    "source",
    "source.json",
    "source.sqlite",
    "dataflow.json",
    "waiting.txt",
    "sample-logins.ndjson",
];

/// The folder of one run.
#[derive(Debug, Clone)]
pub struct RunFolder {
    path: PathBuf,
}

/// Why a run folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is a run here already.
    #[error("{0} holds a run already; name another folder with --run, or go on with `crosswalk resume {0}`")]
    Exists(PathBuf),
    /// Something else is in the folder.
    #[error("{path} holds {name}, which is no file of a run; name an empty folder or a new one with --run")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// What was found in it.
        name: String,
    },
    /// No run here.
    #[error("{0} is not the folder of a run (no manifest.json)")]
    NotARun(PathBuf),
    /// A run that was not prepared to its end.
    #[error(
        "{0} was stopped while it was read or prepared; go on with the command that began it, such as: crosswalk migrate \
         SOURCE --run {0}; or remove it: crosswalk runs --purge {0}"
    )]
    Unprepared(PathBuf),
    /// The manifest cannot be understood.
    #[error("{path} cannot be read: {source}")]
    BadManifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The disk said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
}

impl RunFolder {
    /// Makes the folder of a new run, with its parents.
    ///
    /// # Errors
    /// [`RunError::Exists`] when it holds a run already, [`RunError::NotEmpty`] when it holds anything else than what an
    /// interrupted prepare leaves; [`RunError::Io`].
    pub fn create(path: &Path) -> Result<Self, RunError> {
        let folder = Self { path: path.to_owned() };
        if folder.file("manifest.json").exists() || folder.file("ledger.sqlite").exists() {
            return Err(RunError::Exists(path.to_owned()));
        }
        let io = |source| RunError::Io { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io)?;
        folder.only_a_run()?;
        // One that was there may have been open to others.
        std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(io)?;
        match std::fs::remove_dir_all(folder.parts_dir()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder.parts_dir()).map_err(io)?;
        Ok(folder)
    }

    /// Makes sure that nothing is in the folder but what a run keeps there, so that it can be removed whole.
    ///
    /// # Errors
    /// [`RunError::NotEmpty`]; [`RunError::Io`].
    pub fn only_a_run(&self) -> Result<(), RunError> {
        let io = |source| RunError::Io { path: self.path.clone(), source };
        for entry in std::fs::read_dir(&self.path).map_err(io)? {
            let name = entry.map_err(io)?.file_name().to_string_lossy().into_owned();
            let plain = name.strip_suffix(".draft").unwrap_or(&name);
            // SQLite keeps a log and an index beside a database that is open, or was when a process died.
            let plain =
                ["-wal", "-shm", "-journal"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(plain);
            if !FILES.contains(&plain) {
                return Err(RunError::NotEmpty { path: self.path.clone(), name });
            }
        }
        Ok(())
    }

    /// Forgets what was prepared, so that it can be prepared anew from other inputs.
    ///
    /// # Errors
    /// [`RunError::Exists`] when its users have been sent already; [`RunError::Io`].
    pub fn start_over(&self) -> Result<(), RunError> {
        if self.file("ledger.sqlite").exists() {
            return Err(RunError::Exists(self.path.clone()));
        }
        // Without a manifest it is no run, whatever else is still there.
        for name in ["manifest.json", "report.json", "report.html"] {
            match std::fs::remove_file(self.file(name)) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(RunError::Io { path: self.file(name), source });
                }
                _ => {}
            }
        }
        Self::create(&self.path).map(drop)
    }

    /// The folder at `path`, whether it holds a run, is to become one, or is not there.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Opens the folder of a prepared run.
    ///
    /// # Errors
    /// [`RunError::NotARun`] when there is no manifest, [`RunError::Unprepared`] when there was to be one.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let folder = Self { path: path.to_owned() };
        if folder.file("manifest.json").is_file() {
            Ok(folder)
        } else if folder.is_unprepared() {
            Err(RunError::Unprepared(path.to_owned()))
        } else {
            Err(RunError::NotARun(path.to_owned()))
        }
    }

    /// Whether this is what [`RunFolder::create`] and an interrupted prepare leave: a folder for its owner alone with a
    /// place for parts, and nothing in it but what a run keeps.
    #[must_use]
    pub fn is_unprepared(&self) -> bool {
        let private =
            std::fs::metadata(&self.path).is_ok_and(|meta| meta.permissions().mode() & 0o777 == 0o700);
        private
            && !self.file("manifest.json").exists()
            && self.parts_dir().is_dir()
            && self.only_a_run().is_ok()
    }

    /// Opens what may be removed as a whole: a run, or what was to become one, with nothing else in it.
    ///
    /// # Errors
    /// [`RunError::NotARun`], [`RunError::NotEmpty`].
    pub fn removable(path: &Path) -> Result<Self, RunError> {
        let folder = match Self::open(path) {
            Err(RunError::Unprepared(_)) => Self::at(path),
            other => other?,
        };
        folder.only_a_run()?;
        Ok(folder)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last component of the path: the run's name.
    #[must_use]
    pub fn name(&self) -> String {
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        absolute.file_name().map_or_else(|| "run".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// A file of the run by its name in the contract, such as `set-aside.ndjson`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where the parts are.
    #[must_use]
    pub fn parts_dir(&self) -> PathBuf {
        self.path.join("parts")
    }

    /// The file of part `number`, which counts from 1.
    #[must_use]
    pub fn part(&self, number: u32) -> PathBuf {
        self.parts_dir().join(format!("part-{number:06}.json"))
    }

    /// Opens a new file of mode 0600 for writing, in the place of an older one.
    ///
    /// # Errors
    /// [`RunError::Io`].
    pub fn create_file(&self, path: &Path) -> Result<File, RunError> {
        OpenOptions::new()
            .write(true)
            .read(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .map_err(|source| RunError::Io { path: path.to_owned(), source })
    }

    /// Writes a whole file of mode 0600 such that it is there in full or not at all.
    ///
    /// # Errors
    /// [`RunError::Io`].
    pub fn write_whole(&self, name: &str, bytes: &[u8]) -> Result<(), RunError> {
        let path = self.file(name);
        let draft = self.file(&format!("{name}.draft"));
        let io = |source| RunError::Io { path: path.clone(), source };
        let mut file = self.create_file(&draft)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)?;
        std::fs::rename(&draft, &path).map_err(io)
    }

    /// Notes in the manifest where the run goes.
    ///
    /// # Errors
    /// [`RunError`]
    pub fn set_target(&self, tenant: &str, connection: &str) -> Result<(), RunError> {
        let mut manifest = self.manifest()?;
        manifest.target = Some(Target { tenant: tenant.to_owned(), connection: connection.to_owned() });
        let bytes = serde_json::to_vec_pretty(&manifest)
            .map_err(|source| RunError::BadManifest { path: self.file("manifest.json"), source })?;
        self.write_whole("manifest.json", &bytes)
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// [`RunError::NotARun`], [`RunError::BadManifest`].
    pub fn manifest(&self) -> Result<Manifest, RunError> {
        let path = self.file("manifest.json");
        let bytes = std::fs::read(&path).map_err(|_| RunError::NotARun(self.path.clone()))?;
        serde_json::from_slice(&bytes).map_err(|source| RunError::BadManifest { path, source })
    }
}
