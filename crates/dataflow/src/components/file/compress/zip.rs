//! `file.compress.zip`, `file.uncompress.zip`

use std::io::{self, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::expand;
use crate::component::{Built, Component, Kind, Setup, each_file};
use crate::fault::Fault;
use crate::file::FileWriter;

/// Most files in an archive.
const MAX_ENTRIES: usize = 10_000;

/// Puts each file into a zip archive of its own; `.zip` is added to its name.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CompressZip {}

impl Component for CompressZip {
    const TYPE: &'static str = "file.compress.zip";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        each_file(move |file| {
            let broken = |error: zip::result::ZipError| Fault::lasting(format!("{}: {error}", file.name()));
            let mut zip = ZipWriter::new_stream(FileWriter::new(format!("{}.zip", file.name()), &work));
            let large = file.size() >= u64::from(u32::MAX);
            zip.start_file(file.name(), SimpleFileOptions::default().large_file(large)).map_err(broken)?;
            io::copy(&mut file.reader(), &mut zip)?;
            let mut writer = zip.finish().map_err(broken)?.into_inner();
            writer.flush()?;
            Ok(vec![writer.finish()?])
        })
    }
}

/// Takes all files out of zip archives, without their folders. A file may expand to 10 GiB; an archive may hold 10,000.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UncompressZip {}

impl Component for UncompressZip {
    const TYPE: &'static str = "file.uncompress.zip";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        each_file(move |file| {
            let broken = |error: zip::result::ZipError| {
                Fault::lasting(format!("{} is no zip archive: {error}", file.name()))
            };
            let mut archive = ZipArchive::new(file.reader()).map_err(broken)?;
            if archive.len() > MAX_ENTRIES {
                return Err(Fault::lasting(format!("{} holds more than {MAX_ENTRIES} files", file.name())));
            }
            let mut files = Vec::new();
            for index in 0..archive.len() {
                let entry = archive.by_index(index).map_err(broken)?;
                if !entry.is_file() {
                    continue;
                }
                // Whatever folders an archive names, only the last part of the name counts.
                let whole = entry.name().map_err(broken)?.into_owned();
                let name = Path::new(&whole).file_name().and_then(|name| name.to_str()).unwrap_or("file");
                let mut writer = FileWriter::new(name, &work);
                expand(entry, &mut writer, file.name())?;
                files.push(writer.finish()?);
            }
            Ok(files)
        })
    }
}
