//! The file of an export, unpacked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{Exported, Format, Progress};

const BUFFER: usize = 256 * 1024;

/// Unpacks `packed` into `out` in the format that was asked for; NDJSON or CSV is what it holds.
pub(super) fn unpack(packed: &Path, out: &File, format: Format, progress: &Progress) -> io::Result<Exported> {
    let input = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(File::open(packed)?));
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let users = match format {
        Format::Csv => rows(input, &mut out, progress)?,
        Format::Json => lines(input, &mut out, progress, ["[\n", ",\n", "\n]\n"])?,
        Format::Ndjson => lines(input, &mut out, progress, ["", "\n", "\n"])?,
    };
    out.flush()?;
    Ok(Exported { users, bytes: out.get_ref().metadata()?.len() })
}

/// Lines with something before the first, between any two, and after the last.
fn lines(
    mut input: impl BufRead,
    out: &mut impl io::Write,
    progress: &Progress,
    [first, between, last]: [&str; 3],
) -> io::Result<u64> {
    let (mut users, mut line) = (0, Vec::new());
    out.write_all(first.as_bytes())?;
    while input.read_until(b'\n', &mut line)? > 0 {
        let user = line.trim_ascii();
        if !user.is_empty() {
            if users > 0 {
                out.write_all(between.as_bytes())?;
            }
            out.write_all(user)?;
            users += 1;
            progress.users(users);
        }
        line.clear();
    }
    if users > 0 || !first.is_empty() {
        out.write_all(last.as_bytes())?;
    }
    Ok(users)
}

/// CSV as it is. A line break between quotes ends no row, and the first row is the header.
fn rows(mut input: impl BufRead, out: &mut impl io::Write, progress: &Progress) -> io::Result<u64> {
    let (mut rows, mut quoted) = (0_u64, false);
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = input.read(&mut buffer)?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        for byte in read {
            quoted ^= *byte == b'"';
            rows += u64::from(*byte == b'\n' && !quoted);
        }
        out.write_all(read)?;
        progress.users(rows.saturating_sub(1));
    }
    Ok(rows.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn unpacked(text: &str, format: Format) -> (u64, String) {
        let dir = tempfile::tempdir().unwrap();
        let packed = dir.path().join("x.gz");
        let mut gzip = GzEncoder::new(File::create(&packed).unwrap(), Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap();
        let out = dir.path().join("x");
        let progress = Progress::default();
        let done = unpack(&packed, &File::create(&out).unwrap(), format, &progress).unwrap();
        let text = std::fs::read_to_string(&out).unwrap();
        assert_eq!((done.bytes, progress.snapshot().users), (text.len() as u64, done.users));
        (done.users, text)
    }

    #[test]
    fn each_format_counts_its_users() {
        let ndjson = "{\"a\":1}\n{\"a\":2}\n";
        assert_eq!(unpacked(ndjson, Format::Ndjson), (2, ndjson.to_owned()));
        assert_eq!(unpacked(ndjson, Format::Json), (2, "[\n{\"a\":1},\n{\"a\":2}\n]\n".to_owned()));
        let csv = "\"a\",\"b\"\n\"'x\ny\"\"z\n\",1\n,2\n";
        assert_eq!(unpacked(csv, Format::Csv), (2, csv.to_owned()));
    }

    #[test]
    fn nobody_is_no_user() {
        assert_eq!(unpacked("", Format::Ndjson), (0, String::new()));
        assert_eq!(unpacked("", Format::Json), (0, "[\n\n]\n".to_owned()));
        assert_eq!(unpacked("\"a\"\n", Format::Csv), (0, "\"a\"\n".to_owned()));
    }
}
