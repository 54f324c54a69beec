//! Records that are not JSON although their strings and brackets balance.

/// One such record, without a line end.
pub(crate) fn record(uid: &str, turn: u64) -> String {
    match turn % 8 {
        0 => format!(r#"{{"UID":"{uid}","isActive":tru,"profile":{{"firstName":"Ann"}}}}"#),
        1 => format!(r#"{{"UID" "{uid}","profile":{{}}}}"#),
        2 => format!(r#"{{"UID":"{uid}","profile":{{"age":39,}}}}"#),
        3 => format!(r#"{{"UID":"{uid}" "isActive":true}}"#),
        4 => format!(r#"{{"UID":"{uid}","profile":{{"firstName":"\uZZZZ"}}}}"#),
        5 => format!(r#"{{"UID":"{uid}","profile":{{"age":01}}}}"#),
        6 => format!(r#"{{"UID":"{uid}","profile":{{firstName:"Ann"}}}}"#),
        _ => format!(r#"{{"UID":"{uid}","data":{{"points":1.2.3,"list":[1,,2]}}}}"#),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn none_of_them_is_json() {
        for turn in 0..8 {
            let record = super::record("u1", turn);
            assert!(serde_json::from_str::<serde_json::Value>(&record).is_err(), "{record}");
            assert_eq!(record.matches('{').count(), record.matches('}').count(), "{record}");
            assert_eq!(record.matches('"').count() % 2, 0, "{record}");
        }
    }
}
