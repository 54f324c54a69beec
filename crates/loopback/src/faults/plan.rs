//! A specification, checked.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;

use super::vocabulary::{Takes, Vocabulary};

/// Which faults a world has and when; without rules, none.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    pub(super) seed: u64,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) fault: Fault,
    pub(super) on: Option<Target>,
    pub(super) after: u64,
    pub(super) every: Option<NonZeroU64>,
    pub(super) chance: Option<f64>,
    pub(super) first: Option<u64>,
    pub(super) from: Duration,
    pub(super) until: Option<Duration>,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The world answers with a code: instead of carrying the request out, or after it.
    Answer { code: u32, after: bool },
    /// The connection is reset.
    Reset { after: bool },
    /// The request is taken later.
    Slow(Duration),
    /// The answer breaks off.
    Cut,
    /// No answer at all.
    Hang,
    /// A fault of the world's own.
    Named { name: &'static str, argument: Argument },
}

/// What stands behind the name of a world's own fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    Nothing,
    /// A number.
    Number(u64),
    /// A time of the world's clock.
    Time(Duration),
}

/// The requests of a rule.
#[derive(Debug, Clone)]
pub(super) struct Target {
    method: Option<String>,
    path: glob::Pattern,
}

/// A rule as it was written, in either form.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) fault: String,
    pub(super) on: Option<String>,
    pub(super) after: Option<u64>,
    pub(super) every: Option<u64>,
    pub(super) chance: Option<f64>,
    pub(super) first: Option<u64>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
}

/// What is wrong with a rule: the member and a sentence.
pub(super) type Wrong = (&'static str, String);

impl Target {
    pub(super) fn matches(&self, method: &str, path: &str) -> bool {
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        self.method.as_deref().is_none_or(|wanted| wanted == method) && self.path.matches_with(path, options)
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let (method, path) = match (words.next(), words.next(), words.next()) {
            (Some(path), None, None) if path.starts_with(['/', '*']) => (None, path),
            (Some(method), Some(path), None)
                if method.bytes().all(|byte| byte.is_ascii_uppercase()) && path.starts_with(['/', '*']) =>
            {
                (Some(method.to_owned()), path)
            }
            _ => {
                return Err(format!(
                    "{text:?} is no method and path, such as POST /api/v2/users or /api/v2/jobs/*"
                ));
            }
        };
        let path =
            glob::Pattern::new(path).map_err(|error| format!("{path:?} is no pattern: {}", error.msg))?;
        Ok(Self { method, path })
    }
}

impl Rule {
    /// The one place where it is decided what a rule may say.
    pub(super) fn check(written: Written, vocabulary: &Vocabulary) -> Result<Self, Wrong> {
        let fault = fault(&written.fault, vocabulary).map_err(|what| ("fault", what))?;
        if let (Fault::Named { name, .. }, Some(_)) = (&fault, &written.on) {
            let what = format!("{name} does not befall requests; leave \"on\" out");
            return Err(("on", what));
        }
        let on = written.on.map(|text| Target::parse(&text)).transpose().map_err(|what| ("on", what))?;
        let every = match written.every {
            None => None,
            Some(every) => {
                Some(NonZeroU64::new(every).ok_or_else(|| ("every", "must be 1 or more".to_owned()))?)
            }
        };
        if let Some(chance) = written.chance
            && !(0.0..=1.0).contains(&chance)
        {
            return Err(("chance", format!("{chance} is no probability; it lies between 0 and 1")));
        }
        let time = |member: &'static str, text: Option<String>| {
            text.map(|text| time(&text).map_err(|what| (member, what))).transpose()
        };
        let from = time("from", written.from)?.unwrap_or_default();
        let until = time("until", written.until)?;
        if until.is_some_and(|until| until <= from) {
            return Err(("until", "must be later than \"from\"".to_owned()));
        }
        let (after, chance, first) = (written.after.unwrap_or(0), written.chance, written.first);
        Ok(Self { fault, on, after, every, chance, first, from, until })
    }
}

fn fault(text: &str, vocabulary: &Vocabulary) -> Result<Fault, String> {
    let (name, behind) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let behind = behind.trim();
    let nothing = |fault: Fault| {
        if behind.is_empty() {
            Ok(fault)
        } else {
            Err(format!("{name} takes nothing, and {behind:?} stands behind it"))
        }
    };
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        let (digits, after) = name.strip_suffix("-after").map_or((name, false), |digits| (digits, true));
        return match digits.parse() {
            Ok(code) if vocabulary.codes.contains(&code) => nothing(Fault::Answer { code, after }),
            _ => Err(unknown(name, vocabulary)),
        };
    }
    match name {
        "reset-before" => nothing(Fault::Reset { after: false }),
        "reset-after" => nothing(Fault::Reset { after: true }),
        "cut" => nothing(Fault::Cut),
        "hang" => nothing(Fault::Hang),
        "slow" => Ok(Fault::Slow(time(behind)?)),
        _ => {
            let known = vocabulary.named.iter().find(|fault| fault.name == name);
            let known = known.ok_or_else(|| unknown(name, vocabulary))?;
            let argument = match known.takes {
                Takes::Nothing => {
                    return nothing(Fault::Named { name: known.name, argument: Argument::Nothing });
                }
                Takes::Number => Argument::Number(
                    behind.parse().map_err(|_| format!("{name} takes a whole number, not {behind:?}"))?,
                ),
                Takes::Time => Argument::Time(time(behind)?),
            };
            Ok(Fault::Named { name: known.name, argument })
        }
    }
}

fn unknown(name: &str, vocabulary: &Vocabulary) -> String {
    format!("{name:?} is no fault of this world; it knows {}", vocabulary.known())
}

/// A time such as `250ms` or `1m30s`.
fn time(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
    parsed.ok_or_else(|| format!("{text:?} is no time, such as 250ms, 2s or 1m30s"))
}
