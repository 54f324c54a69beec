//! `field.move`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Path, Record};

/// Moves members of the record to another place in its order, which is the order of the columns of a file.
///
/// The documentation names the parameters only. They are read as: the members come, in the order of the list, right after
/// the one named `after`; without it, or when it is not there, they come first. Members below others cannot be moved.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Move {
    /// The members.
    fields: Vec<Path>,
    /// The member that they come after; nothing or empty: they come first.
    #[serde(default)]
    after: String,
}

impl Component for Move {
    const TYPE: &'static str = "field.move";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let mut names = Vec::new();
        for path in &self.fields {
            let name = path.as_name().ok_or_else(|| {
                format!(
                    "`fields`: {path} is below another member; only members of the record itself can be moved"
                )
            })?;
            names.push(name.to_owned());
        }
        let after = self.after.trim_matches('\'').to_owned();
        if names.contains(&after) {
            return Err(format!("`after` names {after}, which is itself among the members to move"));
        }
        each(move |record| Ok(Then::Pass(reordered(record, &names, &after))))
    }
}

fn reordered(mut record: Record, names: &[String], after: &str) -> Record {
    let members = record.members_mut();
    let mut moved: Vec<_> = names.iter().filter_map(|name| Some((name, members.remove(name)?))).collect();
    if !members.contains(after) {
        let rest = std::mem::take(members);
        for (name, value) in moved {
            members.insert(name.as_str(), value);
        }
        for (name, value) in rest {
            members.insert(name, value);
        }
        return record;
    }
    while let Some((name, value)) = moved.pop() {
        members.insert_after(after, name.as_str(), value);
    }
    record
}
