//! Many users read back at once: an export of the connection, and where each user stands in it.

use std::fs::File;
use std::hash::BuildHasher as _;
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use auth0::{Client, ExportField};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ProveError;
use crate::import::Cancel;
use crate::run::{RunError, RunFolder};
use crate::users_export::{Format, Progress, UsersExport, UsersExportError, fetch};

/// What a comparison looks at.
const FIELDS: [&str; 14] = [
    "user_id",
    "email",
    "email_verified",
    "username",
    "phone_number",
    "phone_verified",
    "given_name",
    "family_name",
    "name",
    "nickname",
    "picture",
    "blocked",
    "user_metadata",
    "app_metadata",
];

/// The users of a connection in an anonymous file, and 16 bytes of memory for each.
pub(super) struct ExportedUsers {
    file: File,
    hasher: std::hash::RandomState,
    /// Hash of the id, and where the line begins; sorted.
    index: Vec<(u64, u64)>,
}

#[derive(Deserialize)]
struct Id<'a> {
    #[serde(borrow)]
    user_id: std::borrow::Cow<'a, str>,
}

impl ExportedUsers {
    /// Exports a connection. The file is in the run folder, without a name, and gone with the process.
    pub(super) async fn fetch(
        folder: &RunFolder,
        client: &Client,
        connection: &str,
        cancel: Cancel,
    ) -> Result<Option<Self>, ProveError> {
        let Some(connection) = client.connection_by_name(connection).await? else { return Ok(None) };
        let fields = FIELDS.map(|name| ExportField { name: name.to_owned(), export_as: None }).to_vec();
        let wanted =
            UsersExport { connection_id: Some(connection.id), format: Format::Ndjson, limit: None, fields };
        let disk = |source| ProveError::Run(RunError::Io { path: folder.path().to_owned(), source });
        let packed = tempfile::NamedTempFile::new_in(folder.path()).map_err(disk)?;
        fetch(client, &wanted, packed.path(), &Progress::default(), cancel).await.map_err(
            |error| match error {
                UsersExportError::Tenant(error) => ProveError::Tenant(error),
                UsersExportError::Stopped => ProveError::Stopped,
                other => ProveError::Export(other),
            },
        )?;
        let unpacked = tempfile::tempfile_in(folder.path()).map_err(disk)?;
        let read = tokio::task::spawn_blocking(move || Self::read(packed.as_file(), unpacked));
        read.await.map_err(|_| ProveError::Stopped)?.map(Some).map_err(disk)
    }

    fn read(packed: &File, unpacked: File) -> std::io::Result<Self> {
        let mut lines = BufReader::new(MultiGzDecoder::new(File::try_clone(packed)?));
        let mut out = BufWriter::new(unpacked);
        let hasher = std::hash::RandomState::new();
        let (mut index, mut at, mut line) = (Vec::new(), 0, Vec::new());
        loop {
            line.clear();
            let length = lines.read_until(b'\n', &mut line)?;
            if length == 0 {
                break;
            }
            // A user without an id cannot be asked for, and is read back in another way.
            if let Ok(id) = serde_json::from_slice::<Id<'_>>(&line) {
                index.push((hasher.hash_one(id.user_id.as_ref()), at));
            }
            out.write_all(&line)?;
            at += u64::try_from(length).unwrap_or(0);
        }
        index.sort_unstable();
        Ok(Self { file: out.into_inner().map_err(std::io::IntoInnerError::into_error)?, hasher, index })
    }

    /// The user with that full id (`auth0|…`).
    pub(super) fn user(&self, id: &str) -> std::io::Result<Option<Map<String, Value>>> {
        let hash = self.hasher.hash_one(id);
        let first = self.index.partition_point(|(other, _)| *other < hash);
        for (_, at) in self.index[first..].iter().take_while(|(other, _)| *other == hash) {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(*at))?;
            let mut line = Vec::new();
            BufReader::with_capacity(4096, file).read_until(b'\n', &mut line)?;
            let user: Option<Map<String, Value>> = json::from_slice(&line).ok();
            if let Some(user) = user.filter(|user| user.get("user_id").and_then(Value::as_str) == Some(id)) {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn everybody_is_found_by_id_and_nobody_else() {
        let mut gzip = GzEncoder::new(tempfile::tempfile().unwrap(), Compression::fast());
        for number in 0..500 {
            writeln!(
                gzip,
                "{{\"user_id\":\"auth0|\\u0061{number}\",\"name\":\"{}\"}}",
                "x".repeat(number * 20)
            )
            .unwrap();
        }
        writeln!(gzip, "{{\"name\":\"no id\"}}\nbroken").unwrap();
        let mut packed = gzip.finish().unwrap();
        packed.rewind().unwrap();
        let users = ExportedUsers::read(&packed, tempfile::tempfile().unwrap()).unwrap();
        for number in [0, 1, 250, 499] {
            let user = users.user(&format!("auth0|a{number}")).unwrap().unwrap();
            assert_eq!(user["name"].as_str().unwrap().len(), number * 20);
        }
        assert_eq!(users.user("auth0|a500").unwrap(), None);
        assert_eq!(users.user("").unwrap(), None);
    }
}
