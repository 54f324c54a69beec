//! A value in a cell: short ones as they are, long ones cut, with the whole a click away.

use maud::{Markup, html};
use serde_json::Value;

/// Characters that a cell shows of a value.
const SHOWN: usize = 80;

/// A value, as a text or, when it is long, as something that unfolds.
pub(super) fn value(value: &Value) -> Markup {
    let line = line(value);
    let length = line.chars().count();
    let plain = !matches!(value, Value::Array(_) | Value::Object(_));
    if length <= SHOWN && !line.contains('\n') {
        return html! { @if plain { (line) } @else { code { (line) } } };
    }
    let cut: String =
        line.chars().take(SHOWN).map(|letter| if letter == '\n' { ' ' } else { letter }).collect();
    html! {
        details.long {
            summary { (cut) "…" span.why { (length) " characters" } }
            pre.wrap tabindex="0" { (whole(value)) }
        }
    }
}

fn line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value over as many lines as it takes.
pub(super) fn whole(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_long_is_cut_and_unfolds() {
        assert_eq!(value(&json!("Ana <b>")).0, "Ana &lt;b&gt;");
        assert_eq!(value(&json!([1, "x"])).0, "<code>[1,&quot;x&quot;]</code>");
        assert_eq!(value(&json!(null)).0, "null");
        let long = value(&json!("é".repeat(SHOWN + 1))).0;
        assert!(long.starts_with("<details class=\"long\">"));
        assert!(
            long.contains(&format!(
                "<summary>{}…<span class=\"why\">81 characters</span>",
                "é".repeat(SHOWN)
            ))
        );
        assert!(
            long.contains(&format!("<pre class=\"wrap\" tabindex=\"0\">{}</pre>", "é".repeat(SHOWN + 1)))
        );
        let lines = value(&json!("a\nb")).0;
        assert!(
            lines.contains("<summary>a b…")
                && lines.contains("<pre class=\"wrap\" tabindex=\"0\">a\nb</pre>")
        );
    }
}
