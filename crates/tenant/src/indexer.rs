//! Brings the index of names up to date: after imports by itself, and for whoever searches by a name before that.
//!
//! An import pays nothing for the index: it is left alone until none has been under way for a moment, and it steps back
//! between two batches when the next one comes. It rests after each batch as long as the batch took.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::state::AppState;
use crate::store::{StoreError, names};
use crate::view;

/// How long no import may have been under way. Between two parts of one migration there is less.
const QUIET: Duration = Duration::from_secs(1);

/// Takes everybody in who is not in the index.
///
/// # Errors
/// When the database fails.
pub(crate) async fn catch_up(state: &AppState) -> Result<(), StoreError> {
    while batch(state).await? {}
    Ok(())
}

/// Takes some users in; false when there are none left.
async fn batch(state: &AppState) -> Result<bool, StoreError> {
    state.store().write(|tx| names::catch_up(tx, view::name_of)).await
}

/// Follows the imports until the tenant stops. What an earlier tenant has left is taken in first.
pub(crate) fn start(state: &AppState) {
    let worker = state.clone();
    state.spawn(async move {
        let mut stopping = worker.stopping();
        let imports = worker.runner().under_way();
        tokio::select! {
            biased;
            _ = stopping.wait_for(|stop| *stop) => {}
            () = follow(&worker, imports, QUIET) => {}
        }
    });
}

/// A batch that was begun when this is dropped is still written.
async fn follow(state: &AppState, mut imports: watch::Receiver<usize>, quiet: Duration) {
    while imports.wait_for(|under_way| *under_way == 0).await.is_ok() {
        if tokio::time::timeout(quiet, imports.changed()).await.is_ok() {
            continue;
        }
        let mut more = true;
        while more && *imports.borrow() == 0 {
            let began = Instant::now();
            more = batch(state).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the index of names is brought up to date by the next search");
                false
            });
            // Nobody waits for it: half of a processor is enough, and whoever wants to write gets a turn.
            tokio::time::sleep(began.elapsed()).await;
        }
        if !more && imports.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::UnderWay;
    use crate::store::{Origin, UserRow, users};

    /// More than two batches.
    const USERS: i64 = 4_500;

    fn populate(state: &AppState) {
        let insert = |tx: &rusqlite::Transaction<'_>| -> Result<(), StoreError> {
            for number in 0..USERS {
                users::insert(tx, &UserRow::new(1, format!("u{number}"), 0, Origin::Import))?;
            }
            Ok(())
        };
        state.store().write_blocking(insert).unwrap();
    }

    fn indexed(state: &AppState) -> i64 {
        let count = "SELECT count(*) FROM names WHERE field = 'name'";
        let read = |db: &rusqlite::Connection| -> Result<i64, StoreError> {
            Ok(db.query_row(count, [], |row| row.get(0))?)
        };
        state.store().read_blocking(read).unwrap()
    }

    async fn until_all_are_indexed(state: &AppState) {
        while indexed(state) < USERS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn names_are_indexed_after_imports_and_not_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        let tenant = crate::start(crate::Options::new(dir.path())).await.unwrap();
        let state = tenant.state();
        let job = UnderWay::new(state);
        populate(state);

        {
            // With no moment of quiet at all, so that nothing but the job keeps it.
            let follow = follow(state, state.runner().under_way(), Duration::ZERO);
            tokio::pin!(follow);
            let patience = Duration::from_millis(50);
            assert!(tokio::time::timeout(patience, &mut follow).await.is_err());
            assert_eq!(indexed(state), 0);

            drop(job);
            tokio::select! {
                () = &mut follow => panic!("it follows the imports as long as the tenant runs"),
                () = until_all_are_indexed(state) => {}
            }
        }
        tenant.stop().await;
    }

    #[tokio::test]
    async fn what_an_earlier_tenant_left_is_indexed_by_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let tenant = crate::start(crate::Options::new(dir.path())).await.unwrap();
        populate(tenant.state());
        tenant.stop().await;
        let tenant = crate::start(crate::Options::new(dir.path())).await.unwrap();
        until_all_are_indexed(tenant.state()).await;
        tenant.stop().await;
    }
}
