//! Flows as documents: real ones check and are drawn; wrong ones say everything that is wrong.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it passes over"
)]

use std::path::PathBuf;

use dataflow::components;
use dataflow::context::Context;
use dataflow::document::{Read, slot_names};
use dataflow::drawing::{mermaid, svg};
use dataflow::graph::{Checked, Finding, Purpose, Severity, check};
use dataflow::reference;
use serde_json::{Value as Json, json};

fn context() -> Context {
    Context::new("2024-03-05T06:07:08Z".parse().unwrap(), "job", ".")
}

fn checked(text: &str, purpose: Purpose) -> Checked {
    check(&Read::new(text, []).unwrap(), &components::all(), &context(), purpose)
}

fn find<'f>(findings: &'f [Finding], code: &str) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

/// The real dataflows, where they are to be had: their names and texts. Answers of `idx.search` give theirs.
fn real() -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/dataflows"));
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("{} is not there; the real dataflows are not looked at", folder.display());
        return Vec::new();
    };
    let mut flows = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        if json["steps"].is_array() {
            flows.push((name, text));
        } else {
            for flow in
                json["result"].as_array().into_iter().flatten().filter(|flow| flow["steps"].is_array())
            {
                flows.push((format!("{name}: {}", flow["name"]), flow.to_string()));
            }
        }
    }
    flows
}

#[test]
fn real_dataflows_check() {
    for (name, text) in real() {
        let checked = checked(&text, Purpose::Check);
        for finding in &checked.findings {
            // `file.empty` alone, as an answer has it, is no flow that could run.
            let alone =
                name.starts_with("idx-search-answer.json: \"dataflow1\"") && finding.code == "not_reached";
            let doubtful = matches!(finding.code, "open_slot" | "secret_missing" | "goes_nowhere");
            assert!(doubtful || alone, "{name}: {finding}");
        }
    }
}

#[test]
fn real_dataflows_are_kept_whole_and_drawn() {
    for (name, text) in real() {
        let read = Read::new(&text, []).unwrap();
        let again: Json = serde_json::to_value(&read.dataflow).unwrap();
        assert_eq!(again, serde_json::from_str::<Json>(&text).unwrap(), "{name}");
        let drawn = mermaid(&read.dataflow);
        assert_eq!(drawn.matches("-->").count() + drawn.matches("error .->").count(), {
            read.dataflow.steps.iter().map(|step| step.next().len() + step.error().len()).sum::<usize>()
        });
        let picture = svg(&read.dataflow);
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
        assert_eq!(picture.matches("<rect").count(), read.dataflow.steps.len(), "{name}");
        assert!(!picture.contains("NaN") && !picture.contains("{{</"), "{name}");
    }
}

fn flow(steps: Json) -> String {
    serde_json::to_string_pretty(&json!({"name": "t", "steps": steps})).unwrap()
}

#[test]
fn all_that_is_wrong_is_told_at_once_with_its_place() {
    let text = flow(json!([
        {"id": "a", "type": "file.parse.jsno", "next": ["b"]},
        {"id": "b", "type": "field.rename", "params": {"feilds": []}, "next": ["c", "nobody"]},
        {"id": "c", "type": "field.remove", "params": {"fields": "profile"}, "next": ["d"]},
        {"id": "c", "type": "field.remove", "params": {"fields": ["a..b"]}, "next": []},
        {"id": "d", "type": "file.compress.gzip", "next": ["e"], "error": ["B"]},
        {"id": "e", "type": "datasource.write.marketo"},
        {"id": "f", "type": "file.format.json", "params": {"fileName": "x", "maxFileSize": "many", "other": 1}, "next": ["d"]},
    ]));
    let checked = checked(&text, Purpose::Check);
    assert!(checked.graph.is_none());
    let codes = |code: &str| -> Vec<String> {
        find(&checked.findings, code)
            .iter()
            .map(|finding| format!("{}@{}", finding.step.clone().unwrap(), finding.place.line))
            .collect()
    };
    let line = |needle: &str| text.lines().position(|line| line.contains(needle)).unwrap() + 1;
    assert_eq!(codes("unknown_component"), [format!("a@{}", line("file.parse.jsno"))]);
    assert_eq!(codes("misspelt_parameter"), [format!("b@{}", line("feilds"))]);
    assert_eq!(codes("parameter_missing"), [format!("b@{}", line("feilds") - 1)]);
    assert_eq!(codes("dangling_edge").len(), 2);
    assert_eq!(codes("parameter_type").len(), 2);
    assert_eq!(codes("path").len(), 1);
    assert_eq!(codes("duplicate_id").len(), 1);
    assert_eq!(codes("refused_component").len(), 1);
    assert_eq!(codes("unknown_parameter"), [format!("f@{}", line("\"other\""))]);
    assert_eq!(
        codes("wrong_kind"),
        ["c@0".replace("@0", &format!("@{}", checked_line(&checked, "c", "wrong_kind")))]
    );
    let says = |word: &str| checked.findings.iter().any(|finding| finding.to_string().contains(word));
    for word in [
        "did you mean `file.parse.json`?",
        "did you mean `fields`?",
        "Marketo",
        "must be an array, but is a text",
        "file.format step between",
    ] {
        assert!(says(word), "{word} in {:#?}", checked.findings);
    }
}

