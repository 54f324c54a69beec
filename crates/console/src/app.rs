//! What all pages share: the home folder, the tenant that is meant, the local worlds, the work under way.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use auth0::Client;
use engine::{Failure, Home, LocalSite, Target};
use mapping::Identifier;
use migration::screen::Policies;
use tokio::sync::Mutex as AsyncMutex;

use crate::account::AccountCache;
use crate::census::Census;
use crate::guard::Guard;
use crate::memory::{Memory, store};
use crate::menders::Menders;
use crate::work::Work;

/// A cheap handle; clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct App(Arc<Inner>);

struct Inner {
    home: Home,
    folder: PathBuf,
    guard: Guard,
    memory: Mutex<Memory>,
    note: Mutex<Option<String>>,
    /// The local tenant, once somebody needed it.
    local_tenant: AsyncMutex<Option<Target>>,
    /// The local site, once somebody needed it.
    local_site: AsyncMutex<Option<Arc<LocalSite>>>,
    /// A tenant elsewhere, when one is meant. Its credentials are nowhere but here.
    remote: Mutex<Option<Tenant>>,
    /// How a site elsewhere is spoken to. Its keys are nowhere but here.
    site: Mutex<Option<gigya::Config>>,
    work: Work,
    census: Census,
    account: AccountCache,
    menders: Menders,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("home", &self.home).finish_non_exhaustive()
    }
}

/// A tenant that can be spoken to.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// The client.
    pub(crate) client: Client,
    /// How a run names it: its URL, or `local`.
    pub(crate) name: String,
}

impl Tenant {
    /// Whether it is not on this machine.
    pub(crate) fn is_real(&self) -> bool {
        !self.client.is_loopback()
    }
}

