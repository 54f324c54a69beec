//! JSON Schema in the manner of npm z-schema 3, which judges at Auth0: the same codes, messages, formats and order.
//!
//! Auth0's error texts match the templates of z-schema 3 to the letter (recorded bodies), so the tenant follows that
//! library (3.25.1 with validator.js 10.11.0) rather than the specification: the type is judged first, then the
//! keywords of a schema in the order of the document, then the members of an object *from the last to the first*, and
//! so the schemas of `allOf` and `anyOf` and the names of `required`; with the library's default everything stops at the
//! first error. Where two things are wrong with a user, the order
//! decides which one the error list names.
//!
//! Two departures, both seen in recorded answers: `PATTERN` does not repeat the value, and paths are written
//! `a.b[0].c`.
//!
//! Documents are compiled once ([`Schema::compile`]) and know the keywords `type`, `enum`, `properties`,
//! `patternProperties`, `additionalProperties`, `required`, `minProperties`, `maxProperties`, `items`, `minItems`,
//! `maxItems`, `minLength`, `maxLength`, `pattern`, `format`, `minimum`, `maximum`, `allOf`, `anyOf`, `not`, and `$ref` to
//! `#/definitions/NAME`. Any other keyword is refused when compiling, never ignored.

mod compile;
mod fault;
mod format;
mod js;
mod keyword;
mod pattern;
mod payload;
mod user_import;
mod validate;

pub(crate) use format::utf16_len;

pub use compile::SchemaError;
pub use fault::{Fault, Segment};
pub use keyword::Schema;
pub use payload::{Payload, payload_message};
pub use user_import::{UserFault, UserImportSchema};

pub(crate) use user_import::internal_path;
