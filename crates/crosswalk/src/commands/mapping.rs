//! `crosswalk mapping [--schema]`

use crate::args::MappingArgs;
use crate::exit::{Failure, Status};
use crate::output;

pub(crate) fn run(args: &MappingArgs) -> Result<Status, Failure> {
    let text = if args.schema { mapping::SCHEMA } else { mapping::DEFAULT };
    output::line(text.trim_end())?;
    Ok(Status::Done)
}
