//! Users who come over lazily are the users that a bulk import would have made: scripts of the default mapping in the
//! tenant's runner, against the local site filled with the sample.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap};

use mapping::{DEFAULT, Identifier, Kernel, Mapping};
use migration::lazy::{self, SiteAccess};
use migration::screen::{Policies, screen};
use sample::{HashKind, Sample};
use scan::PADDING;
use serde_json::{Map, Value, json};
use site::Site;
use site::store::load::load;
use tenant::Tenant;

const ACCOUNTS: u64 = 800;

struct World {
    site: Site,
    tenant: Tenant,
    http: reqwest::Client,
    token: String,
    sample: Sample,
    _data: [tempfile::TempDir; 2],
}

impl World {
    /// A site with the sample, and a tenant with a connection of our scripts for these identifiers.
    async fn start(identifiers: &[Identifier]) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let sample = Sample::new(ACCOUNTS, 3);
        let site = site::start(site::Options::new(data[0].path())).await.unwrap();
        let records = records(&sample);
        let now_ms = site.state().now_ms();
        let loaded =
            site.state().store().write_blocking(|tx| load(tx, records.iter().map(String::as_str), now_ms));
        assert!(loaded.unwrap().accounts > 700);
        let tenant = tenant::start(tenant::Options::new(data[1].path())).await.unwrap();
        let mut world =
            Self { site, tenant, http: reqwest::Client::new(), token: String::new(), sample, _data: data };
        let body = json!({"grant_type": "client_credentials", "client_id": world.tenant.client_id,
            "client_secret": world.tenant.client_secret, "audience": format!("{}/api/v2/", world.tenant.url)});
        let (_, answer) = world.ask("POST", "/oauth/token", body).await;
        world.token = answer["access_token"].as_str().unwrap().to_owned();
        let policies = policies(identifiers);
        let scripts = lazy::scripts(DEFAULT, &policies).unwrap();
        let mut options = lazy::connection_options(&scripts, Some(&world.access()));
        if identifiers.len() > 1 {
            let active = json!({"identifier": {"active": true}, "validation": {"max_length": 128}});
            options.insert(
                "attributes".into(),
                json!({"email": active, "username": active, "phone_number": active}),
            );
        }
        let body = json!({"name": "gigya", "strategy": "auth0", "options": options, "enabled_clients": [world.tenant.client_id]});
        let (status, answer) = world.ask("POST", "/api/v2/connections", body).await;
        assert_eq!(status, 201, "{answer}");
        world
    }

    fn access(&self) -> SiteAccess {
        SiteAccess {
            url: self.site.url.clone(),
            api_key: self.site.api_key.clone(),
            user_key: self.site.user_key.clone(),
            secret: self.site.secret.clone().into(),
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request =
            self.http.request(method, format!("{}{path}", self.tenant.url)).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn login(&self, login: &str, password: &str) -> (u16, Value) {
        let body = json!({"grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": "gigya",
            "client_id": self.tenant.client_id, "client_secret": self.tenant.client_secret,
            "username": login, "password": password});
        self.ask("POST", "/oauth/token", body).await
    }

    async fn user(&self, user_id: &str) -> Option<Map<String, Value>> {
        let id: String = user_id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        match self.ask("GET", &format!("/api/v2/users/auth0%7C{id}"), Value::Null).await {
            (200, Value::Object(user)) => Some(user),
            (404, _) => None,
            other => panic!("{user_id}: {other:?}"),
        }
    }

    /// Every account of the sample that the site could take, as the export file has it.
    fn accounts(&self) -> Vec<Value> {
        let mut seen = BTreeMap::new();
        for record in records(&self.sample) {
            let Ok(account @ Value::Object(_)) = serde_json::from_str::<Value>(&record) else { continue };
            if let Some(uid) = account["UID"].as_str().map(str::to_owned) {
                seen.entry(uid).or_insert(account);
            }
        }
        seen.into_values().collect()
    }

    async fn stop(self) {
        self.tenant.stop().await;
        self.site.stop().await;
    }
}

fn records(sample: &Sample) -> Vec<String> {
    let record = |index| {
        let mut record = Vec::new();
        sample.record(index, &mut record);
        String::from_utf8_lossy(&record).into_owned()
    };
    (0..sample.accounts()).map(record).collect()
}

fn policies(identifiers: &[Identifier]) -> Policies {
    let mut policies = Policies::default();
    policies.identifiers = identifiers.to_vec();
    policies
}

/// The user that the bulk import would make of an account, without what no script can hand over; none when it would be
/// set aside.
fn bulk(account: &Value, mapping: &Mapping, identifiers: &[Identifier]) -> Option<Map<String, Value>> {
    let text = format!("{account}{}", "\0".repeat(PADDING));
    let mut kernel = Kernel::new(mapping, 128);
    let (mut mapped, _) = kernel.map(&text, 0).unwrap();
    if !mapped.registered
        || mapped.lite
        || screen(&mut mapped.user, &policies(identifiers), false).aside.is_some()
    {
        return None;
    }
    mapped.user.password = None;
    mapped.user.blocked = None;
    let mut out = Vec::new();
    mapped.user.write_json(&mut out);
    serde_json::from_slice(&out).unwrap()
}

/// Numbers as JavaScript has them.
fn as_doubles(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(as_doubles).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, as_doubles(value))).collect()
        }
        other => other,
    }
}

