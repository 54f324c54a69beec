//! Counting the accounts of one worker.

use jiff::Timestamp;
use mapping::{Mapped, PasswordOutcome};
use scan::{Kind as Json, Span};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::counted::Counted;
use super::fields::{self, Fields};
use super::hashes::{Kind, Settings};
use super::last_login::Ages;
use super::{Emails, Hashes, Profile};

/// Values that are looked at.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Country,
    LastLoginTimestamp,
    LastLogin,
    Identities,
    Hash,
    HashedPassword,
    CompoundHash,
    CompoundHashedPassword,
    Algorithm,
    Rounds,
    Format,
    BinaryFormat,
    Salt,
    LoginProvider,
}

/// Their paths, in the same order.
const PATHS: [&str; 14] = [
    "profile.country",
    "lastLoginTimestamp",
    "lastLogin",
    "identities",
    "password.hash",
    "password.hashedPassword",
    "password.compoundHash",
    "password.compoundHashedPassword",
    "password.hashSettings.algorithm",
    "password.hashSettings.rounds",
    "password.hashSettings.format",
    "password.hashSettings.binaryFormat",
    "password.hashSettings.salt",
    "loginProvider",
];
/// Names that are counted apart.
const NAMES: usize = 300;

/// What one worker has counted.
#[derive(Debug, Clone)]
pub(crate) struct Census {
    now: i64,
    accounts: u64,
    unregistered: u64,
    lite: u64,
    without_password: u64,
    /// By how it is stored: accounts, and those whose hash moves.
    hashes: Counted<Kind, (u64, u64)>,
    emails: Emails,
    providers: Counted<String>,
    countries: Counted<String>,
    ages: Ages,
    fields: Fields,
}

#[derive(Deserialize)]
struct Identity<'a> {
    #[serde(borrow)]
    provider: Option<&'a RawValue>,
}

impl Census {
    /// Nothing yet; ages are counted from `now`.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            now: now.as_millisecond(),
            accounts: 0,
            unregistered: 0,
            lite: 0,
            without_password: 0,
            hashes: Counted::new(NAMES),
            emails: Emails::default(),
            providers: Counted::new(NAMES),
            countries: Counted::new(NAMES),
            ages: Ages::default(),
            fields: Fields::new(&PATHS),
        }
    }

    /// Counts the account that starts at `at`, which was mapped before.
    pub(crate) fn take(&mut self, mapped: &Mapped<'_>, text: &str, at: usize, max_depth: u16) {
        self.fields.walk(text, at, max_depth);
        self.accounts += 1;
        self.lite += u64::from(mapped.lite);
        self.unregistered += u64::from(!mapped.registered && !mapped.lite);
        match (&mapped.user.email, mapped.user.email_verified) {
            (None, _) => self.emails.missing += 1,
            (Some(_), Some(true)) => self.emails.verified += 1,
            (Some(_), _) => self.emails.unverified += 1,
        }
        let values = Values { text, found: &self.fields.found };
        if let Some(country) = values.text(Wanted::Country) {
            *self.countries.of(country) += 1;
        }
        let logged_in = values
            .text(Wanted::LastLoginTimestamp)
            .and_then(|text| text.parse().ok())
            .filter(|time| *time > 0);
        let logged_in = logged_in.or_else(|| {
            let text = values.text(Wanted::LastLogin).filter(|text| !text.starts_with("0001-01-01"))?;
            Some(text.parse::<Timestamp>().ok()?.as_millisecond())
        });
        self.ages.count(logged_in, self.now);
        for provider in values.providers() {
            *self.providers.of(provider) += 1;
        }
        if mapped.password == PasswordOutcome::None {
            self.without_password += 1;
        } else {
            let (count, moves) = self.hashes.of(values.settings().kind());
            *count += 1;
            *moves += u64::from(mapped.password == PasswordOutcome::Moved);
        }
    }

    /// The profile of what several workers have counted. Which names are counted apart depends, beyond their number, on
    /// who has seen them first.
    pub(crate) fn profile(all: Vec<Self>) -> Option<Profile> {
        let mut all = all.into_iter();
        let mut sum = all.next()?;
        let mut paths: Vec<(String, u64)> = Vec::new();
        for census in all {
            sum.accounts += census.accounts;
            sum.unregistered += census.unregistered;
            sum.lite += census.lite;
            sum.without_password += census.without_password;
            sum.emails.verified += census.emails.verified;
            sum.emails.unverified += census.emails.unverified;
            sum.emails.missing += census.emails.missing;
            sum.providers.add(census.providers);
            sum.countries.add(census.countries);
            sum.ages.add(&census.ages);
            let (count, moves) = census.hashes.other;
            sum.hashes.other.0 += count;
            sum.hashes.other.1 += moves;
            for (kind, (count, moves)) in census.hashes.into_iter() {
                let place = sum.hashes.of(kind);
                place.0 += count;
                place.1 += moves;
            }
            paths.extend(census.fields.counts());
        }
        let other = sum.hashes.other;
        let row = |(kind, (count, moves)): (Kind, (u64, u64))| Hashes {
            algorithm: kind.algorithm,
            form: kind.form,
            count,
            moves,
        };
        let mut hashes: Vec<Hashes> = sum.hashes.into_iter().map(row).collect();
        hashes.sort_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| (&a.algorithm, &a.form).cmp(&(&b.algorithm, &b.form)))
        });
        if other.0 > 0 {
            hashes.push(row((Kind { algorithm: "other".to_owned(), form: String::new() }, other)));
        }
        Some(Profile {
            accounts: sum.accounts,
            unregistered: sum.unregistered,
            lite: sum.lite,
            hashes,
            without_password: sum.without_password,
            emails: sum.emails,
            providers: sum.providers.sorted(),
            countries: sum.countries.sorted(),
            last_login: sum.ages.named(),
            fields: fields::merged(sum.fields.counts().chain(paths)),
        })
    }
}

