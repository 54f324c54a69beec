//! `crosswalk flow components [NAME] [--json]`

use ::dataflow::reference::{self, Entry};
use serde::Serialize;

use crate::args::FlowComponentsArgs;
use crate::exit::{Failure, Status};
use crate::output;

/// What `--json` prints.
#[derive(Serialize)]
struct Report {
    components: Vec<Entry>,
}

pub(crate) fn run(args: &FlowComponentsArgs) -> Result<Status, Failure> {
    let mut components = reference::entries(&super::components());
    if let Some(name) = &args.name {
        components.retain(|entry| entry.name.contains(name.as_str()));
        if components.is_empty() {
            return Err(Failure::usage(format!("no component has {name} in its type")));
        }
    }
    if args.common.json {
        output::json(&Report { components })?;
    } else {
        output::line(reference::words(&components).trim_end())?;
    }
    Ok(Status::Done)
}
