//! Bodies of the Management API, judged by a document.

use super::SchemaError;
use super::fault::Fault;
use super::keyword::Schema;
use serde_json::Value;

/// The document of one endpoint's body.
#[derive(Debug)]
pub struct Payload {
    schema: Schema,
}

impl Payload {
    /// Compiles the document.
    ///
    /// # Errors
    /// When the document uses what the validator does not know.
    pub fn compile(document: &str) -> Result<Self, SchemaError> {
        Ok(Self { schema: Schema::compile(document)? })
    }

    /// The `message` of the 400 that such a body earns, None when it is valid.
    #[must_use]
    pub fn refusal(&self, body: &Value) -> Option<String> {
        self.schema.validate(body).first().map(payload_message)
    }
}

/// `Payload validation error: 'MESSAGE' on property PATH (DESCRIPTION).`; at the root there is no `on property`, and
/// without a description nothing in brackets and no full stop (recorded bodies; `Error in` of imports is another form).
#[must_use]
pub fn payload_message(fault: &Fault) -> String {
    let path = fault.dotted_path();
    let place = if path.is_empty() { String::new() } else { format!(" on property {path}") };
    match &fault.description {
        Some(description) => format!("Payload validation error: '{}'{place} ({description}).", fault.message),
        None if path.is_empty() => format!("Payload validation error: '{}'.", fault.message),
        None => format!("Payload validation error: '{}'{place}", fault.message),
    }
}

#[cfg(test)]
mod tests {
    use super::Payload;
    use serde_json::json;

    #[test]
    fn the_recorded_forms() {
        let payload = Payload::compile(
            r#"{"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
                "name": {"type": "string", "description": "the name"},
                "connection_id": {"type": "string", "pattern": "^con_[A-Za-z0-9]{16}$"},
                "options": {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}}}"#,
        )
        .unwrap();
        let refusal = |body| payload.refusal(&body).unwrap_or_default();
        assert_eq!(
            refusal(json!({"name": "x", "connection_id": "x"})),
            "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property connection_id"
        );
        assert_eq!(
            refusal(json!({"name": 1})),
            "Payload validation error: 'Expected type string but found type integer' on property name (the name)."
        );
        assert_eq!(refusal(json!({})), "Payload validation error: 'Missing required property: name'.");
        assert_eq!(
            refusal(json!({"name": "x", "options": {"a": ["x", 1]}})),
            "Payload validation error: 'Expected type string but found type integer' on property options.a[1]"
        );
        assert_eq!(refusal(json!({"name": "x"})), "");
    }
}
