//! `crosswalk flow graph FILE [--format mermaid|svg]`

use ::dataflow::drawing;

use crate::args::{FlowGraphArgs, GraphFormat};
use crate::exit::{Failure, Status};
use crate::output;

pub(crate) fn run(args: &FlowGraphArgs) -> Result<Status, Failure> {
    let read = super::readable(&args.file, &args.set.values(), false)?;
    let drawn = match args.format {
        GraphFormat::Mermaid => drawing::mermaid(&read.dataflow),
        GraphFormat::Svg => drawing::svg(&read.dataflow),
    };
    output::line(drawn.trim_end())?;
    Ok(Status::Done)
}
