//! The local site, started in the process: what `migrate` reads when it is given no SOURCE. It is spoken to over HTTP,
//! like any other.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use gigya::{Address, Client, Config, Credentials};
use migration::flow::components;
use migration::lazy::SiteAccess;
use migration::run::RunFolder;
use sample::Sample;
use secrecy::SecretString;
use site::Site;
use site::store::load::{Loaded, load};
use site::store::{Order, Scan, StoreError, View, settings};

use crate::dataflows::{Jobs, Orders};
use crate::{Failure, Home};

/// The setting of the site that says which sample it was filled with: accounts and seed.
const FILLED: &str = "sample";
/// Logins of each kind of hash that are tried for the sample.
const LOGINS_OF_A_KIND: usize = 20;

/// The local site of the home folder.
pub struct LocalSite {
    site: Site,
    /// How it is spoken to.
    pub config: Config,
    /// Its client.
    pub client: Client,
    /// What its jobs are given beyond their schedulings.
    pub orders: Orders,
    /// The sample that it was filled with, if it was.
    sample: Option<(u64, u64)>,
    /// What was done to fill it just now, if that was needed.
    pub filled: Option<Filled>,
}

/// The filling of an empty site with the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Accounts that the site has now.
    pub accounts: u64,
    /// Records of the sample that are no account (broken or too deep), and that no site has.
    pub refused: u64,
}

/// What a site turned out to be.
type Known = (Config, Client, Option<(u64, u64)>, Option<Filled>);

impl LocalSite {
    /// Starts it, and fills it with the sample when nobody is there.
    ///
    /// # Errors
    /// When it cannot be started, such as while another process runs it.
    pub async fn start(home: &Home) -> Result<Self, Failure> {
        let data = home.site();
        let orders = Orders::default();
        let jobs =
            Jobs { home: home.clone(), registry: components(), stores: Vec::new(), orders: orders.clone() };
        let options = site::Options { flows: Some(Arc::new(jobs)), ..site::Options::new(&data) };
        let site = site::start(options).await.map_err(|error| {
            Failure::refused(format!("the local site in {} cannot be started: {error}", data.display()))
        })?;
        match Self::of(&site).await {
            Ok((config, client, sample, filled)) => Ok(Self { site, config, client, orders, sample, filled }),
            Err(failure) => {
                site.stop().await;
                Err(failure)
            }
        }
    }

    async fn of(site: &Site) -> Result<Known, Failure> {
        let credentials = Credentials::Signature {
            user_key: site.user_key.clone(),
            secret: SecretString::from(site.secret.clone()),
        };
        let address = Address::parse(&site.url).map_err(Failure::bug)?;
        let config = Config { address, api_key: site.api_key.clone(), credentials, ca: None };
        let client = Client::new(config.clone()).map_err(Failure::bug)?;
        let now_ms = site.state().now_ms();
        let filled = site.state().store().write(move |tx| -> Result<_, StoreError> {
            if Scan::new(View::All, Order::Stored).count(tx)? > 0 {
                return Ok((settings::get(tx, FILLED)?, None));
            }
            let sample::Options { accounts, seed, .. } = sample::Options::default();
            let records = records(&Sample::new(accounts, seed));
            let loaded = load(tx, records.iter().map(String::as_str), now_ms)?;
            settings::put(tx, FILLED, &(accounts, seed))?;
            Ok((Some((accounts, seed)), Some(loaded)))
        });
        let (sample, loaded) = filled.await.map_err(Failure::stopped)?;
        let filled = loaded.map(|Loaded { accounts, refused, .. }| Filled { accounts, refused });
        Ok((config, client, sample, filled))
    }

    /// How scripts of a custom database reach it, while it runs at this port.
    #[must_use]
    pub fn access(&self) -> SiteAccess {
        SiteAccess {
            url: self.site.url.clone(),
            api_key: self.site.api_key.clone(),
            user_key: self.site.user_key.clone(),
            secret: SecretString::from(self.site.secret.clone()),
        }
    }

    /// Whether it holds the sample.
    #[must_use]
    pub fn holds_sample(&self) -> bool {
        self.sample.is_some()
    }

    /// Writes logins that must succeed into the run, if it holds the sample.
    ///
    /// # Errors
    /// When the run folder cannot be written.
    pub fn write_logins(&self, folder: &RunFolder) -> Result<Option<PathBuf>, Failure> {
        let Some((accounts, seed)) = self.sample else { return Ok(None) };
        let path = folder.file("sample-logins.ndjson");
        let mut tried = HashMap::new();
        let mut text = Vec::new();
        for login in Sample::new(accounts, seed).logins() {
            let count = tried.entry(login.kind).or_insert(0_usize);
            *count += 1;
            if *count <= LOGINS_OF_A_KIND {
                serde_json::to_writer(&mut text, &login).map_err(Failure::bug)?;
                text.push(b'\n');
            }
        }
        let written = folder
            .create_file(&path)
            .map_err(std::io::Error::other)
            .and_then(|mut file| file.write_all(&text));
        written.map_err(|error| Failure::stopped(format!("{}: {error}", path.display())))?;
        Ok(Some(path))
    }

    /// The site itself.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Lets it finish and close its files.
    pub async fn close(self) {
        self.site.stop().await;
    }
}

/// The records of a sample; those that are not even text are as broken as the others.
fn records(sample: &Sample) -> Vec<String> {
    (0..sample.accounts())
        .map(|index| {
            let mut record = Vec::new();
            sample.record(index, &mut record);
            String::from_utf8_lossy(&record).into_owned()
        })
        .collect()
}
