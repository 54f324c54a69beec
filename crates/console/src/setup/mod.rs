//! What is set up: the home folder, the tenant and the site that are meant, what is remembered, the mapping, the policies.
//! Nothing here knows of the work that is done with it.

mod kept;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use auth0::Client;
use engine::{Failure, Home, LocalSite, Target};
use mapping::Identifier;
use migration::lazy::SiteAccess;
use migration::screen::{Duplicates, Lazy, Policies, Takes};
use tokio::sync::Mutex as AsyncMutex;

use crate::keyring::KeyRing;
use crate::memory::{Doubles, Memory, SourceChoice, store};

/// The page's own folder in the home.
pub(crate) const FOLDER: &str = "page";

/// The folder of files that are not whole yet, in the page's own.
const UPLOADS: &str = "uploads";

/// A cheap handle; clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct Setup(Arc<Inner>);

struct Inner {
    home: Home,
    folder: PathBuf,
    memory: Mutex<Memory>,
    /// The local tenant, once somebody needed it.
    local_tenant: AsyncMutex<Option<Target>>,
    /// The local site, once somebody needed it.
    local_site: AsyncMutex<Option<Arc<LocalSite>>>,
    /// A tenant elsewhere, when one is meant. Its credentials are here, and in the key ring when that was asked for.
    remote: Mutex<Option<Tenant>>,
    /// How a site elsewhere is spoken to. Its keys are here, and in the key ring when that was asked for.
    site: Mutex<Option<gigya::Config>>,
    ring: KeyRing,
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
    /// The same with its port: several tenants may be on this machine.
    pub(crate) place: String,
    /// Whether it is not on this machine.
    pub(crate) is_real: bool,
}

/// Host of a tenant, with its port where that is not the one of https.
pub(crate) fn place(client: &Client) -> String {
    let host = client.url().host_str().unwrap_or_default();
    client.url().port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something that has to come to its end although whoever asked for it goes away: a browser that leaves a page drops
/// its request, and half a start would keep a folder locked.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    tokio::spawn(work).await.map_err(Failure::bug)?
}

impl Setup {
    /// Opens the page's own folder in the home. A tenant and a site that are named are meant instead of those that are kept.
    /// Also gives what a person should know of that, as a sentence.
    pub(crate) fn open(
        home: Home,
        (tenant, site): (Option<auth0::Config>, Option<gigya::Config>),
        ring: KeyRing,
    ) -> Result<(Self, Option<String>), Failure> {
        let folder = home.path().join(FOLDER);
        // The rest of what an earlier process did not receive whole will not come.
        let _ = std::fs::remove_dir_all(folder.join(UPLOADS));
        let memory = Memory::read(&folder);
        let kept = kept::tenant(&memory, &ring);
        let note = kept.as_ref().err().map(ToString::to_string);
        let remote = tenant.or(kept.ok().flatten()).map(Self::remote_of).transpose()?;
        let note = note.filter(|_| remote.is_none());
        let site = site.or_else(|| kept::site(&memory, &ring));
        let setup = Self(Arc::new(Inner {
            home,
            folder,
            memory: Mutex::new(memory),
            local_tenant: AsyncMutex::new(None),
            local_site: AsyncMutex::new(None),
            remote: Mutex::new(remote),
            site: Mutex::new(site),
            ring,
        }));
        Ok((setup, note))
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

    /// The page's own folder in the home.
    pub(crate) fn folder(&self) -> &std::path::Path {
        &self.0.folder
    }

    /// Where files are that are not whole yet. They go at the next start.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.0.folder.join(UPLOADS)
    }

