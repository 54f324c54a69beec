//! Plain words for codes.

/// What a code means, for a person who has not read the documentation.
pub(super) fn meaning(code: &str) -> String {
    let known = match code {
        "broken_json" => "The record is not valid JSON",
        "broken_container" => "The input ends in the middle",
        "too_large" => "The record is too large",
        "too_deep" => "The record is nested too deeply",
        "not_registered" => "The registration was never finished",
        "lite" => "A lite account, without a login",
        "email_missing" => "No email address",
        "email_invalid" => "The email address is not one",
        "username_invalid" => "The username is not one that Auth0 takes",
        "phone_invalid" => "The phone number is not one that Auth0 takes",
        "user_id_invalid" => "The id is not one that Auth0 takes",
        "duplicate_email" => "Another account has the same email address",
        "duplicate_username" => "Another account has the same username",
        "duplicate_phone" => "Another account has the same phone number",
        "duplicate_user_id" => "Another record has the same id",
        "given_name_too_long" => "The first name is too long",
        "family_name_too_long" => "The last name is too long",
        "name_too_long" => "The name is too long",
        "nickname_too_long" => "The nickname is too long",
        "picture_invalid" => "The picture is not a link",
        "forbidden_key" => "A member of the metadata has a name that Auth0 keeps for itself",
        "metadata_key" => "A member of the metadata has a name with . or $",
        "profile_too_large" => "More than 10 KB of profile",
        "hash_unknown" => "An algorithm that Auth0 does not have",
        "hash_not_expressible" => "A setting that Auth0 cannot express",
        "hash_malformed" => "The stored hash is damaged",
        "exists_different" => "There is such a user already, with other content",
        "email_taken" => "Another user of the tenant has the email address",
        "job_failed" => "The import job failed as a whole",
        "integer_beyond_2_53" => "Integers beyond 2^53, which a JavaScript program may round",
        "uid_not_found" => "UIDs that were asked for and that no account has",
        "without_id" => {
            "Users without an id, to whom the tenant gives one; nothing tells afterwards who they were"
        }
        "number_beyond_double" => "Numbers beyond 1.8e308, of which a JavaScript program makes null",
        "doubled_key" => "Members given twice; the last one counts",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let (refused, rest) = code.strip_prefix("auth0_").map_or((false, code), |rest| (true, rest));
    let mut words = rest.replace('_', " ");
    if refused {
        words = format!("Auth0 says: {words}");
    } else if let Some(first) = words.get(..1) {
        let upper = first.to_uppercase();
        words.replace_range(..1, &upper);
    }
    words
}
