//! A query printed so that it parses to the same again.

use std::fmt::{self, Display, Formatter};

use super::ast::{Condition, Literal, Order, Query, Selected};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        list(f, &self.select)?;
        write!(f, " FROM {}", self.from)?;
        if self.counters {
            f.write_str(" WITH counters")?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        if !self.group_by.is_empty() {
            f.write_str(" GROUP BY ")?;
            list(f, &self.group_by)?;
        }
        if !self.order_by.is_empty() {
            f.write_str(" ORDER BY ")?;
            list(f, &self.order_by)?;
        }
        if let Some(start) = self.start {
            write!(f, " START {start}")?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        Ok(())
    }
}

impl Display for Selected {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let alias = match self {
            Self::All => return f.write_str("*"),
            Self::Count { alias } => {
                f.write_str("count(*)")?;
                alias
            }
            Self::Field { path, alias } => {
                write!(f, "{path}")?;
                alias
            }
            Self::Function { function, path, alias } => {
                write!(f, "{}({path})", function.name())?;
                alias
            }
        };
        match alias {
            Some(alias) => write!(f, " AS {alias}"),
            None => Ok(()),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, if self.descending { "DESC" } else { "ASC" })
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " AND "),
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::Not(part) => write!(f, "NOT ({part})"),
            Self::Compare { path, comparison, literal } => {
                write!(f, "{path} {} {literal}", comparison.sign())
            }
            Self::Contains { path, negated, literal } => {
                write!(f, "{path} {}CONTAINS {literal}", not(*negated))
            }
            Self::In { path, negated, literals } => {
                write!(f, "{path} {}IN (", not(*negated))?;
                list(f, literals)?;
                f.write_str(")")
            }
            Self::Null { path, negated } => write!(f, "{path} IS {}NULL", not(*negated)),
            Self::Regex { path, negated, pattern } => {
                write!(f, "{path} {} regex(", if *negated { "!=" } else { "=" })?;
                quoted_pattern(f, pattern)?;
                f.write_str(")")
            }
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                f.write_str("\"")?;
                for letter in text.chars() {
                    match letter {
                        '"' | '\\' => write!(f, "\\{letter}")?,
                        other => write!(f, "{other}")?,
                    }
                }
                f.write_str("\"")
            }
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
        }
    }
}

/// Parts with brackets around those that hold several themselves.
fn joined(f: &mut Formatter<'_>, parts: &[Condition], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(word)?;
        }
        match part {
            Condition::And(_) | Condition::Or(_) => write!(f, "({part})")?,
            other => write!(f, "{other}")?,
        }
    }
    Ok(())
}

fn list(f: &mut Formatter<'_>, entries: &[impl Display]) -> fmt::Result {
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{entry}")?;
    }
    Ok(())
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

/// Backslashes of a pattern are the pattern's own: only a quote needs one more, and one that has none yet.
fn quoted_pattern(f: &mut Formatter<'_>, pattern: &str) -> fmt::Result {
    f.write_str("'")?;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => f.write_str("\\'")?,
            '\\' => write!(f, "\\{}", letters.next().map_or(String::new(), String::from))?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("'")
}
