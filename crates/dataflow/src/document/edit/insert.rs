//! A member more, in the manner of the text around it.

use serde::Serialize as _;
use serde_json::Value as Json;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::splice::Text;

impl Text<'_> {
    /// The text with a member more at the end of the object at a pointer.
    pub(super) fn adding(&self, pointer: &str, name: &str, value: &Json) -> String {
        let Some((from, to)) = self.span(pointer) else { return self.0.to_owned() };
        let inside = &self.0[from + 1..to - 1];
        let spread = if inside.trim().is_empty() { self.is_spread() } else { inside.contains('\n') };
        let name = Json::from(name);
        let colon = if inside.contains("\": ") || spread || inside.trim().is_empty() { ": " } else { ":" };
        let last = from + 1 + inside.trim_end().len();
        let comma = if inside.trim().is_empty() { "" } else { "," };
        let (head, tail) = (&self.0[..last], &self.0[last..]);
        if !spread {
            let gap = if comma.is_empty() || colon == ":" { "" } else { " " };
            let value = self.written(value, "", false);
            return format!("{head}{comma}{gap}{name}{colon}{value}{tail}");
        }
        let own = if comma.is_empty() {
            format!("{}{}", self.indentation(from), self.unit())
        } else {
            // As the line of the first member.
            let first = from + 1 + (inside.len() - inside.trim_start().len());
            self.indentation(first).to_owned()
        };
        let value = self.written(value, &own, true);
        let end = if comma.is_empty() {
            format!("\n{}{}", self.indentation(from), tail.trim_start())
        } else {
            tail.to_owned()
        };
        format!("{head}{comma}\n{own}{name}: {value}{end}")
    }

    /// Whether it is written over several lines.
    pub(super) fn is_spread(&self) -> bool {
        self.0.trim().contains('\n')
    }

    /// One step of indentation.
    fn unit(&self) -> &str {
        let mut lines = self.0.lines().map(|line| &line[..line.len() - line.trim_start().len()]);
        lines.find(|indentation| !indentation.is_empty()).unwrap_or("  ")
    }

    /// A value as text: on one line, or over several with this indentation.
    pub(super) fn written(&self, value: &Json, indentation: &str, spread: bool) -> String {
        if !spread {
            return value.to_string();
        }
        let mut bytes = Vec::new();
        let formatter = PrettyFormatter::with_indent(self.unit().as_bytes());
        let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
        match (written, String::from_utf8(bytes)) {
            (Ok(()), Ok(text)) => text.replace('\n', &format!("\n{indentation}")),
            _ => value.to_string(),
        }
    }
}
