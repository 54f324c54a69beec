//! A site that changes while it is read, and whose cursors are as bad as nothing forbids: they count places, so that
//! accounts are skipped when others leave, and they expire.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Form, State};
use axum::routing::post;
use gigya::{Address, Client, Config, Credentials};
use serde_json::{Value, json};

/// The site.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<String, Value>,
    /// Calls so far.
    pub(crate) calls: u64,
    /// Accounts that were asked for one by one.
    pub(crate) infos: u64,
    /// Accounts that are deleted, which searches have not learnt yet.
    pub(crate) deleted: BTreeSet<String>,
    /// Searches do not give passwords.
    pub(crate) hides_passwords: bool,
    /// Every call with a cursor whose number this divides finds it expired; 0 for none.
    pub(crate) expires: u64,
    /// Searches from `emailAccounts`; the first page of each counts.
    pub(crate) of_emails: u64,
    /// These are refused.
    pub(crate) refuses_emails: bool,
    /// Accounts that change at every search.
    pub(crate) changes: u64,
    /// At every so many searches the oldest account is deleted; 0 for none.
    pub(crate) deletes: u64,
    /// An account that is counted and not given.
    pub(crate) hidden: Option<String>,
    /// What was asked for, of searches: queries, and `cursor of` one for its next page.
    pub(crate) asked: Vec<String>,
    /// The call at which a signal is given.
    pub(crate) signal: Option<(u64, tokio::sync::watch::Sender<bool>)>,
    cursors: HashMap<String, (String, usize)>,
    random: u64,
}

pub(crate) type Shared = Arc<Mutex<World>>;

pub(crate) fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Accounts that were made in the past, many at the same time, as by an import.
pub(crate) fn world(count: u64) -> Shared {
    let mut world = World { random: 1, ..World::default() };
    for index in 0..count {
        let uid = format!("uid-{index:06}");
        let updated = 1_600_000_000_000_u64 + index / 170 * 1_000;
        world.accounts.insert(
            uid.clone(),
            json!({
                "UID": uid, "isRegistered": true, "createdTimestamp": updated, "lastUpdatedTimestamp": updated + 1,
                "loginIDs": {"emails": [format!("{uid}@example.test")]},
                "profile": {"email": format!("{uid}@example.test"), "firstName": "Ann"},
                "data": {"version": 0},
                "subscriptions": {"news": {"email": {"isSubscribed": true, "tags": [0]}}},
                "password": {"hash": "Ftek/KdELdo62TyacmWX5A==", "hashSettings": {"algorithm": "md5"}},
            }),
        );
    }
    Arc::new(Mutex::new(world))
}

impl World {
    /// An account is changed, now.
    pub(crate) fn change(&mut self, uid: &str) {
        let account = self.accounts.get_mut(uid).unwrap();
        account["data"]["version"] = json!(account["data"]["version"].as_u64().unwrap_or(0) + 1);
        account["lastUpdatedTimestamp"] = json!(now_ms());
        account["subscriptions"]["news"]["email"]["tags"] = json!([account["data"]["version"]]);
    }

    fn change_some(&mut self) {
        for _ in 0..self.changes {
            self.random =
                self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(self.random >> 33).unwrap() % self.accounts.len();
            let uid = self.accounts.keys().nth(index).unwrap().clone();
            self.change(&uid);
        }
    }

    fn matches(&self, query: &str) -> Vec<&Value> {
        let bound = |mark: &str| {
            let rest = query.split_once(mark)?.1;
            rest.split([' ', ')']).next()?.parse::<i64>().ok()
        };
        let untold = query.contains("IS NULL");
        let (_, filter) = query.split_once("ccounts WHERE ").unwrap();
        let by = filter.split(' ').next().unwrap();
        let (low, high) = (bound(&format!("{by} >= ")), bound(&format!("{by} < ")));
        let mut found: Vec<&Value> = self
            .accounts
            .values()
            .filter(|account| match account[by].as_i64() {
                None => untold,
                Some(at) => low.is_none_or(|low| at >= low) && high.is_none_or(|high| at < high),
            })
            .collect();
        if let Some((_, behind)) = query.split_once("UID > \"") {
            let behind = behind.split('"').next().unwrap();
            found.retain(|account| account["UID"].as_str().unwrap() > behind);
        }
        // Those of a map are in the order of their UIDs already.
        if !query.contains("ORDER BY UID") {
            found.sort_by_key(|account| account[by].as_i64());
        }
        if query.contains("DESC") {
            found.reverse();
        }
        found
    }

