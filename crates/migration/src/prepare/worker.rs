//! One worker: records of a chunk become users, or are set aside.

use std::borrow::Cow;

use mapping::{Identifier, Kernel, Mapped, Mapping, PasswordOutcome, Tally};
use record::{Object, Record, Value};
use scan::{Fault, PADDING};
use serde_json::json;
use user::{Text, User, rules};

use super::batch::{Aside, Batch, Lane, Ready};
use super::options::{Kind, PrepareOptions};
use super::spill;
use crate::codes::Action;
use crate::duplicates::{Hasher, Key, folded};
use crate::linking;
use crate::profile::Census;
use crate::read::{Chunk, Records};
use crate::screen::{self, Lazy, Policies, Verdict};

/// Bytes of a broken record that are kept for a person to look at.
const RAW: usize = 4096;

/// One worker. It keeps its memory from chunk to chunk.
pub(crate) struct Worker<'m> {
    kernel: Kernel<'m>,
    options: &'m PrepareOptions,
    hasher: Hasher,
    free_keys: bool,
    spare: Vec<Batch>,
    left_to_read: Option<u64>,
    census: Option<Census>,
    /// Whether the values of the chunk at hand are all texts.
    csv: bool,
}

/// A record of a chunk.
#[derive(Clone, Copy)]
struct At {
    /// From 0, in the chunk.
    record: u64,
    byte: u64,
}

impl<'m> Worker<'m> {
    pub(crate) fn new(mapping: &'m Mapping, options: &'m PrepareOptions, hasher: Hasher) -> Self {
        Self {
            kernel: Kernel::new(mapping, options.read.limits.max_depth),
            options,
            hasher,
            free_keys: options.kind == Kind::Users || mapping.has_free_keys(),
            spare: Vec::new(),
            left_to_read: options.selection.limit,
            census: options.profile.map(Census::new),
            csv: false,
        }
    }

    /// What was noticed over all records.
    pub(crate) fn end(self) -> (Tally, Option<Census>) {
        (self.kernel.tally(), self.census)
    }

    pub(crate) fn recycle(&mut self, mut batch: Batch) {
        batch.clear();
        self.spare.push(batch);
    }

    /// Works through a chunk.
    pub(crate) fn work(&mut self, chunk: &Chunk) -> Batch {
        let mut batch = self.spare.pop().unwrap_or_else(Batch::new);
        batch.input = chunk.input;
        batch.name = chunk.name.clone();
        self.csv = chunk.rows;
        let text = as_text(chunk.bytes.padded());
        match &chunk.records {
            Records::Lines => self.lines(&text, chunk.offset, &mut batch),
            Records::Listed(records) => {
                for record in records {
                    let at = At { record: batch.records, byte: record.at };
                    batch.records += 1;
                    match &record.fault {
                        Some((code, reason)) => {
                            batch.counts.read += 1;
                            let raw = raw(&text, record.start, record.end);
                            set_aside(&mut batch, at, None, code, reason.clone(), Some(raw));
                        }
                        None => {
                            if let Err((fault, _)) =
                                self.record(&text, record.start, Some(record.end), at, &mut batch)
                            {
                                self.broken(&text, record.start, record.end, at, fault, &mut batch);
                            }
                        }
                    }
                    if self.enough(&mut batch) {
                        break;
                    }
                }
            }
        }
        batch
    }

    /// Objects one after the other. A broken one ends where the next line starts an object; what is none, with its line.
    fn lines(&mut self, text: &str, offset: u64, batch: &mut Batch) {
        let bytes = text.as_bytes();
        let end = bytes.len() - PADDING;
        let mut at = 0;
        loop {
            while at < end && bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            if at >= end || self.enough(batch) {
                return;
            }
            let place = At { record: batch.records, byte: offset + at as u64 };
            batch.records += 1;
            match self.record(text, at, None, place, batch) {
                Ok(next) => at = next,
                Err((fault, _)) => {
                    let next = if bytes[at] == b'{' {
                        next_object(bytes, at, end)
                    } else {
                        next_line(bytes, at, end)
                    };
                    let last = bytes[at..next]
                        .iter()
                        .rposition(|byte| !byte.is_ascii_whitespace())
                        .map_or(at, |last| at + last + 1);
                    self.broken(text, at, last, place, fault, batch);
                    at = next;
                }
            }
        }
    }

