//! `crosswalk bench floor FILE`: one validating skip over every line, the least that any tool has to do.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use serde_json::value::RawValue;

use crate::args::{BenchCommand, BenchSubcommand};
use crate::exit::{Failure, Status};
use crate::output;
use crate::progress::grouped;

pub(crate) fn run(args: &BenchCommand) -> Result<Status, Failure> {
    let BenchSubcommand::Floor { file } = &args.command;
    floor(file)
}

fn floor(path: &Path) -> Result<Status, Failure> {
    let error = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let started = Instant::now();
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(error)?);
    let (mut lines, mut broken, mut bytes) = (0_u64, 0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line).map_err(error)?;
        if count == 0 {
            break;
        }
        bytes += count as u64;
        lines += 1;
        broken += u64::from(serde_json::from_slice::<&RawValue>(&line).is_err());
    }
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
    let rate = bytes as f64 / 1e6 / seconds.max(1e-9);
    output::line(&format!("{} lines, {} of them no JSON, {rate:.0} MB/s", grouped(lines), grouped(broken)))?;
    Ok(Status::Done)
}
