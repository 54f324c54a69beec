//! Parameters of a step as texts of a form, and back. What was not touched is not written.

use std::collections::HashMap;

use dataflow::is_secret_name;
use dataflow::reference::{Parameter, Shape};
use dataflow::script::Script;
use serde_json::{Map, Value as Json};

/// A parameter and its new value; none where it is taken away.
pub(super) type Change = (String, Option<Json>);

/// A parameter and what is wrong with its text.
pub(super) type Wrong = (String, String);

/// What a browser sends, by the names of fields.
pub(super) type Form = HashMap<String, String>;

/// The name of the field of a parameter.
pub(super) fn name(parameter: &Parameter) -> String {
    format!("p.{}", parameter.name)
}

/// The name of the field of a member of a row.
pub(super) fn cell(parameter: &Parameter, row: usize, member: &Parameter) -> String {
    format!("p.{}.{row}.{}", parameter.name, member.name)
}

/// Whether its value is never shown.
pub(super) fn is_secret(parameter: &Parameter) -> bool {
    parameter.secret || is_secret_name(&parameter.name)
}

/// A value as the text of its field.
pub(super) fn text(shape: &Shape, value: Option<&Json>) -> String {
    match (shape, value) {
        (_, None | Some(Json::Null)) => String::new(),
        (Shape::Script, Some(Json::String(script))) => {
            Script::decode(script, None).map_or_else(|_| script.clone(), |script| lines(&script.text))
        }
        (Shape::Texts, Some(Json::Array(items))) if items.iter().all(Json::is_string) => {
            items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("\n")
        }
        (Shape::Json, Some(Json::String(text))) if serde_json::from_str::<Json>(text).is_err() => {
            text.clone()
        }
        (Shape::Json, Some(value)) => value.to_string(),
        // What one line of a form cannot hold is written as in JSON.
        (_, Some(Json::String(text))) => {
            let plain = text.trim() == text && !text.starts_with('"') && !text.chars().any(char::is_control);
            if plain { text.clone() } else { Json::from(text.as_str()).to_string() }
        }
        (_, Some(value)) => value.to_string(),
    }
}

/// The rows of a list of objects, each with its members; none when the value is something else.
pub(super) fn rows(value: Option<&Json>) -> Option<Vec<Map<String, Json>>> {
    match value {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(|item| item.as_object().cloned()).collect(),
        Some(_) => None,
    }
}

/// The parameters that a form changes.
///
/// # Errors
/// What is wrong with its texts.
pub(super) fn changes(
    parameters: &[Parameter],
    params: &Map<String, Json>,
    form: &Form,
) -> Result<Vec<Change>, Vec<Wrong>> {
    let (mut changed, mut wrong) = (Vec::new(), Vec::new());
    for parameter in parameters {
        let value = params.get(&parameter.name);
        let read = match (&parameter.shape, rows(value)) {
            (Shape::Objects, Some(rows)) => table(parameter, &rows, form),
            _ => single(parameter, value, form),
        };
        match read {
            Ok(Some(new)) if new.as_ref() != value => changed.push((parameter.name.clone(), new)),
            Ok(_) => {}
            Err(message) => wrong.push((parameter.name.clone(), message)),
        }
    }
    if wrong.is_empty() { Ok(changed) } else { Err(wrong) }
}

/// The new value of a parameter if its field was touched.
fn single(parameter: &Parameter, value: Option<&Json>, form: &Form) -> Result<Option<Option<Json>>, String> {
    let Some(given) = form.get(&name(parameter)) else { return Ok(None) };
    let given = lines(given);
    if is_secret(parameter) {
        // Empty: it stays as it is.
        return Ok((!given.is_empty()).then(|| Some(Json::from(given))));
    }
    // Objects that are none are edited as JSON.
    let shape = if parameter.shape == Shape::Objects { &Shape::Json } else { &parameter.shape };
    if given == text(shape, value) {
        return Ok(None);
    }
    read(shape, &given).map(Some)
}

