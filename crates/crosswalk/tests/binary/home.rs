//! The real binary in a home of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use auth0::{Client, Config, Credentials, tenant_url};
use serde_json::Value;

/// A home folder that goes away with the test.
pub(crate) struct Home {
    dir: tempfile::TempDir,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The one JSON object on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// Fails unless the command ended with `status`.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A path beside the home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file beside the home.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The command, with nothing of the environment but what a test gives.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crosswalk"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| {
            ["AUTH0_", "GIGYA_", "CROSSWALK_"].iter().any(|prefix| name.starts_with(prefix))
        }) {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// The folder of a run.
    pub(crate) fn run_folder(&self, name: &str) -> PathBuf {
        self.path(".crosswalk/runs").join(name)
    }

    /// The lines of an NDJSON file of a run.
    pub(crate) fn lines(&self, run: &str, file: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.run_folder(run).join(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A local world in a process of its own; killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) ready: Value,
}

impl Served {
    /// A tenant.
    pub(crate) fn start(home: &Home, data: &Path, more: &[&str]) -> Self {
        Self::world("tenant", home, data, more)
    }

    /// A site.
    pub(crate) fn site(home: &Home, data: &Path, more: &[&str]) -> Self {
        Self::world("site", home, data, more)
    }

    /// The page.
    pub(crate) fn page(home: &Home, more: &[&str]) -> Self {
        Self::spawn(home, [&["serve", "--json"], more].concat())
    }

    fn world(kind: &str, home: &Home, data: &Path, more: &[&str]) -> Self {
        let mut args = vec![kind, "serve", "--json", "--data", data.to_str().unwrap()];
        args.extend_from_slice(more);
        Self::spawn(home, args)
    }

    fn spawn(home: &Home, args: Vec<&str>) -> Self {
        let mut child = home.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, ready: serde_json::from_str(&line).unwrap() }
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    /// A client of a served tenant.
    pub(crate) fn client(&self) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let credentials = Credentials::ClientSecret {
            id: self.text("client_id"),
            secret: self.text("client_secret").into(),
        };
        let url = tenant_url(&self.text("url")).unwrap();
        Client::new(Config { url, ca: None, credentials }).unwrap()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Waits for the end and gives the exit status.
    pub(crate) fn wait(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process.
pub(crate) fn signal(process: u32, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(status.success());
}

/// Environment of a client of a served tenant.
pub(crate) fn credentials(command: &mut Command, served: &Served) {
    command
        .env("AUTH0_CLIENT_ID", served.text("client_id"))
        .env("AUTH0_CLIENT_SECRET", served.text("client_secret"));
}

/// Asserts that a report adds up, as the contract has it.
#[track_caller]
pub(crate) fn adds_up(report: &Value) {
    let counters = &report["counters"];
    let count = |name: &str| counters[name].as_u64().unwrap_or(0);
    assert_eq!(count("read"), count("packed") + count("set_aside") + count("left"), "{report:#}");
    if counters["imported"].is_u64() {
        let outcomes = count("imported") + count("updated") + count("already_there") + count("failed");
        assert_eq!(count("packed"), outcomes, "{report:#}");
    }
    let lanes: u64 = report["lanes"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(lanes, count("packed") + count("left"), "{report:#}");
    let causes: u64 =
        report["causes"].as_array().unwrap().iter().filter_map(|cause| cause["count"].as_u64()).sum();
    assert_eq!(causes, count("set_aside") + count("failed"), "{report:#}");
}