    fn search(&mut self, params: &HashMap<String, String>) -> Value {
        self.change_some();
        if self.deletes > 0 && self.calls.is_multiple_of(self.deletes) {
            self.accounts.pop_first();
        }
        if let Some(id) = params.get("cursorId") {
            let lost = self.expires > 0 && self.calls.is_multiple_of(self.expires);
            let Some((query, offset)) = self.cursors.get(id).cloned().filter(|_| !lost) else {
                return json!({"errorCode": 400_006, "errorMessage": "Invalid parameter value", "errorDetails": "cursorId"});
            };
            self.asked.push(format!("cursor of {query}"));
            return self.page(&query, offset, true);
        }
        let query = &params["query"];
        self.asked.push(query.clone());
        self.of_emails += u64::from(query.contains(" FROM emailAccounts "));
        if self.refuses_emails && query.contains(" FROM emailAccounts ") {
            return json!({"errorCode": 403_007, "errorMessage": "Permission denied"});
        }
        if query.contains("count(*)") {
            let count = self.matches(query).len();
            return json!({"errorCode": 0, "results": [{"count(*)": count}], "totalCount": count});
        }
        self.page(query, 0, params.contains_key("openCursor"))
    }

    fn page(&mut self, query: &str, offset: usize, cursor: bool) -> Value {
        let limit: usize = query.rsplit_once("LIMIT ").unwrap().1.parse().unwrap();
        let found = self.matches(query);
        let total = found.len();
        let given = found.into_iter().filter(|account| account["UID"].as_str() != self.hidden.as_deref());
        let mut page: Vec<Value> = given.skip(offset).take(limit).cloned().collect();
        if query.contains(" FROM emailAccounts ") {
            page.iter_mut().for_each(|account| {
                account.as_object_mut().unwrap().retain(|name, _| query.contains(name.as_str()));
            });
        } else {
            page.iter_mut()
                .for_each(|account| drop(account.as_object_mut().unwrap().remove("subscriptions")));
        }
        if self.hides_passwords {
            page.iter_mut().for_each(|account| drop(account.as_object_mut().unwrap().remove("password")));
        }
        let mut answer = json!({"errorCode": 0, "results": page, "totalCount": total});
        // A cursor goes on until there is an empty page.
        if cursor && !page.is_empty() {
            let id = format!("cursor-{}", self.cursors.len());
            self.cursors.insert(id.clone(), (query.to_owned(), offset + page.len()));
            answer["nextCursorId"] = json!(id);
        }
        answer
    }
}

fn called(shared: &Shared) -> MutexGuard<'_, World> {
    let mut world = shared.lock().unwrap();
    world.calls += 1;
    if world.signal.as_ref().is_some_and(|(at, _)| world.calls >= *at)
        && let Some((_, signal)) = world.signal.take()
    {
        signal.send_replace(true);
    }
    world
}

async fn search(State(shared): State<Shared>, Form(params): Form<HashMap<String, String>>) -> String {
    called(&shared).search(&params).to_string()
}

async fn info(State(shared): State<Shared>, Form(params): Form<HashMap<String, String>>) -> String {
    let mut world = called(&shared);
    world.infos += u64::from(params["include"].contains("password"));
    let found = world.accounts.get(&params["UID"]).filter(|_| !world.deleted.contains(&params["UID"]));
    let Some(mut answer) = found.cloned() else {
        return json!({"errorCode": 403_005, "errorMessage": "Unauthorized user"}).to_string();
    };
    // Some members of a profile have to be named.
    answer.as_object_mut().unwrap().remove("profile");
    answer["errorCode"] = json!(0);
    answer["callId"] = json!("c");
    answer.to_string()
}

/// Serves the site and gives a client of it.
pub(crate) async fn serve(shared: &Shared) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let app = Router::new()
        .route("/accounts.search", post(search))
        .route("/accounts.getAccountInfo", post(info))
        .with_state(shared.clone());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let credentials =
        Credentials::Signature { user_key: "AAkey".to_owned(), secret: "AAECAw==".to_owned().into() };
    Client::new(Config { address, api_key: "3_key".to_owned(), credentials, ca: None }).unwrap()
}
