//! The lane `lazy`, end to end: a site with hashes that cannot move, its users at their first login at a tenant.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use auth0::{Client, Error, Login};
use axum::extract::State;
use axum::routing::post;
use axum::{Form, Json, Router};
use serde_json::{Map, Value, json};

use super::home::{Home, Ran, Served, adds_up, credentials};

/// Of `geheim 2`, by a script of Drupal's algorithm.
const DRUPAL: &str = "$S$8s4ltS4ltVMAQaMzVV/pvcv1Un5W9PsZRqVrr5LwSTiZ1DMIpsIY";
/// Of `geheim 1`, by `openssl passwd -1`.
const MD5_CRYPT: &str = "$1$abcdefgh$6WjEwkJV..KvGb/KgYl/W0";
/// Of `geheim 0`.
const MD5: &str = "V/bGBkeE4tQOg668xwcaRA==";

/// The customer's own service, which checks `custom` passwords, and how often it was asked.
struct Checker {
    url: String,
    asked: Arc<AtomicU32>,
}

async fn check(
    State(asked): State<Arc<AtomicU32>>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Json<Value> {
    asked.fetch_add(1, Ordering::Relaxed);
    Json(json!({"valid": form["password"] == "geheim 3" && form["hashedPassword"] == "opaque"}))
}

impl Checker {
    fn start(runtime: &tokio::runtime::Runtime) -> Self {
        let asked: Arc<AtomicU32> = Arc::default();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/check", listener.local_addr().unwrap());
        let app = Router::new().route("/check", post(check)).with_state(asked.clone());
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, asked }
    }
}

fn account(name: &str, password: Value) -> String {
    let email = format!("{name}@example.com");
    json!({
        "UID": format!("uid-{name}"), "isActive": true, "isRegistered": true, "isVerified": true,
        "loginIDs": {"emails": [email], "unverifiedEmails": []}, "emails": {"verified": [email], "unverified": []},
        "profile": {"email": email, "firstName": name.to_uppercase(), "lastName": "x".repeat(200), "languages": "en"},
        "data": {"points": 7}, "created": "2015-01-01T00:00:00.000Z", "createdTimestamp": 1_420_070_400_000_u64,
        "lastUpdatedTimestamp": 1_420_070_400_000_u64, "password": password,
    })
    .to_string()
}

/// Three accounts whose hash moves and four whose cannot, among them one who waits to the end.
fn export(checker: &Checker) -> String {
    let custom = json!({"hash": "opaque", "hashSettings": {"algorithm": "custom", "url": checker.url}});
    let md5 = json!({"hash": MD5, "hashSettings": {"algorithm": "md5"}});
    let crypt = json!({"compoundHash": MD5_CRYPT, "hashSettings": {"algorithm": "md5_crypt"}});
    let drupal = json!({"compoundHash": DRUPAL, "hashSettings": {"algorithm": "drupal"}});
    let mut accounts: Vec<String> = ["h1", "h2", "h3"].map(|name| account(name, md5.clone())).to_vec();
    accounts.extend([
        account("crypt", crypt),
        account("drupal", drupal.clone()),
        account("custom", custom),
        account("waits", drupal),
    ]);
    accounts.join("\n")
}

const LAZY: [(&str, &str); 3] = [("crypt", "geheim 1"), ("drupal", "geheim 2"), ("custom", "geheim 3")];

/// What the test asks the tenant.
struct Asks {
    runtime: tokio::runtime::Runtime,
    client: Client,
}

impl Asks {
    fn of(runtime: tokio::runtime::Runtime, tenant: &Served) -> Self {
        Self { client: tenant.client(), runtime }
    }

    fn login(&self, name: &str, password: &str) -> Result<Login, Error> {
        let (email, password) = (format!("{name}@example.com"), password.to_owned().into());
        self.runtime.block_on(self.client.login("people", &email, &password))
    }

    fn user(&self, name: &str) -> Option<Map<String, Value>> {
        self.runtime.block_on(self.client.user(&format!("auth0|uid-{name}"))).unwrap()
    }

    fn options(&self) -> Map<String, Value> {
        self.runtime.block_on(self.client.connection_by_name("people")).unwrap().unwrap().options
    }

    /// The ids of everybody at the connection.
    fn everybody(&self) -> Vec<String> {
        let all =
            self.runtime.block_on(self.client.search_users("identities.connection:\"people\"", 0)).unwrap();
        let mut ids: Vec<String> =
            all.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    }
}

