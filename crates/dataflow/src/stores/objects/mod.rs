//! Stores of objects: Amazon S3, Azure Blob Storage, Google Cloud Storage, by OpenDAL.

mod azure;
mod google;
mod s3;

use std::error::Error as _;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use opendal::layers::{HttpClientLayer, RetryLayer};
use opendal::raw::{HttpClient, HttpFetch};
use opendal::{Builder, Error, ErrorKind, Operator};
use reqwest::Url;
use tokio::sync::OnceCell;

use super::{Entry, SharedStore, Store, plain_name};
use crate::fault::Fault;
use crate::file::{File, FileWriter};

pub use azure::{Azure, AzureKey};
pub use google::Google;
pub use s3::AmazonS3;

/// Bytes that are asked for or sent in one request. S3 takes 10,000 pieces of a file, so a file is at most 80 GB.
const PIECE: usize = 8 << 20;
/// Pieces of a file that are on their way together. With [`PIECE`] they are what a transfer holds in memory.
const AT_ONCE: usize = 3;
/// Bytes that are read from a file of ours at a time.
const CHUNK: usize = 1 << 20;
/// How long one request may take, its piece included.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How often a request is sent again when a service is busy or cannot be reached.
const RETRIES: usize = 3;

/// What to do when a service refuses.
const KEY: &str = "; check the key of the step and what it may do";

/// A bucket or a container, and who we are there.
trait Service: Send + Sync + 'static {
    /// Where it is, for a person; without what proves who we are.
    fn place(&self) -> String;

    /// The bucket, ready to be asked. Asks the service at most where the bucket is.
    fn open(&self) -> BoxFuture<'_, Result<Operator, Fault>>;
}

/// The objects of a bucket whose keys begin with a prefix. What is written has the prefix, a slash and the file's name as its
/// key, and appears when it is whole.
struct Objects<S> {
    service: S,
    prefix: String,
    operator: OnceCell<Operator>,
}

impl<S: Service> Objects<S> {
    fn shared(service: S, prefix: &str) -> SharedStore {
        let prefix = prefix.trim_start_matches('/').to_owned();
        Arc::new(Self { service, prefix, operator: OnceCell::new() })
    }

    async fn operator(&self) -> Result<&Operator, Fault> {
        self.operator.get_or_try_init(|| self.service.open()).await
    }

    fn key(&self, name: &str) -> String {
        match self.prefix.trim_end_matches('/') {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    async fn listed(&self) -> Result<Vec<Entry>, Fault> {
        let operator = self.operator().await?;
        let listing = operator.list_with(&self.prefix).recursive(true).await;
        let found = listing.map_err(|error| self.told("list", &error))?;
        let entries = found.into_iter().filter(|entry| entry.metadata().is_file());
        Ok(entries
            .map(|entry| Entry {
                name: entry.path().to_owned(),
                // OpenDAL's time is of another version of jiff.
                modified: entry.metadata().last_modified().and_then(|time| time.to_string().parse().ok()),
            })
            .collect())
    }

    async fn fetched(&self, name: &str, mut writer: FileWriter) -> Result<File, Fault> {
        let told = |error| self.told(name, &error);
        let operator = self.operator().await?;
        let object = operator.stat(name).await.map_err(told)?;
        let mut reader = operator.reader_with(name).chunk(PIECE).concurrent(AT_ONCE);
        if let Some(etag) = object.etag() {
            // All pieces are of the same object.
            reader = reader.if_match(etag);
        }
        if object.content_length() > 0 {
            let reader = reader.await.map_err(told)?;
            let mut pieces = reader.into_stream(0..object.content_length()).await.map_err(told)?;
            while let Some(piece) = pieces.try_next().await.map_err(told)? {
                for bytes in piece {
                    writer.write_all(&bytes)?;
                }
            }
        }
        Ok(writer.finish()?)
    }

    async fn sent(&self, file: &File) -> Result<(), Fault> {
        let key = self.key(plain_name(file)?);
        let told = |error| self.told(&key, &error);
        let operator = self.operator().await?;
        let writer = operator.writer_with(&key).chunk(PIECE).concurrent(AT_ONCE);
        let mut writer = writer.await.map_err(told)?;
        let mut reader = file.reader();
        let outcome = async {
            loop {
                let chunk = reader.chunk(CHUNK)?;
                if chunk.is_empty() {
                    break writer.close().await.map(|_| ()).map_err(told);
                }
                writer.write(chunk).await.map_err(told)?;
            }
        }
        .await;
        if outcome.is_err() {
            // The pieces that were sent would be kept, and paid for. The error that is told is the first one.
            let _ = writer.abort().await;
        }
        outcome
    }

    fn told(&self, what: &str, error: &Error) -> Fault {
        let advice = match error.kind() {
            ErrorKind::PermissionDenied => KEY,
            ErrorKind::NotFound | ErrorKind::ConfigInvalid => "; check the names in the step",
            ErrorKind::ConditionNotMatch => "; it was changed while it was read",
            // What was said when a token was refused is lost on the way here.
            _ if error.message().starts_with("signing") => KEY,
            _ => "",
        };
        let message = format!("{}: {what}: {}{advice}", self.service.place(), said(error));
        let passing = error.is_temporary() || error.kind() == ErrorKind::ConditionNotMatch;
        if passing { Fault::passing(message) } else { Fault::lasting(message) }
    }
}

impl<S: Service> Store for Objects<S> {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        Box::pin(self.listed())
    }

    fn read<'a>(&'a self, name: &'a str, writer: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        Box::pin(self.fetched(name, writer))
    }

    fn write<'a>(&'a self, file: &'a File, _: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.sent(file))
    }
}

/// An error down to its root, without the URLs: that of a shared access signature holds the signature.
fn said(error: &Error) -> String {
    let mut said = error.message().to_owned();
    let mut source = error.source();
    while let Some(cause) = source {
        let part = match cause.downcast_ref::<Error>() {
            Some(inner) => inner.message().to_owned(),
            None if cause.is::<reqwest::Error>() => String::new(),
            None => cause.to_string(),
        };
        if !part.is_empty() && !said.contains(&part) {
            said = format!("{said}: {part}");
        }
        source = cause.source();
    }
    said
}

/// Our way of speaking HTTP to the service at `endpoint`: https, or plain http to this machine.
fn client(endpoint: &str) -> Result<reqwest::Client, Fault> {
    // OpenDAL makes a client of its own before it can be given ours; it is never used, but it wants this.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url =
        Url::parse(endpoint).map_err(|error| Fault::lasting(format!("endpoint {endpoint:?}: {error}")))?;
    outbound::http_client(&url, None, TIMEOUT).map_err(|error| Fault::lasting(format!("endpoint: {error}")))
}

/// An operator that speaks through `http`.
fn operator(builder: impl Builder, http: impl HttpFetch) -> Result<Operator, Fault> {
    let retry =
        RetryLayer::new().with_max_times(RETRIES).with_min_delay(Duration::from_millis(300)).with_jitter();
    let operator = Operator::new(builder).map_err(|error| Fault::lasting(said(&error)))?;
    Ok(operator.layer(HttpClientLayer::new(HttpClient::with(http))).layer(retry).finish())
}