/// The new rows of a parameter if a cell was touched.
fn table(
    parameter: &Parameter,
    rows: &[Map<String, Json>],
    form: &Form,
) -> Result<Option<Option<Json>>, String> {
    let prefix = format!("p.{}.", parameter.name);
    let number = |field: &String| field.strip_prefix(&prefix)?.split('.').next()?.parse::<usize>().ok();
    let Some(last) = form.keys().filter_map(number).max() else { return Ok(None) };
    let mut touched = false;
    let mut all = Vec::new();
    for at in 0..=last.max(rows.len().saturating_sub(1)) {
        // Members that are not known stay with their row.
        let mut row = rows.get(at).cloned().unwrap_or_default();
        let mut filled = false;
        for member in &parameter.members {
            let Some(given) = form.get(&cell(parameter, at, member)) else { continue };
            filled |= !given.trim().is_empty();
            if *given == text(&member.shape, row.get(&member.name)) {
                continue;
            }
            touched = true;
            match read(&member.shape, given)
                .map_err(|message| format!("row {}: {} {message}", at + 1, member.name))?
            {
                Some(value) => row.insert(member.name.clone(), value),
                None => row.shift_remove(&member.name),
            };
        }
        if filled {
            all.push(Json::Object(row));
        }
    }
    Ok(touched.then(|| (!all.is_empty()).then_some(Json::Array(all))))
}

/// What a text means.
fn read(shape: &Shape, given: &str) -> Result<Option<Json>, String> {
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    // A slot of a template, a variable of the site or an expression becomes a value when the flow runs.
    let later = ["{{", "<$", "${"].iter().any(|mark| trimmed.contains(mark));
    let value = match shape {
        Shape::Integer if !later => {
            Json::from(trimmed.parse::<i64>().map_err(|_| "must be a whole number".to_owned())?)
        }
        Shape::Boolean if !later => match trimmed {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => return Err("must be true or false".to_owned()),
        },
        Shape::Texts => {
            trimmed.lines().map(str::trim).filter(|line| !line.is_empty()).map(Json::from).collect()
        }
        Shape::Script => Json::from(Script::encode(given)),
        Shape::Json => serde_json::from_str(trimmed).unwrap_or_else(|_| Json::from(trimmed)),
        Shape::Objects => serde_json::from_str(trimmed).map_err(|error| format!("is not JSON: {error}"))?,
        Shape::Text | Shape::Path | Shape::Words(_) | Shape::Integer | Shape::Boolean => {
            let quoted =
                trimmed.starts_with('"').then(|| serde_json::from_str::<String>(trimmed).ok()).flatten();
            Json::from(quoted.unwrap_or_else(|| trimmed.to_owned()))
        }
    };
    Ok(Some(value))
}

