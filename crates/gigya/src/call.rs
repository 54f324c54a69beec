//! One call, ready to be sent any number of times.

use std::collections::BTreeMap;

/// A method with its parameters, without what proves who sends it.
#[derive(Debug, Clone)]
pub struct Call {
    pub(crate) method: String,
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) repeatable: bool,
}

impl Call {
    /// A call of a method such as `accounts.getAccountInfo`.
    #[must_use]
    pub fn new(method: impl Into<String>) -> Self {
        Self { method: method.into(), params: BTreeMap::new(), repeatable: true }
    }

    /// Adds a parameter. Objects and arrays are given as their JSON text.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// The call must not be carried out twice, such as one that creates something under a name that the site makes:
    /// when it may have been carried out although no answer came, it is not sent again but ends as
    /// [`crate::Error::Passing`] with `maybe_done`.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }
}
