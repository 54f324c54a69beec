//! `WHERE`.

use winnow::combinator::{alt, cut_err, delimited, fail, opt, preceded, separated};
use winnow::error::ModalResult;
use winnow::prelude::*;

use super::super::ast::{Comparison, Condition};
use super::super::matcher;
use super::super::path::Path;
use super::lexical::{keyword, literal, path, pattern, token};
use super::{DEEPEST, Failure, Input, Refusal, expected};

/// `or`, the loosest.
pub(super) fn condition(input: &mut Input<'_>) -> ModalResult<Condition> {
    separated(1.., all, keyword("or"))
        .map(|mut parts: Vec<Condition>| match parts.len() {
            1 => parts.remove(0),
            _ => Condition::Or(parts),
        })
        .parse_next(input)
}

/// `and` binds tighter than `or`.
fn all(input: &mut Input<'_>) -> ModalResult<Condition> {
    separated(1.., cut_err(single), keyword("and"))
        .map(|mut parts: Vec<Condition>| match parts.len() {
            1 => parts.remove(0),
            _ => Condition::And(parts),
        })
        .parse_next(input)
}

/// A statement, with or without `not`: it goes for the one statement to its right.
fn single(input: &mut Input<'_>) -> ModalResult<Condition> {
    let not = alt((keyword("not"), (token('!'), winnow::combinator::not('=')).void()));
    let negated = preceded(not, cut_err(nested(single))).map(|inner| Condition::Not(Box::new(inner)));
    let closed = cut_err(token(')')).context(expected("AND, OR or a closing bracket"));
    let bracketed = delimited(token('('), cut_err(nested(condition)), closed);
    alt((negated, bracketed, test)).parse_next(input)
}

/// One level deeper.
fn nested<'q, O>(mut inner: impl Parser<Input<'q>, O, Failure>) -> impl Parser<Input<'q>, O, Failure> {
    move |input: &mut Input<'q>| {
        if input.state >= DEEPEST {
            return fail_because(Refusal::TooDeep, input);
        }
        input.state += 1;
        let result = inner.parse_next(input);
        input.state -= 1;
        result
    }
}

/// A test of one field.
fn test(input: &mut Input<'_>) -> ModalResult<Condition> {
    let path = path.parse_next(input)?;
    cut_err(alt((
        null(&path),
        contains(&path),
        one_of_list(&path),
        regex(&path),
        comparison(&path),
        fail.context(expected("a comparison, CONTAINS, IN, IS NULL or regex")),
    )))
    .parse_next(input)
}

fn null<'q>(path: &Path) -> impl Parser<Input<'q>, Condition, Failure> {
    let word = || cut_err(keyword("null")).context(expected("NULL"));
    let is = preceded(keyword("is"), (opt(keyword("not")), word()));
    let negated = alt((
        is.map(|(not, ())| not.is_some()),
        (token('='), keyword("null")).value(false),
        (sign_not_equal, keyword("null")).value(true),
    ));
    negated.map(|negated| Condition::Null { path: path.clone(), negated })
}

fn contains<'q>(path: &Path) -> impl Parser<Input<'q>, Condition, Failure> {
    (opt(keyword("not")), preceded(keyword("contains"), cut_err(literal)))
        .map(|(not, literal)| Condition::Contains { path: path.clone(), negated: not.is_some(), literal })
}

fn one_of_list<'q>(path: &Path) -> impl Parser<Input<'q>, Condition, Failure> {
    let list = delimited(
        cut_err(token('(')).context(expected("an opening bracket")),
        cut_err(separated(1.., cut_err(literal), token(','))),
        cut_err(token(')')).context(expected("a comma or a closing bracket")),
    );
    (opt(keyword("not")), preceded(keyword("in"), list)).map(|(not, literals)| Condition::In {
        path: path.clone(),
        negated: not.is_some(),
        literals,
    })
}

/// `field = regex('…')` as the vendor writes it; public queries leave the sign out.
fn regex<'q>(path: &Path) -> impl Parser<Input<'q>, Condition, Failure> {
    let negated = alt((
        sign_not_equal.value(true),
        token('=').value(false),
        keyword("not").value(true),
        winnow::combinator::empty.value(false),
    ));
    let pattern = pattern.try_map(|pattern| match matcher::compile(&pattern) {
        Ok(_) => Ok(pattern),
        Err(reason) => Err(Refusal::Pattern(reason)),
    });
    let call = delimited(
        cut_err(token('(')).context(expected("an opening bracket")),
        cut_err(pattern),
        cut_err(token(')')).context(expected("a closing bracket")),
    );
    (negated, preceded(keyword("regex"), call)).map(|(negated, pattern)| Condition::Regex {
        path: path.clone(),
        negated,
        pattern,
    })
}

fn comparison<'q>(path: &Path) -> impl Parser<Input<'q>, Condition, Failure> {
    let sign = alt((
        sign_not_equal.value(Comparison::NotEqual),
        token(">=").value(Comparison::GreaterOrEqual),
        token("<=").value(Comparison::LessOrEqual),
        token('>').value(Comparison::Greater),
        token('<').value(Comparison::Less),
        token('=').value(Comparison::Equal),
    ));
    (sign, cut_err(literal)).map(|(comparison, literal)| Condition::Compare {
        path: path.clone(),
        comparison,
        literal,
    })
}

fn sign_not_equal<'q>(input: &mut Input<'q>) -> ModalResult<&'q str> {
    token("!=").parse_next(input)
}

fn fail_because<O>(refusal: Refusal, input: &mut Input<'_>) -> ModalResult<O> {
    use winnow::error::{ContextError, ErrMode, FromExternalError};
    Err(ErrMode::Cut(ContextError::from_external_error(input, refusal)))
}