    fn enough(&self, batch: &mut Batch) -> bool {
        batch.enough = self.left_to_read == Some(0);
        batch.enough
    }

    fn broken(&mut self, text: &str, start: usize, end: usize, at: At, fault: Fault, batch: &mut Batch) {
        let max = self.options.read.limits.max_record;
        let record = text.as_bytes().get(start..end).unwrap_or(b"");
        let (code, reason) = match fault {
            _ if end - start > max => ("too_large", format!("the record has more than {max} bytes")),
            Fault::TooDeep => {
                ("too_deep", format!("nested deeper than {} levels", self.options.read.limits.max_depth))
            }
            _ if record.contains(&0) => ("broken_json", "the record is not UTF-8".to_owned()),
            syntax => ("broken_json", syntax.to_string()),
        };
        batch.counts.read += 1;
        self.count_read();
        set_aside(batch, at, None, code, reason, Some(raw(text, start, end)));
    }

    fn count_read(&mut self) {
        if let Some(left) = &mut self.left_to_read {
            *left = left.saturating_sub(1);
        }
    }

    /// One record; gives the place after it. With `end` it has to end there, else with its line or before another object.
    fn record(
        &mut self,
        text: &str,
        start: usize,
        end: Option<usize>,
        at: At,
        batch: &mut Batch,
    ) -> Result<usize, (Fault, usize)> {
        if self.options.kind == Kind::Users {
            return self.user_record(text, start, end, at, batch);
        }
        let (mapped, stop) = self.kernel.map(text, start)?;
        if !ends_well(text.as_bytes(), stop, end) {
            self.kernel.recycle(mapped.user);
            return Err((Fault::Trailing, stop));
        }
        let max = self.options.read.limits.max_record;
        if stop - start > max {
            self.kernel.recycle(mapped.user);
            batch.counts.read += 1;
            self.count_read();
            let reason = format!("the record has more than {max} bytes");
            set_aside(batch, at, None, "too_large", reason, Some(raw(text, start, stop)));
            return Ok(stop);
        }
        if self.census.is_some()
            && self.selected(&mapped)
            && let Some(census) = &mut self.census
        {
            census.take(&mapped, text, start, self.options.read.limits.max_depth);
        }
        let user = self.account(mapped, at, batch);
        self.kernel.recycle(user);
        Ok(stop)
    }

