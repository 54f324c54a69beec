//! Credentials that are kept in the key ring, and found again at the next start. `memory.json` holds names only: domain and client
//! id of a tenant, address and API key of a site.

use auth0::{Config, Credentials, tenant_url};
use engine::Failure;
use secrecy::SecretString;

use super::Setup;
use crate::keyring::KeyRing;
use crate::memory::{KeptTenant, Memory, SourceChoice};
use crate::site_keys::SiteKeys;

impl KeptTenant {
    /// What the key ring calls it.
    fn name(&self) -> String {
        format!("tenant {} {}", self.domain, self.client_id)
    }

    /// How the tenant is spoken to with a secret.
    pub(crate) fn config(&self, secret: SecretString) -> Result<Config, Failure> {
        let url = tenant_url(&self.domain).map_err(Failure::usage)?;
        let credentials = Credentials::ClientSecret { id: self.client_id.clone(), secret };
        Ok(Config { url, ca: std::env::var_os("AUTH0_CA").map(Into::into), credentials })
    }
}

fn site_name(address: &str, api_key: &str) -> String {
    format!("site {address} {api_key}")
}

/// The tenant that was meant when the page was stopped, with its secret.
///
/// # Errors
/// When the key ring does not have it any more, as a sentence.
pub(crate) fn tenant(memory: &Memory, ring: &KeyRing) -> Result<Option<Config>, Failure> {
    match &memory.tenant {
        Some(tenant) if tenant.meant => secret_of(tenant, ring).map(Some),
        _ => Ok(None),
    }
}

fn secret_of(tenant: &KeptTenant, ring: &KeyRing) -> Result<Config, Failure> {
    let gone = || {
        Failure::refused(format!(
            "the client secret of {} is not in the key ring any more; enter it again at Connections",
            tenant.domain
        ))
    };
    tenant.config(ring.get(&tenant.name())?.ok_or_else(gone)?)
}

/// How the site that is the source is spoken to, when its keys are kept.
pub(crate) fn site(memory: &Memory, ring: &KeyRing) -> Option<gigya::Config> {
    let Some(SourceChoice::Site { address, api_key }) = memory.source.as_ref().filter(|_| memory.site_kept)
    else {
        return None;
    };
    // A key ring that has lost them is as one that never had them: page Source asks for them.
    let kept = ring.get(&site_name(address, api_key)).ok()??;
    SiteKeys::of_kept(address, api_key, &kept)?.config().ok()
}

impl Setup {
    /// Keeps the secret of a tenant that works, or forgets one that shall not be kept any more.
    pub(crate) fn keep_tenant(
        &self,
        tenant: KeptTenant,
        secret: Option<&SecretString>,
    ) -> Result<(), Failure> {
        let before = self.memory().tenant;
        match secret {
            Some(secret) => {
                // One is kept at a time: another could not be found to be forgotten.
                if before.is_some_and(|kept| kept.name() != tenant.name()) {
                    self.forget_tenant()?;
                }
                self.ring().set(&tenant.name(), secret)?;
                self.remember(|memory| memory.tenant = Some(tenant))
            }
            None if before.is_some_and(|kept| kept.name() == tenant.name()) => self.forget_tenant(),
            None => self.mean_kept(false),
        }
    }

    /// Means the tenant that is kept.
    pub(crate) fn use_kept_tenant(&self) -> Result<(), Failure> {
        let kept = self.memory().tenant.ok_or_else(|| Failure::usage("no tenant is kept"))?;
        self.mean_tenant(Some(secret_of(&kept, self.ring())?))?;
        self.mean_kept(true)
    }

    /// Whether the tenant that is kept is meant at the next start.
    pub(crate) fn mean_kept(&self, meant: bool) -> Result<(), Failure> {
        if self.memory().tenant.is_none_or(|kept| kept.meant == meant) {
            return Ok(());
        }
        self.remember(|memory| {
            if let Some(kept) = &mut memory.tenant {
                kept.meant = meant;
            }
        })
    }

    /// Takes the secret out of the key ring. What is spoken to now stays so until the page is stopped.
    pub(crate) fn forget_tenant(&self) -> Result<(), Failure> {
        if let Some(kept) = self.memory().tenant {
            self.ring().forget(&kept.name())?;
        }
        self.remember(|memory| memory.tenant = None)
    }

    /// Keeps the keys of a site that work, or forgets those that shall not be kept any more.
    pub(crate) fn keep_site_keys(&self, keys: &SiteKeys) -> Result<(), Failure> {
        self.forget_site_keys()?;
        if keys.keep.is_none() {
            return Ok(());
        }
        self.ring().set(&site_name(keys.address.trim(), keys.api_key.trim()), &keys.kept())?;
        self.remember(|memory| memory.site_kept = true)
    }

    /// Takes the keys of the site out of the key ring. What is spoken to now stays so until the page is stopped.
    pub(crate) fn forget_site_keys(&self) -> Result<(), Failure> {
        let memory = self.memory();
        if !memory.site_kept {
            return Ok(());
        }
        if let Some(SourceChoice::Site { address, api_key }) = memory.source {
            self.ring().forget(&site_name(&address, &api_key))?;
        }
        self.remember(|memory| memory.site_kept = false)
    }
}
