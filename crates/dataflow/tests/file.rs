//! `file.*`: the bytes of files, and back.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dataflow::component::Component;
use dataflow::components::file::{
    CompressGzip, CompressZip, Empty, FormatAam, FormatCount, FormatDsv, FormatJson, FormatKrux, ParseDsv,
    ParseJson, UncompressGzip, UncompressZip,
};
use dataflow::context::Context;
use dataflow::runner::probe::{Probed, probe};
use dataflow::{ERROR_DETAILS, Fault, File, Item, Record};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn context(work: &std::path::Path) -> Context {
    Context::new("2024-03-05T06:07:08Z".parse().unwrap(), "job-7", work)
}

async fn of_records<C: Component>(params: Json, records: &[Json]) -> Result<Probed, Fault> {
    let work = tempfile::tempdir().unwrap();
    let items = records.iter().map(|json| Item::from(Record::from_json(&json.to_string()).unwrap()));
    probe::<C>(params, items, &context(work.path())).await
}

async fn of_files<C: Component>(params: Json, files: &[(&str, &[u8])]) -> Result<Probed, Fault> {
    let work = tempfile::tempdir().unwrap();
    let items = files.iter().map(|(name, content)| Item::from(File::new(*name, content.to_vec())));
    probe::<C>(params, items, &context(work.path())).await
}

/// Names and contents of the files that came out.
fn files(probed: &Probed) -> Vec<(String, String)> {
    let text = |file: &&File| String::from_utf8(file.content().unwrap().to_vec()).unwrap();
    probed.files().iter().map(|file| (file.name().to_owned(), text(file))).collect()
}

fn file(name: &str, content: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), content.to_owned())]
}

#[tokio::test]
async fn json_is_an_array_with_a_record_a_line() {
    let records = [json!({"UID": "a", "n": 1.50}), json!({"UID": "b\u{e9}"})];
    let made = of_records::<FormatJson>(
        json!({"fileName": "a_${now}_${jobId}.json", "maxFileSize": 5000}),
        &records,
    );
    assert_eq!(
        files(&made.await.unwrap()),
        file("a_20240305060708_job-7.json", "[\n{\"UID\":\"a\",\"n\":1.5},\n{\"UID\":\"bé\"}\n]\n")
    );
    let made =
        of_records::<FormatJson>(json!({"fileName": "a.json", "wrapField": "accounts"}), &records[1..]);
    assert_eq!(files(&made.await.unwrap()), file("a.json", "{\"accounts\":[\n{\"UID\":\"bé\"}\n]}\n"));
}

#[tokio::test]
async fn an_empty_file_is_made_only_if_asked_for() {
    for (params, wanted) in [
        (json!({"fileName": "a.json"}), vec![]),
        (json!({"fileName": "a.json", "createEmptyFile": true}), file("a.json", "[\n\n]\n")),
    ] {
        assert_eq!(files(&of_records::<FormatJson>(params, &[]).await.unwrap()), wanted);
    }
    let made =
        of_records::<FormatDsv>(json!({"fileName": "a.csv", "createEmptyFile": true}), &[]).await.unwrap();
    assert_eq!(files(&made), file("a.csv", ""));
    let made = of_records::<Empty>(json!({"fileName": "gigya.ok"}), &[json!({"a": 1})]).await.unwrap();
    assert_eq!(files(&made), file("gigya.ok", ""));
    let made = of_records::<FormatCount>(json!({"fileName": "n"}), &[json!({}), json!({})]).await.unwrap();
    assert_eq!(files(&made), file("n", "2\n"));
}

