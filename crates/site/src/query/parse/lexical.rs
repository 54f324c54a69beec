//! Words, names, numbers and texts. Each takes the white space after itself, so that an error points at what is wrong and
//! not at the gap before it.

use serde_json::Number;
use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat, terminated};
use winnow::error::ModalResult;
use winnow::prelude::*;
use winnow::token::{any, none_of, one_of, take_while};

use super::super::ast::Literal;
use super::super::path::Path;
use super::{Failure, Input, expected};

/// Words that are no names of fields or tables, so that a forgotten name is told where it is missing.
const RESERVED: &[&str] = &[
    "select", "from", "where", "and", "or", "not", "in", "is", "null", "contains", "group", "order", "by",
    "having", "as", "true", "false",
];

/// White space, or none.
pub(super) fn space(input: &mut Input<'_>) -> ModalResult<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// A token with the white space after it.
pub(super) fn token<'q, O>(parser: impl Parser<Input<'q>, O, Failure>) -> impl Parser<Input<'q>, O, Failure> {
    terminated(parser, space)
}

/// A keyword in any case.
pub(super) fn keyword<'q>(word: &'static str) -> impl Parser<Input<'q>, (), Failure> {
    token(take_while(1.., is_name).verify(move |found: &str| found.eq_ignore_ascii_case(word))).void()
}

/// What names of members are made of: letters and digits of any language, and signs that keys of Gigya have
/// (`@timestamp`, `saml-okta`, `custom_field`, `global-config`).
pub(super) fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '@' | '$' | ':' | '#' | '/' | '~')
}

/// A name: of a table, or after `AS`.
pub(super) fn name(input: &mut Input<'_>) -> ModalResult<String> {
    token(take_while(1.., is_name))
        .verify(|word: &str| !is_reserved(word))
        .map(str::to_owned)
        .context(expected("a name"))
        .parse_next(input)
}

/// A path.
pub(super) fn path(input: &mut Input<'_>) -> ModalResult<Path> {
    token((take_while(1.., is_name), repeat(0.., ('.', take_while(1.., is_name))).map(|()| ())).take())
        .verify(|path: &str| {
            !is_reserved(path)
                && path.chars().next().is_some_and(|first| !first.is_ascii_digit() && first != '-')
        })
        .map(Path::new)
        .context(expected("a field"))
        .parse_next(input)
}

fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// A constant.
pub(super) fn literal(input: &mut Input<'_>) -> ModalResult<Literal> {
    alt((
        text.map(Literal::Text),
        token(date).map(|date: &str| Literal::Text(date.to_owned())),
        token(number).map(Literal::Number),
        keyword("true").value(Literal::Bool(true)),
        keyword("false").value(Literal::Bool(false)),
    ))
    .context(expected("a text in quotes, a number, true or false"))
    .parse_next(input)
}

/// A date without quotes, as schedulers fill them in: `2024-02-29`, `2024-02-29T12:00:00.000Z`.
fn date<'q>(input: &mut Input<'q>) -> ModalResult<&'q str> {
    let digits = |count: usize| take_while(count..=count, |letter: char| letter.is_ascii_digit());
    let time = ('T', take_while(1.., |letter: char| letter.is_ascii_digit() || "T:.Z+-".contains(letter)));
    (digits(4), '-', digits(2), '-', digits(2), opt(time)).take().parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Number> {
    let digits = || take_while(1.., |letter: char| letter.is_ascii_digit());
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), digits());
    (opt('-'), digits(), opt(('.', digits())), opt(exponent), winnow::combinator::not(one_of(is_name)))
        .take()
        .verify_map(|text: &str| match text.parse::<i64>() {
            Ok(whole) => Some(Number::from(whole)),
            Err(_) => text.parse::<f64>().ok().and_then(Number::from_f64),
        })
        .parse_next(input)
}

/// A text in quotes; a backslash takes the meaning from a quote or a backslash after it, and stands for itself before
/// anything else.
fn text(input: &mut Input<'_>) -> ModalResult<String> {
    token(alt((quoted('"', unescaped), quoted('\'', unescaped)))).parse_next(input)
}

/// A pattern in quotes: its backslashes are its own, but for one before the quote.
pub(super) fn pattern(input: &mut Input<'_>) -> ModalResult<String> {
    token(alt((quoted('"', pattern_pair), quoted('\'', pattern_pair))))
        .context(expected("a pattern in quotes"))
        .parse_next(input)
}

fn unescaped(text: &mut String, _quote: char, letter: char) {
    if !matches!(letter, '"' | '\'' | '\\') {
        text.push('\\');
    }
    text.push(letter);
}

fn pattern_pair(text: &mut String, quote: char, letter: char) {
    if letter != quote {
        text.push('\\');
    }
    text.push(letter);
}

fn quoted<'q>(
    quote: char,
    after_backslash: fn(&mut String, char, char),
) -> impl Parser<Input<'q>, String, Failure> {
    let piece = alt((
        preceded('\\', any).map(|letter| (true, letter)),
        none_of([quote, '\\']).map(|letter| (false, letter)),
    ));
    let inside = repeat(0.., piece).fold(String::new, move |mut text, (escaped, letter)| {
        if escaped {
            after_backslash(&mut text, quote, letter);
        } else {
            text.push(letter);
        }
        text
    });
    delimited(quote, inside, cut_err(quote).context(expected("the quote that ends the text")))
}