fn checked_line(checked: &Checked, step: &str, code: &str) -> usize {
    let of = |finding: &&Finding| finding.code == code && finding.step.as_deref() == Some(step);
    checked.findings.iter().find(of).map_or(0, |finding| finding.place.line)
}

#[test]
fn circles_and_flows_without_an_entry_are_found() {
    let circle = flow(json!([
        {"id": "a", "type": "field.remove", "params": {"fields": []}, "next": ["b"]},
        {"id": "b", "type": "field.remove", "params": {"fields": []}, "next": ["c"]},
        {"id": "c", "type": "field.remove", "params": {"fields": []}, "error": ["a"]},
    ]));
    let checked = checked(&circle, Purpose::Check);
    assert!(
        find(&checked.findings, "circle")[0].message.contains("`a` → `b` → `c` → `a`"),
        "{:?}",
        checked.findings
    );
    assert_eq!(find(&checked.findings, "no_entry").len(), 1);
    let none =
        check(&Read::new(&flow(json!([])), []).unwrap(), &components::all(), &context(), Purpose::Check);
    assert_eq!(find(&none.findings, "no_entry").len(), 1);
}

#[test]
fn slots_are_warnings_at_check_errors_at_run_and_filled_by_set() {
    let text = flow(json!([
        {"id": "e", "type": "file.format.json", "params": {"fileName": "{{name}}.json", "maxFileSize": "{{size}}"}},
    ]));
    let severity = |purpose: Purpose| {
        let checked = checked(&text, purpose);
        find(&checked.findings, "open_slot").iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(severity(Purpose::Check), [Severity::Warning; 2]);
    assert_eq!(severity(Purpose::Run), [Severity::Error; 2]);
    let read = Read::new(&text, [("name", "x"), ("size", "7")]).unwrap();
    assert!(slot_names(&read.dataflow).is_empty());
    let checked = check(&read, &components::all(), &context(), Purpose::Run);
    assert!(
        find(&checked.findings, "open_slot").is_empty()
            && find(&checked.findings, "parameter_type").is_empty()
    );
}

#[test]
fn slots_in_scripts_are_filled_inside_their_base64() {
    use base64::Engine;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let text = json!({"name": "{{n}}", "steps": [
        {"id": "s", "type": "record.evaluate", "params": {"script": encode("log('{{host}}', `{{other}}`)")}},
    ]});
    let read = Read::new(&text.to_string(), [("host", "h.example"), ("n", "name")]).unwrap();
    let script = read.dataflow.steps[0].params.as_ref().unwrap()["script"].as_str().unwrap();
    assert_eq!(script, encode("log('h.example', `{{other}}`)"));
    assert_eq!(read.dataflow.name, "name");
}

#[test]
fn a_file_that_is_no_dataflow_says_where() {
    let error = Read::new("{\"name\": \"x\",\n  \"steps\": [}", []).unwrap_err();
    assert_eq!((error[0].place.line, error.len()), (2, 1));
    let text = "{\n \"name\": 1,\n \"steps\": [\n  7,\n  {\"type\": \"x\", \"next\": \"y\"}\n ]\n}";
    let errors: Vec<String> = Read::new(text, []).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 4, "{errors:?}");
    assert!(
        errors[0].starts_with("2:10:") && errors[1].starts_with("4:3:") && errors[3].starts_with("5:25:"),
        "{errors:?}"
    );
}

#[test]
fn the_types_that_a_builder_writes_with_a_space_are_known() {
    let text = flow(json!([{"id": "e", "type": " field.remove", "params": {"fields": []}}]));
    assert!(find(&checked(&text, Purpose::Check).findings, "unknown_component").is_empty());
}

