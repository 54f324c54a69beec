//! Exit status (CONTRACT, "Exit status"): each number has one meaning.

use std::process::ExitCode;

pub(crate) use engine::Failure;

/// How a command ended that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything is imported, or what is not was accepted by code.
    Done,
    /// Some were set aside or failed.
    Some,
}

/// Prints why the command line cannot be understood, or the help or version that was asked for.
pub(crate) fn not_parsed(error: &clap::Error, as_json: bool) -> ExitCode {
    if as_json && error.use_stderr() {
        let text = error.render().to_string();
        crate::output::json_failure(&Failure::usage(text.trim().trim_start_matches("error: ")));
    }
    // A reader that has gone away is no error.
    let _ = error.print();
    // Clap ends with 0 or 2, as the contract has it.
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Prints a failure and gives the exit code of the process.
pub(crate) fn report(result: Result<Status, Failure>, as_json: bool) -> ExitCode {
    match result {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Some) => ExitCode::from(1),
        Err(failure) => {
            if as_json {
                crate::output::json_failure(&failure);
            }
            eprintln!("error: {failure}");
            ExitCode::from(failure.status())
        }
    }
}