#[tokio::test]
async fn a_file_is_cut_at_its_size_between_records() {
    let records: Vec<Json> = (0..5000).map(|n| json!({"n": n, "text": "x".repeat(1000)})).collect();
    for params in [
        json!({"fileName": "a.json", "maxFileSize": 1}),
        json!({"fileName": "a.tar.json", "maxFileSize": "2"}),
    ] {
        let most = params["maxFileSize"].as_u64().unwrap_or(2) << 20;
        let params = if params["maxFileSize"].is_string() {
            json!({"fileName": "a.tar.json", "maxFileSize": 2})
        } else {
            params
        };
        let made = of_records::<FormatJson>(params, &records).await.unwrap();
        let mut seen = Vec::new();
        for file in made.files() {
            assert!(file.size() <= most, "{} bytes", file.size());
            let content: Vec<Json> = serde_json::from_slice(&file.content().unwrap()).unwrap();
            seen.extend(content);
        }
        assert_eq!(seen, records);
        let sizes: Vec<u64> = made.files().iter().map(|file| file.size()).collect();
        assert!(
            sizes[..sizes.len() - 1].iter().all(|size| most - size < 1100),
            "full but for a record: {sizes:?}"
        );
        assert!(made.files()[1].name().ends_with("_2.json"), "{}", made.files()[1].name());
    }
    let made =
        of_records::<FormatDsv>(json!({"fileName": "a.csv", "maxFileSize": 1}), &records).await.unwrap();
    assert_eq!(made.files().len(), 5);
    for file in made.files() {
        assert!(file.size() < (1 << 20) + 1100);
        assert!(file.content().unwrap().starts_with(b"n,text\n"), "each has its header");
    }
}

#[tokio::test]
async fn dsv_has_the_columns_of_all_records() {
    let records = [
        json!({"UID": "a", "profile": {"email": "e;1", "tags": ["x", 1]}}),
        json!({"UID": "b\"", "n": null, "profile": {"zip": "two\nlines"}}),
    ];
    let made = of_records::<FormatDsv>(json!({"fileName": "a.csv", "columnSeparator": ";"}), &records)
        .await
        .unwrap();
    assert_eq!(
        files(&made),
        file(
            "a.csv",
            "UID;profile.email;profile.tags;n;profile.zip\na;\"e;1\";\"[\"\"x\"\",1]\";;\n\"b\"\"\";;;;\"two\nlines\"\n"
        )
    );
    let params = json!({
        "fileName": "a.csv", "columnSeparator": ",", "quoteFields": true, "writeHeader": false, "escapeCharacter": "\\",
        "dsvFormatVersion": "Standard", "lineEnd": "\r\n",
    });
    let made =
        of_records::<FormatDsv>(params, &[json!({"a": "x\"y\\", "b": 1}), json!({"b": true})]).await.unwrap();
    assert_eq!(files(&made), file("a.csv", "\"x\\\"y\\\\\",\"1\"\r\n\"\",\"true\"\r\n"));
    for wrong in [json!({"fileName": "a", "columnSeparator": "ab"}), json!({"fileName": ""})] {
        assert!(of_records::<FormatDsv>(wrong, &[]).await.is_err());
    }
}

#[tokio::test]
async fn audience_files_have_their_formats() {
    let records =
        [json!({"n": "x", "UID": "u1", "profile": {"gender": "m", "none": null}, "tags": ["a;b", "c"]})];
    let made = of_records::<FormatAam>(json!({"dpid": "42"}), &records).await.unwrap();
    assert_eq!(
        files(&made),
        file(
            "ftp_dpm_42_1709618828.sync",
            "u1\t\"n\"=\"x\",\"profile.gender\"=\"m\",\"tags.0\"=\"a;b\",\"tags.1\"=\"c\"\n"
        )
    );
    let made = of_records::<FormatKrux>(json!({"fileName": "k.csv"}), &records).await.unwrap();
    assert_eq!(files(&made), file("k.csv", "u1^n:x;profile.gender:m;tags:a b,c\n"));
}

#[tokio::test]
async fn json_is_read_in_every_framing() {
    for text in [
        "[{\"UID\":\"a\"},\n {\"UID\":\"b\"}]",
        "{\"UID\":\"a\"}\n{\"UID\":\"b\"}\n",
        "{\"UID\":\"a\"}\n{\"UID\":\"b\"}",
        "{\"errorCode\":0,\"results\":[{\"UID\":\"a\"},{\"UID\":\"b\"}]}",
        "\u{feff}[ {\"UID\" : \"a\"} , {\"UID\":\"b\"} ]",
    ] {
        let made = of_files::<ParseJson>(json!({}), &[("f", text.as_bytes())]).await.unwrap();
        assert_eq!(made.records(), [json!({"UID": "a"}), json!({"UID": "b"})], "{text}");
    }
    let made = of_files::<ParseJson>(
        json!({"addFilename": true}),
        &[("x.json", b"[{\"a\":1}]"), ("y.json", b"{\"a\":2}")],
    );
    assert_eq!(
        made.await.unwrap().records(),
        [json!({"a": 1, "_filename": "x.json"}), json!({"a": 2, "_filename": "y.json"})]
    );
}

