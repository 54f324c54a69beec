//! How fast the site answers searches: `cargo run --release -p site --example search_bench [ACCOUNTS]` (default 200,000).
//!
//! Starts a site in this process on loopback, fills it from the sample, and reads all accounts over HTTP with cursors, as
//! an export does. Prints accounts, megabytes, and CPU seconds of the whole process (user and system, the reading client
//! included).
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::error::Error;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use site::Site;
use site::store::load::load;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const QUERIES: &[&str] = &[
    "SELECT * FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 1000",
    "SELECT * FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 10000",
    "SELECT * FROM accounts LIMIT 1000",
    "SELECT * FROM accounts WHERE lastUpdatedTimestamp > 0 ORDER BY lastUpdatedTimestamp LIMIT 1000",
    "SELECT UID, profile.email, password FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 1000",
    "SELECT * FROM accounts WHERE isActive = true AND profile.firstName != 'x' LIMIT 1000",
    "SELECT * FROM accounts ORDER BY profile.lastName LIMIT 1000",
    "SELECT * FROM emailAccounts ORDER BY lastUpdatedTimestamp LIMIT 1000",
    "SELECT count(*) FROM accounts",
    "SELECT count(*) FROM accounts WHERE profile.country = 'US'",
];

#[tokio::main]
async fn main() -> Outcome<()> {
    let accounts: u64 = std::env::args().nth(1).map_or(Ok(200_000), |number| number.parse())?;
    // Fails when it was installed before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = tempfile::tempdir()?;
    let site = site::start(site::Options::new(data.path())).await?;
    fill(&site, accounts)?;
    let client = reqwest::Client::new();
    for query in QUERIES {
        let (wall, cpu) = (Instant::now(), cpu_seconds()?);
        let (mut pages, mut bytes, mut rows) = (0, 0, 0);
        let mut params = vec![("query", (*query).to_owned()), ("openCursor", "true".to_owned())];
        loop {
            let answer = call(&client, &site, params).await?;
            (pages, bytes, rows) = (pages + 1, bytes + answer.len(), rows + number(&answer, "objectsCount"));
            match member(&answer, "nextCursorId") {
                Some(cursor) => params = vec![("cursorId", cursor.trim_matches('"').to_owned())],
                None => break,
            }
        }
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
        println!(
            "{query}\n  {rows} rows in {pages} pages, {:.0} MB: {cpu:.2} CPU s, {wall:.2} s, {:.0} rows per CPU s",
            bytes as f64 / 1e6,
            rows as f64 / cpu
        );
    }
    site.stop().await;
    Ok(())
}

fn fill(site: &Site, accounts: u64) -> Outcome<()> {
    let sample = sample::Sample::new(accounts, 1);
    let started = Instant::now();
    let mut bytes = 0;
    for first in (0..accounts).step_by(10_000) {
        let mut records = Vec::new();
        for index in first..accounts.min(first + 10_000) {
            let mut record = Vec::new();
            sample.record(index, &mut record);
            bytes += record.len();
            records.push(String::from_utf8_lossy(&record).into_owned());
        }
        site.state().store().write_blocking(|tx| load(tx, records.iter().map(String::as_str), now_ms()))?;
    }
    println!(
        "{accounts} accounts, {} bytes each, loaded in {:.1} s",
        bytes as u64 / accounts,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

async fn call(client: &reqwest::Client, site: &Site, mut params: Vec<(&str, String)>) -> Outcome<String> {
    params.extend([
        ("apiKey", site.api_key.clone()),
        ("userKey", site.user_key.clone()),
        ("timestamp", (now_ms() / 1000).to_string()),
        ("nonce", rand::random::<u64>().to_string()),
    ]);
    params.sort_unstable();
    let url = format!("{}/accounts.search", site.url);
    let pairs = |params: &[(&str, String)]| {
        params.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    };
    let base = format!("POST&{}&{}", encode(&url), encode(&pairs(&params)));
    params.push(("sig", site::sign(&site.secret, &base).ok_or("the secret is not base64")?));
    let request = client.post(url).header("Content-Type", "application/x-www-form-urlencoded");
    Ok(request.body(pairs(&params)).send().await?.text().await?)
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The text of a member at the end of an answer, behind its rows.
fn member<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let tail = &answer[answer.rfind("],\"objectsCount\"")?..];
    let value = &tail[tail.find(&format!("\"{name}\":"))? + name.len() + 3..];
    Some(&value[..value.find([',', '}'])?])
}

fn number(answer: &str, name: &str) -> u64 {
    member(answer, name).and_then(|value| value.parse().ok()).unwrap_or_default()
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// User and system time of this process so far, in seconds.
fn cpu_seconds() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok()).ok_or("no stat");
    // 100 ticks a second on Linux.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
