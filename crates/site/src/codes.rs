//! The error codes of the API and their messages.
//!
//! Source: Gigya, "Response Codes and Errors", and answers of real sites. The first three digits are the status.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $message:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = $number;)*

        /// Number and message of every code, ascending.
        const TABLE: &[(u32, &str)] = &[$(($number, $message)),*];
    };
}

codes! {
    /// Done.
    OK = 0, "OK";
    /// Done, but a login identifier belongs to another account.
    LOGIN_IDENTIFIER_CONFLICT = 200_010, "OK with error login identifier exists";
    /// The account lacks something that registration demands.
    PENDING_REGISTRATION = 206_001, "Account Pending Registration";
    /// The account's email is not verified, and the site demands it.
    PENDING_VERIFICATION = 206_002, "Account Pending Verification";
    /// The site of the API key is in another data center.
    INVALID_DATA_CENTER = 301_001, "Invalid data center";
    /// The request cannot be read.
    INVALID_REQUEST_FORMAT = 400_001, "Invalid request format";
    /// A parameter is missing.
    MISSING_PARAMETER = 400_002, "Missing required parameter";
    /// An identifier belongs to another account.
    UNIQUE_IDENTIFIER_EXISTS = 400_003, "Unique identifier exists";
    /// A parameter is not of its format.
    INVALID_PARAMETER_FORMAT = 400_004, "Invalid parameter format";
    /// A parameter has a value that is not allowed.
    INVALID_PARAMETER_VALUE = 400_006, "Invalid parameter value";
    /// The Authorization header cannot be read.
    INVALID_AUTHENTICATION_HEADER = 400_008, "Invalid authentication header";
    /// Members of the account are not valid; `validationErrors` lists them.
    VALIDATION = 400_009, "Validation error";
    /// The account does not fit the schema.
    SCHEMA_VALIDATION = 400_020, "Schema validation failed";
    /// The API key is not this site's.
    INVALID_API_KEY = 400_093, "Invalid ApiKey parameter";
    /// The site's policies do not go together with the call.
    INVALID_POLICY = 401_000, "Invalid policy configuration";
    /// The password was this account's before.
    OLD_PASSWORD_USED = 401_030, "Old Password Used";
    /// Time-stamp or token are too old, or in the future.
    REQUEST_EXPIRED = 403_002, "Request has expired";
    /// The signature does not fit.
    INVALID_SIGNATURE = 403_003, "Invalid request signature";
    /// The nonce was used before.
    DUPLICATE_NONCE = 403_004, "Duplicate nonce";
    /// The user key, or the UID, is not known here.
    UNAUTHORIZED_USER = 403_005, "Unauthorized user";
    /// The secret came over plain HTTP.
    SECRET_OVER_HTTP = 403_006, "Secret Sent over HTTP";
    /// The caller may not do this.
    PERMISSION_DENIED = 403_007, "Permission denied";
    /// The secret is wrong.
    INVALID_SECRET = 403_010, "Invalid secret";
    /// The account is disabled.
    ACCOUNT_DISABLED = 403_041, "Account Disabled";
    /// No such login identifier, or the password is wrong.
    INVALID_LOGIN_ID = 403_042, "Invalid LoginID";
    /// The login identifier belongs to another account.
    LOGIN_IDENTIFIER_EXISTS = 403_043, "Login identifier exists";
    /// Too many calls.
    RATE_LIMIT = 403_048, "Api rate limit exceeded";
    /// The password has to be changed.
    PENDING_PASSWORD_CHANGE = 403_100, "Account Pending Password Change";
    /// A second factor has to be verified.
    PENDING_TFA_VERIFICATION = 403_101, "Account Pending TFA Verification";
    /// A second factor has to be registered.
    PENDING_TFA_REGISTRATION = 403_102, "Account Pending TFA Registration";
    /// Too many wrong passwords.
    ACCOUNT_LOCKED_OUT = 403_120, "Account temporarily locked out";
    /// Nothing would change.
    REDUNDANT_OPERATION = 403_200, "Redundant Operation";
    /// There is no such thing.
    NOT_FOUND = 404_000, "Not Found";
    /// There is no such method.
    METHOD_NOT_ALLOWED = 405_001, "Method not allowed";
    /// An identity belongs to another account.
    IDENTITY_EXISTS = 409_001, "Identity exists";
    /// Too many calls on one account at a time.
    CONCURRENT_ACCESS = 409_030, "Concurrent access error";
    /// The account would be larger than 512 KB.
    OBJECT_TOO_LARGE = 413_003, "Object too large";
    /// The site failed.
    GENERAL_SERVER_ERROR = 500_001, "General Server error";
    /// Too many imports of one account.
    TEMPORARILY_UNAVAILABLE = 503_001, "Service temporarily unavailable";
    /// The search took too long.
    TIMEOUT = 504_001, "Timeout";
}

/// The message of a code.
#[must_use]
pub fn message(code: u32) -> &'static str {
    TABLE
        .binary_search_by_key(&code, |(number, _)| *number)
        .ok()
        .and_then(|index| TABLE.get(index))
        .map_or("General Server error", |(_, message)| message)
}

/// The status of a code: 200 for 0, else its first three digits.
#[must_use]
pub fn status(code: u32) -> StatusCode {
    if code == OK {
        return StatusCode::OK;
    }
    u16::try_from(code / 1000)
        .ok()
        .and_then(|number| StatusCode::from_u16(number).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_statuses_are_the_first_digits() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(message(REDUNDANT_OPERATION), "Redundant Operation");
        assert_eq!(status(OK), StatusCode::OK);
        assert_eq!(status(PENDING_REGISTRATION), StatusCode::PARTIAL_CONTENT);
        assert_eq!(status(INVALID_DATA_CENTER), StatusCode::MOVED_PERMANENTLY);
        assert_eq!(status(TIMEOUT), StatusCode::GATEWAY_TIMEOUT);
    }
}
