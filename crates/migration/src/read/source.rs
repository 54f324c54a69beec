//! Which files a SOURCE means: a file, a folder, a glob, or `-` for standard input.

use std::path::{Path, PathBuf};

/// Why a SOURCE means nothing.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No such file.
    #[error("{0}: there is no such file or folder")]
    Missing(String),
    /// A folder without files, a glob without matches.
    #[error("{0}: no file in it; name a file, a folder or a glob such as 'export/*.json'")]
    Empty(String),
    /// The glob is malformed.
    #[error("{0}: not a glob: {1}")]
    BadGlob(String, glob::PatternError),
    /// The folder cannot be listed.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

/// The files of a SOURCE, sorted by name, so that the same folder always gives the same run. `-` stays `-`.
///
/// # Errors
/// [`SourceError`] when there is nothing to read.
pub fn resolve(source: &str) -> Result<Vec<PathBuf>, SourceError> {
    if source == "-" {
        return Ok(vec![PathBuf::from("-")]);
    }
    let path = Path::new(source);
    if path.is_dir() {
        return folder(source, path);
    }
    if path.exists() {
        return Ok(vec![path.to_owned()]);
    }
    if !source.contains(['*', '?', '[']) {
        return Err(SourceError::Missing(source.to_owned()));
    }
    let matches = glob::glob(source).map_err(|error| SourceError::BadGlob(source.to_owned(), error))?;
    let mut files: Vec<PathBuf> = matches.flatten().filter(|path| path.is_file()).collect();
    files.sort();
    if files.is_empty() { Err(SourceError::Empty(source.to_owned())) } else { Ok(files) }
}

/// The files of a folder, without hidden ones and without what is in further folders.
fn folder(source: &str, path: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let io = |error| SourceError::Io(source.to_owned(), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let entry = entry.map_err(io)?;
        let hidden = entry.file_name().as_encoded_bytes().first() == Some(&b'.');
        if entry.path().is_file() && !hidden {
            files.push(entry.path());
        }
    }
    files.sort();
    if files.is_empty() { Err(SourceError::Empty(source.to_owned())) } else { Ok(files) }
}
