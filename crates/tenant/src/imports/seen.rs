//! Doubles inside one file.

use std::collections::HashSet;

use super::entry::Entry;

/// The identifiers of the users of a file that came before.
#[derive(Debug, Default)]
pub(super) struct Seen {
    emails: HashSet<String>,
    user_ids: HashSet<String>,
    usernames: HashSet<String>,
    phones: HashSet<String>,
}

impl Seen {
    /// Whether one of the user's identifiers came before; if not, they are remembered.
    pub(super) fn is_double(&mut self, entry: &Entry) -> bool {
        let known =
            |set: &HashSet<String>, value: &Option<String>| value.as_ref().is_some_and(|v| set.contains(v));
        if known(&self.emails, &entry.email)
            || known(&self.user_ids, &entry.user_id)
            || known(&self.usernames, &entry.username)
            || known(&self.phones, &entry.phone_number)
        {
            return true;
        }
        self.emails.extend(entry.email.clone());
        self.user_ids.extend(entry.user_id.clone());
        self.usernames.extend(entry.username.clone());
        self.phones.extend(entry.phone_number.clone());
        false
    }
}
