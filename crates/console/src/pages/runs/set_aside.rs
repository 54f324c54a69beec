//! `GET /runs/NAME/set-aside`: who was set aside, why, and what to do.

use std::collections::HashMap;

use maud::{Markup, html};
use migration::mend::{self, Item, MendError, Position, Progress, SetAside};
use migration::report::html::figures::count;
use migration::run::RunFolder;

use super::by_cause::List;
use crate::advice::of_line;

/// What became of who was set aside.
pub(super) struct AreSetAside {
    mended: HashMap<Position, Progress>,
}

impl List for AreSetAside {
    type Line = SetAside;
    const NAME: &'static str = "set-aside";
    const TITLE: &'static str = "Set aside in";
    const COLUMNS: &'static [(&'static str, bool)] =
        &[("Record", true), ("UID", false), ("Mended", false), ("Why", false), ("What to do", false)];

    fn is_of(stage: &str) -> bool {
        stage != "import"
    }

    fn read(folder: &RunFolder) -> Result<Self, MendError> {
        Ok(Self { mended: mend::progress(folder)? })
    }

    fn row(&self, path: &str, item: &Item) -> Markup {
        let line = &item.line;
        let name = line.uid.clone().unwrap_or_else(|| format!("record {}", line.position.record));
        html! {
            tr {
                td.number { (count(line.position.record)) }
                th scope="row" { @match &line.uid { Some(uid) => code { (uid) }, None => "unknown" } }
                td {
                    @match self.mended.get(&line.position) {
                        Some(Progress::Sent(by)) => { "sent with " a href=(format!("/runs/{by}")) { (by) } },
                        Some(Progress::Waiting) => { "waits to be sent " a href=(format!("{path}/{}", item.at)) { "Change" span.away { " " (name) } } },
                        None => a href=(format!("{path}/{}", item.at)) { "Mend" span.away { " " (name) } },
                    }
                }
                td { (line.reason) span.why { code { (line.code) } } }
                td { (of_line(&line.code, &line.fix)) }
            }
        }
    }
}
