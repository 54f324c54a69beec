//! What the tenant exports: proofs read it, and import takes it back.

use std::path::Path;

use auth0::ExportField;
use migration::users_export::{DEFAULT_FIELDS, Format, Progress, UsersExport, export};
use serde_json::{Value, json};

use super::home::{Home, Ran, Served, adds_up, credentials};

/// A field of an export.
fn field(name: &str, title: Option<&str>) -> ExportField {
    ExportField { name: name.to_owned(), export_as: title.map(str::to_owned) }
}

/// The fields as the extension has them, and those that an import takes beside them.
fn fields(format: Format) -> Vec<ExportField> {
    let mut fields: Vec<ExportField> =
        DEFAULT_FIELDS.iter().map(|(name, title)| field(name, Some(title))).collect();
    fields.push(field("blocked", None));
    if format == Format::Csv {
        for name in ["app_metadata.n", "app_metadata.text", "app_metadata.list", "user_metadata.deep.yes"] {
            fields.push(field(name, None));
        }
    } else {
        fields.extend([field("app_metadata", None), field("user_metadata", None)]);
    }
    fields
}

/// Exports a connection of a served tenant into a file.
fn exported(served: &Served, connection: &str, format: Format, fields: Vec<ExportField>, to: &Path) -> u64 {
    let work = async {
        let client = served.client();
        let connection = client.connection_by_name(connection).await.unwrap().unwrap();
        let wanted = UsersExport { connection_id: Some(connection.id), format, limit: None, fields };
        let (_keep, cancel) = tokio::sync::watch::channel(false);
        export(&client, &wanted, to, &Progress::default(), cancel).await.unwrap().users
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn against(home: &Home, served: &Served, args: &[&str]) -> Ran {
    let url = served.text("url");
    let mut all = args.to_vec();
    all.extend_from_slice(&["--to", &url, "--json"]);
    let mut command = home.command(&all);
    credentials(&mut command, served);
    command.output().unwrap().into()
}

fn packed(path: &Path) -> String {
    use std::io::Write as _;
    let to = path.with_extension(format!("{}.gz", path.extension().unwrap().to_str().unwrap()));
    let mut gzip =
        flate2::write::GzEncoder::new(std::fs::File::create(&to).unwrap(), flate2::Compression::fast());
    gzip.write_all(&std::fs::read(path).unwrap()).unwrap();
    gzip.finish().unwrap();
    to.to_str().unwrap().to_owned()
}

/// Users as they are compared: without what an import cannot bring, in the order of their ids.
fn comparable(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut users: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for user in &mut users {
        for name in ["Created At", "Updated At", "Connection"] {
            user.as_object_mut().unwrap().remove(name);
        }
    }
    users.sort_by_key(|user| user["Id"].to_string());
    users
}

#[test]
fn what_was_exported_is_imported_again_and_equal() {
    let home = Home::new();
    let served = Served::start(&home, &home.path("data"), &[]);
    let users: Vec<Value> = (0..30)
        .map(|n| {
            json!({"user_id": format!("u{n:02}"), "email": format!("u{n}@example.org"), "email_verified": n % 2 == 0,
                "given_name": "=SUM(1)", "family_name": "O'Hara \"Q\", Jr.", "name": format!("'{n}\nö"), "nickname": "+1",
                "picture": "https://example.org/p.png", "blocked": n % 3 == 0,
                "app_metadata": {"n": 1.5 * f64::from(n), "text": "17", "list": ["a", 1]}, "user_metadata": {"deep": {"yes": true}}})
        })
        .collect();
    let file = home.file("users.json", Value::Array(users).to_string());
    let report = against(&home, &served, &["import", &file, "--connection", "first", "--run", "first"])
        .expect(0)
        .json();
    assert_eq!(report["counters"]["imported"], 30);
    let before = home.path("before.ndjson");
    exported(&served, "first", Format::Ndjson, fields(Format::Ndjson), &before);
    for (format, gzip) in
        [(Format::Ndjson, true), (Format::Json, false), (Format::Csv, false), (Format::Csv, true)]
    {
        let name = format!("{}-{gzip}", format.name());
        let path = home.path(&format!("{name}.{}", format.name()));
        assert_eq!(exported(&served, "first", format, fields(format), &path), 30);
        let source = if gzip { packed(&path) } else { path.to_str().unwrap().to_owned() };
        let ran = against(&home, &served, &["import", &source, "--connection", &name, "--run", &name]);
        let report = ran.expect(0).json();
        adds_up(&report);
        assert_eq!(report["counters"]["imported"], 30, "{name}: {report:#}");
        let after = home.path(&format!("{name}-after.ndjson"));
        exported(&served, &name, Format::Ndjson, fields(Format::Ndjson), &after);
        assert_eq!(comparable(&after), comparable(&before), "{name}");
    }
}

#[test]
fn a_proof_of_many_users_reads_an_export() {
    let home = Home::new();
    let data = home.path("data");
    let served = Served::start(&home, &data, &[]);
    let users: Vec<Value> = (0..1_200)
        .map(|n| json!({"user_id": format!("u{n}"), "email": format!("u{n}@example.org"), "app_metadata": {"n": n}}))
        .collect();
    let file = home.file("users.json", Value::Array(users).to_string());
    against(&home, &served, &["import", &file, "--run", "many"]).expect(0);
    let exports = data.join("exports");
    let report = against(&home, &served, &["prove", "many"]).expect(0).json();
    assert_eq!((&report["proof"]["compared"], exports.exists()), (&json!(200), false));
    let report = against(&home, &served, &["prove", "many", "--all"]).expect(0).json();
    assert_eq!((&report["proof"]["compared"], &report["proof"]["equal"]), (&json!(1200), &json!(1200)));
    assert_eq!(std::fs::read_dir(&exports).unwrap().count(), 1);
    // Nothing of it stays in the run folder.
    let names = std::fs::read_dir(home.run_folder("many")).unwrap();
    assert!(names.flatten().all(|entry| !entry.file_name().to_string_lossy().starts_with(".tmp")));
    // Who differs or is gone is found, and counted by field.
    let update = json!([{"email": "u7@example.org", "app_metadata": {"n": "other"}}]).to_string();
    let update = home.file("update.json", update);
    against(&home, &served, &["import", &update, "--upsert", "--run", "update"]).expect(0);
    let report = against(&home, &served, &["prove", "many", "--all"]).json();
    assert_eq!((&report["proof"]["compared"], &report["proof"]["equal"]), (&json!(1200), &json!(1199)));
    assert_eq!(report["proof"]["differences"], json!({"app_metadata.n": 1}));
}
