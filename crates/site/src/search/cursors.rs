//! Open cursors. A restart forgets them, as it does at Gigya.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::page::{Next, Search};
use crate::ids;

/// How long a cursor may go unused. Source: "accounts.search REST", cursorId.
const IDLE_MS: i64 = 300_000;

/// So many are kept at most; beyond them the one that was not used for longest goes.
const MOST: usize = 10_000;

/// Where a search goes on.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) search: Arc<Search>,
    /// All that fit when it was opened.
    pub(super) total: u64,
    /// How many pages were given before.
    pub(super) page: usize,
    pub(super) next: Next,
}

/// Cursors by id. An id is good for the one page that it stands for, as often as that is asked for.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: Mutex<HashMap<String, (Arc<Cursor>, i64)>>,
}

impl Cursors {
    /// Keeps a cursor and gives its id.
    pub(super) fn put(&self, cursor: Cursor, now_ms: i64) -> String {
        let id = ids::hex32() + &ids::hex32();
        let mut open = self.lock();
        open.retain(|_, (_, used_ms)| now_ms - *used_ms <= IDLE_MS);
        if open.len() >= MOST {
            let oldest = open.iter().min_by_key(|(_, (_, used_ms))| *used_ms).map(|(id, _)| id.clone());
            oldest.and_then(|id| open.remove(&id));
        }
        open.insert(id.clone(), (Arc::new(cursor), now_ms));
        id
    }

    /// The cursor of an id; None when there is none, or it was not used for [`IDLE_MS`].
    pub(super) fn get(&self, id: &str, now_ms: i64) -> Option<Arc<Cursor>> {
        let mut open = self.lock();
        let (cursor, used_ms) = open.get_mut(id)?;
        if now_ms - *used_ms > IDLE_MS {
            open.remove(id);
            return None;
        }
        *used_ms = now_ms;
        Some(cursor.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Arc<Cursor>, i64)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;
    use crate::query::{Plan, Table};
    use crate::store::View;

    fn cursor() -> Cursor {
        let plan = Plan::new("SELECT * FROM accounts".parse().unwrap(), &Table::ACCOUNTS).unwrap();
        let search = Arc::new(Search::new(plan, Source::Accounts(View::Full), false));
        Cursor { search, total: 0, page: 1, next: Next::Behind(None) }
    }

    #[test]
    fn a_cursor_lives_while_it_is_used() {
        let cursors = Cursors::default();
        let id = cursors.put(cursor(), 0);
        assert!(cursors.get(&id, IDLE_MS).is_some());
        assert!(cursors.get(&id, 2 * IDLE_MS).is_some());
        assert!(cursors.get(&id, 3 * IDLE_MS + 1).is_none());
        assert!(cursors.get(&id, 2 * IDLE_MS).is_none());
        assert!(cursors.get("other", 0).is_none());
    }

    #[test]
    fn the_one_that_was_not_used_for_longest_goes() {
        let cursors = Cursors::default();
        let first = cursors.put(cursor(), 0);
        let second = cursors.put(cursor(), 1);
        assert!(cursors.get(&first, 2).is_some());
        (0..MOST - 1).for_each(|_| drop(cursors.put(cursor(), 3)));
        assert!(cursors.get(&second, 4).is_none());
        assert!(cursors.get(&first, 4).is_some());
    }
}
