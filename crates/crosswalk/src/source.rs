//! Where accounts come from: files, or a live site whose accounts are recorded first.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gigya::{Address, Client, Config, Credentials, PrivateKey};
use migration::export::{ExportError, ExportOptions, ExportProgress, Exported, Query, export};
use migration::prepare::Kind;
use migration::read::resolve;
use migration::report::Report;
use migration::run::RunFolder;
use migration::screen::Takes;
use secrecy::SecretString;

use crate::args::{AccessArgs, PolicyArgs, ReadArgs};
use crate::commands::dataflow::FlowSource;
use crate::commands::flow;
use crate::exit::Failure;
use crate::progress::{self, counted};
use crate::settings::Settings;

/// What a SOURCE means.
pub(crate) enum Source {
    /// Files.
    Files(Vec<PathBuf>),
    /// A live site.
    Site(Client),
    /// A dataflow.
    Flow(Box<FlowSource>),
}

/// What becomes of the folder in which the accounts of a site are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is that of a run, and stays.
    Run,
    /// It is gone when the command ends.
    Nothing,
}

impl Source {
    /// Looks at what was typed; a site is not spoken to yet.
    pub(crate) fn of(source: &str, access: &AccessArgs) -> Result<Self, Failure> {
        match site(source, access)? {
            None => resolve(source).map(Self::Files).map_err(Failure::usage),
            Some(config) => Client::new(config).map(Self::Site).map_err(Failure::usage),
        }
    }

    /// What its records are.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Files(_) | Self::Site(_) => Kind::Accounts,
            Self::Flow(flow) => flow.kind(),
        }
    }

    /// The files that prepare reads. A site is read into `folder` first, and an attempt that was interrupted there goes on; a
    /// dataflow brings its records there. `takes` is what the connection takes, where that is known.
    pub(crate) async fn files(
        &self,
        folder: &RunFolder,
        kept: Kept,
        read: &ReadArgs,
        policy: &PolicyArgs,
        takes: Option<&Takes>,
    ) -> Result<Vec<PathBuf>, Failure> {
        match self {
            Self::Files(files) => Ok(files.clone()),
            Self::Site(client) => {
                let query = Query::of_mapping(&policy.mapping_text()?).map_err(Failure::usage)?;
                let options = ExportOptions { query, ..ExportOptions::default() };
                record(client, folder, kept, read, policy, options).await
            }
            Self::Flow(flow) => flow.files(folder, read, policy, takes).await,
        }
    }

    /// Whether it gives all accounts that it has.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::Files(_) | Self::Site(_) => true,
            Self::Flow(flow) => flow.is_export(),
        }
    }

    /// Adds what was noticed on the way to the files, and how long that took, to a report.
    pub(crate) fn add_to(&self, report: &mut Report, took: Duration) {
        if !matches!(self, Self::Files(_)) {
            report.seconds.insert("export".to_owned(), took.as_secs_f64());
        }
        if let Some(client) = self.client() {
            flow::add_site_requests(report, &client.counts());
        }
        if let Self::Flow(flow) = self {
            flow.add_to(report);
        }
    }

    /// Whether records were lost before prepare could judge them.
    pub(crate) fn has_lost(&self) -> bool {
        matches!(self, Self::Flow(flow) if flow.unrouted() > 0)
    }

    /// The client of a live site.
    fn client(&self) -> Option<&Client> {
        match self {
            Self::Files(_) => None,
            Self::Site(client) => Some(client),
            Self::Flow(flow) => flow.client(),
        }
    }
}

/// The site that a SOURCE means; none when it means files.
pub(crate) fn site(source: &str, access: &AccessArgs) -> Result<Option<Config>, Failure> {
    let settings = Settings::read(access)?;
    let data_center = settings.get("GIGYA_DATA_CENTER");
    let address = Address::of_source(source, data_center.as_deref()).map_err(Failure::usage)?;
    address.map(|address| config(address, &settings)).transpose()
}

/// Who we are at the site of this address, as the settings have it.
pub(crate) fn config(address: Address, settings: &Settings) -> Result<Config, Failure> {
    Ok(Config {
        address,
        api_key: need(settings, "GIGYA_API_KEY")?,
        credentials: credentials(settings)?,
        ca: settings.ca("GIGYA_CA"),
    })
}

fn need(settings: &Settings, name: &str) -> Result<String, Failure> {
    settings.get(name).ok_or_else(|| {
        Failure::usage(format!(
            "who are we at the site? {name} is not set. Set GIGYA_API_KEY, GIGYA_USER_KEY and GIGYA_SECRET (or \
             GIGYA_PRIVATE_KEY, a file), or name a file with them: --credentials FILE"
        ))
    })
}

/// A private key where one is named, since it was made to replace the secret.
fn credentials(settings: &Settings) -> Result<Credentials, Failure> {
    let user_key = need(settings, "GIGYA_USER_KEY")?;
    if let Some(path) = settings.get("GIGYA_PRIVATE_KEY") {
        let pem = std::fs::read(&path)
            .map_err(|error| Failure::usage(format!("GIGYA_PRIVATE_KEY {path}: {error}")))?;
        let key = PrivateKey::from_pem(&pem).map_err(|error| Failure::usage(format!("{path}: {error}")))?;
        return Ok(Credentials::PrivateKey { user_key, key });
    }
    Ok(Credentials::Signature { user_key, secret: SecretString::from(need(settings, "GIGYA_SECRET")?) })
}

/// Records the accounts of a site in a folder; gives the files.
pub(crate) async fn record(
    client: &Client,
    folder: &RunFolder,
    kept: Kept,
    read: &ReadArgs,
    policy: &PolicyArgs,
    mut options: ExportOptions,
) -> Result<Vec<PathBuf>, Failure> {
    if let Some((path, _)) = read.filter()? {
        options.query.add(path);
    }
    options.limit = read.limit;
    options.accept_incomplete = policy.accept.iter().any(|code| code == "site_incomplete");
    let state = Arc::new(ExportProgress::default());
    let display = progress::export(state.clone());
    let exported = export(client, folder, &options, state, flow::interrupts()).await;
    drop(display);
    let Exported { files, finished: done } =
        exported.map_err(|error| failed(&error, client, folder, kept))?;
    let (accounts, site) = (counted(done.accounts, "account"), client.address());
    match kept {
        Kept::Run => eprintln!("{accounts} of {site} recorded in {}/source", folder.path().display()),
        Kept::Nothing => eprintln!("{accounts} of {site} read; nothing of them is kept"),
    }
    for remark in done.remarks() {
        eprintln!("{remark}");
    }
    Ok(files)
}

fn failed(error: &ExportError, client: &Client, folder: &RunFolder, kept: Kept) -> Failure {
    let message = format!("{} cannot be read: {error}", client.address());
    match error {
        ExportError::Site(gigya::Error::Config(_)) => Failure::usage(message),
        ExportError::Broke(_) => Failure::bug(message),
        error if error.is_resumable() && kept == Kept::Nothing => {
            Failure::stopped(format!("{message}\ntry again later; nothing of what was read is kept"))
        }
        ExportError::Incomplete { .. } => Failure::stopped(format!(
            "{message}\ntry again with the same command and: --run {}; or go on without them: --accept site_incomplete",
            folder.path().display()
        )),
        error if error.is_resumable() => Failure::stopped(format!(
            "{message}\ngo on with the same command and: --run {}",
            folder.path().display()
        )),
        _ => Failure::refused(message),
    }
}
