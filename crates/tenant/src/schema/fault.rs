//! What is wrong with a value, and where.

use std::fmt::Write as _;

/// One step from the root of a document to a value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Into the member of an object.
    Key(String),
    /// Into the item of an array, counted from 0.
    Index(usize),
}

/// One error of a validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// z-schema's code, such as `INVALID_TYPE`.
    pub code: &'static str,
    /// z-schema's message with its parameters filled in. It can hold the value that was judged: for `INVALID_FORMAT`,
    /// `ENUM_MISMATCH`, `MINIMUM` and `MAXIMUM`.
    pub message: String,
    /// Where the value stands.
    pub path: Vec<Segment>,
    /// The `description` of the schema that the value failed.
    pub description: Option<String>,
}

impl Fault {
    /// The path as Auth0 writes it: `identities[0].profileData.email`, empty for the root.
    #[must_use]
    pub fn dotted_path(&self) -> String {
        let mut dotted = String::new();
        for segment in &self.path {
            match segment {
                Segment::Key(key) if dotted.is_empty() => dotted.push_str(key),
                Segment::Key(key) => {
                    dotted.push('.');
                    dotted.push_str(key);
                }
                Segment::Index(index) => {
                    // Writing into a String cannot fail.
                    let _ = write!(dotted, "[{index}]");
                }
            }
        }
        dotted
    }
}

/// z-schema's templates (its `Errors.js`), by code; `PATTERN` as Auth0 shows it.
pub(super) fn template(code: &str) -> &'static str {
    match code {
        "INVALID_TYPE" => "Expected type {0} but found type {1}",
        "INVALID_FORMAT" => "Object didn't pass validation for format {0}: {1}",
        "ENUM_MISMATCH" => "No enum match for: {0}",
        "ANY_OF_MISSING" => "Data does not match any schemas from 'anyOf'",
        "NOT_PASSED" => "Data matches schema from 'not'",
        "ARRAY_LENGTH_SHORT" => "Array is too short ({0}), minimum {1}",
        "ARRAY_LENGTH_LONG" => "Array is too long ({0}), maximum {1}",
        "MINIMUM" => "Value {0} is less than minimum {1}",
        "MAXIMUM" => "Value {0} is greater than maximum {1}",
        "OBJECT_PROPERTIES_MINIMUM" => "Too few properties defined ({0}), minimum {1}",
        "OBJECT_PROPERTIES_MAXIMUM" => "Too many properties defined ({0}), maximum {1}",
        "OBJECT_MISSING_REQUIRED_PROPERTY" => "Missing required property: {0}",
        "OBJECT_ADDITIONAL_PROPERTIES" => "Additional properties not allowed: {0}",
        "MIN_LENGTH" => "String is too short ({0} chars), minimum {1}",
        "MAX_LENGTH" => "String is too long ({0} chars), maximum {1}",
        "PATTERN" => "String does not match pattern {0}",
        _ => "",
    }
}
