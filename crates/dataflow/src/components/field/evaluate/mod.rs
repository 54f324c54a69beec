//! `field.evaluate`

mod jexl;
mod methods;
mod parse;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each_named};
use crate::flow::ErrorDetails;
use record::Path;

use jexl::Expression;

/// Sets members to what expressions over the record give.
///
/// The language is the part of Apache Commons JEXL that such expressions use: literals, dotted paths, `[ ]`, arithmetic,
/// comparisons (`==`, `!=`, `<`, `eq`, `lt`, …), `=~` and `!~`, `and or not` in words and signs, `a ? b : c`, `a ?: b`, `empty(x)`, `size(x)`
/// and the methods of texts (`toUpperCase`, `toLowerCase`, `trim`, `length`, `isEmpty`, `contains`, `startsWith`, `endsWith`, `indexOf`,
/// `substring`, `replace`, `replaceAll`, `matches`, `equals`, `equalsIgnoreCase`, `concat`, `split`). What is not there is null. Fields are set in their
/// order, so that one can build on another. An expression that cannot be worked out sends the record along the error
/// path; one that gives null sets null.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Evaluate {
    /// The language of the expressions.
    #[serde(default)]
    language: Language,
    /// Members and their expressions.
    fields: Vec<Rule>,
}

/// The language of expressions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Language {
    /// Apache Commons JEXL.
    #[default]
    Jexl,
}

/// One member.
#[derive(Debug, Deserialize, JsonSchema)]
struct Rule {
    /// Dotted path of the member to set.
    field: Path,
    /// What it is set to.
    expression: String,
}

impl Component for Evaluate {
    const TYPE: &'static str = "field.evaluate";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let Language::Jexl = self.language;
        let mut rules = Vec::new();
        for (index, rule) in self.fields.into_iter().enumerate() {
            let expression = Expression::parse(&rule.expression)
                .map_err(|error| format!("`fields[{index}].expression`: {error}"))?;
            rules.push((rule.field, expression));
        }
        each_named(move |mut record| {
            for (path, expression) in &rules {
                match expression.evaluate(&record) {
                    Ok(value) => record.set(path, value),
                    Err(message) => {
                        let message = format!("the expression for {path} cannot be worked out: {message}");
                        return Ok(Then::Fail(record, ErrorDetails::new(message)));
                    }
                }
            }
            Ok(Then::Pass(record))
        })
    }
}
