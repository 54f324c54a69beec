//! From the values that were found to the user.

use account::Password;
use user::password::PasswordHash;
use user::{Metadata, Text, User};

use crate::kernel::Kernel;
use crate::mapped::{Identity, Mapped, PasswordOutcome};
use crate::password;
use crate::plan::{Facts, Member, Members, PasswordSlots, Slot, Step};
use crate::rule::{Field, Transform};
use crate::values::{Source, unescape};
use crate::{dates, emails};
use scan::{Kind, Span};

impl Kernel<'_> {
    /// Runs every rule on the values that the walk has noted.
    pub(crate) fn evaluate<'t>(&mut self, text: Source<'t>) -> Mapped<'t> {
        let mut user = User {
            user_metadata: self.buffers.pop().unwrap_or_default(),
            app_metadata: self.buffers.pop().unwrap_or_default(),
            gigya: self.buffers.pop().unwrap_or_default(),
            original: self.buffers.pop().unwrap_or_default(),
            ..User::default()
        };
        let mapping = self.mapping;
        let facts = &mapping.facts;
        let values = Values { kernel: self, text };
        let mut outcome = PasswordOutcome::None;
        for (field, step) in &mapping.fields {
            if *field == Field::Password {
                (user.password, outcome) = values.password(&facts.password);
            } else {
                values.field(*field, step, &mut user);
            }
        }
        let chosen = user.email.clone();
        let chosen = chosen.as_ref().map(Text::as_str);
        values.members(&mapping.user_metadata, None, &mut user.user_metadata, chosen);
        values.members(&mapping.app_metadata, Some(GIGYA), &mut user.app_metadata, chosen);
        values.members(&mapping.gigya, None, &mut user.gigya, chosen);
        let (social, social_login) = values.social(facts);
        Mapped {
            uid: text.text(values.slot(facts.uid)),
            registered: text.flag(values.slot(facts.is_registered)) != Some(false),
            lite: text.flag(values.slot(facts.has_full_account)) == Some(false)
                || text.flag(values.slot(facts.is_lite)) == Some(true),
            last_login: values.last_login(facts),
            observed: mapping.observed.and_then(|slot| {
                let span = values.slot(slot);
                match span.kind {
                    Kind::True => Some(Text::Plain("true")),
                    Kind::False => Some(Text::Plain("false")),
                    _ => text.text(span),
                }
            }),
            password: outcome,
            social,
            social_login,
            user,
        }
    }
}

/// The member of `app_metadata` that is ours: no name of the account takes its place.
const GIGYA: &str = "gigya";

/// The values of one account.
pub(crate) struct Values<'k, 'm, 't> {
    pub(crate) kernel: &'k Kernel<'m>,
    pub(crate) text: Source<'t>,
}

impl<'t> Values<'_, '_, 't> {
    #[inline]
    fn slot(&self, slot: Slot) -> Span {
        self.kernel.found.slots[slot]
    }

    pub(crate) fn source(&self, source: &crate::plan::Source) -> Span {
        let span = self.slot(source.slot);
        match source.element {
            None => span,
            Some(index) if span.kind == Kind::Array => {
                self.text.elements(span).nth(index).unwrap_or_default()
            }
            Some(_) => Span::default(),
        }
    }

    /// The first source that is something.
    #[inline]
    fn first(&self, step: &Step) -> Span {
        if let [only] = step.sources.as_slice()
            && only.element.is_none()
        {
            let span = self.slot(only.slot);
            return if span.is_empty() { Span::default() } else { span };
        }
        step.sources
            .iter()
            .map(|source| self.source(source))
            .find(|span| !span.is_empty())
            .unwrap_or_default()
    }

