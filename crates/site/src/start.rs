//! Starting and stopping a site.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use loopback::{
    CertificateError, Certificates, DataFolder, Factor, FastClock, FaultPlan, Faults, FolderError,
    ServeError, Server, SharedClock, SystemClock,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app;
use crate::auth::{DataCenter, Nonces};
use crate::idx::scheduler::{self, Scheduler};
use crate::idx::{Flows, Variables};
use crate::keys::{Credentials, KeyError, Keys};
use crate::limits::Limits;
use crate::lockout::Lockout;
use crate::pace::{Gate, Pace};
use crate::search::Cursors;
use crate::state::{AppState, Inner};
use crate::store::{self, Store, StoreError};
use crate::tokens::Tokens;

/// How a site is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder; made where it is missing.
    pub data: PathBuf,
    /// The address to listen on; loopback unless somebody asks for another in so many words.
    pub listen: IpAddr,
    /// The port; 0 takes any that is free.
    pub port: u16,
    /// Whether to speak TLS, with a certificate of the test CA in the data folder.
    pub tls: bool,
    /// With TLS: a second port for plain HTTP, since some calls of SAP's SDKs go there; 0 takes any that is free.
    pub plain_port: Option<u16>,
    /// Names in the certificate beside `localhost`, `127.0.0.1` and `*.DATACENTER.gigya.com`.
    pub names: Vec<String>,
    /// The data center: `eu1`, or a domain. Calls by the host name of another are refused with 301001.
    pub data_center: DataCenter,
    /// Whether searches give password hashes, as sites with the permission do.
    pub search_passwords: bool,
    /// Whether pages of cursors are often shorter than their `LIMIT`, as they may be at Gigya, in an order that is the same
    /// for every cursor.
    pub short_pages: bool,
    /// API key, user key and secret, instead of those that the data folder has or would get.
    pub credentials: Option<Credentials>,
    /// What runs dataflows. Without it they can be stored and scheduled, and wait for a site that has it.
    pub flows: Option<Arc<dyn Flows>>,
    /// What `<$NAME$>` means in dataflows.
    pub variables: Variables,
    /// The pace of a real site; without it the site is as fast as the machine.
    pub pace: Option<Pace>,
    /// What goes wrong on purpose.
    pub faults: FaultPlan,
    /// The time.
    pub clock: SharedClock,
    /// How many times as fast as `clock` the site's time runs. It goes on over restarts ([`FastClock`]).
    pub factor: Factor,
}

impl Options {
    /// Loopback, any free port, no TLS, `eu1`, passwords in searches, the time of the machine.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tls: false,
            plain_port: None,
            names: Vec::new(),
            data_center: DataCenter::new("eu1"),
            search_passwords: true,
            short_pages: false,
            credentials: None,
            flows: None,
            variables: Variables::default(),
            pace: None,
            faults: FaultPlan::default(),
            clock: Arc::new(SystemClock),
            factor: Factor::default(),
        }
    }
}

/// Why a site cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder is in use or unusable.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database is.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key is.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate is.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The address is.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The work was cut off.
    #[error("the start of the site was cut off")]
    CutOff,
}

/// A running site. Dropping it without [`Site::stop`] leaves it running until the runtime ends.
#[derive(Debug)]
pub struct Site {
    /// Base URL without a slash at its end; with TLS by the name `localhost`, which the certificate has.
    pub url: String,
    /// The URL for plain HTTP beside TLS.
    pub plain_url: Option<String>,
    /// The key of the site.
    pub api_key: String,
    /// The key of the application that may do everything.
    pub user_key: String,
    /// Its secret: base64.
    pub secret: String,
    /// File with its private key (PEM, PKCS #1), which signs bearer tokens.
    pub private_key: PathBuf,
    /// File with the CA's certificate (PEM); none without TLS.
    pub ca: Option<PathBuf>,
    state: AppState,
    servers: Vec<Server>,
    stop: watch::Sender<bool>,
    scheduler: Option<JoinHandle<()>>,
}