    fn account<'t>(&mut self, mut mapped: Mapped<'t>, at: At, batch: &mut Batch) -> User<'t> {
        if let (Some(asked), Some(uid)) = (&self.options.selection.uids, &mapped.uid)
            && asked.contains(uid.as_str())
        {
            batch.counts.found.insert(uid.as_str().to_owned());
        }
        if !self.selected(&mapped) {
            batch.counts.not_selected += 1;
            return mapped.user;
        }
        batch.counts.read += 1;
        self.count_read();
        let policies = &self.options.policies;
        let uid = |mapped: &Mapped<'_>| mapped.uid.as_ref().map(|uid| uid.as_str().to_owned());
        batch.counts.mapped += 1;
        if mapped.lite && !policies.include_lite {
            set_aside(
                batch,
                at,
                uid(&mapped),
                "lite",
                "a lite account: an address without a registration".to_owned(),
                None,
            );
            return mapped.user;
        }
        if !mapped.registered && !mapped.lite && !policies.include_unregistered {
            let reason = "the registration was never finished".to_owned();
            set_aside(batch, at, uid(&mapped), "not_registered", reason, None);
            return mapped.user;
        }
        let verdict = if self.options.no_screen {
            Verdict::default()
        } else {
            screen::screen(&mut mapped.user, policies, self.free_keys)
        };
        if let Some((code, reason)) = verdict.aside {
            set_aside(batch, at, uid(&mapped), code, reason, None);
            return mapped.user;
        }
        if !self.options.no_screen {
            drop_bad_factors(&mut mapped.user, batch);
        }
        let lane = match &mapped.password {
            PasswordOutcome::Moved => Lane::Hash,
            PasswordOutcome::None if mapped.social_login => Lane::Social,
            PasswordOutcome::None => Lane::Reset,
            PasswordOutcome::Stays(reason) => {
                *batch.counts.passwords.entry((reason.code.as_str(), reason.reason.clone())).or_default() +=
                    1;
                match policies.lazy {
                    Lazy::Leave => Lane::Lazy,
                    Lazy::Reset => Lane::Reset,
                }
            }
        };
        if lane == Lane::Lazy {
            if let PasswordOutcome::Stays(reason) = &mapped.password {
                let email = mapped.user.email.as_ref().map(Text::as_str);
                let user_id = mapped.user.user_id.as_ref().map(Text::as_str);
                let line = json!({"uid": uid(&mapped), "user_id": user_id, "email": email, "code": reason.code.as_str(), "reason": reason.reason});
                batch.lazy.extend_from_slice(line.to_string().as_bytes());
                batch.lazy.push(b'\n');
            }
            batch.counts.left += 1;
            return mapped.user;
        }
        let links = batch.linking.len();
        linking::write(&mapped, &mut batch.linking);
        let linking = batch.linking.len() - links;
        self.ready(
            &mut mapped.user,
            mapped.uid.as_ref(),
            verdict.mended,
            lane,
            mapped.last_login,
            at,
            linking,
            batch,
        );
        mapped.user
    }

    fn selected(&self, mapped: &Mapped<'_>) -> bool {
        let selection = &self.options.selection;
        let by_uid = selection
            .uids
            .as_ref()
            .is_none_or(|uids| mapped.uid.as_ref().is_some_and(|uid| uids.contains(uid.as_str())));
        let by_value = selection
            .value
            .as_ref()
            .is_none_or(|value| mapped.observed.as_ref().is_some_and(|found| found.as_str() == value));
        by_uid && by_value
    }

    /// Writes a user that passed the screen into the batch, unless its profile is too large.
    #[expect(clippy::too_many_arguments, reason = "what the two kinds of records have in common")]
    fn ready(
        &mut self,
        user: &mut User<'_>,
        uid: Option<&Text<'_>>,
        mut mended: Vec<&'static str>,
        lane: Lane,
        last_login: i64,
        at: At,
        linking: usize,
        batch: &mut Batch,
    ) {
        let uid = || uid.map(|uid| uid.as_str().to_owned());
        batch.users.push(b',');
        let start = batch.users.len();
        let spilled = batch.spilled.len();
        let profile = user.write_json(&mut batch.users);
        if profile > rules::PROFILE_MAX_BYTES && !self.options.no_screen {
            let fits = self.options.policies.action("profile_too_large") == Action::Fix
                && self.spill(user, start, batch);
            if !fits {
                batch.take_back(start - 1, linking, spilled);
                let reason =
                    format!("the profile has {profile} bytes; Auth0 takes {}", rules::PROFILE_MAX_BYTES);
                return set_aside(batch, at, uid(), "profile_too_large", reason, None);
            }
            mended.push("profile_too_large");
        }
        if batch.users.len() - start > crate::pack::MAX_PART - 2 {
            batch.take_back(start - 1, linking, spilled);
            return alone_too_large(batch, at, uid());
        }
        batch.counts.without_id += u64::from(user.user_id.is_none());
        if !mended.is_empty() {
            batch.counts.fixed += 1;
            for code in mended {
                *batch.counts.mended.entry(code).or_default() += 1;
            }
        }
        let hash =
            |key, text: Option<&Text<'_>>| text.map(|text| self.hasher.of(key, &folded(key, text.as_str())));
        let keys = if self.options.no_screen {
            [None; 4]
        } else {
            [
                hash(Key::UserId, user.user_id.as_ref()),
                hash(Key::Email, user.email.as_ref()),
                hash(Key::Username, user.username.as_ref()),
                hash(Key::Phone, user.phone_number.as_ref()),
            ]
        };
        #[expect(clippy::cast_possible_truncation, reason = "a record is far below 4 GiB")]
        batch.ready.push(Ready {
            len: (batch.users.len() - start) as u32,
            record: at.record,
            byte: at.byte,
            lane,
            last_login,
            keys,
            linking: linking as u32,
            spilled: (batch.spilled.len() - spilled) as u32,
        });
    }

    /// Makes a user smaller that is too large, if that can be.
    fn spill(&mut self, user: &User<'_>, start: usize, batch: &mut Batch) -> bool {
        let id = user.user_id.as_ref().map(Text::as_str);
        let Some((user, line)) = spill::spill(&batch.users[start..], id, &self.options.policies.spill) else {
            return false;
        };
        batch.users.truncate(start);
        user.write_json(&mut batch.users);
        line.write_json(&mut batch.spilled);
        batch.spilled.push(b'\n');
        true
    }

    /// A user of a file of users.
    fn user_record(
        &mut self,
        text: &str,
        start: usize,
        end: Option<usize>,
        at: At,
        batch: &mut Batch,
    ) -> Result<usize, (Fault, usize)> {
        let mut scanner = scan::Scanner::new(text.as_bytes(), start, self.options.read.limits.max_depth);
        scanner.value(0).map_err(|fault| (fault, start))?;
        let stop = scanner.at;
        if !ends_well(text.as_bytes(), stop, end) {
            return Err((Fault::Trailing, stop));
        }
        let Ok(record) = Record::from_json_within(&text[start..stop], self.options.read.limits.max_depth)
        else {
            return Err((Fault::Object, start));
        };
        let object = record.members();
        batch.counts.read += 1;
        self.count_read();
        batch.counts.mapped += 1;
        let uid = object.get("user_id").and_then(Value::as_str).map(str::to_owned);
        if self.options.no_screen {
            self.as_it_stands(&text[start..stop], object, at, batch);
            return Ok(stop);
        }
        let source = if self.csv { user::Source::Csv } else { user::Source::Json };
        let (mut user, left_out) = User::from_value(object, source);
        for violation in left_out {
            if violation.code.starts_with("hash_") {
                batch.counts.unmovable(violation.code, &violation.reason, 1);
            } else {
                *batch.counts.not_moved.entry(violation.field).or_default() += 1;
            }
        }
        drop_empty(&mut user, batch);
        keep_identifiers(&mut user, &self.options.policies);
        let verdict = screen::screen(&mut user, &self.options.policies, self.free_keys);
        if let Some((code, reason)) = verdict.aside {
            set_aside(batch, at, uid, code, reason, None);
            return Ok(stop);
        }
        let lane = if user.password.is_some() { Lane::Hash } else { Lane::Reset };
        let uid = uid.map(Text::Owned);
        self.ready(&mut user, uid.as_ref(), verdict.mended, lane, 0, at, 0, batch);
        Ok(stop)
    }
}