    pub(crate) fn field(&self, field: Field, step: &Step, user: &mut User<'t>) {
        match field {
            Field::EmailVerified | Field::PhoneVerified | Field::Blocked => {
                let chosen = user.email.as_ref().map(Text::as_str);
                let flag = self.flag(step, chosen);
                if flag.is_none() {
                    self.lost(step);
                }
                match field {
                    Field::EmailVerified => user.email_verified = flag,
                    Field::PhoneVerified => user.phone_verified = flag,
                    _ => user.blocked = flag,
                }
            }
            Field::MfaFactors => {
                let span = self.first(step);
                user.mfa_factors = (!span.is_empty()).then(|| self.text.raw(span).as_bytes().to_vec());
            }
            Field::Password => {}
            _ => {
                let text = self.text_of(step);
                if text.is_none() {
                    self.lost(step);
                } else if !step.only_here.is_empty() {
                    self.passed_over(step);
                }
                match field {
                    Field::UserId => user.user_id = text,
                    Field::Email => user.email = text,
                    Field::Username => user.username = text,
                    Field::PhoneNumber => user.phone_number = text,
                    Field::GivenName => user.given_name = text,
                    Field::FamilyName => user.family_name = text,
                    Field::Nickname => user.nickname = text,
                    Field::Name => user.name = text,
                    _ => user.picture = text,
                }
            }
        }
    }

