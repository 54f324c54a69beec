//! What all readers of stores do.

use jiff::Timestamp;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Setup, step};
use crate::file::FileWriter;
use crate::log::Level;
use crate::stores::{Entry, SharedStore};

/// By what files are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SortBy {
    /// When they were last changed, then by name.
    #[default]
    Time,
    /// By name.
    Name,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum SortOrder {
    /// The oldest, or the first of the alphabet, first.
    #[default]
    Asc,
    /// The reverse.
    Desc,
}

/// Which files of a store are read, and in which order.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The whole name has to match; of a key with slashes, what follows the last.
    pub(super) name: Option<Regex>,
    pub(super) by: SortBy,
    pub(super) order: SortOrder,
    /// Only what was changed after this time.
    pub(super) since: Option<Timestamp>,
}

impl Wanted {
    /// The files whose whole name matches `pattern`; all with none or an empty one.
    pub(super) fn named(pattern: Option<&str>) -> Result<Self, String> {
        let name = match pattern.filter(|pattern| !pattern.is_empty()) {
            Some(pattern) => Some(
                Regex::new(&format!("^(?:{pattern})$")).map_err(|error| format!("fileNameRegex: {error}"))?,
            ),
            None => None,
        };
        Ok(Self { name, ..Self::default() })
    }

    /// The wanted ones of `entries`, in order.
    fn of(&self, mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.retain(|entry| {
            let named = self.name.as_ref().is_none_or(|name| name.is_match(base(&entry.name)));
            // A store that tells no time is read whole rather than not at all.
            let changed =
                self.since.is_none_or(|since| entry.modified.is_none_or(|modified| modified > since));
            named && changed
        });
        entries.sort_by(|a, b| match self.by {
            SortBy::Time => (a.modified, &a.name).cmp(&(b.modified, &b.name)),
            SortBy::Name => a.name.cmp(&b.name),
        });
        if self.order == SortOrder::Desc {
            entries.reverse();
        }
        entries
    }
}

/// The name of a file without the folders before it.
fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn to_read(files: usize) -> String {
    format!("{files} {} to read", if files == 1 { "file" } else { "files" })
}

/// A step that reads the wanted files of a store.
pub(super) fn read(setup: &Setup<'_>, store: SharedStore, wanted: Wanted) -> Built {
    let work = setup.context.work.clone();
    step(move |_, mut output| async move {
        let entries = wanted.of(store.list().await?);
        output.say(Level::Info, &to_read(entries.len()));
        for entry in entries {
            let file = store.read(&entry.name, FileWriter::new(base(&entry.name), &work)).await?;
            output.give(file).await?;
        }
        output.flush().await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        let entry = |name: &str, second: i64| Entry {
            name: name.into(),
            modified: Timestamp::from_second(second).ok(),
        };
        vec![entry("b.csv", 3), entry("a.csv", 3), entry("c.csv", 1), entry("c.csv.gz", 2)]
    }

    fn names(wanted: &Wanted) -> Vec<String> {
        wanted.of(entries()).into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn whole_names_match() {
        assert_eq!(names(&Wanted::named(Some(r".*\.csv")).unwrap()), ["c.csv", "a.csv", "b.csv"]);
        assert_eq!(names(&Wanted::named(Some("")).unwrap()).len(), 4);
        let key = Entry { name: "upload/full/a.csv".into(), modified: None };
        assert_eq!(Wanted::named(Some("a.csv")).unwrap().of(vec![key]).len(), 1);
        assert!(Wanted::named(Some("(")).unwrap_err().starts_with("fileNameRegex: "));
    }

    #[test]
    fn the_order_is_by_time_or_by_name() {
        let by_name = Wanted { by: SortBy::Name, order: SortOrder::Desc, ..Wanted::default() };
        assert_eq!(names(&by_name), ["c.csv.gz", "c.csv", "b.csv", "a.csv"]);
    }

    #[test]
    fn one_file_is_no_files() {
        assert_eq!(
            [to_read(0), to_read(1), to_read(2)],
            ["0 files to read", "1 file to read", "2 files to read"]
        );
    }

    #[test]
    fn only_what_changed_since() {
        let wanted = Wanted { since: Timestamp::from_second(2).ok(), ..Wanted::default() };
        assert_eq!(names(&wanted), ["a.csv", "b.csv"]);
    }
}
