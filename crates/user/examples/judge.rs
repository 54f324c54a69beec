//! Judges users: one JSON object a line in, one verdict a line out, `{"schema": [...], "documentation": [...]}`, each
//! violation as `code field`. Used by `conformance/screen`, where another library judges the same users.

use std::io::{self, BufRead as _, BufWriter, Write as _};

use record::Record;
use serde_json::json;
use user::rules::{Basis, violations};
use user::{Source, User};

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let record = Record::from_json_within(&line?, 1_000).map_err(io::Error::other)?;
        let mistyped_email = record.members().contains("email");
        let (user, mut found) = User::from_value(record.members(), Source::Json);
        found.extend(violations(&user));
        // An address of another type is refused once, for its type.
        found.retain(|violation| violation.code != "email_missing" || !mistyped_email);
        let of = |basis| -> Vec<String> {
            let those = found.iter().filter(|violation| violation.basis == basis);
            those.map(|violation| format!("{} {}", violation.code, violation.field)).collect()
        };
        let verdict = json!({"schema": of(Basis::Schema), "documentation": of(Basis::Documentation)});
        writeln!(out, "{verdict}")?;
    }
    out.flush()
}
