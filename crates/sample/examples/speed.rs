//! Makes a sample and says how fast: `cargo run --release -p sample --example speed -- 200000 [FILE]`; without a file
//! the bytes go nowhere.

use std::fs::File;
use std::io::{self, Write};
use std::time::Instant;

use sample::{Options, write};

fn main() -> io::Result<()> {
    let accounts = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let mut out: Box<dyn Write> = match std::env::args().nth(2) {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::sink()),
    };
    let start = Instant::now();
    let summary = write(Options { accounts, ..Options::default() }, &mut out, None::<&mut Vec<u8>>)?;
    let seconds = start.elapsed().as_secs_f64();
    writeln!(
        io::stdout(),
        "{} accounts, {} bytes each, {:.0} accounts/s",
        summary.records,
        summary.bytes / summary.records.max(1),
        summary.records as f64 / seconds
    )
}
