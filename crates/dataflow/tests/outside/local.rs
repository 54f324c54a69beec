//! The local site, filled by its own calls.

use std::sync::Arc;

use dataflow::Site;
use dataflow::context::Context;
use gigya::{Address, Call, Client, Config, Credentials};
use loopback::FaultPlan;
use serde_json::{Value as Json, json};
use site::store::StoreError;
use site::store::load::load;

/// A local site whose data goes away with the test.
pub(crate) struct Local {
    site: site::Site,
    config: Config,
    client: Client,
    _data: tempfile::TempDir,
}

impl Local {
    /// Starts a site with these accounts: parameters of `accounts.importFullAccount`, objects as JSON.
    pub(crate) async fn with(accounts: &[Json]) -> Self {
        let local = Self::start("").await;
        for account in accounts {
            let params = account.as_object().unwrap().iter();
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            local
                .call("accounts.importFullAccount", params.map(|(name, value)| (name.as_str(), text(value))))
                .await;
        }
        local
    }

    /// Starts an empty site with these faults.
    pub(crate) async fn start(faults: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut options = site::Options::new(data.path());
        options.faults = FaultPlan::parse(faults, &site::FAULTS).unwrap();
        let site = site::start(options).await.unwrap();
        let config = Config {
            address: Address::parse(&site.url).unwrap(),
            api_key: site.api_key.clone(),
            credentials: Credentials::Signature {
                user_key: site.user_key.clone(),
                secret: site.secret.clone().into(),
            },
            ca: None,
        };
        let client = Client::new(config.clone()).unwrap();
        Self { site, config, client, _data: data }
    }

    /// Takes accounts in as they are, like an export.
    pub(crate) async fn load(&self, accounts: Vec<Json>) {
        let now_ms = self.site.state().now_ms();
        let loaded = self.site.state().store().write(move |tx| {
            let texts: Vec<String> = accounts.iter().map(Json::to_string).collect();
            load(tx, texts.iter().map(String::as_str), now_ms)
        });
        let loaded: Result<_, StoreError> = loaded.await;
        assert_eq!(loaded.unwrap().refused, 0);
    }

    /// Makes it the site of a job.
    pub(crate) fn join(&self, context: &mut Context) {
        context.api_key.clone_from(&self.config.api_key);
        context.services.insert(Arc::new(Site::new(self.config.clone()).unwrap()));
    }

    /// The account of this UID, with all that it shows.
    pub(crate) async fn account(&self, uid: &str) -> Json {
        let include =
            "loginIDs,emails,profile,data,subscriptions,preferences,internal,addresses,customIdentifiers";
        let params = [("UID", uid), ("include", include), ("extraProfileFields", "education")];
        self.call("accounts.getAccountInfo", params.map(|(name, value)| (name, value.to_owned()))).await
    }

    /// The records that a search finds.
    pub(crate) async fn search(&self, query: &str) -> Vec<Json> {
        let answer = self.call("accounts.search", [("query", query.to_owned())]).await;
        answer["results"].as_array().cloned().unwrap_or_default()
    }

    async fn call<'a>(&self, method: &str, params: impl IntoIterator<Item = (&'a str, String)>) -> Json {
        let call = params.into_iter().fold(Call::new(method), |call, (name, value)| call.param(name, value));
        self.client.send(&call).await.unwrap().json().unwrap()
    }

    pub(crate) async fn stop(self) {
        self.site.stop().await;
    }
}

/// Two accounts in the order of their UIDs: Ada, who has everything, and Grace, who has little.
pub(crate) fn ada_and_grace() -> [Json; 2] {
    [
        json!({
            "UID": "u1",
            "loginIDs": {"emails": ["ada@example.test"]},
            "isActive": true,
            "profile": {
                "email": "ada@example.test", "firstName": "Ada", "lastName": "Byron, \"Lovelace\"", "gender": "f",
                "birthDay": 10, "birthMonth": 12, "birthYear": 1815, "city": "London", "country": "UK", "zip": "0123",
                "nickname": "ada", "phones": [{"type": "home", "number": "+44 1"}],
            },
            "data": {"user": {"location": "Café | Nord", "masterID": 7}},
        }),
        json!({
            "UID": "u2",
            "loginIDs": {"emails": ["grace@example.test"]},
            "profile": {"email": "grace@example.test", "lastName": "Hopper"},
        }),
    ]
}
