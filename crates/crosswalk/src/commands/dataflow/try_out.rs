//! `crosswalk flow try FILE [--records N]`

use ::dataflow::runner::trial::{Given, Trial, TriedStep};
use engine::dataflows::{Around, Tried, try_out};

use super::{outcome, site, speaks_to_a_site};
use crate::args::FlowTryArgs;
use crate::commands::flow::interrupts;
use crate::exit::{Failure, Status};
use crate::{home, output};

pub(crate) async fn run(args: FlowTryArgs) -> Result<Status, Failure> {
    let values = args.set.values();
    let read = super::readable(&args.file, &values, args.common.json)?;
    let site = speaks_to_a_site(&read.dataflow)
        .map(|step| site(args.site.clone(), &args.access, step))
        .transpose()?;
    let around = Around {
        api_key: super::api_key(site.as_ref(), &args.access)?,
        site,
        stores: args.stores.into_iter().collect(),
        variables: values,
    };
    let trial = match try_out(&home::home(), &read, around, args.records, interrupts()).await? {
        Tried::Ran(trial) => trial,
        Tried::CannotRun(findings) => {
            return Err(super::cannot_run(&args.file, &findings, args.common.json));
        }
    };
    if args.common.json {
        output::json(&trial)?;
    } else {
        output::line(words(&trial).trim_end())?;
    }
    outcome::ended(&trial.status)
}

fn words(trial: &Trial) -> String {
    let mut out = String::new();
    for step in &trial.steps {
        section(step, &mut out);
    }
    out.push_str(&format!("{}; nothing was written\n", outcome::records(trial.records)));
    out
}

fn section(step: &TriedStep, out: &mut String) {
    let count = &step.count;
    let verb = if step.writes { "would write" } else { "gave" };
    out.push_str(&format!(
        "{} ({}): {} in, {verb} {}\n",
        count.id, count.component, count.received, count.passed
    ));
    for given in &step.gave {
        match given {
            Given::Record(record) => out.push_str(&format!("    {record}\n")),
            Given::File { name, size, begins } => {
                out.push_str(&format!("    file {name}, {size} bytes\n"));
                for line in begins.iter().flat_map(|text| text.lines()) {
                    out.push_str(&format!("        {line}\n"));
                }
            }
        }
    }
    for failed in &step.failed {
        out.push_str(&format!("    failed: {}\n        {}\n", failed.message, failed.record));
    }
    for line in &step.said {
        out.push_str(&format!("    {}: {}\n", line.level, line.text));
    }
}
