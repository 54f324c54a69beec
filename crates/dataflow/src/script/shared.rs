//! Variables that the scripts of a job share.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use record::Value;

/// The variables of one job, by name: all steps and workers read and write the same ones. Each reading and each writing is
/// whole, two together are not: a counter kept here may lose counts when its step has several workers.
#[derive(Debug, Default)]
pub struct Shared(Mutex<HashMap<String, Value>>);

impl Shared {
    /// The value of a variable; `null` when nobody has set it.
    pub fn get(&self, name: &str) -> Value {
        let variables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        variables.get(name).cloned().unwrap_or(Value::NULL)
    }

    /// Sets a variable.
    pub fn set(&self, name: String, value: Value) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, value);
    }
}
