//! The form on the command line.

use super::error::FaultsError;
use super::plan::{FaultPlan, Rule, Written};
use super::vocabulary::Vocabulary;

/// A word and where it begins (bytes).
type Word<'a> = (usize, &'a str);

/// The words that say when; each begins what it says, so no fault or path is called like one of them.
const MEMBERS: [&str; 7] = ["on", "after", "every", "chance", "first", "from", "until"];

impl FaultPlan {
    /// Reads the form of the command line; see the module for the language.
    ///
    /// # Errors
    /// [`FaultsError::Line`] with the character at which it cannot be understood.
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Self, FaultsError> {
        let mut plan = Self::default();
        for words in rules(text) {
            let Some(((at, first), rest)) = words.split_first() else { continue };
            if *first == "seed" {
                let at = rest.first().map_or(*at, |(at, _)| *at);
                plan.seed = match rest {
                    [(_, number)] => {
                        number.parse().map_err(|_| wrong(text, at, "a seed is a whole number".to_owned()))?
                    }
                    _ => return Err(wrong(text, at, "\"seed\" takes one whole number".to_owned())),
                };
                continue;
            }
            plan.rules.push(rule(text, &words, vocabulary)?);
        }
        Ok(plan)
    }
}

/// The words of each rule.
fn rules(text: &str) -> Vec<Vec<Word<'_>>> {
    let mut rules = vec![Vec::new()];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or_default();
        let mut at = start;
        for clause in code.split(';') {
            let mut words = Vec::new();
            let mut rest = clause;
            while let Some(word) = rest.split_whitespace().next() {
                let begin = rest.find(word).unwrap_or(0);
                words.push((at + (clause.len() - rest.len()) + begin, word));
                rest = &rest[begin + word.len()..];
            }
            rules.push(words);
            at += clause.len() + 1;
        }
        start += line.len();
    }
    rules
}

