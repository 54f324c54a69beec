//! A folder of this machine.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::{Entry, Store, is_hidden, plain_name};
use crate::fault::Fault;
use crate::file::{File, FileWriter};

/// A folder of this machine. Files are written under a temporary name first, always; they are readable by their owner
/// only. Links are neither read nor followed.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// This folder. It need not be there to be written to.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            let name = entry.file_name().into_string().ok().filter(|name| !is_hidden(name));
            if let (Some(name), true) = (name, metadata.is_file()) {
                let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
                entries.push(Entry { name, modified });
            }
        }
        Ok(entries)
    }

    fn put(&self, name: &str, file: &File) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let mut temporary = tempfile::Builder::new();
        let temporary = temporary.prefix(".writing-");
        if let Ok(linked) = temporary.make_in(&self.0, |path| file.link(path)) {
            linked.persist(self.0.join(name)).map_err(|error| error.error)?;
            return Ok(());
        }
        let mut whole = temporary.tempfile_in(&self.0)?;
        io::copy(&mut file.reader(), &mut whole)?;
        whole.persist(self.0.join(name)).map_err(|error| error.error)?;
        Ok(())
    }

    fn told(&self, error: &io::Error) -> Fault {
        told(&self.0, error)
    }
}

fn told(path: &Path, error: &io::Error) -> Fault {
    let message = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::PermissionDenied => {
            Fault::usage(message)
        }
        _ => Fault::lasting(message),
    }
}

impl Store for Folder {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        Box::pin(async { self.entries().map_err(|error| self.told(&error)) })
    }

    fn read<'a>(&'a self, name: &'a str, _: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        Box::pin(async move {
            let path = self.0.join(name);
            let open = || {
                if !fs::symlink_metadata(&path)?.is_file() {
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file"));
                }
                File::opened(name, fs::File::open(&path)?)
            };
            open().map_err(|error| told(&path, &error))
        })
    }

    fn write<'a>(&'a self, file: &'a File, _: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let name = plain_name(file)?.to_owned();
            let (folder, file) = (self.clone(), file.clone());
            tokio::task::spawn_blocking(move || {
                folder.put(&name, &file).map_err(|error| told(&folder.0.join(&name), &error))
            })
            .await
            .map_err(|error| Fault::lasting(format!("a bug of ours: {error}")))?
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    async fn written(folder: &Folder, name: &str) -> Result<(), Fault> {
        folder.write(&File::new(name, "content"), None).await
    }

    #[tokio::test]
    async fn what_was_written_is_listed_and_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("new"));
        written(&folder, "a.json").await.unwrap();
        written(&folder, "a.json").await.unwrap();
        fs::write(dir.path().join("new/.hidden"), "").unwrap();
        fs::create_dir(dir.path().join("new/below")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("new/link")).unwrap();
        let entries = folder.list().await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["a.json"]);
        assert!(entries[0].modified.is_some());
        let file = folder.read("a.json", FileWriter::new("a.json", dir.path())).await.unwrap();
        assert_eq!((file.name(), &file.content().unwrap()[..]), ("a.json", &b"content"[..]));
        assert!(folder.read("link", FileWriter::new("link", dir.path())).await.is_err());
    }

    #[tokio::test]
    async fn a_large_file_is_linked_once_and_copied_the_second_time() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = FileWriter::new("a.json", dir.path());
        io::Write::write_all(&mut writer, &[7; 3 << 20]).unwrap();
        let file = writer.finish().unwrap();
        let folders = ["one", "two"].map(|name| dir.path().join(name));
        for folder in &folders {
            Folder::new(folder).write(&file, None).await.unwrap();
            Folder::new(folder).write(&file, None).await.unwrap();
            assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
        }
        let found = folders.each_ref().map(|folder| fs::metadata(folder.join("a.json")).unwrap());
        assert_eq!(found.each_ref().map(fs::Metadata::len), [3 << 20; 2]);
        assert_ne!(found[0].ino(), found[1].ino(), "two names for one file");
        assert!(found.iter().all(|found| found.mode() & 0o777 == 0o600 && found.nlink() == 1));
        // The file of another folder is not given a second name either.
        let other = File::opened("b.json", fs::File::open(folders[0].join("a.json")).unwrap()).unwrap();
        Folder::new(&folders[1]).write(&other, None).await.unwrap();
        assert_eq!(fs::metadata(folders[0].join("a.json")).unwrap().nlink(), 1);
    }

    #[tokio::test]
    async fn nothing_is_written_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("in"));
        for name in ["../out.json", "/tmp/out.json", "a/b", "..", "", "a\\b"] {
            let fault = written(&folder, name).await.unwrap_err();
            assert!(fault.to_string().contains("another folder"), "{fault}");
            assert!(matches!(fault, Fault::Failed { usage: true, .. }), "{fault:?}");
        }
        assert!(!dir.path().join("out.json").exists());
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_told() {
        let fault = Folder::new("/nowhere/at/all").list().await.unwrap_err();
        assert!(fault.to_string().starts_with("/nowhere/at/all: "), "{fault}");
        assert!(matches!(fault, Fault::Failed { usage: true, .. }), "{fault:?}");
    }
}