/// The values of one account that are looked at.
#[derive(Clone, Copy)]
struct Values<'t> {
    text: &'t str,
    found: &'t [Span],
}

impl<'t> Values<'t> {
    /// A string that is not empty, or the digits of a number.
    fn text(self, wanted: Wanted) -> Option<String> {
        let (raw, kind) = self.raw(wanted)?;
        match kind {
            Json::Plain | Json::Escaped => {
                serde_json::from_str::<String>(raw).ok().filter(|text| !text.is_empty())
            }
            Json::Number => Some(raw.to_owned()),
            _ => None,
        }
    }

    fn raw(self, wanted: Wanted) -> Option<(&'t str, Json)> {
        let span = self.found.get(wanted as usize)?;
        Some((self.text.get(span.start as usize..span.end as usize)?, span.kind))
    }

    fn settings(self) -> Settings {
        let hash = self.text(Wanted::CompoundHash).or_else(|| self.text(Wanted::CompoundHashedPassword));
        let plain = self
            .text(Wanted::Hash)
            .or_else(|| self.text(Wanted::HashedPassword))
            .filter(|hash| hash.starts_with('$'));
        Settings {
            algorithm: self.text(Wanted::Algorithm),
            rounds: self.text(Wanted::Rounds),
            format: self.text(Wanted::Format),
            binary_format: self.text(Wanted::BinaryFormat),
            salt: self.text(Wanted::Salt).is_some(),
            mcf: hash.or(plain),
        }
    }

    /// The providers of an account, each once.
    fn providers(self) -> Vec<String> {
        let raw = self.raw(Wanted::Identities).map_or("", |(raw, _)| raw);
        let identities: Vec<Identity<'_>> = serde_json::from_str(raw).unwrap_or_default();
        let mut providers: Vec<String> = identities
            .iter()
            .filter_map(|identity| serde_json::from_str::<String>(identity.provider?.get()).ok())
            .filter(|name| !name.is_empty())
            .collect();
        if providers.is_empty() {
            providers.extend(self.text(Wanted::LoginProvider));
        }
        providers.sort_unstable();
        providers.dedup();
        providers
    }
}
