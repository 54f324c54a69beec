//! Object stores and FTP, by OpenDAL.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use opendal::{Builder, ErrorKind, Operator};
use std::io::Write as _;

use super::{CHUNK, Entry, SharedStore, Store, plain_name};
use crate::fault::Fault;
use crate::file::{File, FileWriter};

/// A bucket or container with a prefix, or a folder of an FTP server.
#[derive(Clone, Debug)]
pub struct Objects {
    operator: Operator,
    prefix: String,
    /// Whether everything below the prefix belongs to it, as in a store of keys, or only what stands directly there.
    deep: bool,
}

impl Objects {
    /// A store of keys. `prefix` is what the keys of the files begin with.
    ///
    /// # Errors
    /// When the parameters cannot be those of a store.
    pub fn bucket(builder: impl Builder, prefix: &str) -> Result<SharedStore, String> {
        let prefix = prefix.trim_start_matches('/').to_owned();
        Ok(Arc::new(Self { operator: operator(builder)?, prefix, deep: true }))
    }

    /// A server of folders, whose root is the folder that is meant.
    ///
    /// # Errors
    /// When the parameters cannot be those of a store.
    pub fn folder(builder: impl Builder) -> Result<SharedStore, String> {
        Ok(Arc::new(Self { operator: operator(builder)?, prefix: String::new(), deep: false }))
    }

    fn path(&self, name: &str) -> String {
        match self.prefix.trim_end_matches('/') {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    async fn listed(&self) -> opendal::Result<Vec<Entry>> {
        let found = self.operator.list_with(&self.prefix).recursive(self.deep).await?;
        let mut entries = Vec::new();
        for entry in found {
            if !entry.metadata().is_file() {
                continue;
            }
            let modified = match entry.metadata().last_modified() {
                Some(time) => Some(time),
                None => self.operator.stat(entry.path()).await?.last_modified(),
            };
            let modified = modified.and_then(|time| time.to_string().parse().ok());
            entries.push(Entry { name: entry.path().to_owned(), modified });
        }
        Ok(entries)
    }

    async fn fetched(&self, name: &str, mut writer: FileWriter) -> Result<File, Fault> {
        let told = |error| told(name, error);
        let size = self.operator.stat(name).await.map_err(told)?.content_length();
        let reader = self.operator.reader(name).await.map_err(told)?;
        let mut at = 0;
        while at < size {
            let end = size.min(at + CHUNK as u64);
            let chunk = reader.read(at..end).await.map_err(told)?;
            for bytes in chunk {
                writer.write_all(&bytes)?;
            }
            at = end;
        }
        Ok(writer.finish()?)
    }

    async fn sent(&self, path: &str, file: &File) -> Result<(), Fault> {
        let told = |error| told(path, error);
        let mut writer = self.operator.writer_with(path).chunk(8 << 20).await.map_err(told)?;
        let mut reader = file.reader();
        loop {
            let chunk = reader.chunk(CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            writer.write(chunk).await.map_err(told)?;
        }
        writer.close().await.map_err(told)?;
        Ok(())
    }
}

fn operator(builder: impl Builder) -> Result<Operator, String> {
    let operator = Operator::new(builder).map_err(|error| error.to_string())?;
    Ok(operator.finish())
}

/// What the store said. A store quotes neither keys nor passwords.
fn told(path: &str, error: opendal::Error) -> Fault {
    let message = match error.kind() {
        ErrorKind::PermissionDenied => format!("{path}: the store refuses us: {}", error.message()),
        ErrorKind::NotFound => {
            format!("{path}: not found in the store; check the bucket, container or folder")
        }
        kind => format!("{path}: {kind}: {}", error.message()),
    };
    if error.is_temporary() { Fault::passing(message) } else { Fault::lasting(message) }
}

impl Store for Objects {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        Box::pin(async {
            let place = if self.prefix.is_empty() { "/" } else { &self.prefix };
            self.listed().await.map_err(|error| told(place, error))
        })
    }

    fn read<'a>(&'a self, name: &'a str, writer: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        Box::pin(self.fetched(name, writer))
    }

    fn write<'a>(&'a self, file: &'a File, temporary: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let path = self.path(plain_name(file)?);
            // An object appears when it is whole. Where that is not so, renaming is tried.
            match temporary {
                Some(ending) if self.operator.info().full_capability().rename => {
                    let unfinished = format!("{path}{ending}");
                    self.sent(&unfinished, file).await?;
                    self.operator.rename(&unfinished, &path).await.map_err(|error| told(&path, error))
                }
                _ => self.sent(&path, file).await,
            }
        })
    }
}