/// A text with line ends as a form sends them made plain.
pub(super) fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use dataflow::components;
    use dataflow::reference::entry;
    use serde_json::json;

    use super::*;

    fn parameters(component: &str) -> Vec<Parameter> {
        entry(components::all().get(component).unwrap()).params
    }

    /// The form of a step as a browser sends it back untouched.
    fn untouched(parameters: &[Parameter], params: &Map<String, Json>) -> Form {
        let mut form = Form::new();
        for parameter in parameters {
            let value = params.get(&parameter.name);
            match (&parameter.shape, rows(value)) {
                (Shape::Objects, Some(rows)) => {
                    for at in 0..rows.len() + 2 {
                        for member in &parameter.members {
                            let value = rows.get(at).and_then(|row| row.get(&member.name));
                            form.insert(cell(parameter, at, member), text(&member.shape, value));
                        }
                    }
                }
                _ if is_secret(parameter) => {
                    form.insert(name(parameter), String::new());
                }
                _ => {
                    form.insert(name(parameter), text(&parameter.shape, value).replace('\n', "\r\n"));
                }
            }
        }
        form
    }

    fn edited(component: &str, params: Json, edits: &[(&str, &str)]) -> Result<Vec<Change>, Vec<Wrong>> {
        let parameters = parameters(component);
        let params = params.as_object().unwrap();
        let mut form = untouched(&parameters, params);
        for (field, text) in edits {
            assert!(form.insert((*field).to_owned(), (*text).to_owned()).is_some(), "{field} is no field");
        }
        changes(&parameters, params, &form)
    }

    #[test]
    fn what_nobody_touched_stays() {
        for (component, params) in [
            (
                "file.format.dsv",
                json!({"fileName": "x", "columnSeparator": "\t", "lineEnd": "\r\n", "maxFileSize": "10", "quoteFields": "true"}),
            ),
            ("record.evaluate", json!({"script": Script::encode("a\r\nb\n"), "ECMAScriptVersion": "12"})),
            ("field.rename", json!({"fields": [{"sourceField": "a", "targetField": "b", "note": "x"}]})),
            ("field.rename", json!({"fields": "no list"})),
            (
                "field.add",
                json!({"fields": [{"field": "a", "value": {"b": 1}}, {"field": "c", "value": "text"}, {"field": "d", "value": "1"}]}),
            ),
            ("field.remove", json!({"fields": ["a", "b"]})),
            ("datasource.write.sftp", json!({"host": "{{h}}", "port": "{{p}}", "password": "********"})),
        ] {
            assert_eq!(edited(component, params, &[]), Ok(Vec::new()), "{component}");
        }
    }

    #[test]
    fn what_was_touched_becomes_a_value_of_its_type() {
        let changed = |component, params, field, text| edited(component, params, &[(field, text)]).unwrap();
        let one = |name: &str, value: Json| vec![(name.to_owned(), Some(value))];
        let dsv = json!({"fileName": "x"});
        assert_eq!(
            changed("file.format.dsv", dsv.clone(), "p.maxFileSize", "5"),
            one("maxFileSize", json!(5))
        );
        assert_eq!(
            changed("file.format.dsv", dsv.clone(), "p.maxFileSize", "{{n}}"),
            one("maxFileSize", json!("{{n}}"))
        );
        assert_eq!(
            changed("file.format.dsv", dsv.clone(), "p.quoteFields", "true"),
            one("quoteFields", json!(true))
        );
        assert_eq!(
            changed("file.format.dsv", dsv.clone(), "p.columnSeparator", r#""\t""#),
            one("columnSeparator", json!("\t"))
        );
        assert_eq!(
            changed("file.format.dsv", dsv.clone(), "p.fileName", ""),
            vec![("fileName".to_owned(), None)]
        );
        assert_eq!(
            edited("file.format.dsv", dsv, &[("p.maxFileSize", "many")]).unwrap_err()[0].0,
            "maxFileSize"
        );
        assert_eq!(
            changed("field.remove", json!({"fields": ["a"]}), "p.fields", "a\r\n\r\n b "),
            one("fields", json!(["a", "b"]))
        );
        let script = changed("record.evaluate", json!({"script": ""}), "p.script", "let a;\r\n");
        assert_eq!(script, one("script", json!(Script::encode("let a;\n"))));
        let secret = changed("datasource.write.sftp", json!({"password": "********"}), "p.password", "new");
        assert_eq!(secret, one("password", json!("new")));
    }

    #[test]
    fn rows_are_added_changed_and_taken_away() {
        let params = json!({"fields": [{"sourceField": "a", "targetField": "b", "note": 1}, {"sourceField": "c", "targetField": "d"}]});
        let fields = |edits: &[(&str, &str)]| {
            edited("field.rename", params.clone(), edits).unwrap()[0].1.clone().unwrap()
        };
        assert_eq!(
            fields(&[
                ("p.fields.0.targetField", "z"),
                ("p.fields.2.sourceField", "e"),
                ("p.fields.2.targetField", "f")
            ]),
            json!([{"sourceField": "a", "targetField": "z", "note": 1}, {"sourceField": "c", "targetField": "d"}, {"sourceField": "e", "targetField": "f"}])
        );
        assert_eq!(
            fields(&[("p.fields.0.sourceField", ""), ("p.fields.0.targetField", "")]),
            json!([{"sourceField": "c", "targetField": "d"}])
        );
        let added = edited("field.add", json!({}), &[("p.fields.0.field", "x"), ("p.fields.0.value", "[1]")])
            .unwrap();
        assert_eq!(added[0].1, Some(json!([{"field": "x", "value": [1]}])));
    }
}
