//! `q` parsed.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::expression::{Expression, Test};
use super::token::{Token, tokens};

/// Brackets may be nested this deep.
const DEEPEST: usize = 50;

/// A wildcard needs this many characters before it.
const PREFIX: usize = 3;

/// Parses `q`; an empty one finds everybody.
///
/// # Errors
/// A reason, for the client.
pub(in super::super) fn parse(text: &str) -> Result<Expression, String> {
    let tokens = tokens(text)?;
    if tokens.is_empty() || matches!(tokens.as_slice(), [Token::Word { text, .. }] if text == "*") {
        return Ok(Expression::Everybody);
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), depth: 0 };
    let expression = parser.any(None)?;
    match parser.tokens.next() {
        None => Ok(expression),
        Some(_) => Err("a bracket is closed that was not opened".into()),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    /// `a OR b c`: without an operator, Lucene's is `OR`.
    fn any(&mut self, field: Option<&str>) -> Result<Expression, String> {
        let mut parts = vec![self.all(field)?];
        loop {
            if self.keyword("OR") {
                parts.push(self.all(field)?);
            } else if matches!(self.tokens.peek(), None | Some(Token::Close)) {
                break;
            } else {
                parts.push(self.all(field)?);
            }
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self, field: Option<&str>) -> Result<Expression, String> {
        let mut parts = vec![self.not(field)?];
        while self.keyword("AND") {
            parts.push(self.not(field)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expression::All(parts) })
    }

    fn not(&mut self, field: Option<&str>) -> Result<Expression, String> {
        if self.keyword("NOT") || self.tokens.next_if_eq(&Token::Minus).is_some() {
            self.enter()?;
            let inner = self.not(field)?;
            self.depth -= 1;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.tokens.next_if_eq(&Token::Open).is_some() {
            self.enter()?;
            let inner = self.any(field)?;
            self.depth -= 1;
            return match self.tokens.next() {
                Some(Token::Close) => Ok(inner),
                _ => Err("a bracket is not closed".into()),
            };
        }
        match field {
            Some(field) => self.value(field),
            None => self.clause(),
        }
    }

    /// `field:value`
    fn clause(&mut self) -> Result<Expression, String> {
        let Some(Token::Word { text: field, .. }) = self.tokens.next() else {
            return Err("a field is expected, as in email:\"a@example.com\"".into());
        };
        if self.tokens.next_if_eq(&Token::Colon).is_none() {
            return Err(format!("'{field}' is not followed by a colon and a value"));
        }
        if field == "_exists_" {
            return match self.tokens.next() {
                Some(Token::Word { text, .. } | Token::Quoted(text)) => {
                    Ok(Expression::Field(text, Test::Exists))
                }
                _ => Err("_exists_ is not followed by a field".into()),
            };
        }
        if self.tokens.peek() == Some(&Token::Open) {
            return self.not(Some(&field));
        }
        self.value(&field)
    }

    fn value(&mut self, field: &str) -> Result<Expression, String> {
        let test = match self.tokens.next() {
            Some(Token::Quoted(text)) => Test::Is(text),
            Some(Token::Word { text, wild: false }) if text == "*" => Test::Exists,
            Some(Token::Word { text, wild: false }) => Test::Is(text),
            Some(Token::Word { text, wild: true }) => {
                if text.chars().count() < PREFIX {
                    return Err(format!("a wildcard needs {PREFIX} characters before it"));
                }
                refuse_on_metadata(field, "wildcards")?;
                Test::StartsWith(text)
            }
            Some(Token::RangeOpen { inclusive }) => {
                refuse_on_metadata(field, "ranges")?;
                let low = self.bound()?;
                if !self.keyword("TO") {
                    return Err("a range has no TO".into());
                }
                let high = self.bound()?;
                let Some(Token::RangeClose { inclusive: high_inclusive }) = self.tokens.next() else {
                    return Err("a range is not closed".into());
                };
                Test::Between {
                    low: low.map(|text| (text, inclusive)),
                    high: high.map(|text| (text, high_inclusive)),
                }
            }
            _ => return Err(format!("a value is expected for '{field}'")),
        };
        Ok(Expression::Field(field.to_owned(), test))
    }

    /// One end of a range; `*` is open.
    fn bound(&mut self) -> Result<Option<String>, String> {
        match self.tokens.next() {
            Some(Token::Word { text, .. }) if text == "*" => Ok(None),
            Some(Token::Word { text, .. } | Token::Quoted(text)) => Ok(Some(text)),
            _ => Err("a range has two ends".into()),
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Word { text, .. } if text == keyword)).is_some()
    }

    fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST { Err("the query is nested too deep".into()) } else { Ok(()) }
    }
}

fn refuse_on_metadata(field: &str, what: &str) -> Result<(), String> {
    if field.starts_with("user_metadata") {
        return Err(format!("{what} cannot be used on user_metadata"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_queries_have_a_reason_and_no_panic() {
        for query in [
            "(",
            ")",
            "a",
            "a:",
            ":b",
            "a:(b",
            "a:[1 TO",
            "a:[1 2]",
            "NOT",
            "a:b AND",
            "a:x*",
            "user_metadata.a:abc*",
            "-",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
        assert!(parse(&"(".repeat(1000)).is_err());
    }

    #[test]
    fn and_binds_closer_than_or() {
        let expected = Expression::Any(vec![
            Expression::is("a", "1"),
            Expression::All(vec![
                Expression::is("b", "2"),
                Expression::Not(Box::new(Expression::is("c", "3"))),
            ]),
        ]);
        assert_eq!(parse("a:1 OR b:2 AND NOT c:3").unwrap(), expected);
        assert_eq!(parse("a:1 OR (b:\"2\" AND -c:3)").unwrap(), expected);
    }
}