/// The ready line, as `--json` prints it. Every value is stable over restarts of the same data folder; another program
/// can take the port meanwhile.
#[derive(Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ready {
    /// Base URL, without a slash at its end.
    pub url: String,
    /// The key of the site.
    pub api_key: String,
    /// The key of the application that may do everything.
    pub user_key: String,
    /// Its secret.
    pub secret: String,
    /// File with its private key.
    pub private_key: PathBuf,
    /// File with the certificate of the test CA (PEM); none without TLS.
    pub ca: Option<PathBuf>,
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready")
            .field("url", &self.url)
            .field("api_key", &self.api_key)
            .finish_non_exhaustive()
    }
}

/// Starts a site and returns when it takes calls.
///
/// # Errors
/// [`StartError`] says what is in the way.
pub async fn start(options: Options) -> Result<Site, StartError> {
    let (listen, port, plain_port) = (options.listen, options.port, options.plain_port);
    // Making a key takes a moment at the first start, and all of this waits for the disk.
    let prepared = tokio::task::spawn_blocking(move || prepare(options)).await;
    let (state, certificates) = prepared.map_err(|_| StartError::CutOff)??;

    let bound = loopback::bind_again(state.folder(), listen, port).await?;
    let plain = match plain_port.filter(|_| certificates.is_some()) {
        Some(port) => Some(loopback::bind(listen, port).await?),
        None => None,
    };
    let address = bound.address();
    let (scheme, url) = match &certificates {
        Some(_) => ("https", format!("https://localhost:{}", address.port())),
        None => ("http", format!("http://{address}")),
    };
    let plain_url = plain.as_ref().map(|bound| format!("http://{}", bound.address()));
    let mut servers = vec![bound.serve(app(state.clone(), scheme), certificates.as_ref())];
    servers.extend(plain.map(|bound| bound.serve(app(state.clone(), "http"), None)));
    let keys = state.keys().clone();
    let mut site = Site {
        url,
        plain_url,
        api_key: keys.api_key,
        user_key: keys.user_key,
        secret: keys.secret,
        private_key: keys.private,
        ca: certificates.map(|certificates| certificates.ca),
        state,
        servers,
        stop: watch::channel(false).0,
        scheduler: None,
    };
    if let Some(flows) = site.state.flows().cloned() {
        let stopped = site.stop.subscribe();
        let running = scheduler::run(site.state.clone(), flows, site.ready_line(), stopped);
        site.scheduler = Some(tokio::spawn(running));
    }
    Ok(site)
}

fn prepare(options: Options) -> Result<(AppState, Option<Certificates>), StartError> {
    let folder = DataFolder::open(&options.data)?;
    let clock = FastClock::open(&folder, options.clock, options.factor)?;
    let store = Store::open(&folder.file(store::DATABASE), store::TABLES)?;
    let keys = Keys::load(&folder, options.credentials)?;
    let mut names = vec![format!("*.{}", options.data_center.domain())];
    names.extend(options.names);
    let certificates = if options.tls { Some(Certificates::load(&folder, &names)?) } else { None };
    let state = AppState::new(Inner {
        store,
        gate: Gate::new(options.pace),
        faults: Faults::start(options.faults, clock.clone()),
        clock,
        keys,
        data_center: options.data_center,
        search_passwords: options.search_passwords,
        nonces: Nonces::default(),
        limits: Limits::default(),
        cursors: Cursors::default(),
        short_pages: options.short_pages,
        lockout: Lockout::default(),
        tokens: Tokens::default(),
        flows: options.flows,
        variables: options.variables,
        scheduler: Scheduler::default(),
        folder,
    });
    Ok((state, certificates))
}

impl Site {
    /// The ready line.
    #[must_use]
    pub fn ready_line(&self) -> Ready {
        Ready {
            url: self.url.clone(),
            api_key: self.api_key.clone(),
            user_key: self.user_key.clone(),
            secret: self.secret.clone(),
            private_key: self.private_key.clone(),
            ca: self.ca.clone(),
        }
    }

    /// What the endpoints share, for callers in the same process.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Lets running calls finish, cuts jobs off, closes the files and releases the data folder.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Some(scheduler) = self.scheduler {
            // It can only have ended before.
            let _ = scheduler.await;
        }
        for server in self.servers {
            server.stop().await;
        }
    }
}