#[tokio::test]
async fn a_broken_record_takes_the_error_path_and_a_cut_file_fails() {
    let text = b"{\"UID\":\"a\"}\n{\"UID\":secret}\n{\"UID\":\"b\"}\n";
    let made = of_files::<ParseJson>(json!({}), &[("f", text)]).await.unwrap();
    assert_eq!(made.records(), [json!({"UID": "a"}), json!({"UID": "b"})]);
    let failed = made.error[0].to_string();
    assert!(
        failed.contains("\"_record\":2") && failed.contains("f, record 2") && !failed.contains("secret"),
        "{failed}"
    );
    for cut in ["[{\"UID\":\"a\"},{\"UI", "[{\"UID\":\"a\"}", "{\"UID\":\"a\"}\n{\"UID\":"] {
        let error = of_files::<ParseJson>(json!({}), &[("f", cut.as_bytes())]).await.unwrap_err();
        assert!(error.to_string().contains("get the whole file"), "{cut}: {error}");
    }
}

#[tokio::test]
async fn dsv_is_read_with_its_charset() {
    let rows =
        [json!({"UID": "a", "profile.name": "é,1", "n": "007"}), json!({"UID": "b", "profile.name": ""})];
    let latin = b"UID,profile.name,n\r\na,\"\xe9,1\",007\r\nb,\"\"\r\n".to_vec();
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain("UID,profile.name,n\na,\"é,1\",007\nb,\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (charset, bytes) in [
        ("auto-detect", "UID,profile.name,n\na,\"é,1\",007\nb,\n".as_bytes().to_vec()),
        ("UTF-8", "\u{feff}UID,profile.name,n\na,\"é,1\",007\nb,\n".as_bytes().to_vec()),
        ("auto-detect", latin.clone()),
        ("ISO-8859-1", latin),
        ("auto-detect", utf16),
    ] {
        let params = json!({"columnSeparator": ",", "fileCharset": charset, "inferTypes": false, "addFilename": false});
        let made = of_files::<ParseDsv>(params, &[("f.csv", &bytes)]).await.unwrap();
        assert_eq!(made.records(), rows, "{charset}");
    }
    assert!(of_files::<ParseDsv>(json!({"fileCharset": "klingon"}), &[]).await.is_err());
}

#[tokio::test]
async fn dsv_types_are_inferred_if_asked_for_and_wide_rows_fail() {
    let made = of_files::<ParseDsv>(
        json!({"inferTypes": true, "columnSeparator": "\\t", "addFilename": true}),
        &[("f.tsv", b"a\tb\tc\td\te\n1.50\ttrue\t007\t\tx\n1\t2\t3\t4\t5\t6\n")],
    )
    .await
    .unwrap();
    assert_eq!(
        made.records(),
        [json!({"a": 1.50, "b": true, "c": "007", "d": null, "e": "x", "_filename": "f.tsv"})]
    );
    let failed = made.error[0].as_value().to_serde();
    assert_eq!(failed[ERROR_DETAILS]["errorMessage"], "f.tsv, row 2: 6 values for 5 columns");
}

#[tokio::test]
async fn dsv_that_ends_within_quotes_is_cut_off() {
    for (params, text) in [
        (json!({}), "a,b\n1,\"open\n2,c\n3,d\n"),
        (json!({"columnSeparator": ";"}), "a;b\n1;\"open\"\"\n2;c\n"),
        (json!({"escapeCharacter": "\\"}), "a,b\n1,\"open\\\"\n2,c\n"),
    ] {
        let error = of_files::<ParseDsv>(params, &[("f.csv", text.as_bytes())]).await.unwrap_err();
        assert!(error.to_string().starts_with("f.csv: the quoted value that begins in line 2"), "{error}");
    }
    let whole = "a,b\n1,\"\"\"x,\ny\"\"\"\n2,5\" disk\n";
    let made = of_files::<ParseDsv>(json!({}), &[("f.csv", whole.as_bytes())]).await.unwrap();
    assert_eq!(made.records(), [json!({"a": "1", "b": "\"x,\ny\""}), json!({"a": "2", "b": "5\" disk"})]);
}

