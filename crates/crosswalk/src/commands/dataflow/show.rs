//! `crosswalk flow show default`

use migration::flow::default_flow;

use crate::args::{FlowShowArgs, ShownFlow};
use crate::exit::{Failure, Status};
use crate::output;

pub(crate) fn run(args: &FlowShowArgs) -> Result<Status, Failure> {
    let flow = match args.name {
        ShownFlow::Default => default_flow(),
    };
    output::line(&serde_json::to_string_pretty(&flow).map_err(Failure::bug)?)?;
    Ok(Status::Done)
}