fn keys(command: &mut Command, site: &Served) {
    command
        .env("GIGYA_API_KEY", site.text("api_key"))
        .env("GIGYA_USER_KEY", site.text("user_key"))
        .env("GIGYA_SECRET", site.text("secret"));
}

fn run(home: &Home, tenant: &Served, site: Option<&Served>, args: &[&str]) -> Ran {
    let url = tenant.text("url");
    let mut all = args.to_vec();
    all.extend(["--to", &url]);
    let mut command = home.command(&all);
    credentials(&mut command, tenant);
    if let Some(site) = site {
        keys(&mut command, site);
    }
    command.output().unwrap().into()
}

#[test]
fn who_cannot_move_comes_over_at_the_first_login_and_nobody_twice() {
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let checker = Checker::start(&runtime);
    let file = home.file("export.ndjson", export(&checker));
    let site = Served::site(&home, &home.path("site"), &["--import", &file]);
    let tenant = Served::start(&home, &home.path("tenant"), &[]);
    let source = format!("gigya:{}", site.text("url"));
    let args = ["migrate", &source, "--lazy", "leave", "--connection", "people", "--run", "lazy", "--json"];
    let migrated = run(&home, &tenant, Some(&site), &args).expect(0);
    let report = migrated.json();
    adds_up(&report);
    assert_eq!((&report["counters"]["left"], &report["counters"]["imported"]), (&json!(4), &json!(3)));
    assert_eq!((&report["lanes"]["lazy"], &report["lanes"]["hash"]), (&json!(4), &json!(3)));
    assert_eq!(home.lines("lazy", "lazy.ndjson").len(), 4);
    let secret = site.text("secret");
    for file in ["manifest.json", "report.json", "report.html", "lazy.ndjson"] {
        let text = std::fs::read_to_string(home.run_folder("lazy").join(file)).unwrap();
        assert!(!text.contains(&secret), "{file}");
    }

    let asks = Asks::of(runtime, &tenant);
    let options = asks.options();
    assert_eq!(
        (&options["enabledDatabaseCustomization"], &options["import_mode"]),
        (&json!(true), &json!(true))
    );
    assert!(!Value::Object(options).to_string().contains(&secret));
    assert_eq!(asks.everybody(), ["auth0|uid-h1", "auth0|uid-h2", "auth0|uid-h3"]);

    for (name, password) in LAZY {
        assert_eq!(asks.login(name, "certainly not").unwrap(), Login::Wrong, "{name}");
        assert!(asks.user(name).is_none(), "a wrong password leaves no trace");
        assert_eq!(asks.login(name, password).unwrap(), Login::In, "{name}");
        let user = asks.user(name).unwrap();
        assert_eq!(
            (&user["email_verified"], &user["given_name"]),
            (&json!(true), &json!(name.to_uppercase()))
        );
        assert_eq!(user["family_name"], "x".repeat(150), "mended as in the bulk import");
        assert_eq!(user["app_metadata"]["gigya"]["original"]["family_name"], "x".repeat(200));
        assert_eq!(user["app_metadata"]["data"], json!({"points": 7}));
        assert_eq!(user["user_metadata"], json!({"languages": "en"}));
    }
    assert_eq!(asks.login("h1", "geheim 0").unwrap(), Login::In);
    assert_eq!(checker.asked.load(Ordering::Relaxed), 2, "a wrong password and a right one");

    let lanes = |more: &[&str]| {
        let args: Vec<&str> = ["lanes", "lazy", "--json"].iter().chain(more).copied().collect();
        run(&home, &tenant, None, &args)
    };
    let far = lanes(&[]).expect(0).json();
    let expected = json!({"left": 4, "arrived": 3, "waiting": 1, "codes": {
        "hash_unknown": {"left": 4, "arrived": 3}}});
    assert_eq!((&far["lazy"], &far["scripts"]), (&expected, &json!("crosswalk")));
    assert_eq!(std::fs::read_to_string(home.run_folder("lazy").join("waiting.txt")).unwrap(), "uid-waits\n");

    // Both lanes again, through the same connection. A login has given the site a hash of its own, which could move now:
    // its user is there already.
    let again = ["migrate", &source, "--lazy", "leave", "--connection", "people", "--run", "again", "--json"];
    let report = run(&home, &tenant, Some(&site), &again).json();
    adds_up(&report);
    assert_eq!(report["counters"]["already_there"], 6, "{report:#}");

    // The site is switched off: who has come needs it no more, and who has not is not told that the password is wrong.
    drop(site);
    for (name, password) in LAZY.into_iter().chain([("h2", "geheim 0")]) {
        assert_eq!(asks.login(name, password).unwrap(), Login::In, "{name}");
        assert_eq!(asks.login(name, "certainly not").unwrap(), Login::Wrong, "{name}");
    }
    let outage = asks.login("waits", "geheim 2");
    assert!(matches!(&outage, Err(Error::Refused { .. })), "{outage:?}");
    assert_eq!(checker.asked.load(Ordering::Relaxed), 2, "the tenant has the password since the first login");

    let finished = lanes(&["--finish"]).expect(0).json();
    assert_eq!((&finished["scripts"], &finished["lazy"]["waiting"]), (&json!("finished"), &json!(1)));
    let options = asks.options();
    assert!(!options.contains_key("configuration"), "the keys are gone");
    assert_eq!(options["import_mode"], true);
    assert_eq!(asks.login("waits", "geheim 2").unwrap(), Login::Wrong);
    assert_eq!(lanes(&["--finish"]).expect(0).json()["scripts"], "finished");

    // The way out for those who have not come.
    let waiting = home.run_folder("lazy").join("waiting.txt");
    let late = [
        "migrate",
        &file,
        "--uids",
        waiting.to_str().unwrap(),
        "--connection",
        "people",
        "--run",
        "late",
        "--json",
    ];
    assert_eq!(run(&home, &tenant, None, &late).expect(0).json()["counters"]["imported"], 1);
    let mut everybody = asks.everybody();
    everybody.dedup();
    assert_eq!(everybody.len(), 7);
    let words = run(&home, &tenant, None, &["lanes", "lazy"]).expect(0).stdout;
    assert!(words.contains("arrived       4"), "{words}");
}

