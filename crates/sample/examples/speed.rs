//! Makes a sample without writing it and says how fast: `cargo run --release -p sample --example speed -- 200000`.

use std::io::Write as _;
use std::time::Instant;

use sample::{Options, write};

fn main() -> std::io::Result<()> {
    let accounts = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let start = Instant::now();
    let summary =
        write(Options { accounts, ..Options::default() }, &mut std::io::sink(), None::<&mut Vec<u8>>)?;
    let seconds = start.elapsed().as_secs_f64();
    writeln!(
        std::io::stdout(),
        "{} accounts, {} bytes each, {:.0} accounts/s",
        summary.records,
        summary.bytes / summary.records.max(1),
        summary.records as f64 / seconds
    )
}
