//! `crosswalk report RUN`: the report of a run, in words or as JSON; `report.html` is drawn anew.

use super::flow;
use crate::args::RunArgs;
use crate::exit::{Failure, Status};
use crate::{home, output};

pub(crate) fn run(args: &RunArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let report = flow::read_report(&folder);
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    eprintln!("\nthe page is {}/report.html", folder.path().display());
    Ok(output::status(&report, &[]))
}