#[test]
fn stores_must_belong_to_steps() {
    let mut context = context();
    context.stores.insert("sfpt".to_owned(), ".".into());
    let text = flow(json!([{"id": "sftp", "type": "field.remove", "params": {"fields": []}}]));
    let checked = check(&Read::new(&text, []).unwrap(), &components::all(), &context, Purpose::Run);
    assert!(find(&checked.findings, "unknown_store")[0].help.contains("`sftp`"));
}

#[test]
fn every_component_and_parameter_is_documented() {
    let entries = reference::entries(&components::all());
    assert!(entries.len() >= 25, "{}", entries.len());
    fn documented(of: &str, params: &[reference::Parameter]) {
        for param in params {
            assert!(!param.doc.is_empty() && !param.kind.is_empty(), "{of}.{}", param.name);
            assert!(
                !param.kind.contains("null") && param.kind != "list of ",
                "{of}.{}: {}",
                param.name,
                param.kind
            );
            documented(of, &param.members);
        }
    }
    for entry in &entries {
        assert!(!entry.doc.is_empty(), "{}", entry.name);
        documented(entry.name, &entry.params);
    }
    let rename = entries.iter().find(|entry| entry.name == "field.rename").unwrap();
    assert_eq!((rename.params[0].name.as_str(), rename.params[0].required), ("fields", true));
    assert_eq!(rename.params[0].members[1].kind, "path");
    let json = entries.iter().find(|entry| entry.name == "file.format.json").unwrap();
    let size = json.params.iter().find(|param| param.name == "maxFileSize").unwrap();
    assert_eq!((size.required, &size.default, size.kind.as_str()), (false, &json!(0), "integer"));
    let words = reference::words(&entries);
    assert!(
        words.contains("field.rename    records → records")
            && words.lines().all(|line| line.chars().count() <= 110)
    );
}

#[test]
fn files_of_one_name_into_one_writer_are_doubtful() {
    let flow = |other: &str, step: &str| {
        let store = json!({"host": "h", "username": "u", "password": "p"});
        json!({"name": "f", "steps": [
            {"id": "read", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["a", "b"]},
            {"id": "a", "type": "file.format.json", "params": {"fileName": "o.json"}, "next": ["w"]},
            {"id": "b", "type": "file.format.json", "params": {"fileName": other}, "next": [step]},
            {"id": "gz", "type": "file.compress.gzip", "next": ["w"]},
            {"id": "none", "type": "file.empty", "params": {"fileName": "x"}, "next": ["gz"]},
            {"id": "none too", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["none"]},
            {"id": "w", "type": "datasource.write.sftp", "params": store},
        ]})
        .to_string()
    };
    let checked_flow = checked(&flow("o.json", "w"), Purpose::Run);
    let found = find(&checked_flow.findings, "same_file");
    assert_eq!(found.len(), 1, "{:?}", checked_flow.findings);
    let finding = found[0];
    assert_eq!((finding.step.as_deref(), finding.severity), (Some("w"), Severity::Warning));
    assert_eq!(finding.message, "files named o.json come to it more than once, from `a` and `b`");
    for (other, step) in [("p.json", "w"), ("o.json", "gz")] {
        assert!(find(&checked(&flow(other, step), Purpose::Run).findings, "same_file").is_empty());
    }
}

/// What a check says of one step, besides that nothing leads to it and it leads nowhere.
fn said(component: &str, params: Json) -> Vec<String> {
    let text = flow(json!([{"id": "s", "type": component, "params": params}]));
    let findings = checked(&text, Purpose::Check).findings;
    let own = findings.iter().filter(|one| !matches!(one.code, "not_reached" | "goes_nowhere"));
    own.map(|one| format!("{:?} {}: {}", one.severity, one.code, one.message)).collect()
}

