//! The one path of every call, against a server that misbehaves in the ways of a real site.

mod script;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gigya::{Call, Client, Config, Credentials, Error, Login, PrivateKey};
use rsa::pkcs1::{EncodeRsaPrivateKey as _, LineEnding};
use script::{SECRET, Script, answer, client, config, refuse, start};

const GOOD: &str = r#"{"callId":"c1","errorCode":0,"UID":"u1","profile":{"email":"a@x.test"}}"#;

#[tokio::test]
async fn what_passes_is_retried_with_a_new_nonce_and_counted() {
    let (client, script) = client(vec![
        answer(503, "<html>busy</html>"),
        refuse(403_048, ""),
        refuse(500_001, ""),
        refuse(409_030, ""),
        answer(200, GOOD),
    ])
    .await;
    let account = client.account_info("u1", "profile,password").await.unwrap().unwrap();
    assert_eq!(account, r#"{"UID":"u1","profile":{"email":"a@x.test"}}"#);
    let counts = client.counts();
    assert_eq!(counts.requests["accounts.getAccountInfo"], 5);
    assert_eq!((counts.retries, counts.limited), (4, 1));
    assert!(counts.waited > Duration::from_millis(500), "{:?}", counts.waited);
    let seen = script.seen();
    assert_eq!(seen.len(), 5);
    assert_eq!(seen[4].params["include"], "profile,password");
    let mut nonces: Vec<&str> = seen.iter().map(|request| request.params["nonce"].as_str()).collect();
    nonces.sort_unstable();
    nonces.dedup();
    assert_eq!(nonces.len(), 5, "every attempt has a nonce of its own");
    assert!(seen.iter().all(|request| !request.text.contains(SECRET)), "the secret stays here");
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let script = Script::of(vec![answer(200, GOOD)]);
    let play = script.clone();
    tokio::spawn(async move {
        drop(listener.accept().await.unwrap());
        play.serve(listener).await;
    });
    let client = Client::new(config(&format!("http://{address}"))).unwrap();
    assert!(client.account_info("u1", "profile").await.unwrap().is_some());
    assert_eq!(client.counts().retries, 1);
}

#[tokio::test]
async fn a_call_that_must_not_be_done_twice_is_a_doubt_and_is_not_sent_again() {
    let create = Call::new("idx.createDataflow").param("data", "{}").once();
    let (client, script) = client(vec![refuse(403_048, ""), refuse(504_002, "")]).await;
    let error = client.send(&create).await.unwrap_err();
    assert!(matches!(error, Error::Passing { maybe_done: true, attempts: 2, .. }), "{error:?}");
    assert_eq!(script.seen().len(), 2, "a refusal at the door is no doubt, a time-out is");
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_once_by_the_sites() {
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    let late = || {
        let mut refusal = refuse(403_002, "");
        refusal.headers_mut().insert("date", httpdate::fmt_http_date(ahead).parse().unwrap());
        refusal
    };
    let (client, script) = client(vec![late(), answer(200, GOOD), late(), late()]).await;
    client.account_info("u1", "profile").await.unwrap();
    let seconds = |index: usize| script.seen()[index].params["timestamp"].parse::<u64>().unwrap();
    let site = ahead.duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(seconds(0) + 3590 < site, "first by the clock of this machine");
    assert!(seconds(1).abs_diff(site) < 60, "then by the site's");
    let error = client.account_info("u1", "profile").await.unwrap_err();
    assert_eq!(error.code(), Some(403_002));
    assert!(error.to_string().contains("clock"), "{error}");
    assert!(script.seen().len() <= 4, "it is not asked for ever");
}

#[tokio::test]
async fn calls_that_were_on_their_way_when_the_clock_was_set_are_sent_once_more() {
    let ahead = || SystemTime::now() + Duration::from_secs(3600);
    let late = httpdate::fmt_http_date(ahead());
    let url = {
        // All first calls are refused together, after the last of them has come.
        let all_are_here = std::sync::Arc::new(tokio::sync::Barrier::new(4));
        let play = move |body: String| {
            let (all_are_here, late) = (all_are_here.clone(), late.clone());
            async move {
                let form = reqwest::Url::parse(&format!("http://x/?{body}")).unwrap();
                let stamp = form.query_pairs().find(|(name, _)| name == "timestamp").unwrap().1;
                let site = ahead().duration_since(UNIX_EPOCH).unwrap().as_secs();
                if stamp.parse::<u64>().unwrap().abs_diff(site) < 60 {
                    return answer(200, GOOD);
                }
                all_are_here.wait().await;
                let mut refusal = refuse(403_002, "");
                refusal.headers_mut().insert("date", late.parse().unwrap());
                refusal
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(play);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        url
    };
    let client = Client::new(config(&url)).unwrap();
    let call = async || client.account_info("u1", "profile").await;
    let (a, b, c, d) = tokio::join!(call(), call(), call(), call());
    for account in [a, b, c, d] {
        assert!(account.unwrap().is_some());
    }
    assert_eq!(client.counts().retries, 4);
}

#[tokio::test]
async fn the_wrong_data_center_names_the_right_one() {
    let body = r#"{"callId":"c","errorCode":301001,"errorMessage":"Invalid data center","apiDomain":"us1.gigya.com"}"#;
    let (client, script) = client(vec![answer(200, body)]).await;
    let error = client.account_info("u1", "profile").await.unwrap_err();
    assert!(error.to_string().contains("in the data center us1:"), "{error}");
    assert_eq!(script.seen().len(), 1);
}

#[tokio::test]
async fn refusals_say_what_to_do_and_never_a_secret() {
    for (code, advice) in [
        (403_003, "check GIGYA_SECRET"),
        (403_010, "check GIGYA_SECRET"),
        (403_005, "check GIGYA_USER_KEY"),
        (403_007, "permission group"),
        (400_093, "GIGYA_API_KEY"),
    ] {
        // Gigya explains a bad signature by quoting what was signed.
        let quoting = if matches!(code, 403_003 | 403_010) { SECRET } else { "no more" };
        let (client, script) = client(vec![refuse(code, quoting)]).await;
        let error = client.account_info("u1", "profile").await.unwrap_err();
        let text = format!("{error} {error:?} {client:?}");
        assert!(text.contains(advice) && text.contains(&code.to_string()), "{text}");
        assert!(!text.contains(SECRET), "{text}");
        assert_eq!(script.seen().len(), 1, "{code} is not asked again");
    }
}

#[tokio::test]
async fn an_unknown_uid_is_no_error_and_an_unknown_caller_is_one() {
    let (client, _) =
        client(vec![refuse(403_005, ""), answer(200, GOOD), refuse(403_005, ""), refuse(404_003, "")]).await;
    assert_eq!(client.account_info("u2", "profile").await.unwrap_err().code(), Some(403_005));
    assert!(client.account_info("u1", "profile").await.unwrap().is_some());
    assert_eq!(client.account_info("u2", "profile").await.unwrap(), None);
    assert_eq!(client.account_info("u2", "profile").await.unwrap(), None);
}

#[tokio::test]
async fn a_refused_uid_is_not_put_down_to_the_user_key() {
    let (client, _) = client(vec![refuse(403_005, ""), answer(200, GOOD), refuse(403_005, "")]).await;
    let call = || Call::new("accounts.setAccountInfo").param("UID", "u2").param("data", "{}");
    let error = client.send(&call()).await.unwrap_err().to_string();
    assert!(error.contains("no account with this UID") && error.contains("GIGYA_USER_KEY"), "{error}");
    client.send(&Call::new("accounts.getSchema")).await.unwrap();
    let error = client.send(&call()).await.unwrap_err().to_string();
    assert!(error.contains("no account with this UID") && !error.contains("GIGYA_USER_KEY"), "{error}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_not_asked_again_and_again() {
    let client = Client::new(config("https://no-such-host.invalid")).unwrap();
    let error = client.account_info("u1", "profile").await.unwrap_err();
    // A machine without a resolver cannot tell.
    if !error.to_string().contains("Temporary failure") {
        assert!(matches!(&error, Error::Config(text) if text.contains("check the address")), "{error:?}");
        assert_eq!(client.counts().retries, 0);
    }
}

#[tokio::test]
async fn what_is_no_site_is_not_taken_for_one() {
    let (client, _) = client(vec![answer(200, "<html>"), answer(200, "{}"), answer(404, "nothing")]).await;
    for _ in 0..2 {
        let error = client.account_info("u1", "profile").await.unwrap_err();
        assert!(matches!(error, Error::Answer { .. }), "{error:?}");
    }
    let error = client.account_info("u1", "profile").await.unwrap_err();
    assert!(matches!(&error, Error::Refused { refusal, .. } if refusal.code == 404), "{error:?}");
}

#[tokio::test]
async fn an_outage_is_not_a_wrong_password() {
    let (client, script) = client(vec![
        answer(200, GOOD),
        refuse(403_042, ""),
        refuse(206_001, ""),
        refuse(403_120, ""),
        refuse(403_007, ""),
    ])
    .await;
    let password = "pass & word".to_owned().into();
    let login = async || client.login("a@x.test", &password).await;
    assert_eq!(login().await.unwrap(), Login::Ok { uid: "u1".to_owned() });
    assert_eq!(login().await.unwrap(), Login::Wrong);
    assert_eq!(login().await.unwrap(), Login::Incomplete { code: 206_001 });
    assert_eq!(login().await.unwrap(), Login::Barred { code: 403_120 });
    assert_eq!(login().await.unwrap_err().code(), Some(403_007));
    assert_eq!(script.seen()[0].params["password"], "pass & word");
}

#[tokio::test]
async fn a_key_signs_a_token_and_the_body_holds_no_proof() {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let key = PrivateKey::from_pem(key.to_pkcs1_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
    let (url, script) = start(vec![refuse(500_001, ""), answer(200, GOOD)]).await;
    let credentials = Credentials::PrivateKey { user_key: "AAkey".to_owned(), key };
    let client = Client::new(Config { credentials, ..config(&url) }).unwrap();
    client.account_info("u1", "profile").await.unwrap();
    let seen = script.seen();
    assert_ne!(seen[0].authorization, seen[1].authorization, "a token is for one call");
    for request in seen {
        assert_eq!(request.authorization.split('.').count(), 3);
        assert!(request.authorization.starts_with("Bearer eyJ"));
        assert_eq!(request.params["apiKey"], "3_key");
        assert!(!request.params.contains_key("sig") && !request.params.contains_key("userKey"));
    }
}

#[tokio::test]
async fn a_secret_is_not_sent_in_the_clear() {
    let credentials = Credentials::Secret { user_key: "AAkey".to_owned(), secret: SECRET.to_owned().into() };
    let error = Client::new(Config { credentials, ..config("http://127.0.0.1:1") }).unwrap_err();
    assert!(matches!(&error, Error::Config(text) if text.contains("https")), "{error}");
}
