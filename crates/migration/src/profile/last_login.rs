//! How long ago somebody logged in.

use super::Named;

/// Upper bounds in days, and what to call who is within.
const AGES: [(i64, &str); 5] =
    [(30, "30 days"), (90, "90 days"), (365, "1 year"), (730, "2 years"), (1826, "5 years")];
const OLDER: usize = AGES.len();
const NEVER: usize = AGES.len() + 1;
const DAY_MS: i64 = 86_400_000;

/// Accounts by age of their last login.
#[derive(Debug, Clone, Default)]
pub(super) struct Ages([u64; AGES.len() + 2]);

impl Ages {
    /// Counts an account; times are epoch milliseconds.
    pub(super) fn count(&mut self, login: Option<i64>, now: i64) {
        let place = match login.filter(|login| *login > 0) {
            None => NEVER,
            Some(login) => {
                let age = now - login;
                AGES.iter().position(|(days, _)| age <= days * DAY_MS).unwrap_or(OLDER)
            }
        };
        self.0[place] += 1;
    }

    pub(super) fn add(&mut self, more: &Self) {
        for (count, more) in self.0.iter_mut().zip(more.0) {
            *count += more;
        }
    }

    pub(super) fn named(&self) -> Vec<Named> {
        let names = AGES.iter().map(|(_, name)| *name).chain(["older", "never"]);
        names.zip(self.0).map(|(name, count)| Named { name: name.to_owned(), count }).collect()
    }
}
