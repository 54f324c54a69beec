//! `crosswalk report RUN`: the report of a run, in words or as JSON; `report.html` is drawn anew.

use engine::books::{self, Standing};

use super::flow;
use crate::args::ReportArgs;
use crate::exit::{Failure, Status};
use crate::{home, output};

pub(crate) fn run(args: &ReportArgs) -> Result<Status, Failure> {
    let folder = home::open(&args.run)?;
    let (report, standing) = books::current(&folder)?;
    let path = folder.path().display();
    match standing {
        Standing::NotImported | Standing::Imported => flow::write_report(&folder, &report)?,
        // Whoever ends the import writes report.json; until then it says that it has not ended.
        Standing::Importing | Standing::Interrupted => books::write_page(&folder, &report)?,
    }
    output::report(&report, args.common.json)?;
    eprintln!("\nthe page is {path}/report.html");
    match standing {
        Standing::Interrupted => Err(Failure::stopped(format!(
            "the import of {path} has not come to its end; go on with: crosswalk resume {path}"
        ))),
        Standing::Importing => {
            eprintln!("the import is at work; these are the numbers of now");
            Ok(output::status(&report, &[]))
        }
        Standing::NotImported | Standing::Imported => Ok(output::status(&report, &[])),
    }
}
