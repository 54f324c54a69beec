//! The users of a tenant as a file: an export job, its download, and the format that was asked for.
//!
//! Auth0 writes gzip NDJSON or CSV. The file here is unpacked, and NDJSON can become a JSON array, which other tools
//! expect; all of them can be imported again.

mod error;
mod file;
mod progress;

use std::path::Path;
use std::time::Duration;

use auth0::{Client, ExportField, ExportFormat, ExportRequest, JobStatus};

use crate::import::{Cancel, wanted};

pub use error::UsersExportError;
pub use progress::{Progress, Snapshot, Stage};

/// The first pause between two looks at a job; it grows by half.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest one.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The fields and column titles that Auth0's User Import/Export extension begins with.
pub const DEFAULT_FIELDS: [(&str, &str); 11] = [
    ("user_id", "Id"),
    ("given_name", "Given Name"),
    ("family_name", "Family Name"),
    ("nickname", "Nickname"),
    ("name", "Name"),
    ("email", "Email"),
    ("email_verified", "Email Verified"),
    ("picture", "Picture"),
    ("identities[0].connection", "Connection"),
    ("created_at", "Created At"),
    ("updated_at", "Updated At"),
];

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// A JSON array, a user a line.
    #[default]
    Json,
    /// A JSON object a line, as Auth0 writes them.
    Ndjson,
    /// Comma-separated values, as Auth0 writes them: an apostrophe before each text.
    Csv,
}

impl Format {
    /// The formats by name, which is also the ending of the file.
    pub const ALL: [(&'static str, Self); 3] =
        [("json", Self::Json), ("ndjson", Self::Ndjson), ("csv", Self::Csv)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// What is exported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsersExport {
    /// Whose users (`con_…`); None: those of all connections.
    pub connection_id: Option<String>,
    /// How they are written.
    pub format: Format,
    /// How many at most; None: all.
    pub limit: Option<u64>,
    /// What of each; nothing: what Auth0 exports by itself.
    pub fields: Vec<ExportField>,
}

/// What became of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Users in the file.
    pub users: u64,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Exports users into a file of mode 0600, which is there in full or not at all. Memory does not grow with it.
///
/// # Errors
/// [`UsersExportError`].
pub async fn export(
    client: &Client,
    export: &UsersExport,
    to: &Path,
    progress: &Progress,
    cancel: Cancel,
) -> Result<Exported, UsersExportError> {
    let folder = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = |source| UsersExportError::Disk { path: to.to_owned(), source };
    let packed = tempfile::NamedTempFile::new_in(folder).map_err(disk)?;
    fetch(client, export, packed.path(), progress, cancel).await?;
    progress.begin(Stage::Unpack);
    let (format, progress) = (export.format, progress.clone());
    let draft = tempfile::NamedTempFile::new_in(folder).map_err(disk)?;
    let work = tokio::task::spawn_blocking(move || {
        let exported = file::unpack(packed.path(), draft.as_file(), format, &progress)?;
        draft.as_file().sync_all()?;
        Ok::<_, std::io::Error>((exported, draft))
    });
    let (exported, draft) = work.await.map_err(|_| UsersExportError::Stopped)?.map_err(disk)?;
    draft.persist(to).map_err(|error| disk(error.error))?;
    Ok(exported)
}

/// Lets the tenant write its file and downloads it to `packed`, gzip as it is.
pub(crate) async fn fetch(
    client: &Client,
    export: &UsersExport,
    packed: &Path,
    progress: &Progress,
    mut cancel: Cancel,
) -> Result<(), UsersExportError> {
    progress.begin(Stage::Export);
    let request = ExportRequest {
        connection_id: export.connection_id.clone(),
        format: if export.format == Format::Csv { ExportFormat::Csv } else { ExportFormat::Json },
        limit: export.limit,
        fields: export.fields.clone(),
    };
    let job = client.export_users(&request).await?;
    let mut pause = FIRST_PAUSE;
    loop {
        tokio::select! {
            biased;
            () = wanted(&mut cancel) => return Err(UsersExportError::Stopped),
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        let known = client.export_job(&job).await?.ok_or_else(|| UsersExportError::Gone(job.clone()))?;
        progress.percent(known.percentage_done.unwrap_or(0));
        match known.status {
            JobStatus::Completed => break,
            JobStatus::Failed => return Err(UsersExportError::Failed(job)),
            JobStatus::Pending | JobStatus::Other => {}
        }
    }
    progress.begin(Stage::Download);
    tokio::select! {
        biased;
        () = wanted(&mut cancel) => Err(UsersExportError::Stopped),
        done = client.download_export(&job, packed) => Ok(done.map(drop)?),
    }
}
