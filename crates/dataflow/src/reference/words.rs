//! The reference as a person reads it on a terminal.

use super::{Entry, Parameter};

/// The reference as a person reads it.
#[must_use]
pub fn words(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        out.push_str(&format!("{}    {} → {}\n", entry.name, entry.takes.words(), entry.gives.words()));
        for paragraph in entry.doc.split("\n\n") {
            wrap(&mut out, paragraph, 2);
        }
        list(&mut out, &entry.params, 4);
        out.push('\n');
    }
    out
}

fn list(out: &mut String, params: &[Parameter], indent: usize) {
    for param in params {
        let mut about = vec![param.kind.clone()];
        if param.required {
            about.push("required".to_owned());
        }
        if param.secret {
            about.push("secret".to_owned());
        }
        if !param.default.is_null() {
            about.push(format!("default {}", param.default));
        }
        out.push_str(&format!("{}{} ({})\n", " ".repeat(indent), param.name, about.join(", ")));
        wrap(out, &param.doc.replace("\n\n", " "), indent + 4);
        list(out, &param.members, indent + 4);
    }
}

/// Appends a text in lines of about 100 characters.
fn wrap(out: &mut String, text: &str, indent: usize) {
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width == 0 || width + 1 + length > 100 - indent {
            if width > 0 {
                out.push('\n');
            }
            out.push_str(&" ".repeat(indent));
            width = length;
        } else {
            out.push(' ');
            width += 1 + length;
        }
        out.push_str(word);
    }
    if width > 0 {
        out.push('\n');
    }
}