fn rule(text: &str, words: &[Word<'_>], vocabulary: &Vocabulary) -> Result<Rule, FaultsError> {
    // The fault, then one group of words for each member.
    let starts = words.iter().enumerate().skip(1).filter(|(_, (_, word))| MEMBERS.contains(word));
    let ends: Vec<usize> = starts.map(|(index, _)| index).chain([words.len()]).collect();
    let (head, _) = words.split_at(ends[0]);
    let joined = |words: &[Word<'_>]| words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
    let mut written = Written { fault: joined(head), ..Written::default() };
    let mut places = vec![("fault", head.first().map_or(0, |(at, _)| *at))];
    for pair in ends.windows(2) {
        let [(at, member), values @ ..] = &words[pair[0]..pair[1]] else { continue };
        let value = joined(values);
        let at = values.first().map_or(*at, |(at, _)| *at);
        let Some(member) = MEMBERS.into_iter().find(|known| known == member) else { continue };
        if places.iter().any(|(known, _)| *known == member) {
            return Err(wrong(text, at, format!("\"{member}\" stands twice in the rule")));
        }
        places.push((member, at));
        let number = || {
            value
                .parse()
                .map_err(|_| wrong(text, at, format!("\"{member}\" takes a whole number, not {value:?}")))
        };
        match member {
            "on" => written.on = Some(value),
            "after" => written.after = Some(number()?),
            "every" => written.every = Some(number()?),
            "first" => written.first = Some(number()?),
            "from" => written.from = Some(value),
            "until" => written.until = Some(value),
            _ => {
                let chance = value.parse();
                written.chance = Some(chance.map_err(|_| {
                    wrong(text, at, format!("\"chance\" takes a number from 0 to 1, not {value:?}"))
                })?);
            }
        }
    }
    Rule::check(written, vocabulary).map_err(|(member, what)| {
        let at = places.iter().find(|(known, _)| *known == member).map_or(0, |(_, at)| *at);
        wrong(text, at, what)
    })
}

fn wrong(text: &str, at: usize, what: String) -> FaultsError {
    let (before, after) = text.split_at(at.min(text.len()));
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    let line = format!("{}{}", &before[begin..], after.split('\n').next().unwrap_or_default());
    FaultsError::Line {
        at: before.chars().count() + 1,
        line,
        column: before[begin..].chars().count() + 1,
        what,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::vocabulary::{NamedFault, Takes};
    use super::*;

    const WORLD: Vocabulary = Vocabulary {
        codes: &[429, 503, 403_048],
        named: &[
            NamedFault { name: "job-stuck", takes: Takes::Nothing, about: "a job never ends" },
            NamedFault { name: "index-lag", takes: Takes::Time, about: "search is behind" },
            NamedFault { name: "short-pages", takes: Takes::Number, about: "pages are short" },
        ],
    };

    fn error(text: &str) -> String {
        FaultPlan::parse(text, &WORLD).unwrap_err().to_string()
    }

    #[test]
    fn every_word_is_understood() {
        let plan = FaultPlan::parse(
            "reset-after on POST /a/* every 3 after 2 first 4 chance 0.5 from 1s until 2m; seed 9 # why\n\
             503; 403048-after on /b; slow 250ms; cut;hang ;; job-stuck every 2; index-lag 30s; short-pages 7",
            &WORLD,
        )
        .unwrap();
        assert_eq!((plan.seed, plan.rules.len()), (9, 9));
        let rule = &plan.rules[0];
        assert!(rule.on.as_ref().unwrap().matches("POST", "/a/b"));
        assert!(!rule.on.as_ref().unwrap().matches("GET", "/a/b"));
        assert!(!rule.on.as_ref().unwrap().matches("POST", "/a/b/c"));
        assert_eq!((rule.every.unwrap().get(), rule.after, rule.first), (3, 2, Some(4)));
        assert_eq!((rule.from.as_secs(), rule.until.unwrap().as_secs(), rule.chance), (1, 120, Some(0.5)));
        assert!(FaultPlan::parse("", &WORLD).unwrap().rules.is_empty());
    }

    #[test]
    fn errors_point_at_the_word() {
        assert_eq!(
            error("503; sloow 2s on /a"),
            "in the faults, at character 6: \"sloow\" is no fault of this world; it knows 429, 503, 403048, reset-before, \
             reset-after, slow, cut, hang, job-stuck, index-lag, short-pages\n  503; sloow 2s on /a\n       ^"
        );
        for (text, at, what) in [
            ("slow", 1, "is no time"),
            ("slow soon", 1, "is no time"),
            ("418", 1, "is no fault"),
            ("503 twice", 1, "takes nothing"),
            ("503 on", 5, "is no method and path"),
            ("503 on get /a", 8, "is no method and path"),
            ("503 on /a every x", 17, "whole number"),
            ("503 every 0", 11, "1 or more"),
            ("503 chance 2", 12, "no probability"),
            ("503 from 2s until 1s", 19, "later"),
            ("503 every 2 every 3", 19, "twice"),
            ("job-stuck on /a", 14, "does not befall requests"),
            ("short-pages many", 1, "whole number"),
            ("503 # é\n503; seed x", 19, "whole number"),
            ("seed", 1, "one whole number"),
        ] {
            let error = error(text);
            assert!(
                error.contains(&format!("at character {at}:")) && error.contains(what),
                "{text}: {error}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "[a-z0-9 ;#\\n/*é-]{0,60}") {
            let _ = FaultPlan::parse(&text, &WORLD);
        }

        #[test]
        fn rules_count_for_what_they_are(every in 1_u64..100, first in 0_u64..100) {
            let plan = FaultPlan::parse(&format!("503 every {every} first {first}"), &WORLD).unwrap();
            prop_assert_eq!(plan.rules[0].every.unwrap().get(), every);
            prop_assert_eq!(plan.rules[0].first, Some(first));
        }
    }
}