#[test]
fn a_file_needs_keys_and_a_connection_of_another_kind_is_refused() {
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let checker = Checker::start(&runtime);
    let file = home.file("export.ndjson", export(&checker));
    let site = Served::site(&home, &home.path("site"), &["--import", &file]);
    let tenant = Served::start(&home, &home.path("tenant"), &[]);
    let asks = Asks::of(runtime, &tenant);
    let leave = |run: &str, connection: &str| {
        ["migrate", &file, "--lazy", "leave", "--run", run, "--connection", connection]
            .map(str::to_owned)
            .to_vec()
    };
    let with = |args: Vec<String>, site: Option<&Served>| {
        run(&home, &tenant, site, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };

    let ran = with(leave("none", "people"), None).expect(2);
    assert!(ran.stderr.contains("GIGYA_DATA_CENTER is not set"), "{}", ran.stderr);
    let plain = with(leave("plain", "Username-Password-Authentication"), Some(&site)).expect(3);
    assert!(plain.stderr.contains("is none"), "{}", plain.stderr);
    assert!(!home.run_folder("none").exists() && !home.run_folder("plain").exists());

    // Prepared first, imported later; the run knows that it leaves users.
    home.run(&["convert", &file, "--lazy", "leave", "--run", "later"]).expect(0);
    let import = |more: &[&str], site| {
        let args: Vec<String> = ["import", "later", "--connection", "people"]
            .iter()
            .chain(more)
            .map(|one| (*one).to_owned())
            .collect();
        with(args, site)
    };
    assert!(import(&[], None).expect(2).stderr.contains("GIGYA_DATA_CENTER"));
    let other = home.file("other.toml", "version = 1\n[user]\nemail = \"profile.email\"\n");
    assert!(import(&["--mapping", &other], None).expect(2).stderr.contains("--mapping"));
    let keys = home.file(
        "keys.env",
        format!(
            "AUTH0_CLIENT_ID={}\nAUTH0_CLIENT_SECRET={}\nGIGYA_DATA_CENTER={}\nGIGYA_API_KEY={}\nGIGYA_USER_KEY={}\nGIGYA_SECRET={}\n",
            tenant.text("client_id"),
            tenant.text("client_secret"),
            site.text("url"),
            site.text("api_key"),
            site.text("user_key"),
            site.text("secret")
        ),
    );
    import(&["--credentials", &keys], None).expect(0);
    assert_eq!(asks.everybody().len(), 3);
    assert_eq!(asks.login("drupal", "geheim 2").unwrap(), Login::In);
    assert_eq!(asks.everybody().len(), 4);
}
