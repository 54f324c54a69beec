//! The steps of a document: one comes, one goes, and the others stay connected.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::PageError;
use crate::mistake::Mistake;

/// A step that is wanted.
#[derive(Deserialize)]
pub(super) struct New {
    pub(super) component: String,
    pub(super) name: String,
    pub(super) after: String,
    pub(super) place: String,
}

fn steps(document: &mut Map<String, Value>) -> Option<&mut Vec<Value>> {
    document.get_mut("steps").and_then(Value::as_array_mut)
}

/// Puts a step into a document; its id, or what is wrong with which field.
pub(super) fn added(document: &mut Map<String, Value>, new: &New) -> Result<String, Mistake> {
    let wrong = |field, reason: String| Mistake::at(field, PageError::bad(reason));
    let steps = steps(document)
        .ok_or_else(|| wrong("component", "this dataflow is edited as source first".to_owned()))?;
    let taken = |id: &str| steps.iter().any(|step| step["id"] == id);
    let component = new.component.trim();
    let id = match new.name.trim() {
        "" => (1..)
            .map(|n| if n == 1 { component.to_owned() } else { format!("{component} {n}") })
            .find(|id| !taken(id)),
        name => Some(name.to_owned()).filter(|name| !taken(name)),
    };
    let id = id.ok_or_else(|| wrong("new-id", format!("there is a step {} already", new.name.trim())))?;
    let mut step = json!({"id": id, "type": component});
    let mut at = steps.len();
    if !new.after.is_empty() {
        let before = steps.iter().position(|step| step["id"] == *new.after);
        let before =
            before.ok_or_else(|| wrong("after", format!("the dataflow has no step {}", new.after)))?;
        at = before + 1;
        let edge = if new.place == "error" { "error" } else { "next" };
        let followers = ids_of(&steps[before], edge);
        if new.place == "branch" || new.place == "error" {
            steps[before][edge] = followers.iter().cloned().chain([id.clone()]).collect();
        } else {
            if !followers.is_empty() {
                step["next"] = followers.into();
            }
            steps[before][edge] = json!([id]);
        }
    }
    steps.insert(at, step);
    Ok(id)
}

/// Takes a step out of a document: what led to it leads to those that followed it. Whether it was there.
pub(super) fn removed(document: &mut Map<String, Value>, id: &str) -> bool {
    let Some(steps) = steps(document) else { return false };
    let Some(at) = steps.iter().position(|step| step["id"] == *id) else { return false };
    let followers = ids_of(&steps.remove(at), "next");
    for step in steps {
        for edge in ["next", "error"] {
            let before = ids_of(step, edge);
            if !before.iter().any(|one| one == id) {
                continue;
            }
            let mut after: Vec<String> = Vec::new();
            for one in before {
                let stands_for = if one == id { followers.clone() } else { vec![one] };
                for one in stands_for {
                    if !after.contains(&one) && step["id"] != *one {
                        after.push(one);
                    }
                }
            }
            match step.as_object_mut() {
                Some(members) if after.is_empty() => drop(members.shift_remove(edge)),
                _ => step[edge] = after.into(),
            }
        }
    }
    true
}

fn ids_of(step: &Value, edge: &str) -> Vec<String> {
    let ids = step[edge].as_array().into_iter().flatten();
    ids.filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(steps: Value) -> Map<String, Value> {
        super::super::run::object(json!({"name": "n", "steps": steps, "other": 1}))
    }

    fn new(component: &str, name: &str, after: &str, place: &str) -> New {
        let [component, name, after, place] = [component, name, after, place].map(str::to_owned);
        New { component, name, after, place }
    }

    #[test]
    fn a_step_comes_where_it_is_wanted() {
        let steps = json!([{"id": "a", "type": "t", "next": ["b", "c"]}, {"id": "b", "type": "t"}, {"id": "c", "type": "t"}]);
        let add = |new: New| {
            let mut document = flow(steps.clone());
            added(&mut document, &new).map(|id| (id, document.remove("steps").unwrap()))
        };
        let (id, between) = add(new("field.rename", "", "a", "between")).unwrap();
        assert_eq!(id, "field.rename");
        assert_eq!(between[0]["next"], json!(["field.rename"]));
        assert_eq!(between[1], json!({"id": "field.rename", "type": "field.rename", "next": ["b", "c"]}));
        let (_, branch) = add(new("field.rename", "x", "a", "branch")).unwrap();
        assert_eq!((&branch[0]["next"], &branch[1]["next"]), (&json!(["b", "c", "x"]), &Value::Null));
        let (_, error) = add(new("field.rename", "x", "b", "error")).unwrap();
        assert_eq!((&error[1]["error"], &error[1]["next"]), (&json!(["x"]), &Value::Null));
        let (_, alone) = add(new("field.rename", "x", "", "between")).unwrap();
        assert_eq!(alone[3]["id"], "x");
        assert!(add(new("field.rename", "b", "a", "between")).unwrap_err().reason().contains("already"));
        assert!(add(new("field.rename", "x", "nobody", "between")).unwrap_err().reason().contains("nobody"));
        let mut document = flow(steps);
        let ids =
            ["", ""].map(|name| added(&mut document, &new("field.rename", name, "a", "between")).unwrap());
        assert_eq!(ids, ["field.rename", "field.rename 2"]);
    }

    #[test]
    fn what_led_to_a_step_that_is_taken_away_leads_on() {
        let mut document = flow(json!([
            {"id": "a", "type": "t", "next": ["b", "c"], "error": ["b"]},
            {"id": "b", "type": "t", "next": ["c", "d"]},
            {"id": "c", "type": "t", "next": ["b"]},
            {"id": "d", "type": "t"},
        ]));
        assert!(removed(&mut document, "b"));
        let left = json!([
            {"id": "a", "type": "t", "next": ["c", "d"], "error": ["c", "d"]},
            {"id": "c", "type": "t", "next": ["d"]},
            {"id": "d", "type": "t"},
        ]);
        assert_eq!(document["steps"], left);
        assert!(removed(&mut document, "d"));
        assert_eq!(document["steps"][1], json!({"id": "c", "type": "t"}));
        assert!(!removed(&mut document, "d"));
        assert_eq!(document["other"], 1);
    }
}