/// What came over, without what the tenant adds.
fn shown(mut user: Map<String, Value>, expected: &Map<String, Value>) -> Map<String, Value> {
    for name in [
        "identities",
        "created_at",
        "updated_at",
        "last_login",
        "last_ip",
        "logins_count",
        "last_password_reset",
    ] {
        user.remove(name);
    }
    for name in ["name", "nickname", "picture"] {
        if !expected.contains_key(name) {
            user.remove(name);
        }
    }
    let id = user["user_id"].as_str().unwrap().strip_prefix("auth0|").unwrap().to_owned();
    user.insert("user_id".into(), Value::from(id));
    user
}

/// Addresses that stand in one account only, as identifiers of it.
fn own_addresses(accounts: &[Value]) -> HashMap<String, usize> {
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, account) in accounts.iter().enumerate() {
        let mut own: Vec<String> = Vec::new();
        for list in
            ["/loginIDs/emails", "/loginIDs/unverifiedEmails", "/emails/verified", "/emails/unverified"]
        {
            for one in account.pointer(list).and_then(Value::as_array).into_iter().flatten() {
                own.extend(one.as_str().map(str::to_lowercase));
            }
        }
        own.extend(account.pointer("/profile/email").and_then(Value::as_str).map(str::to_lowercase));
        own.sort();
        own.dedup();
        own.into_iter().for_each(|address| holders.entry(address).or_default().push(index));
    }
    holders.into_iter().filter(|(_, all)| all.len() == 1).map(|(address, all)| (address, all[0])).collect()
}