impl Worker<'_> {
    /// A user that is packed as it stands, so that the target judges it.
    fn as_it_stands(&mut self, json: &str, object: &Object, at: At, batch: &mut Batch) {
        if json.len() > crate::pack::MAX_PART - 2 {
            let uid = object.get("user_id").and_then(Value::as_str).map(str::to_owned);
            return alone_too_large(batch, at, uid);
        }
        let hashed = ["password_hash", "custom_password_hash"].iter().any(|key| object.contains(key));
        batch.users.push(b',');
        batch.users.extend_from_slice(json.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "a record is far below 4 GiB")]
        batch.ready.push(Ready {
            len: json.len() as u32,
            record: at.record,
            byte: at.byte,
            lane: if hashed { Lane::Hash } else { Lane::Reset },
            last_login: 0,
            keys: [None; 4],
            linking: 0,
            spilled: 0,
        });
    }
}

/// Texts that are empty, which Auth0 refuses, are left out and counted: nothing does as well.
fn drop_empty(user: &mut User<'_>, batch: &mut Batch) {
    let texts = [
        ("username", &mut user.username),
        ("phone_number", &mut user.phone_number),
        ("given_name", &mut user.given_name),
        ("family_name", &mut user.family_name),
        ("name", &mut user.name),
        ("nickname", &mut user.nickname),
        ("picture", &mut user.picture),
    ];
    for (name, place) in texts {
        if place.take_if(|text| text.as_str().is_empty()).is_some() {
            *batch.counts.not_moved.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// Identifiers of a file of users that the connection does not take are kept where a mapping keeps them.
fn keep_identifiers(user: &mut User<'_>, policies: &Policies) {
    let kept = [
        (Identifier::Username, "username", &mut user.username),
        (Identifier::Phone, "phoneNumber", &mut user.phone_number),
    ];
    for (identifier, name, place) in kept {
        if !policies.takes(identifier)
            && let Some(text) = place.take()
        {
            user.gigya.add(name, |out| text.write_json(out));
        }
    }
    if user.phone_number.is_none() {
        user.phone_verified = None;
    }
}

/// Factors that Auth0 would refuse the whole user for are left out and counted.
fn drop_bad_factors(user: &mut User<'_>, batch: &mut Batch) {
    let Some(raw) = &user.mfa_factors else { return };
    if !serde_json::from_slice(raw).is_ok_and(|factors| rules::mfa_factors(&factors).is_ok()) {
        user.mfa_factors = None;
        *batch.counts.not_moved.entry("mfa_factors".to_owned()).or_default() += 1;
    }
}

/// The text of a chunk. Bytes that are no UTF-8 become zero bytes, which no JSON can hold, so that the records they
/// stand in are broken and no other.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(bytes.len());
    for piece in bytes.utf8_chunks() {
        clean.push_str(piece.valid());
        clean.extend(std::iter::repeat_n('\0', piece.invalid().len()));
    }
    Cow::Owned(clean)
}

/// What stands after a record is the end that was named, or the end of its line, or another object.
fn ends_well(bytes: &[u8], mut at: usize, end: Option<usize>) -> bool {
    if let Some(end) = end {
        return at == end;
    }
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r')) {
        at += 1;
    }
    at + PADDING >= bytes.len() || matches!(bytes.get(at), Some(b'\n' | b'{'))
}

/// Where the next line starts, or the end.
fn next_line(bytes: &[u8], from: usize, end: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..end]).map_or(end, |at| from + at + 1)
}

/// Where the next line starts an object, or the end.
fn next_object(bytes: &[u8], from: usize, end: usize) -> usize {
    memchr::memmem::find(&bytes[from..end], b"\n{").map_or(end, |at| from + at + 1)
}

fn raw(text: &str, start: usize, end: usize) -> String {
    let bytes = text.as_bytes().get(start..end.min(start + RAW)).unwrap_or(b"");
    // What was no UTF-8 is zero, see `as_text`.
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

/// No job takes the user, whatever else is in it.
fn alone_too_large(batch: &mut Batch, at: At, uid: Option<String>) {
    let reason = "the user alone is larger than an import job, which takes 512,000 bytes".to_owned();
    set_aside(batch, at, uid, "too_large", reason, None);
    if let Some(aside) = batch.aside.last_mut() {
        aside.fix = Some("shorten the user at the source, or name subtrees that may be left out: --spill");
    }
}

fn set_aside(
    batch: &mut Batch,
    at: At,
    uid: Option<String>,
    code: &'static str,
    reason: String,
    raw: Option<String>,
) {
    batch.aside.push(Aside { record: at.record, byte: at.byte, uid, code, reason, fix: None, raw });
}
