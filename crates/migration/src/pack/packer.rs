//! Filling parts, in the order of the input.

use std::io::Write;

use super::MAX_PART;
use crate::run::{RunError, RunFolder};

/// Users and bytes of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Users.
    pub users: u32,
    /// Bytes of the file.
    pub bytes: u64,
}

/// Fills parts. Without a folder it only measures.
#[derive(Debug)]
pub struct Packer {
    folder: Option<RunFolder>,
    /// The part at hand, without its closing bracket; empty when it only measures.
    text: Vec<u8>,
    open: Size,
    closed: Vec<Size>,
}

impl Packer {
    /// A packer that writes to a folder, or only measures.
    #[must_use]
    pub fn new(folder: Option<RunFolder>) -> Self {
        Self { folder, text: Vec::with_capacity(MAX_PART), open: Size::default(), closed: Vec::new() }
    }

    /// Goes on after parts that are whole, with a part that is not: its text without the closing bracket.
    #[must_use]
    pub fn resume(
        folder: Option<RunFolder>,
        closed: Vec<Size>,
        users: u32,
        text: Vec<u8>,
        bytes: u64,
    ) -> Self {
        Self { folder, text, open: Size { users, bytes }, closed }
    }

    /// Adds a user; gives its part (from 1) and its first byte in the part.
    ///
    /// # Errors
    /// The disk is full.
    pub fn add(&mut self, user: &[u8]) -> Result<(u32, u32), RunError> {
        self.place(user.len())?;
        if self.folder.is_some() {
            self.text.push(if self.open.users == 0 { b'[' } else { b',' });
            self.text.extend_from_slice(user);
        }
        Ok(self.took(user.len()))
    }

    /// Adds a user of which only the size is known.
    ///
    /// # Errors
    /// None when the packer only measures.
    pub fn add_size(&mut self, len: usize) -> Result<(u32, u32), RunError> {
        self.place(len)?;
        Ok(self.took(len))
    }

    fn place(&mut self, len: usize) -> Result<(), RunError> {
        // One byte for the bracket or comma before it, one for the closing bracket.
        if self.open.users > 0 && self.open.bytes as usize + len + 2 > MAX_PART {
            self.close()
        } else {
            Ok(())
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a part has at most 512,000 bytes")]
    fn took(&mut self, len: usize) -> (u32, u32) {
        let start = self.open.bytes as u32 + 1;
        self.open.users += 1;
        self.open.bytes += len as u64 + 1;
        (self.closed.len() as u32 + 1, start)
    }

    fn close(&mut self) -> Result<(), RunError> {
        if self.open.users == 0 {
            return Ok(());
        }
        if let Some(folder) = &self.folder {
            self.text.push(b']');
            #[expect(clippy::cast_possible_truncation, reason = "a part number has six digits")]
            let path = folder.part(self.closed.len() as u32 + 1);
            let mut file = folder.create_file(&path)?;
            file.write_all(&self.text).map_err(|source| RunError::Io { path, source })?;
            self.text.clear();
        }
        self.closed.push(Size { bytes: self.open.bytes + 1, ..self.open });
        self.open = Size::default();
        Ok(())
    }

    /// Closes the last part and gives the sizes of all.
    ///
    /// # Errors
    /// The disk is full.
    pub fn finish(mut self) -> Result<Vec<Size>, RunError> {
        self.close()?;
        Ok(self.closed)
    }
}