async fn compared(identifiers: &[Identifier]) -> usize {
    let world = World::start(identifiers).await;
    let accounts = world.accounts();
    let own = own_addresses(&accounts);
    let mapping = Mapping::compile(DEFAULT, identifiers).unwrap();
    let (mut compared, mut mended, mut disabled, mut refused) = (0, 0, 0, 0);
    for (index, account) in accounts.iter().enumerate() {
        let Some(expected) = bulk(account, &mapping, identifiers) else { continue };
        let email = expected["email"].as_str().unwrap();
        let is_identifier = ["/loginIDs/emails", "/loginIDs/unverifiedEmails"].iter().any(|list| {
            let list = account.pointer(list).and_then(Value::as_array);
            list.into_iter().flatten().any(|one| one.as_str().is_some_and(|one| one.to_lowercase() == email))
        });
        if own.get(email) != Some(&index) || !is_identifier {
            continue;
        }
        let reset = json!({"connection": "gigya", "email": email});
        assert_eq!(world.ask("POST", "/dbconnections/change_password", reset).await.0, 200);
        let user_id = expected["user_id"].as_str().unwrap();
        let came = world.user(user_id).await;
        if account["isActive"] == false {
            assert!(came.is_none(), "{user_id} is disabled");
            disabled += 1;
            continue;
        }
        let Some(came) = came else {
            // Somebody who came before has the user name or the number.
            let (_, log) = world.ask("GET", "/api/v2/logs?per_page=1", Value::Null).await;
            let log = log[0]["description"].as_str().unwrap_or_default().to_owned();
            assert_eq!(log, "The user already exists.", "{user_id}\n{account:#}");
            refused += 1;
            continue;
        };
        mended += usize::from(expected["app_metadata"].pointer("/gigya/original").is_some());
        let came = as_doubles(Value::Object(shown(came, &expected)));
        assert_eq!(came, as_doubles(Value::Object(expected)));
        compared += 1;
    }
    assert!(mended >= 5 && disabled >= 2 && refused <= 20, "{mended} {disabled} {refused}");
    world.stop().await;
    compared
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scripts_make_the_user_that_the_mapping_makes() {
    assert!(compared(&[Identifier::Email]).await > 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn so_they_do_for_a_connection_with_user_names_and_numbers() {
    assert!(compared(&[Identifier::Email, Identifier::Username, Identifier::Phone]).await > 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_in_comes_over_and_needs_the_site_no_more() {
    let identifiers = [Identifier::Email];
    let world = World::start(&identifiers).await;
    let accounts = world.accounts();
    let own = own_addresses(&accounts);
    let mapping = Mapping::compile(DEFAULT, &identifiers).unwrap();
    let mut by_kind: HashMap<String, u32> = HashMap::new();
    let mut came = Vec::new();
    for login in world.sample.logins() {
        let Some(account) = own.get(&login.login).map(|&index| &accounts[index]) else { continue };
        if login.kind == HashKind::Argon2id {
            // The local site cannot check it.
            continue;
        }
        let kind = by_kind.entry(format!("{:?}", login.kind)).or_default();
        if *kind == 2 || account["isActive"] == false || account["isRegistered"] == false {
            continue;
        }
        *kind += 1;
        let expected = bulk(account, &mapping, &identifiers).unwrap();
        let user_id = expected["user_id"].as_str().unwrap().to_owned();
        let (status, wrong) = world.login(&login.login, "certainly not").await;
        assert_eq!((status, wrong["error"].as_str()), (403, Some("invalid_grant")), "{user_id}");
        assert!(world.user(&user_id).await.is_none(), "a wrong password leaves no trace");
        let (status, answer) = world.login(&login.login, login.password).await;
        assert_eq!(status, 200, "{user_id} {:?}: {answer}", login.kind);
        let mut user = shown(world.user(&user_id).await.unwrap(), &expected);
        let mut expected = expected;
        for user in [&mut user, &mut expected] {
            let gigya = user["app_metadata"].pointer_mut("/gigya").unwrap().as_object_mut().unwrap();
            for now in ["lastLogin", "lastUpdated", "loginProvider"] {
                gigya.remove(now);
            }
        }
        assert_eq!(as_doubles(Value::Object(user)), as_doubles(Value::Object(expected)));
        came.push((login.login, login.password));
    }
    assert!(by_kind.len() >= 10 && came.len() >= 20, "{by_kind:?}");
    let World { site, tenant, http, token, sample, _data } = world;
    site.stop().await;
    // The site is off now.
    let again = site::start(site::Options::new(tempfile::tempdir().unwrap().path())).await.unwrap();
    let world = World { site: again, tenant, http, token, sample, _data };
    for (login, password) in came {
        assert_eq!(world.login(&login, password).await.0, 200, "{login}");
        assert_eq!(world.login(&login, "certainly not").await.0, 403);
    }
    world.stop().await;
}
