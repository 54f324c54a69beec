//! The paths that a `select` names.

use record::{Path, PathError, Record, View};

/// The paths that a `select` names, in their order.
#[derive(Debug)]
pub(super) struct Selected {
    /// None: `*`.
    items: Option<Vec<Item>>,
}

#[derive(Debug)]
struct Item {
    /// As it was asked for.
    source: String,
    /// Where it stands in an answer: the path, or its alias in the place of its last name.
    path: Path,
}

impl Selected {
    /// Reads `UID, profile.email as mail`.
    ///
    /// # Errors
    /// When a path is none.
    pub(super) fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self { items: None });
        }
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(|item| {
            let mut words = item.split_ascii_whitespace();
            let source = words.next().unwrap_or_default();
            let alias =
                words.next().filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.next());
            let place = match (alias, source.rsplit_once('.')) {
                (Some(alias), Some((parent, _))) => format!("{parent}.{alias}"),
                (Some(alias), None) => alias.to_owned(),
                (None, _) => source.to_owned(),
            };
            Ok(Item { source: source.to_owned(), path: Path::parse(&place)? })
        });
        Ok(Self { items: Some(items.collect::<Result<_, _>>()?) })
    }

    /// Whether it is `*`.
    pub(super) fn all(&self) -> bool {
        self.items.is_none()
    }

    /// Whether an answer has this path anyway.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.items.as_ref().is_none_or(|items| {
            items.iter().any(|item| {
                path.strip_prefix(item.source.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    }

    /// Puts what is selected of `found` into `record`. Where both have a value, `take` says that the found one counts.
    pub(super) fn merge(&self, found: &Record, record: &mut Record, take: bool) {
        match &self.items {
            Some(items) => {
                for item in items {
                    merge(&item.path, found, record, take);
                }
            }
            None => {
                for (name, _) in found.members().iter() {
                    merge(&Path::name(name), found, record, take);
                }
            }
        }
    }
}

fn merge(path: &Path, found: &Record, record: &mut Record, take: bool) {
    let Some(value) = found.find(path) else { return };
    let is_free = record.get(path).is_none_or(|own| matches!(own.view(), View::Null | View::Text("")));
    if take || is_free {
        record.set(path, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_stand_in_the_parent() {
        let selected = Selected::parse("UID as _UID, profile.email AS mail,data").unwrap();
        let found =
            Record::from_json(r#"{"_UID":"1","profile":{"mail":"a@example.test"},"data":{"n":1}}"#).unwrap();
        let mut record = Record::from_json(r#"{"profile":{"x":1},"data":{"n":2}}"#).unwrap();
        selected.merge(&found, &mut record, true);
        assert_eq!(
            record.to_string(),
            r#"{"profile":{"x":1,"mail":"a@example.test"},"data":{"n":1},"_UID":"1"}"#
        );
        assert!(selected.covers("data.n") && selected.covers("UID") && !selected.covers("profile"));
    }

    #[test]
    fn a_record_may_keep_what_it_has() {
        let selected = Selected::parse("*").unwrap();
        let found = Record::from_json(r#"{"UID":"1","a":2}"#).unwrap();
        let mut record = Record::from_json(r#"{"UID":"","a":1}"#).unwrap();
        selected.merge(&found, &mut record, false);
        assert_eq!(record.to_string(), r#"{"UID":"1","a":1}"#);
    }
}
