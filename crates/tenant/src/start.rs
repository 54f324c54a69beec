//! Starting and stopping a tenant.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use loopback::{
    CertificateError, Certificates, DataFolder, Factor, FastClock, FaultPlan, Faults, FolderError, Ready,
    ServeError, Server, SharedClock, SystemClock,
};

use crate::custom::{Outside, ScriptOptions};
use crate::keys::{KeyError, Keys};
use crate::pace::{Limits, Pace};
use crate::state::{AppState, Parts};
use crate::store::{self, Store, StoreError};
use crate::{app, exports, imports, indexer, seed};

/// How a tenant is started.
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
    /// Names in the certificate beside `localhost` and `127.0.0.1`.
    pub names: Vec<String>,
    /// The time.
    pub clock: SharedClock,
    /// How many times as fast as `clock` the tenant's time runs. It goes on over restarts ([`FastClock`]).
    pub factor: Factor,
    /// The limits and the import speed of a plan of Auth0's; none: as fast as the machine is.
    pub pace: Option<Pace>,
    /// What goes wrong on purpose; [`crate::FAULTS`] is the vocabulary.
    pub faults: FaultPlan,
    /// What custom database scripts may use and reach.
    pub scripts: ScriptOptions,
}

impl Options {
    /// Loopback, any free port, no TLS, the time of the machine.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tls: false,
            names: Vec::new(),
            clock: Arc::new(SystemClock),
            factor: Factor::default(),
            pace: None,
            faults: FaultPlan::default(),
            scripts: ScriptOptions::default(),
        }
    }
}

/// Why a tenant cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder is in use or unusable.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database is.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key is.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The certificate is.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The address is.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// What custom database scripts shall reach cannot be set up.
    #[error("scripts cannot reach anything: {0}")]
    Scripts(String),
    /// The work was cut off.
    #[error("the start of the tenant was cut off")]
    CutOff,
}

/// A running tenant. Dropping it without [`Tenant::stop`] leaves it running until the runtime ends.
#[derive(Debug)]
pub struct Tenant {
    /// Base URL without a slash at its end; with TLS by the name `localhost`, which the certificate has.
    pub url: String,
    /// The client that may do everything.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// File with the CA's certificate (PEM); none without TLS.
    pub ca: Option<PathBuf>,
    state: AppState,
    server: Server,
}

/// Starts a tenant and returns when it takes requests. Jobs that were pending go on.
///
/// # Errors
/// [`StartError`] says what is in the way.
pub async fn start(options: Options) -> Result<Tenant, StartError> {
    let Options { data, listen, port, tls, names, clock, factor, pace, faults, scripts } = options;
    let outside = Outside::new(&scripts).map_err(StartError::Scripts)?;
    // Making a key takes a moment at the first start, and all of this waits for the disk.
    let prepared = tokio::task::spawn_blocking(move || prepare(data, tls, &names, clock, factor)).await;
    let Prepared { folder, store, keys, clock, certificates, client } =
        prepared.map_err(|_| StartError::CutOff)??;

    let bound = loopback::bind_again(&folder, listen, port).await?;
    let address = bound.address();
    let state = AppState::new(Parts {
        store,
        faults: Faults::start(faults, clock.clone()),
        clock,
        folder,
        keys,
        limits: Limits::new(pace),
        scripts,
        outside,
        tls,
        listen,
        port: address.port(),
    });
    let url = if tls { format!("https://localhost:{}", address.port()) } else { format!("http://{address}") };
    imports::resume(&state).await;
    exports::resume(&state).await;
    indexer::start(&state);
    let server = bound.serve(app(state.clone()), certificates.as_ref());
    let ca = certificates.map(|certificates| certificates.ca);
    Ok(Tenant { url, client_id: client.id, client_secret: client.secret, ca, state, server })
}

struct Prepared {
    folder: DataFolder,
    store: Store,
    keys: Keys,
    clock: SharedClock,
    certificates: Option<Certificates>,
    client: crate::store::ClientRow,
}

fn prepare(
    data: PathBuf,
    tls: bool,
    names: &[String],
    clock: SharedClock,
    factor: Factor,
) -> Result<Prepared, StartError> {
    let folder = DataFolder::open(&data)?;
    let clock = FastClock::open(&folder, clock, factor)?;
    let now_ms = clock.now_ms();
    let store = store::open(folder.path())?;
    let keys = Keys::load(&folder)?;
    let certificates = if tls { Some(Certificates::load(&folder, names)?) } else { None };
    let client = store.write_blocking(|tx| seed::prepare(tx, now_ms))?;
    Ok(Prepared { folder, store, keys, clock, certificates, client })
}

impl Tenant {
    /// The ready line.
    #[must_use]
    pub fn ready_line(&self) -> Ready {
        Ready {
            url: self.url.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            ca: self.ca.clone(),
        }
    }

    /// What the endpoints share, for callers in the same process.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Lets running requests and the batch at hand finish, then closes the files and releases the data folder.
    pub async fn stop(self) {
        self.server.stop().await;
        self.state.stop().await;
    }
}
