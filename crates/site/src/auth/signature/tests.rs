//! Against the vectors that SAP's SDK for Python made.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::Value;

use super::*;

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/gigya-signatures.json");

#[test]
fn every_recorded_call_passes_and_none_that_was_touched() {
    let Ok(text) = std::fs::read_to_string(VECTORS) else {
        println!("no recorded signatures here: nothing is compared");
        return;
    };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let requests = vectors["signed_requests"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for request in requests {
        let name = text(&request["name"]);
        let url = text(&request["url"]);
        let (scheme, rest) = url.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let secret = text(&request["secret_base64"]);
        let sig = text(&request["sig"]);
        let mut call = Call {
            endpoint: path.to_owned(),
            http_method: text(&request["http_method"]),
            scheme: if scheme == "https" { "https" } else { "http" },
            host: host.to_owned(),
            path: format!("/{path}"),
            params: Params::parse(&[text(&request["post_body"]).as_bytes()]),
            authorization: None,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            id: String::new(),
            time_ms: 1_700_000_000_000,
        };
        assert_eq!(call.params.get("sig"), Some(sig.as_str()), "{name}");
        assert_eq!(
            base_string(&call.http_method, &url, &call.params),
            text(&request["base_string"]),
            "{name}"
        );
        assert_eq!(sign(&secret, &text(&request["base_string"])).unwrap(), sig, "{name}");
        assert!(fits(&call, &secret, &sig), "{name}");
        call.host = format!("{host}:8443");
        assert!(fits(&call, &secret, &sig), "{name}, with a port that the client left out");
        call.path.push('x');
        assert!(!fits(&call, &secret, &sig), "{name}, on another path");
    }
    assert!(!requests.is_empty());

    // SAP's own unit test of its Java SDK.
    let java = &vectors["java_unit_test_vector"];
    let params: Params = java["params_before_sig"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    let base = base_string("POST", &text(&java["url"]), &params);
    assert_eq!(base, text(&java["base_string"]));
    assert_eq!(sign(&text(&java["secret_base64"]), &base).unwrap(), text(&java["sig"]));
}
