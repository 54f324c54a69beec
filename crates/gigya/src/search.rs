//! `accounts.search` and its kin, read to the end with a cursor.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::{Answer, Call, Client, Error};

/// How long the site may take over one page, in milliseconds: the longest that it allows.
/// Source: SAP Help, accounts.search.
const TIMEOUT_MS: &str = "60000";

/// The fewest pages that are fetched ahead: one in the channel, one on the way.
const MIN_PREFETCH: usize = 2;

/// Empty pages in a row that a cursor may give while it promises more.
const MAX_EMPTY: u32 = 8;

/// A query whose matches are all wanted.
#[derive(Debug, Clone)]
pub struct Search {
    call: Call,
    prefetch: usize,
    wanted: Option<Arc<AtomicU64>>,
}

impl Search {
    /// Searches accounts. The query's LIMIT is the size of a page: 300 without one, 10,000 at most; the documentation
    /// recommends 1,000. Source: SAP Help, accounts.search.
    #[must_use]
    pub fn accounts(query: impl Into<String>) -> Self {
        let mut search = Self::of("accounts.search", query);
        search.call = search.call.param("timeout", TIMEOUT_MS);
        search
    }

    /// Searches the audit log: `SELECT * FROM auditLog …`.
    #[must_use]
    pub fn audit(query: impl Into<String>) -> Self {
        Self::of("audit.search", query)
    }

    /// Searches what belongs to IdentitySync: `SELECT * FROM dataflow …`.
    #[must_use]
    pub fn idx(query: impl Into<String>) -> Self {
        Self::of("idx.search", query)
    }

    /// Searches with another method of the same protocol, such as `ds.search`.
    #[must_use]
    pub fn of(method: &str, query: impl Into<String>) -> Self {
        Self { call: Call::new(method).param("query", query), prefetch: MIN_PREFETCH, wanted: None }
    }

    /// Which kinds of accounts: `full` (the default of the site), `lite` or `full,lite`.
    #[must_use]
    pub fn account_types(mut self, types: &str) -> Self {
        self.call = self.call.param("accountTypes", types);
        self
    }

    /// How many pages are fetched ahead of the one that is being worked on: 2, or more.
    #[must_use]
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages.max(MIN_PREFETCH);
        self
    }

    /// Follows the cursor for so many records at most, and for no more than the first page says there are: not to the page
    /// behind them, which is often empty. The number is lowered to that, and may be lowered further on the way: it is
    /// looked at after each page.
    #[must_use]
    pub fn wanted(mut self, records: Arc<AtomicU64>) -> Self {
        self.wanted = Some(records);
        self
    }
}

/// A page of records.
#[derive(Debug, Clone)]
pub struct Page {
    answer: Answer,
}

impl Page {
    /// The records as they came, in their order.
    pub fn records(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.answer.envelope.records.iter().map(|place| &self.answer.body[place.clone()])
    }

    /// The record at `index`, sharing the memory of the page.
    #[must_use]
    pub fn record(&self, index: usize) -> Option<Bytes> {
        let place: &Range<usize> = self.answer.envelope.records.get(index)?;
        Some(self.answer.body.slice(place.clone()))
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answer.envelope.records.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answer.envelope.records.is_empty()
    }

    /// How many records match the query in all, as far as the site knew.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.answer.envelope.total
    }

    /// When the site answered, by its own clock, epoch seconds.
    #[must_use]
    pub fn date(&self) -> Option<i64> {
        self.answer.date
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }
}

/// The pages of a search, one after the other; the next ones are fetched while one is worked on.
///
/// A page may be smaller than asked for without being the last, and none of them is empty. A consumer that takes more
/// than 300 s over a page loses the cursor ([`Error::CursorExpired`]). Dropping the stream ends the search.
#[derive(Debug)]
pub struct Pages {
    pages: mpsc::Receiver<Result<Page, Error>>,
    task: JoinHandle<()>,
}

impl Pages {
    /// The next page; none after the last. An error is the last item.
    pub async fn next(&mut self) -> Option<Result<Page, Error>> {
        self.pages.recv().await
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Client {
    /// Opens a cursor and reads to its end. Must be called inside a Tokio runtime.
    #[must_use]
    pub fn pages(&self, search: Search) -> Pages {
        // One page waits in the task while the channel is full.
        let (sender, pages) = mpsc::channel(search.prefetch - 1);
        let client = self.clone();
        let task = tokio::spawn(async move { client.feed(search, &sender).await });
        Pages { pages, task }
    }

    /// One page without a cursor: up to the query's LIMIT, from its START.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn page(&self, search: &Search) -> Result<Page, Error> {
        Ok(Page { answer: self.send(&search.call).await? })
    }

    /// `SELECT count(*)` of what follows: `FROM accounts WHERE …`.
    ///
    /// # Errors
    /// As [`Client::send`]; [`Error::Answer`] when the answer has no number.
    pub async fn count(&self, search: &Search) -> Result<u64, Error> {
        #[derive(serde::Deserialize)]
        struct Row {
            #[serde(rename = "count(*)")]
            count: u64,
        }
        let page = self.page(search).await?;
        let row = page.records().next().and_then(|row| serde_json::from_slice::<Row>(row).ok());
        row.map(|row| row.count).ok_or_else(|| Error::Answer {
            method: search.call.method.clone(),
            cause: "it holds no count(*)".to_owned(),
        })
    }

    async fn feed(&self, search: Search, pages: &mpsc::Sender<Result<Page, Error>>) {
        let Search { call: query, wanted, .. } = search;
        let method = query.method.clone();
        let mut call = query.param("openCursor", "true");
        let (mut empty, mut given) = (0, 0_u64);
        loop {
            let answer = match self.send(&call).await {
                Ok(answer) => answer,
                Err(error) => {
                    let _ = pages.send(Err(error)).await;
                    return;
                }
            };
            let next = answer.envelope.next_cursor.clone();
            let page = Page { answer };
            if let (Some(wanted), Some(total), 0) = (&wanted, page.total(), given) {
                wanted.fetch_min(total, Ordering::Relaxed);
            }
            given += page.len() as u64;
            empty = if page.is_empty() { empty + 1 } else { 0 };
            // Nobody waits for the page any more when the stream was dropped.
            if !page.is_empty() && pages.send(Ok(page)).await.is_err() {
                return;
            }
            // There is often one page too many, and it is empty; but a cursor must not be followed for ever.
            if empty > MAX_EMPTY && next.is_some() {
                let cause = format!("its cursor gave {empty} empty pages and promises more");
                let _ = pages.send(Err(Error::Answer { method, cause })).await;
                return;
            }
            if wanted.as_ref().is_some_and(|wanted| given >= wanted.load(Ordering::Relaxed)) {
                return;
            }
            // The cursor stands alone: neither query nor anything of it may be repeated.
            match next {
                Some(cursor) => call = Call::new(method.as_str()).param("cursorId", cursor),
                None => return,
            }
        }
    }
}
