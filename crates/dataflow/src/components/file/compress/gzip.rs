//! `file.compress.gzip`, `file.uncompress.gzip`

use std::io;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use schemars::JsonSchema;
use serde::Deserialize;

use super::expand;
use crate::component::{Built, Component, Kind, Setup, each_file};
use crate::file::FileWriter;

/// Compresses files with gzip; `.gz` is added to their names.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct CompressGzip {}

impl Component for CompressGzip {
    const TYPE: &'static str = "file.compress.gzip";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        each_file(move |file| {
            let writer = FileWriter::new(format!("{}.gz", file.name()), &work);
            let mut encoder = GzEncoder::new(writer, Compression::default());
            io::copy(&mut file.reader(), &mut encoder)?;
            Ok(vec![encoder.finish()?.finish()?])
        })
    }
}

/// Uncompresses files of gzip; `.gz` at the end of their names goes away. A file may expand to 10 GiB.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct UncompressGzip {}

impl Component for UncompressGzip {
    const TYPE: &'static str = "file.uncompress.gzip";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        each_file(move |file| {
            let mut writer = FileWriter::new(file.name().trim_end_matches(".gz"), &work);
            expand(MultiGzDecoder::new(file.reader()), &mut writer, file.name())?;
            Ok(vec![writer.finish()?])
        })
    }
}