#[test]
fn values_that_no_component_takes_are_errors() {
    for (component, params, wrong) in [
        ("datasource.read.gigya.account", json!({"select": " , "}), "select: it names no member"),
        ("datasource.read.gigya.audit", json!({"select": ""}), "select: it names no member"),
        ("datasource.lookup.gigya.gm", json!({"maxConnections": 500}), "at most 100, but is 500"),
        ("datasource.lookup.gigya.gm", json!({"maxConnections": 0}), "at least 1, but is 0"),
        (
            "datasource.write.gigya.generic",
            json!({"apiMethod": "a.b", "apiParams": [{"paramName": "x", "sourceField": "", "value": ""}]}),
            "x has neither a sourceField nor a value",
        ),
        (
            "datasource.write.gigya.generic",
            json!({"apiMethod": "a.b", "apiParams": [{"paramName": "x", "sourceField": "y", "value": "z"}]}),
            "x has both a sourceField and a value",
        ),
        (
            "datasource.write.gigya.importaccount",
            json!({"handleIdentityConflicts": "foo"}),
            "\"foo\" is neither connect nor fail",
        ),
        (
            "record.evaluate",
            json!({"script": "ZnVuY3Rpb24gcHJvY2VzcygpIHt9", "ECMAScriptVersion": 6}),
            "\"6\" is neither 5.1 nor 12",
        ),
    ] {
        let said = said(component, params);
        assert!(
            said.len() == 1 && said[0].starts_with("Error") && said[0].contains(wrong),
            "{wrong}: {said:?}"
        );
    }
    assert!(said("field.add", json!({"fields": [{"field": "a", "value": null}]})).is_empty());
    let good = json!({"script": "ZnVuY3Rpb24gcHJvY2VzcygpIHt9", "ECMAScriptVersion": 5.1});
    assert!(said("record.evaluate", good).is_empty());
    assert!(said("datasource.lookup.gigya.gm", json!({"maxConnections": "100"})).is_empty());
}

#[test]
fn a_store_without_any_secret_is_like_one_whose_secret_is_empty() {
    let params = |more: Json| {
        let mut params = json!({"host": "h", "username": "u"});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        said("datasource.write.sftp", params)
    };
    assert_eq!(params(json!({})), ["Warning secret_missing: no secret is given: `password` or `privateKey`"]);
    assert_eq!(params(json!({"password": null})).len(), 1);
    assert_eq!(params(json!({"password": ""})), ["Warning secret_missing: the secret `password` is empty"]);
    assert!(params(json!({"privateKey": "k"})).is_empty());
    // The keys of a site are those of the run where a step has none.
    assert!(said("datasource.write.gigya.account", json!({})).is_empty());
}

#[test]
fn what_looks_like_an_expression_and_is_none_is_doubtful() {
    let add = |value: &str| said("field.add", json!({"fields": [{"field": "a", "value": value}]}));
    assert_eq!(
        add("x${nope}${jobId}${now:yyyy}"),
        ["Warning unknown_expression: `${nope}` is no expression, and stays as it is"]
    );
    assert!(add("${now-1h} $5 {x} ${ } ${}").is_empty());
    let replace = json!({"fields": [{"field": "a", "regex": "(?<n>a)", "replacement": "${n}"}]});
    assert!(said("field.replace", replace).is_empty());
    let store = json!({"host": "h", "username": "u", "password": "p${x}"});
    assert!(said("datasource.write.sftp", store).is_empty());
}

#[test]
fn variables_are_warnings_at_check_errors_at_run_and_nothing_for_a_store_that_is_replaced() {
    let store = json!({"bucketName": "<$BUCKET$>", "accessKey": "<$KEY$>", "secretKey": "<$SECRET$>"});
    let text = flow(json!([
        {"id": "read", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["f"]},
        {"id": "f", "type": "file.format.json", "params": {"fileName": "a.json"}, "next": ["w"]},
        {"id": "w", "type": "datasource.write.amazon.s3", "params": store},
    ]));
    let severities = |purpose: Purpose, change: &dyn Fn(&mut Context)| {
        let mut context = context();
        change(&mut context);
        let checked = check(&Read::new(&text, []).unwrap(), &components::all(), &context, purpose);
        assert_eq!(checked.graph.is_none(), checked.has_errors());
        checked.findings.iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>()
    };
    let open = [("open_variable", Severity::Warning); 3];
    assert_eq!(severities(Purpose::Check, &|_| {}), open);
    assert_eq!(severities(Purpose::Run, &|_| {}), [("expression", Severity::Error)]);
    let replaced = |context: &mut Context| {
        context.stores.insert("w".to_owned(), ".".into());
    };
    assert_eq!(severities(Purpose::Run, &replaced), open);
    let set = |context: &mut Context| {
        for name in ["BUCKET", "KEY", "SECRET"] {
            context.variables.insert(name.to_owned(), "x".to_owned());
        }
    };
    assert!(severities(Purpose::Run, &set).is_empty());
}
