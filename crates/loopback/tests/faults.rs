//! Each fault, as a client sees it that knows nothing but TCP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use loopback::faults::{Vocabulary, apply};
use loopback::{Clock as _, FaultPlan, Faults, ManualClock, Server, SharedClock};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const WORLD: Vocabulary = Vocabulary { codes: &[429, 503], named: &[] };

struct World {
    server: Server,
    address: SocketAddr,
    /// Requests that were carried out.
    taken: Arc<AtomicU32>,
    clock: Arc<ManualClock>,
}

async fn befall(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    apply(&faults, request, next, |code| {
        (StatusCode::from_u16(u16::try_from(code).unwrap()).unwrap(), "in my own words").into_response()
    })
    .await
}

async fn start(spec: &str) -> World {
    let clock = Arc::new(ManualClock::at(1_000_000));
    let shared: SharedClock = clock.clone();
    let faults = Faults::start(FaultPlan::parse(spec, &WORLD).unwrap(), shared);
    let taken = Arc::new(AtomicU32::new(0));
    let counter = taken.clone();
    let handler = move |body: String| async move {
        counter.fetch_add(1, Ordering::SeqCst);
        format!("you sent {} bytes", body.len())
    };
    let router = Router::new().fallback(handler).layer(from_fn_with_state(faults, befall));
    let bound = loopback::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), 0).await.unwrap();
    let address = bound.address();
    World { server: bound.serve(router, None), address, taken, clock }
}

impl World {
    /// Posts a body and reads until the connection ends; what came, and how it ended.
    async fn post(&self, body: &str) -> (String, Option<std::io::ErrorKind>) {
        let mut stream = self.send(body).await;
        let mut answer = Vec::new();
        let end = stream.read_to_end(&mut answer).await.err().map(|error| error.kind());
        (String::from_utf8(answer).unwrap(), end)
    }

    async fn send(&self, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!(
            "POST /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        stream
    }

    fn taken(&self) -> u32 {
        self.taken.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_status_comes_instead_of_the_request() {
    let world = start("503 first 1").await;
    // Larger than what the buffers of a connection hold: it is read all the same, or the answer would be lost.
    let body = "x".repeat(8_000_000);
    let (answer, end) = world.post(&body).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.ends_with("in my own words"), "{answer}");
    assert_eq!((end, world.taken()), (None, 0));
    let (answer, _) = world.post("abc").await;
    assert!(answer.ends_with("you sent 3 bytes"), "{answer}");
}

#[tokio::test]
async fn a_status_comes_after_the_request() {
    let world = start("503-after").await;
    let (answer, end) = world.post("abc").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert_eq!((end, world.taken()), (None, 1));
}

#[tokio::test]
async fn a_reset_leaves_no_byte() {
    for (spec, taken) in [("reset-before", 0), ("reset-after", 1)] {
        let world = start(spec).await;
        let (answer, end) = world.post("abc").await;
        assert_eq!((answer.as_str(), end), ("", Some(std::io::ErrorKind::ConnectionReset)), "{spec}");
        assert_eq!(world.taken(), taken, "{spec}");
    }
}

#[tokio::test]
async fn a_cut_answer_has_half_of_what_it_promised() {
    let world = start("cut").await;
    let (answer, end) = world.post("abc").await;
    assert!(answer.contains("content-length: 16\r\n") && answer.ends_with("\r\n\r\nyou sent"), "{answer}");
    assert_eq!((end, world.taken()), (None, 1));
}

#[tokio::test]
async fn a_slow_request_waits_by_the_worlds_clock() {
    let world = start("slow 2s").await;
    let mut stream = world.send("abc").await;
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut byte)).await;
    assert!(early.is_err() && world.taken() == 0);
    world.clock.advance(2_000);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("you sent 3 bytes"), "{answer}");
    assert_eq!(world.clock.now_ms(), 1_002_000);
}

#[tokio::test]
async fn a_hanging_request_is_not_answered_and_does_not_keep_the_server_from_stopping() {
    let world = start("hang").await;
    let mut stream = world.send("abc").await;
    let mut byte = [0; 1];
    let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut byte)).await;
    assert!(read.is_err() && world.taken() == 0);
    let begun = Instant::now();
    world.server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "the grace period was used up");
    assert_eq!(stream.read(&mut byte).await.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn with_tls_a_reset_is_one_too() {
    let dir = tempfile::tempdir().unwrap();
    let folder = loopback::DataFolder::open(dir.path()).unwrap();
    let certificates = loopback::Certificates::load(&folder, &[]).unwrap();
    let plan = FaultPlan::parse("reset-after", &WORLD).unwrap();
    let faults = Faults::start(plan, Arc::new(loopback::SystemClock));
    let router = Router::new().fallback(|| async { "hello" }).layer(from_fn_with_state(faults, befall));
    let bound = loopback::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), 0).await.unwrap();
    let address = bound.address();
    let _server = bound.serve(router, Some(&certificates));

    let mut roots = rustls::RootCertStore::empty();
    let pem = std::fs::read(&certificates.ca).unwrap();
    roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let tcp = TcpStream::connect(address).await.unwrap();
    let mut stream = connector.connect("localhost".try_into().unwrap(), tcp).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let error = stream.read_to_end(&mut answer).await.unwrap_err();
    assert_eq!((answer.len(), error.kind()), (0, std::io::ErrorKind::ConnectionReset));
}
