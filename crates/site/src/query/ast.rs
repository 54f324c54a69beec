//! A query as it was understood.

use std::str::FromStr;

use super::error::QueryError;
use super::path::Path;
use super::{DEFAULT_LIMIT, MAX_LIMIT};

/// A query: `SELECT … FROM … WHERE … GROUP BY … ORDER BY … START … LIMIT …`.
///
/// [`FromStr`] parses it, [`std::fmt::Display`] prints it so that it parses to the same again.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What each row brings; at least one.
    pub select: Vec<Selected>,
    /// The name after `FROM`, as it was written.
    pub from: String,
    /// `WITH counters`.
    pub counters: bool,
    /// `WHERE`.
    pub condition: Option<Condition>,
    /// `GROUP BY`, legacy.
    pub group_by: Vec<Path>,
    /// `ORDER BY`; the first one counts most.
    pub order_by: Vec<Order>,
    /// `START`: rows passed over. None where it was not written, which matters to cursors.
    pub start: Option<usize>,
    /// `LIMIT`, as it was written; see [`Query::limit`].
    pub limit: Option<usize>,
}

impl Query {
    /// Rows of a page: [`DEFAULT_LIMIT`] if the query does not say, never more than [`MAX_LIMIT`].
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT)
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        super::parse::parse(text)
    }
}

/// One entry of the `SELECT` list.
#[derive(Debug, Clone, PartialEq)]
pub enum Selected {
    /// `*`
    All,
    /// `count(*)`
    Count {
        /// `AS`: the name in the row instead of `count(*)`.
        alias: Option<String>,
    },
    /// A field, or everything below a path.
    Field {
        /// Where it is.
        path: Path,
        /// `AS`: the name instead of the path's last; it stays inside the parent object.
        alias: Option<String>,
    },
    /// A function over all that match.
    Function {
        /// Which one.
        function: Function,
        /// The numeric field that it goes over.
        path: Path,
        /// `AS`: the name in the row instead of `function(path)`.
        alias: Option<String>,
    },
}

/// A function over the numbers of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The total.
    Sum,
    /// The least; `"infinity"` when there is none.
    Min,
    /// The greatest; `"-infinity"` when there is none.
    Max,
    /// The mean.
    Avg,
    /// The total of the squares.
    SumOfSquares,
    /// The variance of the whole population.
    Variance,
    /// The root of the variance.
    Std,
}

impl Function {
    /// All of them.
    pub(super) const ALL: [Self; 7] =
        [Self::Sum, Self::Min, Self::Max, Self::Avg, Self::SumOfSquares, Self::Variance, Self::Std];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Avg => "avg",
            Self::SumOfSquares => "sum_of_squares",
            Self::Variance => "variance",
            Self::Std => "std",
        }
    }
}

/// One entry of `ORDER BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The field.
    pub path: Path,
    /// `DESC`.
    pub descending: bool,
}

/// A condition on a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `and`: each of them; at least two.
    And(Vec<Condition>),
    /// `or`: one of them; at least two.
    Or(Vec<Condition>),
    /// `not`
    Not(Box<Condition>),
    /// `path = 1`: at least one value at the path compares so; `!=`: none equals.
    Compare {
        /// The field.
        path: Path,
        /// How.
        comparison: Comparison,
        /// With what.
        literal: Literal,
    },
    /// `contains`, `not contains`: words of a text, an element of an array.
    Contains {
        /// The field.
        path: Path,
        /// With `not`.
        negated: bool,
        /// What is looked for.
        literal: Literal,
    },
    /// `in (…)`, `not in (…)`
    In {
        /// The field.
        path: Path,
        /// With `not`.
        negated: bool,
        /// At least one.
        literals: Vec<Literal>,
    },
    /// `is null`, `is not null`, `= null`, `!= null`: no value that is not null.
    Null {
        /// The field.
        path: Path,
        /// With `not`.
        negated: bool,
    },
    /// `regex('…')`: a text fits from its beginning to its end.
    Regex {
        /// The field.
        path: Path,
        /// With `not` or `!=`.
        negated: bool,
        /// The pattern.
        pattern: String,
    },
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// As it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// In double or single quotes; a date may stand without.
    Text(String),
    /// A number; never NaN, never infinite.
    Number(serde_json::Number),
    /// `true`, `false`
    Bool(bool),
}
