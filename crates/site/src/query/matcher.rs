//! A condition made ready to be tested many times.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::ast::{Comparison, Condition, Literal};
use super::error::QueryError;
use super::path::Path;
use super::table::Table;
use super::value::Operand;
use super::words::Needle;

/// Bytes of a compiled pattern at most.
const PATTERN_SIZE: usize = 1 << 20;

/// Groups of a pattern may be nested this deep.
const PATTERN_DEPTH: u32 = 64;

/// A pattern made ready: it has to fit from the beginning to the end, and a dot is any letter.
///
/// # Errors
/// Why it cannot be run; look-around and back references cannot, since they have no bound.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .dot_matches_new_line(true)
        .size_limit(PATTERN_SIZE)
        .nest_limit(PATTERN_DEPTH)
        .build()
        .map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

/// A condition made ready.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Each of them.
    All(Vec<Matcher>),
    /// One of them.
    Any(Vec<Matcher>),
    /// Not this.
    Not(Box<Matcher>),
    /// At least one value at the path passes.
    Test(Path, Test),
}

/// A test of one value.
#[derive(Debug)]
pub(super) enum Test {
    /// It is there and not null.
    Set,
    /// It compares so.
    Compare(Comparison, Operand),
    /// It equals one of them.
    In(Vec<Operand>),
    /// Its words hold those of the text.
    Words(Needle, Operand),
    /// It equals the text, past upper and lower case.
    Whole(String),
    /// It fits the pattern.
    Fits(Regex),
}

impl Matcher {
    /// Makes a condition ready.
    ///
    /// # Errors
    /// When it asks of an encrypted field what such a field cannot answer.
    pub(super) fn new(condition: &Condition, table: &Table) -> Result<Self, QueryError> {
        let open = |path: &Path, what: &str| match table.is_encrypted(path.as_str()) {
            true => Err(QueryError::whole(format!("{path} is encrypted, {what} cannot be used on it"))),
            false => Ok(()),
        };
        let several = |parts: &[Condition]| {
            parts.iter().map(|part| Self::new(part, table)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::And(parts) => Self::All(several(parts)?),
            Condition::Or(parts) => Self::Any(several(parts)?),
            Condition::Not(part) => Self::Not(Box::new(Self::new(part, table)?)),
            Condition::Compare { path, comparison, literal } => {
                let operand = Operand::new(literal);
                match comparison {
                    Comparison::NotEqual => Self::test(path, true, Test::Compare(Comparison::Equal, operand)),
                    Comparison::Equal => Self::test(path, false, Test::Compare(Comparison::Equal, operand)),
                    other => {
                        open(path, other.sign())?;
                        Self::test(path, false, Test::Compare(*other, operand))
                    }
                }
            }
            Condition::Contains { path, negated, literal } => {
                let test = match literal {
                    Literal::Text(text) if table.is_encrypted(path.as_str()) => {
                        Test::Whole(text.to_lowercase())
                    }
                    Literal::Text(text) => Test::Words(Needle::new(text), Operand::new(literal)),
                    _ => Test::Compare(Comparison::Equal, Operand::new(literal)),
                };
                Self::test(path, *negated, test)
            }
            Condition::In { path, negated, literals } => {
                Self::test(path, *negated, Test::In(literals.iter().map(Operand::new).collect()))
            }
            Condition::Null { path, negated } => Self::test(path, !negated, Test::Set),
            Condition::Regex { path, negated, pattern } => {
                open(path, "regex")?;
                let pattern = compile(pattern).map_err(QueryError::whole)?;
                Self::test(path, *negated, Test::Fits(pattern))
            }
        })
    }

    /// The opposite of a test holds where no value passes it: also where there is none.
    fn test(path: &Path, negated: bool, test: Test) -> Self {
        let test = Self::Test(path.clone(), test);
        if negated { Self::Not(Box::new(test)) } else { test }
    }

    /// Whether a document fits. It needs to hold nothing but the fields of the condition.
    pub(super) fn fits(&self, document: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.fits(document)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(document)),
            Self::Not(part) => !part.fits(document),
            Self::Test(path, test) => path.any(document, &mut |value| test.passes(value)),
        }
    }
}

