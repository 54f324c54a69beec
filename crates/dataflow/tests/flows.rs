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
use dataflow::graph::{Checked, Finding, Purpose, STORE_NOT_BUILT, Severity, check, unknown_values};
use dataflow::reference;
use dataflow::script::Script;
use serde_json::{Value as Json, json};

fn context() -> Context {
    Context::new("2024-03-05T06:07:08Z".parse().unwrap(), "job", ".")
}

fn checked(text: &str, purpose: Purpose) -> Checked {
    check(&Read::new(text, []).unwrap(), &components::all(), &context(), purpose)
}

/// Whether it is about what this build lacks.
fn lacks_stores(finding: &Finding) -> bool {
    cfg!(not(feature = "stores")) && finding.code == STORE_NOT_BUILT
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
            let doubtful = matches!(finding.code, "open_slot" | "secret_missing" | "goes_nowhere")
                || lacks_stores(finding);
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
    let own = findings
        .iter()
        .filter(|one| !matches!(one.code, "not_reached" | "goes_nowhere") && !lacks_stores(one));
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
        let findings = checked.findings.iter().filter(|one| !lacks_stores(one));
        findings.map(|one| (one.code, one.severity)).collect::<Vec<_>>()
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

/// Reader, formatter and writer to an SFTP server with these parameters.
fn exported(params: &Json) -> String {
    flow(json!([
        {"id": "read", "type": "datasource.read.gigya.account", "params": {"select": "UID"}, "next": ["f"]},
        {"id": "f", "type": "file.format.json", "params": {"fileName": "a.json"}, "next": ["the store"]},
        {"id": "the store", "type": "datasource.write.sftp", "params": params},
    ]))
}

/// What a check says of [`exported`], with or without a folder in the place of the store.
fn said_of_export(params: &Json, purpose: Purpose, replaced: bool) -> Vec<(&'static str, Severity)> {
    let mut context = context();
    if replaced {
        context.stores.insert("the store".to_owned(), ".".into());
    }
    let read = Read::new(&exported(params), []).unwrap();
    let checked = check(&read, &components::all(), &context, purpose);
    assert_eq!(checked.graph.is_none(), checked.has_errors());
    if let Some(graph) = checked.graph {
        for node in graph.steps.iter().filter(|_| replaced) {
            node.build(&context).map(drop).unwrap();
        }
    }
    checked.findings.iter().map(|one| (one.code, one.severity)).collect()
}

#[cfg(not(feature = "stores"))]
#[test]
fn a_store_that_this_build_lacks_is_told_before_anything_runs() {
    let params = json!({"host": "h", "username": "u", "password": "p"});
    let lacks = |severity| vec![(STORE_NOT_BUILT, severity)];
    assert_eq!(said_of_export(&params, Purpose::Check, false), lacks(Severity::Warning));
    assert_eq!(said_of_export(&params, Purpose::Run, false), lacks(Severity::Error));
    assert_eq!(said_of_export(&params, Purpose::Try, false), lacks(Severity::Warning), "nothing is written");
    assert!(said_of_export(&params, Purpose::Run, true).is_empty());
    let finding = &checked(&exported(&params), Purpose::Run).findings[0];
    assert_eq!(
        finding.to_string(),
        "26:15: error: step `the store`: this program was built without the feature `stores`, which \
         datasource.write.sftp needs (store_not_built); build it with `--features stores`, or say --store \"the store\"=DIR"
    );
    let reads = flow(json!([
        {"id": "r", "type": "datasource.read.sftp", "params": params, "next": ["p"]},
        {"id": "p", "type": "file.parse.json"},
    ]));
    assert!(checked(&reads, Purpose::Try).has_errors());
}

#[test]
fn a_store_that_is_replaced_needs_neither_its_secrets_nor_its_slots() {
    let open = json!({"host": "{{host}}", "port": "{{port}}", "username": "u", "password": "********"});
    assert!(said_of_export(&open, Purpose::Run, true).is_empty());
    assert!(said_of_export(&open, Purpose::Check, true).is_empty());
    let of = |purpose: Purpose| {
        let mut found = said_of_export(&open, purpose, false);
        found.retain(|(code, _)| *code != STORE_NOT_BUILT);
        found.sort_unstable_by_key(|(code, _)| *code);
        found
    };
    let all = |severity| [("open_slot", severity), ("open_slot", severity), ("secret_missing", severity)];
    assert_eq!(of(Purpose::Run), all(Severity::Error));
    assert_eq!(of(Purpose::Try), all(Severity::Warning), "what only a writer lacks");
    let reads = flow(json!([
        {"id": "the store", "type": "datasource.read.sftp", "params": {"host": "{{h}}", "username": "u", "fileNameRegex": "{{r}}"}, "next": ["p"]},
        {"id": "p", "type": "file.parse.json"},
    ]));
    let mut context = context();
    context.stores.insert("the store".to_owned(), ".".into());
    let checked = check(&Read::new(&reads, []).unwrap(), &components::all(), &context, Purpose::Run);
    let slots = find(&checked.findings, "open_slot");
    assert!(slots.len() == 1 && slots[0].message.contains("{{r}}"), "{slots:?}");
}

#[test]
fn values_and_stores_for_nothing_are_errors() {
    let text = json!({"name": "{{flow}}", "steps": [
        {"id": "e", "type": "file.empty", "params": {"fileName": "{{file}}-<$SITE$>"}},
        {"id": "s", "type": "record.evaluate", "params": {"script": Script::encode("log('{{host}}')")}},
    ]})
    .to_string();
    let names = ["flow", "file", "SITE", "host", "hots", "nothing"];
    let read = Read::new(&text, names.map(|name| (name, "x"))).unwrap();
    let wrong: Vec<String> = unknown_values(&read, names).iter().map(ToString::to_string).collect();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("--set names hots") && wrong[0].contains("did you mean `host`?"), "{wrong:?}");
    assert!(wrong[1].contains("error: --set names nothing"), "{wrong:?}");

    let mut context = context();
    context.stores.insert("f".to_owned(), ".".into());
    let params = json!({"host": "h", "username": "u", "password": "p"});
    let read = Read::new(&exported(&params), []).unwrap();
    let checked = check(&read, &components::all(), &context, Purpose::Run);
    let found = find(&checked.findings, "no_store");
    assert_eq!((found.len(), found[0].step.as_deref()), (1, Some("f")));
    assert_eq!(
        (found[0].severity, found[0].help.as_str()),
        (Severity::Error, "those that have one: `the store`")
    );
}

