//! What a job knows besides its records.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::components::store::Written;
use crate::log::Log;
use crate::script::Shared;

/// What a job knows besides its records: time, names, places. Everything that a test wants to hold comes from here.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time of the run: `${now}`, and the upper end of a delta.
    pub now: Timestamp,
    /// How a bare `${now}` is written, as a pattern of Java's `SimpleDateFormat`. Gigya's own is not documented; the
    /// default is `yyyyMMddHHmmss`.
    pub now_pattern: String,
    /// The job: `${jobId}`.
    pub job_id: String,
    /// The site: `${apiKey}`.
    pub api_key: String,
    /// Variables of the site: `<$NAME$>`.
    pub variables: BTreeMap<String, String>,
    /// Local folders in the place of the stores of steps, by the step's id (`--store STEP=DIR`).
    pub stores: BTreeMap<String, PathBuf>,
    /// A folder for files between steps; they are gone when the job ends.
    pub work: PathBuf,
    /// When the last successful run was (`lastRuntime`): where a delta begins.
    pub last_run: Option<Timestamp>,
    /// Everything rather than what changed since the last run (`fullExtract`).
    pub full_extract: bool,
    /// Most records that the readers of the job together give.
    pub limit: Option<u64>,
    /// Where its lines go.
    pub log: Log,
    /// What components need beyond this, by type: the client of a site, say.
    pub services: Services,
}

impl Context {
    /// A context with defaults: a full run, no site, no variables, a silent log; scripts share the variables of this job.
    pub fn new(now: Timestamp, job_id: impl Into<String>, work: impl Into<PathBuf>) -> Self {
        let mut services = Services::default();
        services.insert(Arc::new(Shared::default()));
        services.insert(Arc::new(Written::default()));
        Self {
            now,
            now_pattern: "yyyyMMddHHmmss".to_owned(),
            job_id: job_id.into(),
            api_key: String::new(),
            variables: BTreeMap::new(),
            stores: BTreeMap::new(),
            work: work.into(),
            last_run: None,
            full_extract: true,
            limit: None,
            log: Log::silent(),
            services,
        }
    }
}

/// Things that components share in a job, one of each type.
#[derive(Clone, Default)]
pub struct Services(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Services {
    /// Adds one; one of the same type gives way.
    pub fn insert<T: Any + Send + Sync>(&mut self, service: Arc<T>) {
        self.0.insert(TypeId::of::<T>(), service);
    }

    /// The one of this type.
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.0.get(&TypeId::of::<T>()).cloned().and_then(|service| service.downcast().ok())
    }
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Services({})", self.0.len())
    }
}