    /// The key ring of the operating system.
    pub(crate) fn ring(&self) -> &KeyRing {
        &self.0.ring
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

    /// Which tenant is meant; nothing is spoken to.
    pub(crate) fn meant_tenant(&self) -> Meant {
        match &*lock(&self.0.remote) {
            Some(tenant) => Meant {
                title: tenant.client.url().host_str().unwrap_or("").to_owned(),
                place: place(&tenant.client),
                is_real: tenant.is_real(),
            },
            None => {
                let title = "the local tenant".to_owned();
                Meant { place: title.clone(), title, is_real: false }
            }
        }
    }

    /// The tenant that is meant. The local one is started when it is needed for the first time.
    pub(crate) async fn tenant(&self) -> Result<Tenant, Failure> {
        if let Some(tenant) = &*lock(&self.0.remote) {
            return Ok(tenant.clone());
        }
        let setup = self.clone();
        to_its_end(async move {
            let mut local = setup.0.local_tenant.lock().await;
            let target = match &mut *local {
                Some(target) => target,
                empty => empty.insert(Target::local(&setup.0.home, "gigya".to_owned()).await?),
            };
            Ok(Tenant { client: target.client.clone(), name: target.name.clone() })
        })
        .await
    }

    /// Means another tenant from now on; none: the local one.
    pub(crate) fn mean_tenant(&self, config: Option<auth0::Config>) -> Result<(), Failure> {
        let remote = config.map(Self::remote_of).transpose()?;
        *lock(&self.0.remote) = remote;
        Ok(())
    }

    /// The local site; it is started, and filled with the sample when it is empty, when it is needed for the first time.
    pub(crate) async fn local_site(&self) -> Result<Arc<LocalSite>, Failure> {
        let setup = self.clone();
        to_its_end(async move {
            let mut local = setup.0.local_site.lock().await;
            let site = match &mut *local {
                Some(site) => site,
                empty => empty.insert(Arc::new(LocalSite::start(&setup.0.home).await?)),
            };
            Ok(Arc::clone(site))
        })
        .await
    }

    /// Whether the local site has been started, so that it can be asked without a wait.
    pub(crate) fn has_local_site(&self) -> bool {
        self.0.local_site.try_lock().is_ok_and(|site| site.is_some())
    }

    /// How a site elsewhere is spoken to, when its keys are known.
    pub(crate) fn site(&self) -> Option<gigya::Config> {
        lock(&self.0.site).clone()
    }

    /// Keeps the keys of a site in memory.
    pub(crate) fn keep_site(&self, config: Option<gigya::Config>) {
        *lock(&self.0.site) = config;
    }

    /// How scripts of a custom database reach the site that was chosen as the source.
    ///
    /// # Errors
    /// When no site is chosen, or its keys cannot be used by a script.
    pub(crate) async fn site_access(&self) -> Result<SiteAccess, Failure> {
        match self.memory().source {
            Some(SourceChoice::LocalSite) => Ok(self.local_site().await?.access()),
            Some(SourceChoice::Site { .. }) => {
                let config = self.site().ok_or_else(|| {
                    Failure::refused(
                        "the keys of the site are not known any more; enter them again on page Source",
                    )
                })?;
                SiteAccess::of(&config).ok_or_else(|| {
                    Failure::usage("scripts sign with the secret of a user key; a private key is not enough")
                })
            }
            _ => Err(Failure::usage(
                "users can come over at their first login from a site only; choose one on page Source",
            )),
        }
    }

    /// The connection that was last chosen.
    pub(crate) fn connection(&self) -> String {
        self.memory().connection.unwrap_or_else(|| "gigya".to_owned())
    }

    /// The mapping document that the next run uses: the page's own, or the default. One that is no UTF-8 any more is read as
    /// far as it goes: the default must not take its place unseen.
    pub(crate) fn mapping_text(&self) -> String {
        match std::fs::read(self.mapping_file()) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => mapping::DEFAULT.to_owned(),
        }
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

    /// The policies of the next run into a connection, as far as it is known what it takes.
    pub(crate) fn policies(&self, takes: Option<Takes>) -> Result<Policies, Failure> {
        let mut policies = Policies::default();
        let takes = takes.unwrap_or_default();
        policies.identifiers = takes.identifiers;
        policies.required = takes.required;
        policies.username_length = takes.username_length;
        if !policies.identifiers.contains(&Identifier::Email) {
            policies.identifiers.insert(0, Identifier::Email);
        }
        let choices = self.memory().choices;
        policies.duplicates = match choices.duplicates {
            Doubles::KeepLatest => Duplicates::KeepLatest,
            Doubles::Merge => Duplicates::Merge,
            Doubles::SetAside => Duplicates::SetAside,
        };
        policies.include_unregistered = choices.unregistered;
        policies.include_lite = choices.lite;
        policies.lazy = if choices.leave { Lazy::Leave } else { Lazy::Reset };
        policies.spill = choices.spill;
        // A profile becomes smaller when something is named that may leave it, and only then.
        for code in choices.mend.iter().filter(|code| *code != "profile_too_large") {
            policies.choose(&format!("{code}=fix")).map_err(Failure::usage)?;
        }
        policies.check().map_err(Failure::usage)?;
        Ok(policies)
    }

    /// What the connection takes that is likely meant; none when that cannot be known now.
    pub(crate) async fn takes(&self) -> Result<Option<Takes>, Failure> {
        let tenant = self.tenant().await?;
        // A tenant that is out of reach is told of when users are to be imported.
        let found = tenant.client.connection_by_name(&self.connection()).await.ok().flatten();
        Ok(found.as_ref().map(Takes::from))
    }

    /// Stops the local worlds.
    pub(crate) async fn close(&self) {
        if let Some(target) = self.0.local_tenant.lock().await.take() {
            target.close().await;
        }
        let site = self.0.local_site.lock().await.take();
        if let Some(site) = site.and_then(Arc::into_inner) {
            site.close().await;
        }
    }
}