#[test]
fn slips_in_members_and_names_are_told() {
    let text = json!({"name": "n {{x}}", "stepz": [], "steps": [
        {"id": "a", "type": "field.remove", "params": {"fields": []}, "nxt": ["b"], "color": "red"},
    ]})
    .to_string();
    let findings = checked(&text, Purpose::Check).findings;
    let told: Vec<(Option<&str>, Severity, &str)> = find(&findings, "unknown_member")
        .iter()
        .map(|one| (one.step.as_deref(), one.severity, one.help.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (None, Severity::Warning, "did you mean `steps`?"),
            (Some("a"), Severity::Warning, "did you mean `next`?"),
            (Some("a"), Severity::Warning, "take it out"),
        ]
    );
    let slots = find(&findings, "open_slot");
    assert!(slots.len() == 1 && slots[0].message.contains("in the name of the flow"), "{slots:?}");
}

#[test]
fn readers_are_asked_for_what_they_can_do() {
    let read = |params: Json| said("datasource.read.gigya.account", params);
    assert!(read(json!({"select": "UID", "deltaField": "lastLoginTimestamp", "batchSize": 1})).is_empty());
    let delta = read(json!({"select": "UID", "deltaField": "lastLoginTimestmp"}));
    assert!(delta.len() == 1 && delta[0].contains("did you mean `lastLoginTimestamp`?"), "{delta:?}");
    assert!(delta[0].starts_with("Error"), "{delta:?}");
    let none = read(json!({"select": "UID", "batchSize": 0}));
    assert!(none.len() == 1 && none[0].contains("at least 1, but is 0"), "{none:?}");
    for select in [json!(7), json!(true), json!(["UID"])] {
        let select = read(json!({"select": select}));
        assert!(select.len() == 1 && select[0].contains("`select` must be a text"), "{select:?}");
    }
}

#[test]
fn a_member_of_the_wrong_type_names_its_step_and_is_not_all_that_is_told() {
    let text = r#"{"name": "x", "steps": [{"id": "a", "type": "field.remov", "next": "a"}, {"id": "b", "type": "y", "error": 1}]}"#;
    let wrong: Vec<String> = Read::new(text, []).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(wrong[0].contains("step `a`: `next` must be an array"), "{wrong:?}");
    let (read, misshapen) = Read::lenient(text, []);
    assert_eq!(misshapen.len(), 2);
    let checked = check(&read.unwrap(), &components::all(), &context(), Purpose::Check);
    assert_eq!(find(&checked.findings, "unknown_component").len(), 2);
    assert!(Read::lenient(r#"{"name": "x"}"#, []).0.is_none());
}
