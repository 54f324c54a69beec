//! `file.compress.lzo`, `file.uncompress.lzo`

use std::io::{BufReader, Read, Write};
use std::path::Path;

use adler2::adler32_slice;
use lzokay_native::{compress, decompress_all};
use schemars::JsonSchema;
use serde::Deserialize;

use super::MAX_EXPANDED;
use crate::component::{Built, Component, Kind, Setup, each_file};
use crate::fault::Fault;
use crate::file::{File, FileWriter};

/// What a file of lzop begins with.
const MAGIC: &[u8; 9] = b"\x89LZO\0\r\n\x1a\n";

/// Bytes that are compressed at once, as lzop does.
const BLOCK: usize = 256 << 10;

/// Most bytes of a block, as lzop has it.
const MAX_BLOCK: usize = 64 << 20;

const ADLER32_OF_DATA: u32 = 1;
const ADLER32_OF_COMPRESSED: u32 = 2;
const CRC32_OF_DATA: u32 = 0x100;
const CRC32_OF_COMPRESSED: u32 = 0x200;
const EXTRA_FIELD: u32 = 0x40;
const FILTER: u32 = 0x800;

/// Compresses files with LZO, in the format of lzop; `.lzo` is added to their names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompressLzo {
    /// Whether each file is followed by an index for Hadoop, `.lzo.index`: the places of its blocks.
    #[serde(default)]
    create_index_file: bool,
}

impl Component for CompressLzo {
    const TYPE: &'static str = "file.compress.lzo";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        let modified = u32::try_from(setup.context.now.as_second()).unwrap_or_default();
        each_file(move |file| {
            let (compressed, index) = compressed(&file, modified, &work)?;
            let mut files = vec![compressed];
            if self.create_index_file {
                files.push(File::new(format!("{}.lzo.index", file.name()), index));
            }
            Ok(files)
        })
    }
}

fn compressed(file: &File, modified: u32, work: &Path) -> Result<(File, Vec<u8>), Fault> {
    let mut writer = FileWriter::new(format!("{}.lzo", file.name()), work);
    writer.write_all(MAGIC)?;
    let mut head = Vec::new();
    // Version of lzop, of its library, and the one that is needed; method LZO1X-1, level 5.
    head.extend_from_slice(&[0x10, 0x30, 0x20, 0x80, 0x09, 0x40, 1, 5]);
    head.extend_from_slice(&ADLER32_OF_DATA.to_be_bytes());
    head.extend_from_slice(&0o100_600_u32.to_be_bytes());
    head.extend_from_slice(&modified.to_be_bytes());
    head.extend_from_slice(&0_u32.to_be_bytes());
    let name = &file.name().as_bytes()[..file.name().len().min(255)];
    head.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
    head.extend_from_slice(name);
    writer.write_all(&head)?;
    writer.write_all(&adler32_slice(&head).to_be_bytes())?;
    let mut index = Vec::new();
    let mut reader = file.reader();
    let mut block = Vec::with_capacity(BLOCK);
    loop {
        block.clear();
        reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        writer_number(&mut writer, block.len())?;
        if block.is_empty() {
            break;
        }
        index.extend_from_slice(&(writer.size() - 4).to_be_bytes());
        let packed = compress(&block).map_err(|error| Fault::lasting(format!("{}: {error}", file.name())))?;
        // What does not become shorter is stored as it is.
        let data = if packed.len() < block.len() { &packed } else { &block };
        writer_number(&mut writer, data.len())?;
        writer.write_all(&adler32_slice(&block).to_be_bytes())?;
        writer.write_all(data)?;
    }
    Ok((writer.finish()?, index))
}

fn writer_number(writer: &mut FileWriter, number: usize) -> std::io::Result<()> {
    writer.write_all(&u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes())
}

/// Uncompresses files of lzop; `.lzo` at the end of their names goes away. A file may expand to 10 GiB.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UncompressLzo {}

impl Component for UncompressLzo {
    const TYPE: &'static str = "file.uncompress.lzo";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        each_file(move |file| {
            uncompressed(&file, &work).map(|file| vec![file]).map_err(|error| match error {
                Trouble::Disk(fault) => fault,
                Trouble::Broken(what) => {
                    Fault::lasting(format!("{} is no whole file of lzop: {what}", file.name()))
                }
            })
        })
    }
}

enum Trouble {
    Disk(Fault),
    Broken(&'static str),
}

fn uncompressed(file: &File, work: &Path) -> Result<File, Trouble> {
    let mut source = Source(BufReader::with_capacity(1 << 16, file.reader()));
    if source.bytes(MAGIC.len())? != MAGIC {
        return Err(Trouble::Broken("it does not begin as one"));
    }
    let head = source.bytes(8)?;
    let (needed, method) = (u16::from_be_bytes([head[4], head[5]]), head[6]);
    if needed < 0x0940 {
        return Err(Trouble::Broken("it is of a version before 0.94"));
    }
    if !(1..=3).contains(&method) {
        return Err(Trouble::Broken("its method is not LZO1X"));
    }
    let flags = source.number()?;
    if flags & FILTER != 0 {
        return Err(Trouble::Broken("it has a filter"));
    }
    source.bytes(12)?;
    let name = source.bytes(1)?[0];
    source.bytes(usize::from(name) + 4)?;
    if flags & EXTRA_FIELD != 0 {
        let length = source.length()?;
        source.bytes(length + 4)?;
    }
    let mut writer = FileWriter::new(file.name().trim_end_matches(".lzo"), work);
    let disk = |error: std::io::Error| Trouble::Disk(error.into());
    loop {
        let length = source.length()?;
        if length == 0 {
            return writer.finish().map_err(disk);
        }
        let packed = source.length()?;
        if packed > length {
            return Err(Trouble::Broken("a block is longer than what it holds"));
        }
        let sum = if flags & ADLER32_OF_DATA != 0 { Some(source.number()?) } else { None };
        if flags & CRC32_OF_DATA != 0 {
            source.number()?;
        }
        for flag in [ADLER32_OF_COMPRESSED, CRC32_OF_COMPRESSED] {
            if packed < length && flags & flag != 0 {
                source.number()?;
            }
        }
        let mut data = source.bytes(packed)?;
        if packed < length {
            data =
                decompress_all(&data, Some(length)).map_err(|_| Trouble::Broken("a block cannot be read"))?;
        }
        if data.len() != length || sum.is_some_and(|sum| sum != adler32_slice(&data)) {
            return Err(Trouble::Broken("a block has changed on its way"));
        }
        writer.write_all(&data).map_err(disk)?;
        if writer.size() > MAX_EXPANDED {
            return Err(Trouble::Broken("it expands to more than 10 GiB"));
        }
    }
}

struct Source<R>(R);

impl<R: Read> Source<R> {
    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, Trouble> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).map_err(|_| Trouble::Broken("it ends too early"))?;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u32, Trouble> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn length(&mut self) -> Result<usize, Trouble> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if length > MAX_BLOCK { Err(Trouble::Broken("a block is longer than 64 MiB")) } else { Ok(length) }
    }
}
