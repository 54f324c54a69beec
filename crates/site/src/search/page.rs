//! One page of a search.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::source::{Place, Source, Way};
use crate::codes;
use crate::error::ApiError;
use crate::query::{Collector, Found, Key, Plan, Rows, Shape};

/// A search that was understood.
#[derive(Debug)]
pub(super) struct Search {
    plan: Plan,
    source: Source,
    way: Way,
    short_pages: bool,
}

/// Where the next page begins.
#[derive(Debug, Clone)]
pub(super) enum Next {
    /// Behind this place on the way; None: at its beginning.
    Behind(Option<Place>),
    /// At this one of the places that were put in order when the cursor was opened.
    Listed(Arc<[Place]>, usize),
}

impl Search {
    /// `short_pages`: pages of a cursor are often shorter than its limit, as they may be at Gigya.
    pub(super) fn new(plan: Plan, source: Source, short_pages: bool) -> Self {
        let way = source.way(&plan);
        Self { plan, source, way, short_pages }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The first page, the count of all, and with `open_cursor` where the next page begins.
    ///
    /// # Errors
    /// 504001 when the time is over.
    pub(super) fn first(
        &self,
        db: &Connection,
        open_cursor: bool,
        mut deadline: Deadline,
    ) -> Result<(Found, Option<Next>), ApiError> {
        if self.plan.shape() == Shape::Documents {
            if self.way.ordered {
                return self.first_on_the_way(db, open_cursor, deadline);
            }
            if open_cursor {
                let places: Arc<[Place]> = self.put_in_order(db, &mut deadline)?.into();
                let total = places.len() as u64;
                let (rows, next) = self.next(db, &Next::Listed(places, 0), 0, deadline)?;
                return Ok((Found { rows, total }, next));
            }
        }
        let mut collector = Collector::new(&self.plan);
        if self.plan.only_counts()
            && self.way.exact
            && let Some(count) = self.source.count(db, &self.way)?
        {
            collector.count_unseen(count);
            return Ok((collector.finish()?, None));
        }
        self.source.walk(db, &self.way, None, &mut |_, row| {
            deadline.check()?;
            collector.push(row)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok((collector.finish()?, None))
    }

    fn first_on_the_way(
        &self,
        db: &Connection,
        open_cursor: bool,
        deadline: Deadline,
    ) -> Result<(Found, Option<Next>), ApiError> {
        let count = if self.way.exact { self.source.count(db, &self.way)? } else { None };
        let mut page = Page::new(&self.plan, self.limit(0), deadline);
        page.skip = self.plan.query().start.unwrap_or(0);
        page.count_all = count.is_none();
        self.fill(db, &mut page, None)?;
        let next = if open_cursor { page.next() } else { None };
        let total = count.unwrap_or(page.seen);
        Ok((Found { rows: page.rows, total }, next))
    }

    /// A page of a cursor, and where the one after it begins. `number` is how many pages came before it.
    ///
    /// The page that the last row is on leads on to an empty one when it is full, as happens at Gigya: it is not looked
    /// whether there is another row.
    ///
    /// # Errors
    /// 504001 when the time is over.
    pub(super) fn next(
        &self,
        db: &Connection,
        next: &Next,
        number: usize,
        deadline: Deadline,
    ) -> Result<(Rows, Option<Next>), ApiError> {
        let mut page = Page::new(&self.plan, self.limit(number), deadline);
        match next {
            Next::Behind(after) => {
                self.fill(db, &mut page, *after)?;
                let next = page.next();
                Ok((page.rows, next))
            }
            Next::Listed(places, from) => {
                let mut at = *from;
                while let Some(place) = places.get(at) {
                    if page.is_full() {
                        break;
                    }
                    self.source.at(db, place.at, &mut |found, row| {
                        let wanted = found.row == place.row && self.plan.fits(row)?;
                        if wanted { page.take(found, row) } else { Ok(ControlFlow::Continue(())) }
                    })?;
                    at += 1;
                }
                let next = page.is_full().then(|| Next::Listed(places.clone(), at));
                Ok((page.rows, next))
            }
        }
    }

    fn fill(&self, db: &Connection, page: &mut Page<'_>, after: Option<Place>) -> Result<(), ApiError> {
        if page.is_full() && !page.count_all {
            return Ok(());
        }
        self.source.walk(db, &self.way, after, &mut |place, row| {
            page.deadline.check()?;
            if !self.way.exact && !self.plan.fits(row)? {
                return Ok(ControlFlow::Continue(()));
            }
            page.take(place, row)
        })
    }

    /// The places of all rows that fit, in the order of the query.
    fn put_in_order(&self, db: &Connection, deadline: &mut Deadline) -> Result<Vec<Place>, ApiError> {
        let mut found: Vec<(Vec<Key>, Place)> = Vec::new();
        self.source.walk(db, &self.way, None, &mut |place, row| {
            deadline.check()?;
            if self.way.exact || self.plan.fits(row)? {
                found.push((self.plan.keys(row)?, place));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        found.sort_by(|(one, _), (other, _)| self.plan.compare(one, other));
        Ok(found.into_iter().map(|(_, place)| place).collect())
    }

    /// Rows of a page at most.
    fn limit(&self, number: usize) -> usize {
        let limit = self.plan.query().limit();
        if self.short_pages { limit - limit * (number % 4) / 5 } else { limit }
    }
}

/// A page that is being filled.
#[derive(Debug)]
struct Page<'p> {
    plan: &'p Plan,
    limit: usize,
    deadline: Deadline,
    /// Rows that are still to be passed over.
    skip: usize,
    /// Go on when it is full, to count.
    count_all: bool,
    seen: u64,
    rows: Rows,
    last: Option<Place>,
}

impl<'p> Page<'p> {
    fn new(plan: &'p Plan, limit: usize, deadline: Deadline) -> Self {
        Self { plan, limit, deadline, skip: 0, count_all: false, seen: 0, rows: Rows::default(), last: None }
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= self.limit
    }

    /// Takes a row that fits.
    fn take(&mut self, place: Place, row: &[u8]) -> Result<ControlFlow<()>, ApiError> {
        self.seen += 1;
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_full() {
            self.rows.push(self.plan, row)?;
            self.last = Some(place);
        }
        Ok(if self.is_full() && !self.count_all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// A page that is not full was the last. One without rows because its limit is 0 leads nowhere either.
    fn next(&self) -> Option<Next> {
        (self.is_full() && self.last.is_some()).then_some(Next::Behind(self.last))
    }
}

/// When a search has to be done. It is the machine's time, since it is the machine that works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    at: Instant,
    rows: u32,
}

/// The clock is looked at once in so many rows.
const STRIDE: u32 = 256;

impl Deadline {
    pub(super) fn after_ms(ms: u64) -> Self {
        Self { at: Instant::now() + Duration::from_millis(ms), rows: 0 }
    }

    /// # Errors
    /// 504001 when the time is over.
    fn check(&mut self) -> Result<(), ApiError> {
        self.rows = self.rows.wrapping_add(1);
        if self.rows.is_multiple_of(STRIDE) && Instant::now() > self.at {
            return Err(ApiError::plain(codes::TIMEOUT));
        }
        Ok(())
    }
}
