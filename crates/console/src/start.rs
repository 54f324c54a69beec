//! Starting and stopping the page.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use engine::{Failure, Home};
use loopback::{DataFolder, FolderError, ServeError, Server};

use crate::app::App;
use crate::keyring::KeyRing;
use crate::router::router;
use crate::session::{Address, Session};
use crate::setup::FOLDER;

/// The port that the page takes when none is named and this one is free.
pub const PORT: u16 = 4400;

/// How the page is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept.
    pub home: Home,
    /// The address to listen on; loopback unless somebody asks for another in so many words.
    pub listen: IpAddr,
    /// The port; 0 takes any that is free. None: [`PORT`], or any when that is taken.
    pub port: Option<u16>,
    /// The tenant that is meant at the start; none: the local one.
    pub tenant: Option<auth0::Config>,
    /// The site that is meant at the start; none: what the page remembers.
    pub site: Option<gigya::Config>,
}

impl Options {
    /// Loopback, the usual port, the local tenant.
    #[must_use]
    pub fn new(home: Home) -> Self {
        Self { home, listen: IpAddr::V4(Ipv4Addr::LOCALHOST), port: None, tenant: None, site: None }
    }
}

/// Why the page cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be bound.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The home folder cannot be used.
    #[error("{0}")]
    Home(Failure),
}

/// A running page.
#[derive(Debug)]
pub struct Console {
    /// Base URL, without a slash at its end.
    pub url: String,
    token: String,
    app: App,
    server: Server,
    /// Two pages of one home would each take the other's work for left behind.
    _lock: DataFolder,
}

/// Starts the page and returns when it takes requests. Imports that were under way go on.
///
/// # Errors
/// [`StartError`] says what is in the way.
pub async fn start(options: Options) -> Result<Console, StartError> {
    let Options { home, listen, port, tenant, site } = options;
    let bound = match port {
        Some(port) => loopback::bind(listen, port).await?,
        None => match loopback::bind(listen, PORT).await {
            Ok(bound) => bound,
            Err(_) => loopback::bind(listen, 0).await?,
        },
    };
    let address: SocketAddr = bound.address();
    let folder = home.path().join(FOLDER);
    let lock = DataFolder::open(&folder).map_err(|error| {
        StartError::Home(Failure::refused(match error {
            FolderError::InUse { .. } => format!(
                "another `crosswalk serve` works in {}; use that one, stop it, or give this one a CROSSWALK_HOME of its own",
                home.path().display()
            ),
            error @ FolderError::Io { .. } => error.to_string(),
        }))
    })?;
    let session = Session::open(&home, Address::of(address)).map_err(StartError::Home)?;
    let token = session.one_time_token().to_owned();
    let app = App::open(home, session, (tenant, site), KeyRing::of_system()).map_err(StartError::Home)?;
    app.work().begin(app.setup());
    let server = bound.serve(router(app.clone()), None);
    Ok(Console { url: format!("http://{address}"), token, app, server, _lock: lock })
}

impl Console {
    /// The link that makes a browser the one session. It is good for one use.
    #[must_use]
    pub fn link(&self) -> String {
        format!("{}/enter?token={}", self.url, self.token)
    }

    /// Ends what is under way such that it can go on later, and stops the local worlds.
    pub async fn stop(self) {
        self.app.work().stop().await;
        self.server.stop().await;
        self.app.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_home_has_one_page_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let options = || Options { port: Some(0), ..Options::new(Home::new(dir.path())) };
        let first = start(options()).await.unwrap();
        let second = start(options()).await.unwrap_err().to_string();
        assert!(second.contains("another `crosswalk serve` works in"), "{second}");
        first.stop().await;
        start(options()).await.unwrap().stop().await;
    }
}
