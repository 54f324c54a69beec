//! Settings of a credentials file, and behind them those of the environment. No secret is ever an argument.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::args::AccessArgs;
use crate::exit::Failure;

/// The names that count. Others belong to other programs, unless they look like these.
const NAMES: [&str; 11] = [
    "AUTH0_DOMAIN",
    "AUTH0_CLIENT_ID",
    "AUTH0_CLIENT_SECRET",
    "AUTH0_ACCESS_TOKEN",
    "AUTH0_CA",
    "GIGYA_DATA_CENTER",
    "GIGYA_API_KEY",
    "GIGYA_USER_KEY",
    "GIGYA_SECRET",
    "GIGYA_PRIVATE_KEY",
    "GIGYA_CA",
];

/// What was set, by the names of the environment variables.
pub(crate) struct Settings {
    set: HashMap<String, String>,
    ca: Option<PathBuf>,
}

impl Settings {
    /// Reads the credentials file, if one is named.
    pub(crate) fn read(args: &AccessArgs) -> Result<Self, Failure> {
        let mut set = HashMap::new();
        if let Some(path) = &args.credentials {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("--credentials {}: {error}", path.display())))?;
            for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                if line.trim_start().starts_with('#') {
                    continue;
                }
                let (key, value) = line.split_once('=').ok_or_else(|| {
                    Failure::usage(format!(
                        "--credentials {}: line {} is not KEY=value",
                        path.display(),
                        index + 1
                    ))
                })?;
                // A file that a shell reads, too.
                let key = key.trim();
                let key = key.strip_prefix("export ").unwrap_or(key).trim_start();
                if !NAMES.contains(&key) && (key.starts_with("AUTH0_") || key.starts_with("GIGYA_")) {
                    return Err(Failure::usage(format!(
                        "--credentials {}: line {}: {key} is not known; expected one of {}",
                        path.display(),
                        index + 1,
                        NAMES.join(", ")
                    )));
                }
                set.insert(key.to_owned(), value.trim().trim_matches('"').to_owned());
            }
        }
        Ok(Self { set, ca: args.ca.clone() })
    }

    /// A setting that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.set.get(name).cloned().or_else(|| std::env::var(name).ok()).filter(|value| !value.is_empty())
    }

    /// The file of an extra root certificate: `--ca`, else the setting of this name.
    pub(crate) fn ca(&self, name: &str) -> Option<PathBuf> {
        self.ca.clone().or_else(|| self.get(name).map(PathBuf::from))
    }
}
