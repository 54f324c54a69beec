//! The parameters of a call: those of the query string and of the form, decoded.

use serde_json::{Map, Value};

use crate::error::ApiError;

/// The parameters in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads query strings and forms, one after the other.
    #[must_use]
    pub fn parse(parts: &[&[u8]]) -> Self {
        let pairs = parts.iter().flat_map(|part| form_urlencoded::parse(part));
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The value of a parameter that is not empty; of a doubled one the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that has to be there.
    ///
    /// # Errors
    /// 400002.
    pub fn require(&self, name: &str) -> Result<&str, ApiError> {
        self.get(name).ok_or_else(|| ApiError::missing(name))
    }

    /// `true` or `false`, in any case.
    ///
    /// # Errors
    /// 400006.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(Some(false)),
            Some(_) => Err(ApiError::invalid(format!("{name}: expected true or false"))),
        }
    }

    /// JSON; the text `null` is as good as no parameter.
    ///
    /// # Errors
    /// 400006.
    pub fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ApiError::invalid(format!("{name}: not valid JSON: {error}")))?;
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    /// A JSON object.
    ///
    /// # Errors
    /// 400006.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, ApiError> {
        match self.json(name)? {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(ApiError::invalid(format!("{name}: expected a JSON object"))),
        }
    }

    /// The items of a comma-separated list; none when the parameter is not there.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).unwrap_or_default().split(',').map(str::trim).filter(|item| !item.is_empty())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_and_form_are_decoded_and_the_last_of_doubled_ones_counts() {
        let params = Params::parse(&[b"a=1&include=profile%2Cdata", b"a=2+%2B&empty=&b=%C3%A9"]);
        assert_eq!(params.get("a"), Some("2 +"));
        assert_eq!(params.get("b"), Some("é"));
        assert_eq!(params.get("empty"), None);
        assert_eq!(params.require("empty").unwrap_err().code, 400_002);
        assert_eq!(params.list("include").collect::<Vec<_>>(), ["profile", "data"]);
    }

    #[test]
    fn flags_and_json_are_judged() {
        let params = Params::parse(&[b"yes=True&no=0&odd=maybe&o=%7B%22a%22%3A1%7D&l=[1]&n=null&broken=%7B"]);
        assert_eq!(params.flag("yes").unwrap(), Some(true));
        assert_eq!(params.flag("no").unwrap(), Some(false));
        assert_eq!(params.flag("absent").unwrap(), None);
        assert_eq!(params.flag("odd").unwrap_err().code, 400_006);
        assert_eq!(params.object("o").unwrap().unwrap()["a"], 1);
        assert_eq!(params.object("l").unwrap_err().code, 400_006);
        assert_eq!(params.json("n").unwrap(), None);
        assert_eq!(params.json("broken").unwrap_err().code, 400_006);
    }
}
