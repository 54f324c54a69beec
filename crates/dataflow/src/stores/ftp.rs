//! A folder of an FTP server.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use suppaftp::list::{File as Listed, ListParser};
use suppaftp::types::FileType;
use suppaftp::{FtpError, FtpResult, FtpStream, Status};

use super::{Entry, SharedStore, Store, is_hidden, plain_name, unfinished};
use crate::fault::Fault;
use crate::file::{File, FileWriter};
use crate::secret::Secret;

/// A folder of an FTP server, in passive mode and without TLS. It logs in for each list and each file, since hours may lie
/// between two files of a job. A file is sent under another name and renamed when the server has said that it has all of it.
#[derive(Clone, Debug)]
pub struct Ftp {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// The folder; that of the login when it is empty.
    pub folder: String,
    /// How long the server may take for one answer or for the next bytes of a file.
    pub timeout: Duration,
}

impl From<Ftp> for SharedStore {
    fn from(ftp: Ftp) -> Self {
        Arc::new(ftp)
    }
}

impl Ftp {
    /// Does `work` at the server, on a thread that may wait. `what` is what a fault speaks of.
    async fn at_server<T: Send + 'static>(
        &self,
        what: &str,
        work: impl FnOnce(&mut FtpStream) -> FtpResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let server = self.clone();
        tokio::task::spawn_blocking(move || server.open().and_then(|mut ftp| work(&mut ftp)))
            .await
            .map_err(|error| Fault::lasting(format!("a bug of ours: {error}")))?
            .map_err(|error| self.told(what, error))
    }

    fn open(&self) -> FtpResult<FtpStream> {
        let addresses =
            (self.host.as_str(), self.port).to_socket_addrs().map_err(FtpError::ConnectionError)?;
        let timeout = self.timeout;
        let mut ftp = FtpStream::connect_with_stream(connect(addresses, timeout)?)?
            .passive_stream_builder(move |address| connect([address], timeout));
        // Servers behind an address translation name the address that they have inside.
        ftp.set_passive_nat_workaround(true);
        ftp.login(self.username.as_str(), self.password.expose())?;
        ftp.transfer_type(FileType::Binary)?;
        if !self.folder.is_empty() {
            ftp.cwd(&self.folder)?;
        }
        Ok(ftp)
    }

    async fn listed(&self) -> Result<Vec<Entry>, Fault> {
        let work = |ftp: &mut FtpStream| {
            // `MLST` among the features stands for the listing that is made for programs. Old servers have neither.
            let files: Vec<Listed> = if ftp.feat().is_ok_and(|features| features.contains_key("MLST")) {
                let lines = ftp.mlsd(None)?;
                lines.iter().filter_map(|line| ListParser::parse_mlsd(line).ok()).collect()
            } else {
                ftp.list(None)?.iter().filter_map(|line| line.parse().ok()).collect()
            };
            Ok(files.iter().filter(|file| file.is_file() && !is_hidden(file.name())).map(entry).collect())
        };
        self.at_server("list", work).await
    }

    async fn fetched(&self, name: &str, mut writer: FileWriter) -> Result<File, Fault> {
        let file = name.to_owned();
        let work = move |ftp: &mut FtpStream| {
            ftp.retr(&file, |reader| io::copy(reader, &mut writer).map_err(FtpError::ConnectionError))?;
            Ok(writer)
        };
        Ok(self.at_server(name, work).await?.finish()?)
    }

    async fn sent(&self, file: &File, temporary: Option<&str>) -> Result<(), Fault> {
        let name = plain_name(file)?.to_owned();
        if name.contains(['\r', '\n']) {
            return Err(Fault::lasting(format!(
                "the file name {name:?} has a line break; FTP has no such names"
            )));
        }
        let first = unfinished(&name, temporary);
        let mut reader = file.reader();
        let work = move |ftp: &mut FtpStream| {
            ftp.put_file(&first, &mut reader)?;
            // Some servers do not rename onto a file that is there.
            match ftp.rename(&first, &name) {
                Err(refused) if ftp.rm(&name).is_err() => Err(refused),
                Err(_) => ftp.rename(&first, &name),
                Ok(()) => Ok(()),
            }
        };
        self.at_server(file.name(), work).await
    }

    fn told(&self, what: &str, error: FtpError) -> Fault {
        let Self { host, port, username, folder, .. } = self;
        match error {
            FtpError::UnexpectedResponse(answer) if answer.status == Status::NotLoggedIn => Fault::lasting(
                format!("{host}:{port} refuses the login of {username}; check username and password"),
            ),
            FtpError::UnexpectedResponse(answer) => {
                let answered = String::from_utf8_lossy(&answer.body);
                let message = format!("{host}:{port}, folder {folder:?}: {what}: {}", answered.trim());
                // What is answered with 4xx may be taken later.
                let passing = (400..500).contains(&answer.status.code());
                if passing { Fault::passing(message) } else { Fault::lasting(message) }
            }
            error => Fault::passing(format!(
                "{host}:{port}: {what}: {error}; check host and port, and that the server can be reached from here"
            )),
        }
    }
}

/// The first of the addresses that answers. Nothing on the connection takes longer than `timeout`.
fn connect(addresses: impl IntoIterator<Item = SocketAddr>, timeout: Duration) -> FtpResult<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the server's name has no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => {
                stream.set_read_timeout(Some(timeout)).map_err(FtpError::ConnectionError)?;
                stream.set_write_timeout(Some(timeout)).map_err(FtpError::ConnectionError)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(FtpError::ConnectionError(last))
}

fn entry(file: &Listed) -> Entry {
    Entry { name: file.name().to_owned(), modified: Timestamp::try_from(file.modified()).ok() }
}

impl Store for Ftp {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        Box::pin(self.listed())
    }

    fn read<'a>(&'a self, name: &'a str, writer: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        Box::pin(self.fetched(name, writer))
    }

    fn write<'a>(&'a self, file: &'a File, temporary: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.sent(file, temporary))
    }
}
