//! Clients of stores against servers of another make, which the tests start: those that Python or Node.js have, found as
//! `python3` (or what `CROSSWALK_PYTHON` names) and on the `PATH`. A server that is not there is left out, unless
//! `CROSSWALK_STORE_SERVERS` is set, as CI does: then it has to be there.

mod azure;
mod between;
mod ftp;
mod google;
mod s3;
mod sftp;

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value as Json, json};

use crate::flow::{Bench, fails, succeeds};

/// A server in a process of its own; it ends with the test.
struct Server {
    process: Child,
    said: BufReader<ChildStdout>,
}

impl Server {
    /// A server that a Python script is, which needs `module`. None where it is not to be had.
    fn python(module: &str, script: &str, arguments: &[&str]) -> Option<Self> {
        let python = env::var("CROSSWALK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let has =
            Command::new(&python).args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status();
        if !has.is_ok_and(|status| status.success()) {
            left_out(&format!("{python} has no {module}"));
            return None;
        }
        Some(Self::start(Command::new(python).args(["-c", script]).args(arguments)))
    }

    fn start(command: &mut Command) -> Self {
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    /// The next line that it says.
    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "the server ended");
        line.trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[expect(clippy::print_stderr, reason = "a test says what it leaves out")]
fn left_out(why: &str) {
    assert!(env::var_os("CROSSWALK_STORE_SERVERS").is_none(), "{why}, and CROSSWALK_STORE_SERVERS wants it");
    eprintln!("NOT TESTED: {why}");
}

/// What the tests themselves speak HTTP with.
fn http() -> reqwest::Client {
    let url = "http://127.0.0.1".parse().unwrap();
    outbound::http_client(&url, None, std::time::Duration::from_secs(60)).unwrap()
}

/// Files that stores have trouble with: any bytes, more than one piece, none.
fn files() -> [(&'static str, Vec<u8>); 3] {
    let large = (0..9_u32 << 18).flat_map(u32::to_le_bytes).collect();
    [("a b+ü%.csv", b"\r\n\x00\xff".to_vec()), ("lärge 1.csv", large), ("empty.csv", vec![])]
}

fn steps(from: (&str, &Json), to: (&str, &Json)) -> Json {
    json!([
        {"id": "from", "type": format!("datasource.read.{}", from.0), "params": from.1, "next": ["to"]},
        {"id": "to", "type": format!("datasource.write.{}", to.0), "params": to.1},
    ])
}

/// Sends the files of a folder to a store.
async fn sends(local: &Path, kind: &str, params: &Json) {
    succeeds(steps(("ftp", &anywhere()), (kind, params)), &Bench::of(vec![]), |context| {
        context.stores.insert("from".into(), local.into());
    })
    .await;
}

/// Fetches what a store gives into a folder.
async fn fetches(kind: &str, params: &Json, local: &Path) {
    succeeds(steps((kind, params), ("ftp", &anywhere())), &Bench::of(vec![]), |context| {
        context.stores.insert("to".into(), local.into());
    })
    .await;
}

/// Why nothing can be fetched from a store.
async fn why(kind: &str, params: &Json) -> String {
    fails(steps((kind, params), ("ftp", &anywhere())), &Bench::of(vec![]), |context| {
        context.stores.insert("to".into(), "/nowhere".into());
    })
    .await
}

/// A store that a folder stands in for.
fn anywhere() -> Json {
    json!({"host": "h", "username": "u", "password": "p"})
}

/// Writes the files of [`files`] to a folder.
fn fill(folder: &Path) {
    for (name, content) in files() {
        std::fs::write(folder.join(name), content).unwrap();
    }
}

/// The folder holds the files of [`files`], and nothing else.
fn is_whole(folder: &Path) {
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), files().len());
    for (name, content) in files() {
        assert!(std::fs::read(folder.join(name)).unwrap() == content, "{name}");
    }
}