/// Which tenant is meant, for the banner.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    /// What to call it in a sentence.
    pub(crate) title: String,
    /// Whether it is not on this machine.
    pub(crate) is_real: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Opens the page's own folder in the home, and finds the runs that it has begun.
    pub(crate) fn open(
        home: Home,
        guard: Guard,
        tenant: Option<auth0::Config>,
        site: Option<gigya::Config>,
    ) -> Result<Self, Failure> {
        let folder = home.path().join("page");
        let remote = tenant.map(Self::remote_of).transpose()?;
        let work = Work::open(&home);
        let census = Census::open(&folder);
        Ok(Self(Arc::new(Inner {
            memory: Mutex::new(Memory::read(&folder)),
            home,
            folder,
            guard,
            note: Mutex::new(None),
            local_tenant: AsyncMutex::new(None),
            local_site: AsyncMutex::new(None),
            remote: Mutex::new(remote),
            site: Mutex::new(site),
            work,
            census,
            account: AccountCache::default(),
            menders: Menders::default(),
        })))
    }

    fn remote_of(config: auth0::Config) -> Result<Tenant, Failure> {
        let client = Client::new(config).map_err(Failure::usage)?;
        let name = client.url().to_string();
        Ok(Tenant { client, name })
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &Home {
        &self.0.home
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    /// The queue of runs.
    pub(crate) fn work(&self) -> &Work {
        &self.0.work
    }

    /// The counting of the source.
    pub(crate) fn census(&self) -> &Census {
        &self.0.census
    }

    /// The account that page Mapping has shown last.
    pub(crate) fn account(&self) -> &AccountCache {
        &self.0.account
    }

    /// The run whose users are mended now.
    pub(crate) fn menders(&self) -> &Menders {
        &self.0.menders
    }

    /// The choices that were made.
    pub(crate) fn memory(&self) -> Memory {
        lock(&self.0.memory).clone()
    }

    /// Changes choices and stores them.
    pub(crate) fn remember(&self, change: impl FnOnce(&mut Memory)) -> Result<(), Failure> {
        let mut memory = lock(&self.0.memory);
        change(&mut memory);
        memory.write(&self.0.folder).map_err(|error| {
            Failure::stopped(format!("{} cannot be written: {error}", self.0.folder.display()))
        })
    }

    /// Leaves a sentence for the next page that is shown.
    pub(crate) fn note(&self, note: impl Into<String>) {
        *lock(&self.0.note) = Some(note.into());
    }

    pub(crate) fn take_note(&self) -> Option<String> {
        lock(&self.0.note).take()
    }

    /// Which tenant is meant; nothing is spoken to.
    pub(crate) fn meant_tenant(&self) -> Meant {
        match &*lock(&self.0.remote) {
            Some(tenant) => Meant {
                title: tenant.client.url().host_str().unwrap_or("").to_owned(),
                is_real: tenant.is_real(),
            },
            None => Meant { title: "the local tenant".to_owned(), is_real: false },
        }
    }

    /// The tenant that is meant. The local one is started when it is needed for the first time.
    pub(crate) async fn tenant(&self) -> Result<Tenant, Failure> {
        if let Some(tenant) = &*lock(&self.0.remote) {
            return Ok(tenant.clone());
        }
        let mut local = self.0.local_tenant.lock().await;
        let target = match &mut *local {
            Some(target) => target,
            empty => empty.insert(Target::local(&self.0.home, "gigya".to_owned()).await?),
        };
        Ok(Tenant { client: target.client.clone(), name: target.name.clone() })
    }

    /// Means another tenant from now on; none: the local one.
    pub(crate) fn mean_tenant(&self, config: Option<auth0::Config>) -> Result<(), Failure> {
        let remote = config.map(Self::remote_of).transpose()?;
        *lock(&self.0.remote) = remote;
        Ok(())
    }

    /// The local site; it is started, and filled with the sample when it is empty, when it is needed for the first time.
    pub(crate) async fn local_site(&self) -> Result<Arc<LocalSite>, Failure> {
        let mut local = self.0.local_site.lock().await;
        let site = match &mut *local {
            Some(site) => site,
            empty => empty.insert(Arc::new(LocalSite::start(&self.0.home).await?)),
        };
        Ok(Arc::clone(site))
    }

    /// How a site elsewhere is spoken to, when its keys are known.
    pub(crate) fn site(&self) -> Option<gigya::Config> {
        lock(&self.0.site).clone()
    }

    /// Keeps the keys of a site in memory.
    pub(crate) fn keep_site(&self, config: Option<gigya::Config>) {
        *lock(&self.0.site) = config;
    }

    /// The connection that was last chosen.
    pub(crate) fn connection(&self) -> String {
        self.memory().connection.unwrap_or_else(|| "gigya".to_owned())
    }

    /// The mapping document that the next run uses: the page's own, or the default.
    pub(crate) fn mapping_text(&self) -> String {
        std::fs::read_to_string(self.mapping_file()).unwrap_or_else(|_| mapping::DEFAULT.to_owned())
    }

    /// Keeps a mapping document; none: back to the default.
    pub(crate) fn keep_mapping(&self, text: Option<&str>) -> Result<(), Failure> {
        let file = self.mapping_file();
        let failed = |error| Failure::stopped(format!("{}: {error}", file.display()));
        match text {
            Some(text) => store(&file, text.as_bytes()).map_err(failed),
            None => match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
                _ => Ok(()),
            },
        }
    }

    fn mapping_file(&self) -> PathBuf {
        self.0.folder.join("mapping.toml")
    }

    /// The policies of the next run into a connection that takes `identifiers`.
    pub(crate) fn policies(&self, identifiers: Option<Vec<Identifier>>) -> Result<Policies, Failure> {
        let mut policies = Policies::default();
        policies.identifiers = identifiers.unwrap_or_else(|| vec![Identifier::Email]);
        if !policies.identifiers.contains(&Identifier::Email) {
            policies.identifiers.insert(0, Identifier::Email);
        }
        use migration::screen::Duplicates;
        policies.duplicates = match self.memory().duplicates.as_deref() {
            Some("merge") => Duplicates::Merge,
            Some("set-aside") => Duplicates::SetAside,
            _ => Duplicates::KeepLatest,
        };
        policies.check().map_err(Failure::usage)?;
        Ok(policies)
    }

    /// Stops the local worlds.
    pub(crate) async fn close(self) {
        if let Some(target) = self.0.local_tenant.lock().await.take() {
            target.close().await;
        }
        let site = self.0.local_site.lock().await.take();
        if let Some(site) = site.and_then(Arc::into_inner) {
            site.close().await;
        }
    }
}
