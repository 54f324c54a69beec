//! What a check finds.

use std::fmt;

use serde::Serialize;

use crate::document::{Misshapen, Place};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The flow cannot run.
    Error,
    /// The flow can run, but perhaps does not do what is meant.
    Warning,
}

/// One thing that is wrong or doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// What kind it is; stable, for scripts.
    pub code: &'static str,
    /// The step that it is about.
    pub step: Option<String>,
    /// Where in the file.
    #[serde(flatten)]
    pub place: Place,
    /// What it is, as a sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl From<Misshapen> for Finding {
    fn from(Misshapen { place, step, message }: Misshapen) -> Self {
        let (severity, code, help) = (Severity::Error, "no_dataflow", String::new());
        Self { severity, code, step, place, message, help }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}: {severity}: ", self.place)?;
        if let Some(step) = &self.step {
            write!(f, "step `{step}`: ")?;
        }
        write!(f, "{} ({})", self.message, self.code)?;
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}
