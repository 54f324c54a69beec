//! What was typed, as a query of the tenant's search.

use auth0::any_of;

/// A wildcard needs this many characters before it. Source: Auth0, "User Search Query Syntax".
const PREFIX: usize = 3;

/// The query for what was typed: an id, the beginning of an address, a username or a name, or a whole phone number.
/// Nothing typed finds everybody.
pub(super) fn query(typed: &str, connection: &str) -> String {
    let typed = typed.trim();
    let inside =
        if connection.is_empty() { String::new() } else { any_of("identities.connection", &[connection]) };
    let wanted = match typed {
        "" => String::new(),
        id if id.starts_with("auth0|") => any_of("user_id", &[id]),
        text if text.chars().count() < PREFIX => {
            let exact = ["email", "username", "name", "family_name"].map(|field| any_of(field, &[text]));
            format!("({} OR {})", exact.join(" OR "), any_of("user_id", &[&format!("auth0|{text}")]))
        }
        text if text.starts_with('+') => any_of("phone_number", &[text]),
        text => {
            let begins = ["email", "username", "name", "family_name"]
                .map(|field| format!("{field}:{}*", escaped(text)));
            format!("({} OR {})", begins.join(" OR "), any_of("user_id", &[&format!("auth0|{text}")]))
        }
    };
    match (wanted.is_empty(), inside.is_empty()) {
        (false, false) => format!("{wanted} AND {inside}"),
        _ => wanted + &inside,
    }
}

/// A word of a query: what means something there is escaped.
fn escaped(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_alphanumeric() {
            word.push('\\');
        }
        word.push(character);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_looked_for_where_it_can_be() {
        assert_eq!(query("", ""), "");
        assert_eq!(query(" ", "gigya"), r#"identities.connection:("gigya")"#);
        assert_eq!(query("auth0|x\"y", ""), r#"user_id:("auth0|x\"y")"#);
        assert_eq!(query("+49 1", ""), r#"phone_number:("+49 1")"#);
        assert_eq!(
            query("ann@x", "c"),
            r#"(email:ann\@x* OR username:ann\@x* OR name:ann\@x* OR family_name:ann\@x* OR user_id:("auth0|ann@x")) AND identities.connection:("c")"#
        );
        assert!(query("Jane D", "").starts_with(r"(email:Jane\ D* OR"));
        assert_eq!(
            query("ab", ""),
            r#"(email:("ab") OR username:("ab") OR name:("ab") OR family_name:("ab") OR user_id:("auth0|ab"))"#
        );
    }
}
