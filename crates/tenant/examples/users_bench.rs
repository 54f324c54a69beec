//! How fast users are found and exported: `cargo run --release -p tenant --example users_bench [USERS]` (default 200,000).
//!
//! Fills a tenant in this process, then asks over HTTP as the page does: by the beginning of an address, by name, by id,
//! page after page. The first search by a name brings the index of names up to date. At last all are exported. Prints
//! milliseconds, the largest memory of the process in MiB before and after the export, and the bytes of its file.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::error::Error;
use std::time::Instant;

use reqwest::Client;
use serde_json::{Value, json};
use tenant::store::{Origin, StoreError, UserRow, connections, users};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let count: usize = std::env::args().nth(1).map_or(Ok(200_000), |number| number.parse())?;
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return Err("another provider of cryptography is installed".into());
    }
    let data = tempfile::tempdir()?;
    let tenant = tenant::start(tenant::Options::new(data.path())).await?;
    let http = Client::new();
    let body = json!({"grant_type": "client_credentials", "client_id": tenant.client_id,
        "client_secret": tenant.client_secret, "audience": format!("{}/api/v2/", tenant.url)});
    let answer: Value =
        http.post(format!("{}/oauth/token", tenant.url)).json(&body).send().await?.json().await?;
    let token = answer["access_token"].as_str().ok_or("no token")?.to_owned();
    let base = format!("{}/api/v2", tenant.url);
    let body = json!({"name": "bench", "strategy": "auth0", "enabled_clients": [tenant.client_id]});
    let answer: Value =
        http.post(format!("{base}/connections")).bearer_auth(&token).json(&body).send().await?.json().await?;
    let connection = answer["id"].as_str().ok_or("no connection")?.to_owned();
    fill(&tenant, count)?;

    for (title, query) in [
        ("the first search by a name", "name:(\"Given7 Family7\")"),
        ("by a name", "name:Given77*"),
        ("by a family name", "family_name:family199*"),
        ("by the beginning of an address", "email:user1999*"),
        ("by an id", "user_id:(\"auth0|id00000777\")"),
        (
            "as the page does",
            "(email:given77* OR username:given77* OR name:given77* OR family_name:given77* OR user_id:(\"auth0|given77\")) AND identities.connection:(\"bench\")",
        ),
        ("everybody of the connection", "identities.connection:(\"bench\")"),
        ("everybody", ""),
    ] {
        let started = Instant::now();
        let request = http.get(format!("{base}/users")).bearer_auth(&token);
        let request = request.query(&[("q", query), ("per_page", "25"), ("include_totals", "true")]);
        let answer: Value = request.send().await?.json().await?;
        println!("{title}: {:.1} ms, {} found", ms(started), answer["total"]);
    }

    let before = memory()?;
    let started = Instant::now();
    let body = json!({"connection_id": connection, "format": "json"});
    let job: Value = http
        .post(format!("{base}/jobs/users-exports"))
        .bearer_auth(&token)
        .json(&body)
        .send()
        .await?
        .json()
        .await?;
    let id = job["id"].as_str().ok_or("no job")?;
    let location = loop {
        let job: Value =
            http.get(format!("{base}/jobs/{id}")).bearer_auth(&token).send().await?.json().await?;
        if let Some(location) = job["location"].as_str() {
            break location.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    let written = ms(started);
    let bytes = http.get(location).send().await?.bytes().await?.len();
    println!("export: {written:.0} ms, {bytes} bytes; memory {before} MiB before, {} MiB after", memory()?);
    tenant.stop().await;
    Ok(())
}

fn fill(tenant: &tenant::Tenant, count: usize) -> Result<(), StoreError> {
    tenant.state().store().write_blocking(|tx| {
        let Some(connection) = connections::by_name(tx, "bench")? else { return Ok(()) };
        for number in 0..count {
            let mut row = UserRow::new(connection.pk, format!("id{number:08}"), 1_700_000_000_000, Origin::Import);
            row.email = Some(format!("user{number}@example.org"));
            row.body = json!({"name": format!("Given{number} Family{number}"), "given_name": format!("Given{number}"),
                "family_name": format!("Family{number}"), "app_metadata": {"gigya": {"padding": "x".repeat(500)}}})
            .to_string();
            users::insert(tx, &row)?;
        }
        Ok(())
    })
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1_000.0
}

/// The largest memory that the process has had, in MiB.
fn memory() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    let kib: u64 = line.split_ascii_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kib / 1024)
}
