//! The clauses, in the one order in which they may stand.

use winnow::combinator::{alt, cut_err, delimited, fail, opt, preceded, separated, terminated};
use winnow::error::ModalResult;
use winnow::prelude::*;
use winnow::token::take_while;

use super::super::MAX_START;
use super::super::ast::{Function, Order, Query, Selected};
use super::super::path::Path;
use super::condition::condition;
use super::lexical::{keyword, name, path, space, token};
use super::{Failure, Input, Refusal, expected};

/// A whole query.
pub(super) fn query(input: &mut Input<'_>) -> ModalResult<Query> {
    space.parse_next(input)?;
    keyword("select").context(expected("SELECT")).parse_next(input)?;
    let select = separated(1.., cut_err(selected), token(',')).parse_next(input)?;
    keyword("from").context(expected("a comma, AS or FROM")).parse_next(input)?;
    let from = name.parse_next(input)?;
    let counters = opt((keyword("with"), cut_err(keyword("counters")).context(expected("counters"))))
        .parse_next(input)?
        .is_some();
    let condition = opt(preceded(keyword("where"), cut_err(condition))).parse_next(input)?;
    let group_by: Option<Vec<Path>> =
        opt(preceded(by("group"), separated(1.., cut_err(path), token(',')))).parse_next(input)?;
    let order_by: Option<Vec<Order>> =
        opt(preceded(by("order"), separated(1.., cut_err(order), token(',')))).parse_next(input)?;
    let start = opt(preceded(keyword("start"), cut_err(whole("START", MAX_START)))).parse_next(input)?;
    let limit =
        opt(preceded(keyword("limit"), cut_err(whole("LIMIT", u32::MAX as usize)))).parse_next(input)?;
    Ok(Query {
        select,
        from,
        counters,
        condition,
        group_by: group_by.unwrap_or_default(),
        order_by: order_by.unwrap_or_default(),
        start,
        limit,
    })
}

/// `GROUP BY`, `ORDER BY`.
fn by<'q>(word: &'static str) -> impl Parser<Input<'q>, (), Failure> {
    (keyword(word), cut_err(keyword("by")).context(expected("BY"))).void()
}

fn selected(input: &mut Input<'_>) -> ModalResult<Selected> {
    alt((
        token('*').value(Selected::All),
        preceded((keyword("count"), token('(')), cut_err(in_count)).map(|alias| Selected::Count { alias }),
        (function, cut_err(path), cut_err(token(')')).context(expected("a closing bracket")), alias)
            .map(|(function, path, _, alias)| Selected::Function { function, path, alias }),
        (path, alias).map(|(path, alias)| Selected::Field { path, alias }),
        fail.context(expected("*, count(*), a function or a field")),
    ))
    .parse_next(input)
}

/// What is left of `count(*) AS name` after the opening bracket.
fn in_count(input: &mut Input<'_>) -> ModalResult<Option<String>> {
    preceded((token('*'), token(')')).context(expected("*)")), alias).parse_next(input)
}

/// `sum(` and its like.
fn function(input: &mut Input<'_>) -> ModalResult<Function> {
    let word = token(take_while(1.., |letter: char| letter.is_ascii_alphabetic() || letter == '_'));
    terminated(word, token('('))
        .verify_map(|word: &str| {
            Function::ALL.into_iter().find(|function| function.name().eq_ignore_ascii_case(word))
        })
        .parse_next(input)
}

fn alias(input: &mut Input<'_>) -> ModalResult<Option<String>> {
    opt(preceded(keyword("as"), cut_err(name))).parse_next(input)
}

fn order(input: &mut Input<'_>) -> ModalResult<Order> {
    let descending = opt(alt((keyword("asc").value(false), keyword("desc").value(true))));
    (path, descending)
        .map(|(path, descending)| Order { path, descending: descending.unwrap_or(false) })
        .parse_next(input)
}

/// A whole number up to `most`.
fn whole<'q>(clause: &'static str, most: usize) -> impl Parser<Input<'q>, usize, Failure> {
    delimited(winnow::combinator::empty, take_while(1.., |letter: char| letter.is_ascii_digit()), space)
        .try_map(move |digits: &str| match digits.parse() {
            Ok(number) if number <= most => Ok(number),
            _ => Err(Refusal::OutOfRange(clause, most)),
        })
        .context(expected("a whole number"))
}
