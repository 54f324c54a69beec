//! `crosswalk flow check FILE [--json]`

use ::dataflow::graph::{self, Finding, Purpose, Severity};
use serde::Serialize;

use crate::args::FlowCheckArgs;
use crate::exit::{Failure, Status};
use crate::output;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    file: String,
    name: Option<&'a str>,
    steps: usize,
    errors: usize,
    warnings: usize,
    findings: &'a [Finding],
}

/// Ends with 0 when nothing is wrong, with 2 when something is; warnings alone are no reason.
pub(crate) fn run(args: &FlowCheckArgs) -> Result<Status, Failure> {
    let values = args.set.values();
    let (read, mut findings) = super::read(&args.file, &values)?;
    let (mut name, mut steps) = (None, 0);
    if let Some(read) = read {
        let checked = graph::check(&read, &super::components(), &super::context(values), Purpose::Check);
        findings.extend(checked.findings);
        findings.sort_by_key(|finding| finding.place);
        (name, steps) = (Some(read.dataflow.name), read.dataflow.steps.len());
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    let file = args.file.display().to_string();
    if args.common.json {
        output::json(&Report {
            file: file.clone(),
            name: name.as_deref(),
            steps,
            errors,
            warnings,
            findings: &findings,
        })?;
    } else {
        for finding in &findings {
            output::line(&format!("{file}:{finding}"))?;
        }
        let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        output::line(&format!(
            "{}, {}, {}",
            count(steps, "step"),
            count(errors, "error"),
            count(warnings, "warning")
        ))?;
    }
    if errors > 0 {
        return Err(Failure::usage(format!("{file} cannot run as it is")));
    }
    Ok(Status::Done)
}
