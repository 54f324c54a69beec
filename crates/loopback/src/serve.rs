//! Serving a router on an address, with TLS or without, until told to stop.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::Certificates;
use crate::folder::DataFolder;
use crate::stream::{Line, Stream, Transport};

/// A client that does not finish its TLS handshake in this time is dropped.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Requests that run when the server is told to stop get this long.
const GRACE: Duration = Duration::from_secs(10);

/// Why a server cannot be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}; is the port in use? Port 0 takes any that is free")]
pub struct ServeError {
    address: SocketAddr,
    source: io::Error,
}

/// The client of a request and the connection to it; an axum extractor by way of `ConnectInfo`.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The client's address.
    pub address: SocketAddr,
    pub(crate) line: Line,
}

/// An address that is bound and not served yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Binds an address; port 0 takes any that is free.
///
/// # Errors
/// [`ServeError`] when the address cannot be bound.
pub async fn bind(listen: IpAddr, port: u16) -> Result<Bound, ServeError> {
    let address = SocketAddr::new(listen, port);
    let failed = |source| ServeError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound { listener, address })
}

/// Binds an address as [`bind`] does; port 0 takes the one that the data folder was served at before, if it is free, so that
/// its URL stays what it was.
///
/// # Errors
/// [`ServeError`] when the address cannot be bound.
pub async fn bind_again(folder: &DataFolder, listen: IpAddr, port: u16) -> Result<Bound, ServeError> {
    if port != 0 {
        return bind(listen, port).await;
    }
    let before = folder.read(PORT).ok().flatten().and_then(|port| port.trim().parse().ok());
    if let Some(before) = before
        && let Ok(bound) = bind(listen, before).await
    {
        return Ok(bound);
    }
    let bound = bind(listen, 0).await?;
    // A folder that cannot keep it gets another one the next time.
    let _ = folder.write(PORT, &format!("{}\n", bound.address.port()));
    Ok(bound)
}

/// Name of the file in a data folder that keeps its port.
const PORT: &str = "port";

impl Bound {
    /// The address, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves `router` here in tasks of its own.
    #[must_use]
    pub fn serve(self, router: Router, certificates: Option<&Certificates>) -> Server {
        let acceptor = certificates.map(|certificates| TlsAcceptor::from(certificates.config.clone()));
        // Handshakes run beside each other, so that one slow client does not keep the others out.
        let (ready, streams) = mpsc::channel(64);
        let (stop, mut stopped) = oneshot::channel::<()>();
        let (closing, closed) = watch::channel(false);
        tokio::spawn(accept(self.listener, acceptor, ready, closed.clone()));

        let door = Door { streams, address: self.address };
        let service = router.into_make_service_with_connect_info::<Peer>();
        let task = tokio::spawn(async move {
            let mut closed = closed;
            let serving = axum::serve(door, service)
                .with_graceful_shutdown(async move {
                    // An error means that the sender is gone, which is the same news.
                    let _ = closed.wait_for(|closed| *closed).await;
                })
                .into_future();
            tokio::pin!(serving);
            tokio::select! {
                _ = &mut serving => return,
                _ = &mut stopped => {}
            }
            let _ = closing.send(true);
            if tokio::time::timeout(GRACE, serving).await.is_err() {
                tracing::warn!("requests were still running after {GRACE:?} and are cut off");
            }
        });
        Server { stop, task }
    }
}

impl Server {
    /// Takes no new connection, lets running requests finish (10 seconds at most) and returns.
    pub async fn stop(self) {
        // Neither can fail in a way that matters: then the server has ended before.
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    ready: mpsc::Sender<(Stream, SocketAddr)>,
    mut closed: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            _ = closed.wait_for(|closed| *closed) => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: others will be closed soon.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        match acceptor.clone() {
            None => {
                let stream = Stream::new(Transport::Plain(stream), closed.clone());
                if ready.send((stream, peer)).await.is_err() {
                    return;
                }
            }
            Some(acceptor) => {
                let (ready, closed) = (ready.clone(), closed.clone());
                tokio::spawn(async move { handshake(acceptor, stream, peer, ready, closed).await });
            }
        }
    }
}

async fn handshake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
    ready: mpsc::Sender<(Stream, SocketAddr)>,
    closed: watch::Receiver<bool>,
) {
    match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => {
            // An error means that the server has stopped meanwhile.
            let stream = Stream::new(Transport::Tls(Box::new(stream)), closed);
            let _ = ready.send((stream, peer)).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %peer, "a TLS handshake failed"),
        Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
    }
}

/// What `axum::serve` takes connections from.
#[derive(Debug)]
struct Door {
    streams: mpsc::Receiver<(Stream, SocketAddr)>,
    address: SocketAddr,
}

impl Listener for Door {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match self.streams.recv().await {
            Some(accepted) => accepted,
            // Closed: nothing will come any more, and the graceful shutdown ends the waiting.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, Door>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self { address: *stream.remote_addr(), line: stream.io().line() }
    }
}