#[tokio::test]
async fn a_row_of_dsv_that_is_no_text_takes_the_error_path() {
    for (charset, wrong, right, name) in [
        ("UTF-8", b"\xe9".as_slice(), "\u{fffd}".as_bytes(), "UTF-8"),
        ("Shift_JIS", b"\x81\xff", b"\x83\x41", "Shift_JIS"),
    ] {
        let text = [b"a,b\n1,", wrong, b"\n2,", right, b"\n"].concat();
        let params = json!({"fileCharset": charset});
        let made = of_files::<ParseDsv>(params, &[("f.csv", &text)]).await.unwrap();
        assert_eq!(made.records().len(), 1, "{charset}");
        let failed = made.error[0].as_value().to_serde();
        let message = format!("f.csv, row 1: bytes that are no {name}; is `fileCharset` right?");
        assert_eq!(failed[ERROR_DETAILS]["errorMessage"], message);
    }
}

#[tokio::test]
async fn archives_go_there_and_back() {
    let content = "hello ".repeat(1000);
    let packed = of_files::<CompressGzip>(json!({}), &[("a.json", content.as_bytes())]).await.unwrap();
    let gz = packed.files()[0].clone();
    assert_eq!(gz.name(), "a.json.gz");
    assert!(gz.size() < 200);
    let back = of_files::<UncompressGzip>(json!({}), &[("a.json.gz", &gz.content().unwrap())]).await.unwrap();
    assert_eq!(files(&back), file("a.json", &content));
    let packed = of_files::<CompressZip>(json!({}), &[("a.json", content.as_bytes())]).await.unwrap();
    let zip = packed.files()[0].clone();
    assert_eq!(zip.name(), "a.json.zip");
    let back =
        of_files::<UncompressZip>(json!({}), &[("a.json.zip", &zip.content().unwrap())]).await.unwrap();
    assert_eq!(files(&back), file("a.json", &content));
    for broken in [&gz.content().unwrap()[..50], b"no archive"] {
        let error = of_files::<UncompressGzip>(json!({}), &[("b.gz", broken)]).await.unwrap_err();
        assert!(error.to_string().contains("b.gz"), "{error}");
        assert!(of_files::<UncompressZip>(json!({}), &[("b.zip", broken)]).await.is_err());
    }
}

#[tokio::test]
async fn large_files_go_through_the_work_folder_and_leave_nothing() {
    let work = tempfile::tempdir().unwrap();
    let record = Record::from_json(&json!({"text": "x".repeat(100_000)}).to_string()).unwrap();
    let items = (0..50).map(|_| Item::from(record.clone()));
    let made =
        probe::<FormatJson>(json!({"fileName": "a.json"}), items, &context(work.path())).await.unwrap();
    assert!(made.files()[0].size() > 5_000_000);
    let records: Vec<Json> = serde_json::from_slice(&made.files()[0].content().unwrap()).unwrap();
    assert_eq!(records.len(), 50);
    assert_eq!(std::fs::read_dir(work.path()).unwrap().count(), 0, "files in the work folder have no names");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_dsv_writes_it_reads(
        rows in prop::collection::vec(prop::collection::vec("[a\",;\\\\\r\n é]{0,5}", 3), 1..8),
        quoted in any::<bool>(),
        escape in prop::option::of(Just("\\")),
    ) {
        let records: Vec<Json> =
            rows.iter().map(|row| json!({"a": row[0], "b": row[1], "c.d": row[2]})).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let back = runtime.block_on(async {
            let params = json!({"fileName": "f", "quoteFields": quoted, "escapeCharacter": escape});
            let made = of_records::<FormatDsv>(params, &records).await.unwrap();
            let content = made.files()[0].content().unwrap();
            of_files::<ParseDsv>(json!({"escapeCharacter": escape}), &[("f", &content)]).await.unwrap()
        });
        prop_assert_eq!(back.records(), records);
    }
}
