//! `crosswalk resume RUN`: goes on where an import was interrupted.

use engine::books::bound;
use migration::import::ImportOptions;
use migration::run::{Orders, RunFolder};

use super::flow;
use crate::args::RunArgs;
use crate::exit::{Failure, Status};
use crate::target;
use crate::{home, output};

pub(crate) async fn run(args: RunArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let (target, orders) = match bound(&folder)? {
        Some(bound) => {
            let target = target::of_run(&args.tenant, &bound).await?;
            let orders = Orders {
                tenant: bound.tenant,
                connection: bound.connection,
                applications: Vec::new(),
                upsert: bound.upsert,
            };
            (target, orders)
        }
        None => {
            let orders = never_began(&folder)?;
            (target::of_orders(&args.tenant, &orders, &args.run).await?, orders)
        }
    };
    let mut options = ImportOptions::new(target.name.clone());
    options.connection = orders.connection;
    options.applications = orders.applications;
    options.upsert = orders.upsert;
    let mut report = flow::read_report(&folder);
    let result = flow::import_run(&folder, &target, &options, &mut report).await;
    target.close().await;
    result?;
    flow::write_report(&folder, &report)?;
    output::report(&report, args.common.json)?;
    flow::where_to_look(&folder, &report);
    Ok(output::status(&report, &[]))
}

/// What was ordered for a run whose import never began. Nobody has agreed to it yet, so that a tenant that is not on this
/// machine is left to `import`, which asks; and so is what needs a site's keys.
fn never_began(folder: &RunFolder) -> Result<Orders, Failure> {
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let is_here = |orders: &Orders| {
        orders.tenant == "local"
            || auth0::tenant_url(&orders.tenant).is_ok_and(|url| auth0::is_loopback(&url))
    };
    match manifest.orders.filter(|orders| is_here(orders) && manifest.policies.lazy != "leave") {
        Some(orders) => Ok(orders),
        None => Err(Failure::refused(format!(
            "the import of {} never began; begin it with: crosswalk import {0}",
            folder.path().display()
        ))),
    }
}