    fn text_of(&self, step: &Step) -> Option<Text<'t>> {
        if let Some(constant) = &step.constant {
            return unescape(constant).filter(|text| !text.is_empty()).map(Text::Owned);
        }
        match step.transform {
            Transform::LoginEmail => {
                let groups = step.sources.iter().map(|source| self.source(source));
                let prefer = step.prefer.as_ref().and_then(|source| self.text.text(self.source(source)));
                emails::login_email(self.text, groups, prefer)
            }
            Transform::Lower => self.text.text(self.first(step)).and_then(emails::normal),
            Transform::FullName => self.full_name(step),
            Transform::Date => {
                let span = self.first(step);
                if span.kind == Kind::Number {
                    return dates::from_milliseconds(self.text.raw(span)).map(Text::Owned);
                }
                self.text.text(span).filter(|text| !dates::is_never(text.as_str()))
            }
            Transform::Birthdate => {
                let date = self.birthdate(step);
                if date.as_ref().is_none_or(|date| date.len() < 10) {
                    self.lost_parts(step, date.as_deref());
                }
                date.map(Text::Owned)
            }
            _ => self.text.text(self.first(step)).filter(|text| !is_blank(text)),
        }
    }

    fn full_name(&self, step: &Step) -> Option<Text<'t>> {
        let mut texts = step
            .sources
            .iter()
            .map(|source| self.text.text(self.source(source)).filter(|text| !is_blank(text)));
        if let Some(whole) = texts.next().flatten() {
            return Some(whole);
        }
        let mut parts = texts.flatten();
        let first = parts.next()?;
        let Some(second) = parts.next() else { return Some(first) };
        let (first, second) = (first.as_str(), second.as_str());
        let mut name = String::with_capacity(first.len() + 1 + second.len());
        name.push_str(first);
        name.push(' ');
        name.push_str(second);
        for part in parts {
            name.push(' ');
            name.push_str(part.as_str());
        }
        Some(Text::Owned(name))
    }

    fn birthdate(&self, step: &Step) -> Option<String> {
        let mut numbers = step.sources.iter().map(|source| {
            let text = self.text.text(self.source(source))?;
            text.as_str().trim().parse::<u16>().ok()
        });
        dates::birthdate(numbers.next().flatten()?, numbers.next().flatten(), numbers.next().flatten())
    }

    fn flag(&self, step: &Step, email: Option<&str>) -> Option<bool> {
        if let Some(constant) = &step.constant {
            return Some(constant == "true");
        }
        match step.transform {
            Transform::WhenFalse => (self.text.flag(self.first(step)) == Some(false)).then_some(true),
            Transform::Exists => (!self.first(step).is_empty()).then_some(true),
            Transform::HoldsEmail => {
                let email = email?;
                let mut lists =
                    step.sources.iter().flat_map(|source| self.text.elements(self.source(source)));
                Some(lists.any(|span| emails::is(self.text, span, email)))
            }
            _ => self.text.flag(self.first(step)),
        }
    }

    fn members(&self, members: &Members, reserved: Option<&str>, out: &mut Metadata, email: Option<&str>) {
        for (key, member) in members {
            match member {
                Member::Value(step) => self.value(step, key, out, email),
                Member::Object(inner) => {
                    let mut object = Metadata::default();
                    self.members(inner, None, &mut object, email);
                    if !object.is_empty() {
                        out.member(key).extend_from_slice(&object.to_object());
                    }
                }
                Member::Spread(step) => self.spread(step, members, reserved, out),
            }
        }
    }

    /// The members of an object, but for names that the mapping gives itself: what it says by name counts.
    pub(crate) fn spread(&self, step: &Step, members: &Members, reserved: Option<&str>, out: &mut Metadata) {
        for (name, span) in self.text.members(self.first(step)).filter(|(_, span)| span.kind != Kind::Null) {
            let written = format!("\"{name}\"");
            let name = unescape(&written).unwrap_or_default();
            let named = |(key, member): &(String, Member)| {
                !matches!(member, Member::Spread(_)) && key.strip_suffix(':') == Some(written.as_str())
            };
            if reserved == Some(name.as_str()) || members.iter().any(named) {
                step.sources.iter().for_each(|source| self.kernel.losses.count(source.slot));
                continue;
            }
            out.add_raw(&name, self.text.raw(span).as_bytes());
        }
    }

    pub(crate) fn value(&self, step: &Step, key: &str, out: &mut Metadata, email: Option<&str>) {
        if let Some(constant) = &step.constant {
            return out.member(key).extend_from_slice(constant.as_bytes());
        }
        match step.transform {
            Transform::Raw => {
                let span =
                    step.sources.iter().map(|source| self.source(source)).find(|span| !is_nothing(*span));
                if let Some(span) = span {
                    out.member(key).extend_from_slice(self.text.raw(span).as_bytes());
                    if !step.only_here.is_empty() {
                        self.passed_over(step);
                    }
                }
            }
            Transform::List => {
                let span = self.first(step);
                if !span.is_empty() {
                    let raw = self.text.raw(span).as_bytes();
                    let json = out.member(key);
                    if span.kind == Kind::Array {
                        json.extend_from_slice(raw);
                    } else {
                        json.push(b'[');
                        json.extend_from_slice(raw);
                        json.push(b']');
                    }
                }
            }
            Transform::Pick => self.pick(step, key, out),
            Transform::OtherEmails => {
                let groups = step.sources.iter().map(|source| self.source(source));
                if let Some(others) = emails::others(self.text, groups, email) {
                    out.member(key).extend_from_slice(&others);
                }
            }
            Transform::Flag | Transform::WhenFalse | Transform::Exists | Transform::HoldsEmail => {
                match self.flag(step, email) {
                    Some(flag) => out.member(key).extend_from_slice(if flag { b"true" } else { b"false" }),
                    None => self.lost(step),
                }
            }
            _ => {
                match self.text_of(step) {
                    Some(text) => text.write_json(out.member(key)),
                    // Its parts are told one by one.
                    None if step.transform == Transform::Birthdate => {}
                    None => self.lost(step),
                }
            }
        }
    }

    /// Some members of each object, as an array of objects.
    fn pick(&self, step: &Step, key: &str, out: &mut Metadata) {
        let Some((node, columns)) = &step.pick else { return };
        let mut rows = self.kernel.found.rows.iter().filter(|(id, _)| id == node).peekable();
        if rows.peek().is_none() {
            if !matches!(self.first(step).kind, Kind::Array | Kind::Object) {
                self.lost(step);
            }
            return;
        }
        let json = out.member(key);
        json.push(b'[');
        for (index, (_, row)) in rows.enumerate() {
            json.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            let mut empty = true;
            for (name, column) in columns {
                let span = row[*column];
                if is_nothing(span) {
                    continue;
                }
                if !empty {
                    json.push(b',');
                }
                empty = false;
                json.extend_from_slice(name.as_bytes());
                json.extend_from_slice(self.text.raw(span).as_bytes());
            }
            json.push(b'}');
        }
        json.push(b']');
    }

    /// The first password object that says anything decides.
    fn password(&self, all: &[PasswordSlots]) -> (Option<PasswordHash>, PasswordOutcome) {
        let outcomes = all.iter().map(|slots| self.password_at(slots));
        outcomes
            .into_iter()
            .find(|(_, outcome)| *outcome != PasswordOutcome::None)
            .unwrap_or((None, PasswordOutcome::None))
    }

    fn password_at(&self, slots: &PasswordSlots) -> (Option<PasswordHash>, PasswordOutcome) {
        let one = |slot: Slot| self.text.text(self.slot(slot)).map(cow);
        let either = |slots: &[Slot; 2]| one(slots[0]).or_else(|| one(slots[1]));
        let password = Password {
            hash: either(&slots.hash),
            compound_hash: either(&slots.compound),
            algorithm: one(slots.algorithm),
            salt: one(slots.salt),
            rounds: one(slots.rounds),
            format: one(slots.format),
            binary_format: one(slots.binary_format),
            url: either(&slots.url),
        };
        match password::translate(&password) {
            Ok(None) => (None, PasswordOutcome::None),
            Ok(Some(hash)) => (Some(hash), PasswordOutcome::Moved),
            Err(reason) => (None, PasswordOutcome::Stays(reason)),
        }
    }

    fn last_login(&self, facts: &Facts) -> i64 {
        let at = |slot| self.text.milliseconds(self.slot(slot));
        let parsed = || {
            self.text.text(self.slot(facts.last_login)).and_then(|text| dates::milliseconds(text.as_str()))
        };
        at(facts.last_login_timestamp)
            .or_else(parsed)
            .or_else(|| at(facts.last_updated_timestamp))
            .unwrap_or(0)
    }

    /// Identities other than the site's own, and whether the person logs in by one of them.
    fn social(&self, facts: &Facts) -> (Vec<Identity<'t>>, bool) {
        let mapping = self.kernel.mapping;
        let slots = mapping.identity;
        let mut social = Vec::new();
        let mut logs_in = false;
        for (_, row) in self.kernel.found.rows.iter().filter(|(id, _)| *id == mapping.identities) {
            let Some(provider) = self.text.text(row[slots[0]]) else { continue };
            if provider.as_str().eq_ignore_ascii_case("site") {
                continue;
            }
            logs_in |= self.text.flag(row[slots[2]]) != Some(false);
            if let Some(provider_uid) = self.text.text(row[slots[1]]) {
                social.push(Identity { provider, provider_uid });
            }
        }
        if social.is_empty() && !logs_in {
            let provider = self.text.text(self.slot(facts.login_provider));
            logs_in = provider.is_some_and(|provider| !provider.as_str().eq_ignore_ascii_case("site"));
        }
        (social, logs_in)
    }
}

/// Nothing but white space.
#[inline]
fn is_blank(text: &Text<'_>) -> bool {
    let solid = text.as_str().as_bytes().first().is_some_and(|&byte| byte > b' ' && byte < 0x7f);
    !solid && text.as_str().trim().is_empty()
}

/// `null` and empty strings are nothing; an empty array or object is passed on as it is.
fn is_nothing(span: Span) -> bool {
    match span.kind {
        Kind::Null => true,
        Kind::Plain => span.is_empty(),
        _ => false,
    }
}

fn cow(text: Text<'_>) -> std::borrow::Cow<'_, str> {
    match text {
        Text::Plain(text) => text.into(),
        Text::Owned(text) => text.into(),
    }
}
