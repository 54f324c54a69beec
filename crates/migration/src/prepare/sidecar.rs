//! Lines that belong to users and go to a file of their own, once it is known which users stay.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Lines by user, in an anonymous file.
pub(crate) struct Sidecar {
    file: BufWriter<File>,
}

impl Sidecar {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?) })
    }

    pub(crate) fn push(&mut self, user: u64, line: &[u8]) -> io::Result<()> {
        self.file.write_all(&user.to_le_bytes())?;
        self.file.write_all(&(line.len() as u64).to_le_bytes())?;
        self.file.write_all(line)
    }

    /// Gives every line to `visit`, in order.
    pub(crate) fn each(self, mut visit: impl FnMut(u64, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        let mut head = [0; 16];
        loop {
            match reader.read_exact(&mut head) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                other => other?,
            }
            let number = |from: usize| {
                head[from..from + 8].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
            };
            line.resize(usize::try_from(number(8)).unwrap_or(0), 0);
            reader.read_exact(&mut line)?;
            visit(number(0), &line)?;
        }
    }
}
