//! The text of an expression becomes a tree.

use super::jexl::{Binary, Node};

/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Text(String),
    Name(String),
    Sign(&'static str),
}

/// Signs, the longer before those that begin them.
const SIGNS: [&str; 27] = [
    "==", "!=", "<=", ">=", "&&", "||", "=~", "!~", "?:", "??", "<", ">", "!", "+", "-", "*", "/", "%", "?",
    ":", "(", ")", "[", "]", ".", ",", ";",
];

/// Operators in words, and the signs that they stand for.
const WORDS: [(&str, &str); 11] = [
    ("and", "&&"),
    ("or", "||"),
    ("not", "!"),
    ("eq", "=="),
    ("ne", "!="),
    ("lt", "<"),
    ("le", "<="),
    ("gt", ">"),
    ("ge", ">="),
    ("mod", "%"),
    ("div", "/"),
];

pub(super) fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.ternary()?;
    parser.take(";");
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some(token) => Err(format!("{} is not expected there", shown(token))),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("`{number}`"),
        Token::Text(text) => format!("'{text}'"),
        Token::Name(name) => format!("`{name}`"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' || first == '"' {
            let (string, length) = string(rest, first)?;
            tokens.push(Token::Text(string));
            length
        } else if first.is_ascii_digit() {
            let mut length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let fraction = rest[length..]
                .strip_prefix('.')
                .map_or(0, |more| more.bytes().take_while(u8::is_ascii_digit).count());
            if fraction > 0 {
                length += 1 + fraction;
            }
            tokens.push(Token::Number(rest[..length].parse().map_err(|_| "a number is too long")?));
            // A Java suffix says nothing here.
            length + usize::from(rest[length..].starts_with(['l', 'L', 'd', 'D', 'f', 'F']))
        } else if first.is_alphabetic() || "_$@#".contains(first) {
            let length = rest
                .find(|char: char| !char.is_alphanumeric() && !"_$@#".contains(char))
                .unwrap_or(rest.len());
            let word = &rest[..length];
            tokens.push(match WORDS.iter().find(|(name, _)| *name == word) {
                // After a dot it is a member's name.
                Some((_, sign)) if tokens.last() != Some(&Token::Sign(".")) => Token::Sign(sign),
                _ => Token::Name(word.to_owned()),
            });
            length
        } else {
            let sign = SIGNS
                .iter()
                .find(|sign| rest.starts_with(**sign))
                .ok_or_else(|| format!("`{first}` means nothing"))?;
            tokens.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn string(text: &str, quote: char) -> Result<(String, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, other)) => out.push(other),
                None => break,
            },
            char if char == quote => return Ok((out, at + 1)),
            char => out.push(char),
        }
    }
    Err("a text has no closing quote".to_owned())
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Sign(own)) if *own == sign);
        self.at += usize::from(there);
        there
    }

    fn want(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("`{sign}` is missing")) }
    }

    fn ternary(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let condition = self.binary(0)?;
        let node = if self.take("?") {
            let yes = self.ternary()?;
            self.want(":")?;
            Node::If(Box::new(condition), Box::new(yes), Box::new(self.ternary()?))
        } else if self.take("?:") {
            Node::Else(Box::new(condition), Box::new(self.ternary()?))
        } else if self.take("??") {
            Node::Coalesce(Box::new(condition), Box::new(self.ternary()?))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(node)
    }

    fn binary(&mut self, level: usize) -> Result<Node, String> {
        const LEVELS: [&[(&str, Binary)]; 6] = [
            &[("||", Binary::Or)],
            &[("&&", Binary::And)],
            &[
                ("==", Binary::Equal),
                ("!=", Binary::Unequal),
                ("=~", Binary::Matches),
                ("!~", Binary::MatchesNot),
            ],
            &[("<=", Binary::AtMost), (">=", Binary::AtLeast), ("<", Binary::Less), (">", Binary::More)],
            &[("+", Binary::Plus), ("-", Binary::Minus)],
            &[("*", Binary::Times), ("/", Binary::Over), ("%", Binary::Rest)],
        ];
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            left = Node::Binary(*operator, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it nests too deep".to_owned());
        }
        let node = if self.take("!") {
            Node::Not(Box::new(self.unary()?))
        } else if self.take("-") {
            Node::Negative(Box::new(self.unary()?))
        } else {
            self.postfix()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn postfix(&mut self) -> Result<Node, String> {
        let mut node = self.primary()?;
        loop {
            if self.take(".") {
                let name = match self.tokens.get(self.at) {
                    Some(Token::Name(name)) => name.clone(),
                    Some(Token::Number(number)) => number.to_string(),
                    _ => return Err("a name is missing after a dot".to_owned()),
                };
                self.at += 1;
                node = if self.take("(") {
                    Node::Method(Box::new(node), name, self.arguments()?)
                } else {
                    Node::Member(Box::new(node), Box::new(Node::Text(name)))
                };
            } else if self.take("[") {
                let index = self.ternary()?;
                self.want("]")?;
                node = Node::Member(Box::new(node), Box::new(index));
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self) -> Result<Node, String> {
        let token = self.peek().cloned().ok_or("the expression ends too early")?;
        self.at += 1;
        match token {
            Token::Number(number) => Ok(Node::Number(number)),
            Token::Text(text) => Ok(Node::Text(text)),
            Token::Sign("(") => {
                let node = self.ternary()?;
                self.want(")")?;
                Ok(node)
            }
            Token::Name(name) => match name.as_str() {
                "true" => Ok(Node::Bool(true)),
                "false" => Ok(Node::Bool(false)),
                "null" => Ok(Node::Null),
                "empty" | "size" => {
                    let argument = if self.take("(") {
                        let node = self.ternary()?;
                        self.want(")")?;
                        node
                    } else {
                        self.unary()?
                    };
                    Ok(Node::Method(Box::new(argument), name, Vec::new()))
                }
                _ => Ok(Node::Name(name)),
            },
            token @ Token::Sign(_) => Err(format!("{} is not expected there", shown(&token))),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Node>, String> {
        let mut arguments = Vec::new();
        if self.take(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.ternary()?);
            if self.take(")") {
                return Ok(arguments);
            }
            self.want(",")?;
        }
    }
}
