//! The session, and the address of the page: what a request is held against. Its key is kept in the home folder, so that a browser goes on when the server is started again.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::{HeaderMap, header};
use engine::{Failure, Home};
use subtle::ConstantTimeEq as _;

use crate::setup::FOLDER;

/// Name of the cookie.
pub(crate) const COOKIE: &str = "crosswalk";

/// The names by which a browser on this machine reaches the page.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    hosts: Vec<String>,
}

impl Address {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let port = address.port();
        let mut hosts = vec![address.to_string()];
        if address.ip().is_loopback() {
            hosts.extend([format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]);
        }
        Self { hosts }
    }

    pub(crate) fn is_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own == host)
    }

    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        origin.strip_prefix("http://").is_some_and(|host| self.is_host(host))
    }
}

/// What lets a request in.
#[derive(Debug)]
pub(crate) struct Session {
    address: Address,
    cookie: String,
    csrf: String,
    token: String,
    used: AtomicBool,
}

impl Session {
    /// Reads the key of the session, or makes one.
    pub(crate) fn open(home: &Home, address: Address) -> Result<Self, Failure> {
        let folder = home.path().join(FOLDER);
        let path = folder.join("session");
        let failed = |error: std::io::Error| Failure::refused(format!("{}: {error}", path.display()));
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
        let mut text = String::new();
        if let Ok(mut file) = std::fs::File::open(&path) {
            file.read_to_string(&mut text).map_err(failed)?;
        }
        if text.len() != 64 {
            text = hex::encode(rand::random::<[u8; 32]>());
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&path)
                .map_err(failed)?;
            file.write_all(text.as_bytes()).map_err(failed)?;
        }
        let derive = |what: &str| blake3::derive_key(what, text.as_bytes());
        Ok(Self {
            address,
            cookie: hex::encode(derive("crosswalk page, session cookie")),
            csrf: hex::encode(&derive("crosswalk page, form token")[..16]),
            token: hex::encode(rand::random::<[u8; 16]>()),
            used: AtomicBool::new(false),
        })
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// The token of the start-up link.
    pub(crate) fn one_time_token(&self) -> &str {
        &self.token
    }

    /// The token that every form of ours carries.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether `token` is the one of the link, and has not been used. It is used from then on.
    pub(crate) fn take(&self, token: &str) -> bool {
        same(token, &self.token) && !self.used.swap(true, Ordering::SeqCst)
    }

    pub(crate) fn is_csrf(&self, token: &str) -> bool {
        same(token, &self.csrf)
    }

    /// Whether the request has the cookie of the session.
    pub(crate) fn is_session(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == COOKIE && same(value, &self.cookie))
    }

    /// The header that makes a browser the session.
    pub(crate) fn cookie(&self) -> String {
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800", self.cookie)
    }
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
