//! The attempts of a run as a person sees them: one line each, of the view `attempts`.

use super::{Ledger, LedgerError};

/// One attempt to import a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The part.
    pub part: u32,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// The tenant's time when it was sent, epoch seconds.
    pub sent_at: i64,
    /// Id of the job; none when the tenant took none.
    pub job: Option<String>,
    /// `finished`, `broken`, `lost`, `not_sent` or `under way`.
    pub status: String,
    /// Users created.
    pub inserted: u64,
    /// Users changed.
    pub updated: u64,
    /// Users refused.
    pub failed: u64,
}

impl Ledger {
    /// How many attempts there were.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn attempt_count(&self) -> Result<u64, LedgerError> {
        self.with(|connection| {
            // As many as there were beginnings: the view would group all events for it.
            let count = "SELECT count(*) FROM events WHERE body ->> 'event' = 'begun'";
            connection.query_row(count, [], |row| row.get(0))
        })
    }

    /// Attempts in the order of their parts, `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn attempts(&self, skip: u64, limit: u64) -> Result<Vec<Attempt>, LedgerError> {
        self.with(|connection| {
            let text = "SELECT part, number, sent_at, job, status, coalesce(inserted, 0), coalesce(updated, 0), \
                        coalesce(failed, 0) FROM attempts ORDER BY part, number LIMIT ?1 OFFSET ?2";
            let mut statement = connection.prepare_cached(text)?;
            let rows = statement.query_map((limit, skip), |row| {
                Ok(Attempt {
                    part: row.get(0)?,
                    number: row.get(1)?,
                    sent_at: row.get(2)?,
                    job: row.get(3)?,
                    status: row.get(4)?,
                    inserted: row.get(5)?,
                    updated: row.get(6)?,
                    failed: row.get(7)?,
                })
            })?;
            rows.collect()
        })
    }
}
