//! Where an object that wraps accounts holds them: `{"callId": …, "results": [{…}, …]}`, under whatever names.

use scan::{Kind, PADDING, Scanner};

/// Members of which an account has at least one, and an object that wraps accounts has none.
pub(crate) const OF_ACCOUNTS: [&str; 8] =
    ["UID", "profile", "loginIDs", "emails", "isRegistered", "hasLiteAccount", "identities", "email"];

/// What a look at the members of a wrapping object found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// The elements of an array of accounts begin here.
    Accounts(usize),
    /// The object has a member that only accounts have.
    IsAccount,
    /// The object ends before this place.
    End(usize),
    /// The text ends in the middle of the member that begins here, or cannot be understood from here on.
    Unfinished(usize),
}

/// All that was seen until something ended the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) found: Found,
    /// An array that may be the wrapped one when no other is better: of objects that do not look like accounts, or empty.
    pub(crate) maybe: Option<usize>,
}

/// Looks at members of an object, from the place `at` between two of them. `text` need not hold all of them.
pub(crate) fn look(head: &[u8], at: usize, max_depth: u16) -> Look {
    let mut text = Vec::with_capacity(head.len() + PADDING);
    text.extend_from_slice(head);
    text.extend_from_slice(&[0; PADDING]);
    let mut scanner = Scanner::new(&text, at, max_depth);
    let (mut objects, mut empty) = (None, None);
    let found = loop {
        if scanner.skip_space() == b',' {
            scanner.at += 1;
        }
        let member = scanner.at;
        match scanner.skip_space() {
            b'}' => break Found::End(scanner.at + 1),
            b'"' => {}
            _ => break Found::Unfinished(member),
        }
        let Some(name) = name(&mut scanner, &text) else { break Found::Unfinished(member) };
        if OF_ACCOUNTS.contains(&name) {
            break Found::IsAccount;
        }
        if scanner.skip_space() == b'[' {
            let inside = scanner.at + 1;
            match first_element(&text, inside, max_depth) {
                Element::Account => break Found::Accounts(inside),
                Element::Object => objects = objects.or(Some(inside)),
                Element::None => empty = empty.or(Some(inside)),
                Element::Other => {}
            }
        }
        if scanner.value(0).is_err() {
            break Found::Unfinished(member);
        }
    };
    Look { found, maybe: objects.or(empty) }
}

/// The name of the member that begins at the scanner, which stands behind its colon then.
fn name<'t>(scanner: &mut Scanner<'_>, text: &'t [u8]) -> Option<&'t str> {
    let start = scanner.at + 1;
    scanner.at = start;
    scanner.string().ok()?;
    let name = std::str::from_utf8(&text[start..scanner.at - 1]).unwrap_or("");
    scanner.colon().ok()?;
    Some(name)
}

enum Element {
    /// The array is empty.
    None,
    /// An object with a member that only accounts have.
    Account,
    /// Another object.
    Object,
    /// Something else.
    Other,
}

/// What the first element of an array is, as far as the text shows.
fn first_element(text: &[u8], inside: usize, max_depth: u16) -> Element {
    let mut scanner = Scanner::new(text, inside, max_depth);
    match scanner.skip_space() {
        b']' => return Element::None,
        b'{' => scanner.at += 1,
        _ => return Element::Other,
    }
    while scanner.skip_space() == b'"' {
        let Some(name) = name(&mut scanner, text) else { break };
        if OF_ACCOUNTS.contains(&name) {
            return Element::Account;
        }
        if !matches!(scanner.value(0), Ok(span) if span.kind != Kind::Null || !span.is_empty()) {
            break;
        }
        if scanner.skip_space() != b',' {
            break;
        }
        scanner.at += 1;
    }
    Element::Object
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Look {
        look(text.as_bytes(), 1, 128)
    }

    #[test]
    fn an_array_of_accounts_is_found_behind_other_arrays() {
        for text in [
            r#"{"warnings":[],"results":[{"UID":1}]}"#,
            r#"{"errors":[{"code":1}],"results":[{"data":{"x":[{}]},"UID":1}]}"#,
            r#"{"a":["x",{"UID":2}], "b" : [ {"profile":{"cut"#,
        ] {
            let inside = text.rfind("[{\"UID").or(text.rfind("[{\"data")).or(text.rfind("[ {")).unwrap() + 1;
            assert_eq!(at(text).found, Found::Accounts(inside), "{text}");
        }
    }

    #[test]
    fn what_holds_no_accounts_is_told() {
        assert_eq!(at(r#"{"n":1,"UID":"a"}"#).found, Found::IsAccount);
        assert_eq!(at(r#"{"n":1}, rest"#), Look { found: Found::End(7), maybe: None });
        assert_eq!(at(r#"{"n":1,"long":"cut"#), Look { found: Found::Unfinished(7), maybe: None });
        assert_eq!(at(r#"{"none":[],"rows":[{"x":1}]}"#).maybe, Some(19));
        assert_eq!(at(r#"{"none":[],"n":0}"#).maybe, Some(9));
    }
}
