//! What leaves the steps of a dry run.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value as Json;

use super::hidden::Hidden;
use super::{FailedRecord, Given, Said, Trial, TriedStep};
use crate::component::Kind;
use crate::file::File;
use crate::flow::{Item, Tap};
use crate::graph::Graph;
use crate::log::Line;
use crate::runner::{Failure, Outcome, Status};
use record::Record;

/// Bytes of a file that are shown.
const BEGINNING: usize = 4096;
/// Lines of a step that are kept.
const LINES: usize = 200;

/// What was seen so far.
#[derive(Debug)]
pub(super) struct Seen {
    /// Things of a step that are kept.
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    steps: HashMap<String, At>,
    hidden: Hidden,
}

/// What was seen at a step.
#[derive(Debug, Default)]
struct At {
    /// Whether it makes files of records, whose text is worth a look.
    formats: bool,
    gave: Vec<Given>,
    failed: Vec<FailedRecord>,
    said: Vec<Said>,
}

impl Seen {
    pub(super) fn new(graph: &Graph, most: usize) -> Self {
        let at = |takes| At { formats: takes == Kind::Records, ..At::default() };
        let steps = graph.steps.iter().map(|node| (node.id.clone(), at(node.definition.takes))).collect();
        Self { most, kept: Mutex::new(Kept { steps, hidden: Hidden::default() }) }
    }

    fn at(&self, step: &str, note: impl FnOnce(&mut At, &mut Hidden)) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { steps, hidden } = &mut *kept;
        if let Some(at) = steps.get_mut(step) {
            note(at, hidden);
        }
    }

    pub(super) fn say(&self, line: &Line<'_>) {
        self.at(line.step, |at, _| {
            if at.said.len() < LINES {
                at.said.push(Said { level: line.level.name(), text: line.text.to_owned() });
            }
        });
    }

    /// All of it, without secrets.
    pub(super) fn trial(&self, graph: &Graph, outcome: Outcome) -> Trial {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { steps, hidden } = std::mem::take(&mut *kept);
        let mut steps = steps;
        let tried = outcome.steps.into_iter().zip(&graph.steps).map(|(count, node)| {
            let At { gave, failed, said, .. } = steps.remove(&count.id).unwrap_or_default();
            TriedStep {
                writes: node.definition.writes(),
                gave: gave.into_iter().map(|given| shown(given, &hidden)).collect(),
                failed: failed
                    .into_iter()
                    .map(|FailedRecord { record, message }| FailedRecord {
                        record: hidden.hide(&record),
                        message: hidden.text(&message),
                    })
                    .collect(),
                said: said
                    .into_iter()
                    .map(|Said { level, text }| Said { level, text: hidden.text(&text) })
                    .collect(),
                count,
            }
        });
        let steps = tried.collect();
        let status = match outcome.status {
            Status::Failed(failure) => {
                Status::Failed(Failure { message: hidden.text(&failure.message), ..failure })
            }
            other => other,
        };
        Trial { steps, status, records: outcome.records }
    }
}

impl Tap for Seen {
    fn gave(&self, step: &str, item: &Item) {
        self.at(step, |at, hidden| match item {
            Item::Record(record) => {
                let record = learnt(record, hidden);
                if at.gave.len() < self.most {
                    at.gave.push(Given::Record(record));
                }
            }
            Item::File(file) if at.gave.len() < self.most => {
                let begins = if at.formats { beginning(file) } else { None };
                at.gave.push(Given::File { name: file.name().to_owned(), size: file.size(), begins });
            }
            Item::File(_) => {}
        });
    }

    fn failed(&self, step: &str, record: &Record, message: &str) {
        self.at(step, |at, hidden| {
            let record = learnt(record, hidden);
            if at.failed.len() < self.most {
                at.failed.push(FailedRecord { record, message: message.to_owned() });
            }
        });
    }
}

fn learnt(record: &Record, hidden: &mut Hidden) -> Json {
    let json = record.as_value().to_serde();
    hidden.learn(&json);
    json
}

fn shown(given: Given, hidden: &Hidden) -> Given {
    match given {
        Given::Record(record) => Given::Record(hidden.hide(&record)),
        // Where not every secret is known, what is in a file is not shown.
        Given::File { name, size, begins } => {
            let begins = begins.filter(|_| !hidden.is_full()).map(|text| hidden.text(&text));
            Given::File { name, size, begins }
        }
    }
}

/// How a file begins, if that is text.
fn beginning(file: &File) -> Option<String> {
    let bytes = file.reader().chunk(BEGINNING).ok()?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        // The last character may be cut in two.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    // A line that is cut says less than none, and may end in half a secret.
    let whole = file.size() <= BEGINNING as u64;
    let end = if whole { text.len() } else { text.rfind('\n')? };
    Some(text[..end].to_owned())
}