impl Test {
    fn passes(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) => false,
            (Self::Set, Value::Object(members)) => !members.is_empty(),
            (Self::Set, _) => true,
            (Self::Compare(comparison, operand), value) => operand.passes(value, *comparison),
            (Self::In(operands), value) => operands.iter().any(|operand| operand.equals(value)),
            (Self::Words(needle, operand), value) => {
                operand.equals(value) || value.as_str().is_some_and(|text| needle.is_in(text))
            }
            (Self::Whole(wanted), Value::String(text)) => text.to_lowercase() == *wanted,
            (Self::Fits(pattern), Value::String(text)) => pattern.is_match(text),
            (Self::Fits(pattern), Value::Number(number)) => pattern.is_match(&number.to_string()),
            (Self::Whole(_) | Self::Fits(_), _) => false,
        }
    }
}

/// The fields of a condition.
pub(super) fn paths(condition: &Condition, found: &mut Vec<Path>) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| paths(part, found)),
        Condition::Not(part) => paths(part, found),
        Condition::Compare { path, .. }
        | Condition::Contains { path, .. }
        | Condition::In { path, .. }
        | Condition::Null { path, .. }
        | Condition::Regex { path, .. } => found.push(path.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::ast::Query;
    use super::*;

    fn fits(condition: &str, document: &Value) -> bool {
        let query: Query = format!("SELECT * FROM accounts WHERE {condition}").parse().unwrap();
        Matcher::new(&query.condition.unwrap(), &Table::ACCOUNTS).unwrap().fits(document)
    }

    #[test]
    fn conditions_hold_or_do_not() {
        let document = json!({
            "UID": "a1",
            "isActive": true,
            "created": "2020-01-02T03:04:05.678Z",
            "createdTimestamp": 1_577_934_245_678_i64,
            "loginIDs": {"emails": ["Ann@Example.com"], "unverifiedEmails": []},
            "identities": [{"provider": "site", "age": "81"}, {"provider": "facebook", "age": 30}],
            "profile": {"firstName": "Ann", "nickname": null, "age": 42, "zip": ""},
            "data": {"about_t": "likes rock_music", "hobbies": ["swimming", "ice skating"], "empty": {}, "n": [1, 2]},
        });
        for condition in [
            "UID = 'a1' and isActive = true",
            "profile.age >= 42 AND profile.age<43",
            "profile.age in (1, 42) and UID NOT IN ('b', 'c')",
            "identities.provider = \"facebook\"",
            "identities.age > 80",
            "loginIDs.emails contains 'ann@example.COM'",
            "loginIDs.emails = 'Ann@Example.com'",
            "data.about_t contains 'music' and data.about_t not contains 'mus'",
            "data.hobbies contains 'swimming' and data.hobbies contains 'skating' and data.n contains 2",
            "profile.firstName = regex('A.n') and profile.firstName regex('[a-z]+|Ann')",
            "profile.firstName != regex('nn') and not profile.age = 1 and !(UID = 'x')",
            "profile.nickname is null and data.empty is null and data.missing = null",
            "profile.zip is not null and UID != null and loginIDs.unverifiedEmails is null",
            "createdTimestamp > '2020-01-02' and created < 2020-01-03T00:00:00Z",
            "profile.missing != 3 and profile.missing not in (3)",
            "UID = 'x' and UID = 'y' or isActive = true",
        ] {
            assert!(fits(condition, &document), "{condition}");
            assert!(!fits(&format!("not ({condition})"), &document), "{condition}");
        }
        for condition in [
            "UID = 'A1'",
            "loginIDs.emails contains 'ann'",
            "profile.firstName contains 'ann'",
            "profile.firstName = regex('n')",
            "identities.provider != 'facebook'",
            "profile.missing > 1",
            "profile.missing < 1",
            "isActive = false or UID = 'x' and isActive = true",
        ] {
            assert!(!fits(condition, &document), "{condition}");
        }
    }

    #[test]
    fn encrypted_fields_answer_little() {
        for condition in ["profile.email > 'a'", "loginIDs.username = regex('a')"] {
            let query: Query = format!("SELECT * FROM accounts WHERE {condition}").parse().unwrap();
            let condition = query.condition.unwrap();
            assert!(Matcher::new(&condition, &Table::ACCOUNTS).is_err());
            assert!(Matcher::new(&condition, &Table::PLAIN).is_ok());
        }
    }

    #[test]
    fn patterns_are_bounded() {
        assert!(compile("a{1000}{1000}").is_err());
        assert!(compile(&"(".repeat(1000)).is_err());
        assert!(compile("(?=a)b").unwrap_err().contains("look-around"));
        assert!(compile("a|b").unwrap().is_match("b"));
        assert!(!compile("a|b").unwrap().is_match("ab"));
    }
}
