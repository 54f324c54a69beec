//! Filling parts, in the order of the input.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use super::MAX_PART;
use super::leaves::{Growing, Leaves};
use crate::run::{RunError, RunFolder};

/// Users and bytes of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Users.
    pub users: u32,
    /// Bytes of the file.
    pub bytes: u64,
}

/// A part that is full.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packed {
    /// Users and bytes.
    pub size: Size,
    /// Its digest, in pieces; empty when nothing is written.
    pub leaves: Leaves,
}

/// Fills parts. Without a folder it only measures.
#[derive(Debug)]
pub struct Packer {
    folder: Option<RunFolder>,
    /// The file of the part at hand, without its closing bracket.
    file: Option<(PathBuf, File)>,
    open: Size,
    digest: Growing,
    closed: Vec<Packed>,
}

impl Packer {
    /// A packer that writes to a folder, or only measures.
    #[must_use]
    pub fn new(folder: Option<RunFolder>) -> Self {
        Self { folder, file: None, open: Size::default(), digest: Growing::default(), closed: Vec::new() }
    }

    /// Goes on after parts that are whole, with a part that is not: its text without the closing bracket.
    ///
    /// # Errors
    /// The disk is full.
    pub fn resume(
        folder: Option<RunFolder>,
        closed: Vec<Packed>,
        users: u32,
        text: &[u8],
        bytes: u64,
    ) -> Result<Self, RunError> {
        let mut packer =
            Self { folder, file: None, open: Size { users, bytes }, digest: Growing::default(), closed };
        if !text.is_empty() {
            packer.write(text)?;
        }
        Ok(packer)
    }

    /// Adds users that stand one after the other in `text`, each with a comma before it, and `lengths` without that
    /// comma. Gives part (from 1) and first byte in the part of each to `placed`.
    ///
    /// Users of one part are written in one piece, from where they stand.
    ///
    /// # Errors
    /// The disk is full, or what `placed` says.
    pub fn add(
        &mut self,
        text: &[u8],
        lengths: impl Iterator<Item = usize>,
        mut placed: impl FnMut(u32, u32) -> Result<(), RunError>,
    ) -> Result<(), RunError> {
        let (mut from, mut to) = (0, 0);
        for len in lengths {
            // One byte for the bracket or comma before it, one for the closing bracket.
            if self.open.users > 0 && self.open.bytes as usize + len + 2 > MAX_PART {
                self.write(text.get(from..to).unwrap_or_default())?;
                self.close()?;
                from = to;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a part has at most 512,000 bytes")]
            let start = self.open.bytes as u32 + 1;
            self.open.users += 1;
            self.open.bytes += len as u64 + 1;
            to += len + 1;
            #[expect(clippy::cast_possible_truncation, reason = "a part number has six digits")]
            placed(self.closed.len() as u32 + 1, start)?;
        }
        self.write(text.get(from..to).unwrap_or_default())
    }

    /// Writes users with a comma before each into the part at hand; before the first user a bracket stands instead.
    fn write(&mut self, text: &[u8]) -> Result<(), RunError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let Some((_, rest)) = text.split_first() else { return Ok(()) };
        let written = match &mut self.file {
            Some((path, file)) => {
                self.digest.append(text);
                file.write_all(text).map_err(|source| (path, source))
            }
            empty => {
                #[expect(clippy::cast_possible_truncation, reason = "a part number has six digits")]
                let path = folder.part(self.closed.len() as u32 + 1);
                let file = folder.create_file(&path)?;
                let (path, file) = empty.insert((path, file));
                self.digest.append(b"[");
                self.digest.append(rest);
                file.write_all(b"[").and_then(|()| file.write_all(rest)).map_err(|source| (path, source))
            }
        };
        written.map_err(|(path, source)| RunError::Io { path: path.clone(), source })
    }

    fn close(&mut self) -> Result<(), RunError> {
        if self.open.users == 0 {
            return Ok(());
        }
        if let Some((path, mut file)) = self.file.take() {
            self.digest.append(b"]");
            file.write_all(b"]").map_err(|source| RunError::Io { path, source })?;
        }
        let size = Size { bytes: self.open.bytes + 1, ..self.open };
        self.closed.push(Packed { size, leaves: self.digest.finish() });
        self.open = Size::default();
        Ok(())
    }

    /// Closes the last part and gives all of them.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(mut self) -> Result<Vec<Packed>, RunError> {
        self.close()?;
        Ok(self.closed)
    }
}
