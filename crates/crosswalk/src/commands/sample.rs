//! `crosswalk sample --accounts N`: an export that looks like a real site's.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::args::{SampleArgs, SampleFormat};
use crate::exit::{Failure, Status};
use crate::progress::counted;

pub(crate) fn run(args: &SampleArgs) -> Result<Status, Failure> {
    let options = sample::Options {
        accounts: args.accounts,
        seed: args.seed,
        format: match args.format {
            SampleFormat::Array => sample::Format::Array,
            SampleFormat::Ndjson => sample::Format::Ndjson,
        },
    };
    let create = |path: &Path| {
        File::create(path)
            .map(BufWriter::new)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    };
    let mut out = create(&args.output)?;
    let mut logins = args.logins.as_deref().map(create).transpose()?;
    let summary = sample::write(options, &mut out, logins.as_mut())
        .map_err(|error| Failure::stopped(format!("{}: {error}", args.output.display())))?;
    #[expect(clippy::cast_precision_loss, reason = "megabytes to look at")]
    let megabytes = summary.bytes as f64 / 1e6;
    eprintln!("{}, {megabytes:.1} MB in {}", counted(summary.records, "account"), args.output.display());
    Ok(Status::Done)
}
