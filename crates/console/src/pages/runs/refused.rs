//! `GET /runs/NAME/refused`: whom the tenant has refused, why, and what to do.

use std::collections::HashMap;

use maud::{Markup, html};
use migration::mend::{self, Item, MendError, Position, Progress, Refused};
use migration::retry::Chain;
use migration::run::RunFolder;

use super::by_cause::List;
use crate::advice::advice;

/// What became of who was refused.
pub(super) struct AreRefused {
    mended: HashMap<Position, Progress>,
    /// The run that has sent all of them again.
    sent: Option<String>,
}

impl List for AreRefused {
    type Line = Refused;
    const NAME: &'static str = "refused";
    const TITLE: &'static str = "Refused in";
    const COLUMNS: &'static [(&'static str, bool)] = &[
        ("UID", false),
        ("Part", true),
        ("Row", true),
        ("Mended", false),
        ("What the tenant said", false),
        ("What to do", false),
    ];

    fn is_of(stage: &str) -> bool {
        stage == "import"
    }

    fn read(folder: &RunFolder) -> Result<Self, MendError> {
        let sent = Chain::of(folder)?.after(&folder.name());
        Ok(Self { mended: mend::progress(folder)?, sent })
    }

    fn row(&self, path: &str, item: &Item<Refused>) -> Markup {
        let line = &item.line;
        let uid = line.uid();
        let name = uid.map_or_else(|| format!("row {} of part {}", line.row, line.part), str::to_owned);
        let form = format!("{path}/{}", item.at);
        html! {
            tr {
                th scope="row" { @match uid { Some(uid) => code { (uid) }, None => "unknown" } }
                td.number { (line.part) } td.number { @if line.row > 0 { (line.row) } @else { "–" } }
                td {
                    @match (&self.sent, self.mended.get(&line.position())) {
                        (Some(by), _) | (None, Some(Progress::Sent(by))) => { "sent again with " a href=(format!("/runs/{by}")) { (by) } }
                        (None, Some(Progress::Waiting)) => { "waits to be sent " a href=(form) { "Change" span.away { " " (name) } } }
                        (None, None) if line.row > 0 => { a href=(form) { "Mend" span.away { " " (name) } } }
                        (None, None) => { "–" }
                    }
                }
                td { (line.message) span.why { code { (line.code) } } }
                td { (advice(&line.code)) }
            }
        }
    }
}
