//! `q` cut into tokens.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word, its escapes undone; `wild` when it ends with an unescaped `*`, which is cut off.
    Word {
        text: String,
        wild: bool,
    },
    /// What stood between quotes, its escapes undone.
    Quoted(String),
    Colon,
    Open,
    Close,
    /// `[`: the bound belongs to the range; `{`: it does not.
    RangeOpen {
        inclusive: bool,
    },
    /// `]` or `}`.
    RangeClose {
        inclusive: bool,
    },
    /// `-` right before a clause.
    Minus,
}

/// Cuts `q` into tokens.
///
/// # Errors
/// A reason when a quote is not closed.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = text.chars().peekable();
    // Inside a range a colon belongs to the value: `[2020-01-01T10:00:00Z TO *]`.
    let mut in_range = false;
    while let Some(character) = characters.next() {
        let token = match character {
            white if white.is_whitespace() => continue,
            ':' if !in_range => Token::Colon,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' | '{' => {
                in_range = true;
                Token::RangeOpen { inclusive: character == '[' }
            }
            ']' | '}' => {
                in_range = false;
                Token::RangeClose { inclusive: character == ']' }
            }
            '-' if !in_range && starts_clause(tokens.last()) => Token::Minus,
            '"' => {
                let mut value = String::new();
                loop {
                    match characters.next() {
                        None => return Err("a quote is not closed".into()),
                        Some('"') => break,
                        Some('\\') => value.extend(characters.next()),
                        Some(other) => value.push(other),
                    }
                }
                Token::Quoted(value)
            }
            first => word(first, &mut characters, in_range),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

fn starts_clause(last: Option<&Token>) -> bool {
    match last {
        None
        | Some(
            Token::Open | Token::Quoted(_) | Token::Close | Token::RangeClose { .. } | Token::Word { .. },
        ) => true,
        Some(_) => false,
    }
}

fn word(first: char, characters: &mut std::iter::Peekable<std::str::Chars<'_>>, in_range: bool) -> Token {
    let mut text = String::new();
    let mut wild = false;
    let mut next = Some(first);
    while let Some(character) = next {
        wild = character == '*';
        match character {
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
        next = characters.next_if(|character| {
            !(character.is_whitespace()
                || matches!(character, '(' | ')' | '[' | ']' | '{' | '}' | '"')
                || (*character == ':' && !in_range))
        });
    }
    if wild && text.len() > 1 {
        text.pop();
        return Token::Word { text, wild };
    }
    Token::Word { text, wild: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_a_star_counts_only_at_the_end() {
        let word = |text: &str, wild| Token::Word { text: text.into(), wild };
        assert_eq!(tokens("email:ab*").unwrap(), [word("email", false), Token::Colon, word("ab", true)]);
        assert_eq!(tokens(r"a\:b").unwrap(), [word("a:b", false)]);
        assert_eq!(tokens(r#""a\"\\b""#).unwrap(), [Token::Quoted(r#"a"\b"#.into())]);
        assert_eq!(tokens("*").unwrap(), [word("*", false)]);
        assert_eq!(tokens("test-user").unwrap(), [word("test-user", false)]);
        assert!(tokens("\"a").is_err());
    }
}
