//! How fast the tenant imports: `cargo run --release -p tenant --example imports_bench [PARTS]` (default 200).
//!
//! Starts a tenant in this process on loopback, posts full parts of generated users over HTTP, two jobs in flight, and
//! prints users, CPU seconds of the whole process (user and system, the posting client included) and users per CPU
//! second. Then every part is posted again, which refuses each user, and once more with upsert.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::error::Error;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Bytes of users in a part: the limit of the body less its multipart frame.
const PART: usize = 511_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let parts: usize = std::env::args().nth(1).map_or(Ok(200), |number| number.parse())?;
    let mut number = 0;
    let files: Vec<String> = (0..parts).map(|_| part(&mut number)).collect();
    println!(
        "{number} users in {parts} parts, {} bytes each on average",
        files.iter().map(String::len).sum::<usize>() / number
    );

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
    let client = Importer { http, base, token, connection };

    for (title, upsert, member) in
        [("new users", false, "inserted"), ("refused again", false, "failed"), ("upsert", true, "updated")]
    {
        let (wall, cpu) = (Instant::now(), cpu_seconds()?);
        let users = client.run(&files, upsert, member).await?;
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
        if users != number as u64 {
            return Err(format!("{title}: {users} of {number}").into());
        }
        let users = number as f64;
        println!(
            "{title}: {cpu:.2} CPU s, {wall:.2} s, {:.0} users per CPU s, {:.0} per s",
            users / cpu,
            users / wall
        );
    }
    tenant.stop().await;
    Ok(())
}

#[derive(Clone)]
struct Importer {
    http: Client,
    base: String,
    token: String,
    connection: String,
}

impl Importer {
    /// Imports all parts, two at a time; how many users the summaries count under `member`.
    async fn run(&self, files: &[String], upsert: bool, member: &'static str) -> Outcome<u64> {
        let halves = [0, 1].map(|half| {
            let (client, files) =
                (self.clone(), files.iter().skip(half).step_by(2).cloned().collect::<Vec<_>>());
            tokio::spawn(async move {
                let mut users = 0;
                for file in files {
                    users += client.part(file, upsert, member).await?;
                }
                Ok::<u64, Box<dyn Error + Send + Sync>>(users)
            })
        });
        let mut users = 0;
        for half in halves {
            users += half.await??;
        }
        Ok(users)
    }

    async fn part(&self, file: String, upsert: bool, member: &str) -> Outcome<u64> {
        let form = Form::new()
            .text("connection_id", self.connection.clone())
            .text("upsert", upsert.to_string())
            .part("users", Part::text(file).file_name("users.json").mime_str("application/json")?);
        let request = self.http.post(format!("{}/jobs/users-imports", self.base)).multipart(form);
        let answer = request.bearer_auth(&self.token).send().await?;
        if answer.status() != 202 {
            return Err(answer.text().await?.into());
        }
        let job: Value = answer.json().await?;
        let url = format!("{}/jobs/{}", self.base, job["id"].as_str().unwrap_or_default());
        loop {
            let job: Value = self.http.get(&url).bearer_auth(&self.token).send().await?.json().await?;
            match job["status"].as_str() {
                Some("pending") => tokio::time::sleep(Duration::from_millis(4)).await,
                Some("completed") => return Ok(job["summary"][member].as_u64().unwrap_or_default()),
                _ => return Err(job.to_string().into()),
            }
        }
    }
}

/// Users until the part is full.
fn part(number: &mut usize) -> String {
    let mut part = String::from("[");
    loop {
        let user = user(*number);
        if part.len() + user.len() + 2 > PART {
            part.push(']');
            return part;
        }
        if part.len() > 1 {
            part.push(',');
        }
        part.push_str(&user);
        *number += 1;
    }
}

/// A user as a migration makes them: about 1.3 KB, half of it metadata.
fn user(n: usize) -> String {
    let mut consents = String::new();
    for consent in ["terms", "privacy", "news"] {
        // Writing into a String cannot fail.
        let _ = write!(
            consents,
            r#""{consent}":{{"isConsentGranted":true,"docVersion":2,"lastConsentModified":"2023-04-0{}T08:15:00.000Z","tags":["web","{n}"]}},"#,
            n % 9 + 1
        );
    }
    format!(
        r#"{{"user_id":"_guid_{n:032x}==","email":"person.{n}@example{}.org","email_verified":{},"given_name":"Žofie{n}","family_name":"O'Example","name":"Žofie{n} O'Example","nickname":"zo{n}","picture":"https://img.example.org/u/{n}.png","custom_password_hash":{{"algorithm":"pbkdf2","hash":{{"value":"$pbkdf2-sha256$i=29000,l=32$KNyFsA2rWoE$I2CQGI9HI2CQGI9HI2CQGI9HI2CQGI9HI2CQGI9HI2C","encoding":"utf8"}}}},"user_metadata":{{"locale":"de","birthdate":"1980-02-0{}","country":"AT","city":"Wien","zip":"10{:02}","phones":[{{"type":"mobile","number":"+43 660 {n}"}}]}},"app_metadata":{{"gigya":{{"created":"2019-03-02T10:11:12.345Z","lastLogin":"2024-10-0{}T20:21:22.000Z","regSource":"https://www.example.org/register","loginProvider":"site","identities":[{{"provider":"site","providerUID":"{n:x}","isLoginIdentity":true}}]}},"preferences":{{{consents}"version":1}},"data":{{"loyalty":{{"tier":"gold","points":{n},"stores":["a","b","c"]}},"flags":[true,false,null],"score":0.{n}}}}}}}"#,
        n % 7,
        n.is_multiple_of(3),
        n % 9 + 1,
        n % 100,
        n % 9 + 1,
    )
}

/// User and system time of this process so far: fields 14 and 15 of `/proc/self/stat`, in hundredths of a second.
fn cpu_seconds() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("an unknown form of /proc/self/stat")?;
    let field = |index: usize| -> Outcome<f64> {
        Ok(fields.split_ascii_whitespace().nth(index).ok_or("too few fields")?.parse()?)
    };
    Ok((field(11)? + field(12)?) / 100.0)
}
