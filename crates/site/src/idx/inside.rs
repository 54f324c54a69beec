//! IdentitySync for callers in the same process.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::table::{self, Kind};
use super::{dataflow, job, mask, scheduling};
use crate::codes;
use crate::error::ApiError;
use crate::state::AppState;

/// What `idx.*` does, for callers in the same process. Secrets are masked in all that is given; a document that is saved
/// with the mask keeps the secret that is stored, which no caller from outside can have.
#[derive(Debug, Clone)]
pub struct IdentitySync(AppState);

/// A dataflow as it is stored: its draft, if there is one, since that is the newest.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataflow {
    /// Its id.
    pub id: String,
    /// The members that the caller gave it, in their order.
    pub content: Map<String, Value>,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether a published version is there, which is what schedulings run.
    pub is_published: bool,
    /// When it was last changed, ISO 8601.
    pub updated: String,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The id of the dataflow.
    pub id: String,
    /// Why it is a draft and cannot run; none when it is published.
    pub faults: Option<String>,
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its status, as `idx.search` gives it.
    pub status: Value,
    /// What the runner has told; `null` if nothing.
    pub report: Value,
}

impl IdentitySync {
    /// That of a site.
    #[must_use]
    pub fn of(state: &AppState) -> Self {
        Self(state.clone())
    }

    /// All dataflows, the last one that was made first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn dataflows(&self) -> Result<Vec<Dataflow>, ApiError> {
        self.read(|db| {
            let mut ids: Vec<String> = Vec::new();
            for kind in [Kind::Dataflow, Kind::Draft] {
                table::each(db, kind, |entry| -> Result<_, ApiError> {
                    if !ids.contains(&entry.id) {
                        ids.push(entry.id);
                    }
                    Ok(std::ops::ControlFlow::Continue(()))
                })?;
            }
            let found = ids.iter().rev().map(|id| find(db, id));
            Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().map(shown).collect())
        })
        .await
    }

    /// A dataflow.
    ///
    /// # Errors
    /// 404000 when it is not there.
    pub async fn dataflow(&self, id: &str) -> Result<Dataflow, ApiError> {
        self.stored(id).await.map(shown)
    }

    /// The same with its secrets, to be run and never to be shown.
    ///
    /// # Errors
    /// 404000 when it is not there.
    pub async fn with_secrets(&self, id: &str) -> Result<Value, ApiError> {
        Ok(Value::Object(self.stored(id).await?.content))
    }

    async fn stored(&self, id: &str) -> Result<Dataflow, ApiError> {
        let id = id.to_owned();
        self.read(move |db| find(db, &id)?.ok_or_else(|| dataflow::unknown(&id))).await
    }

    /// A document with the stored secrets of a dataflow where it has the mask: to be run, and never to be shown.
    ///
    /// # Errors
    /// 404000 when the dataflow is not there.
    pub async fn filled(&self, id: &str, mut document: Value) -> Result<Value, ApiError> {
        mask::unmask(&mut document, &self.with_secrets(id).await?);
        Ok(document)
    }

    /// Stores a document, as a new dataflow or, with an id, in the place of an older version. What cannot run becomes a
    /// draft.
    ///
    /// # Errors
    /// 400002 without a name, 400006 for steps that are no list, 404000 for an unknown id.
    pub async fn save(&self, id: Option<&str>, document: Map<String, Value>) -> Result<Saved, ApiError> {
        let mut document = Value::Object(document);
        if let Some(id) = id {
            document = self.filled(id, document).await?;
        }
        let Value::Object(mut members) = document else { return Err(ApiError::internal()) };
        match id {
            Some(id) => members.insert("id".to_owned(), id.into()),
            None => members.remove("id"),
        };
        let (state, id) = (self.0.clone(), id.map(str::to_owned));
        // The check compiles scripts.
        let work = tokio::task::spawn_blocking(move || {
            let stored = |kind| match &id {
                None => dataflow::create(&state, Some(members.clone()), kind),
                Some(id) => match dataflow::set(&state, Some(members.clone()), kind) {
                    Err(error) if error.code == codes::REDUNDANT_OPERATION => {
                        if kind == Kind::Dataflow {
                            // Back to what is published: the draft has no meaning any more.
                            state.store().write_blocking(|tx| table::delete(tx, Kind::Draft, id))?;
                        }
                        Ok(id.clone())
                    }
                    other => other.map(|_| id.clone()),
                },
            };
            match stored(Kind::Dataflow) {
                Err(error) if error.code == codes::INVALID_PARAMETER_VALUE => {
                    let faults = Some(error.details);
                    Ok(Saved { id: stored(Kind::Draft)?, faults })
                }
                other => Ok(Saved { id: other?, faults: None }),
            }
        });
        work.await.map_err(|_| ApiError::internal())?
    }

    /// Removes a dataflow, its draft and its schedulings.
    ///
    /// # Errors
    /// 404000 when it is not there.
    pub async fn delete(&self, id: &str) -> Result<(), ApiError> {
        let id = id.to_owned();
        self.write(move |tx, _| dataflow::delete(tx, &id)).await
    }

    /// Stores a scheduling; its id. One of `once` is how a dataflow is run.
    ///
    /// # Errors
    /// As `idx.createScheduling`.
    pub async fn schedule(&self, data: Map<String, Value>) -> Result<String, ApiError> {
        let state = self.0.clone();
        let work = tokio::task::spawn_blocking(move || scheduling::create(&state, Some(data)));
        work.await.map_err(|_| ApiError::internal())?
    }

    /// Stores a scheduling that is due at once, and starts its job; the job's id.
    ///
    /// # Errors
    /// As `idx.createScheduling`.
    pub async fn run(&self, data: Map<String, Value>) -> Result<String, ApiError> {
        let id = self.schedule(data).await?;
        let api_key = self.0.api_key().to_owned();
        let job = self.write(move |tx, now_ms| {
            let found = table::get(tx, Kind::Scheduling, &id)?;
            // The scheduler may have been quicker.
            if let Some(due) = found.filter(|scheduling| scheduling.due.is_some_and(|due| due <= now_ms)) {
                job::start(tx, &api_key, due, now_ms)?;
            }
            let started = table::get(tx, Kind::Scheduling, &id)?.map(|scheduling| scheduling.body);
            Ok(started.and_then(|body| body["jobId"].as_str().map(str::to_owned)))
        });
        let job = job.await?;
        self.0.scheduler().wake();
        job.ok_or_else(|| ApiError::invalid("data.nextJobStartTime: it is not due yet"))
    }

    /// The schedulings of a dataflow, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn schedulings(&self, dataflow: &str) -> Result<Vec<Value>, ApiError> {
        let dataflow = dataflow.to_owned();
        self.read(move |db| {
            let found = table::newest_of(db, Kind::Scheduling, &dataflow, 0, u64::from(u32::MAX))?;
            Ok(found.into_iter().map(|entry| entry.body).collect())
        })
        .await
    }

    /// Removes a scheduling. What it has started goes on.
    ///
    /// # Errors
    /// 404000 when it is not there.
    pub async fn unschedule(&self, id: &str) -> Result<(), ApiError> {
        let id = id.to_owned();
        self.write(move |tx, _| {
            let found = table::delete(tx, Kind::Scheduling, &id)?;
            if found { Ok(()) } else { Err(scheduling::unknown(&id)) }
        })
        .await
    }

    /// The jobs of a dataflow, the newest first: `most` of them after `skip`, and how many there are.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn jobs(&self, dataflow: &str, skip: u64, most: u64) -> Result<(Vec<Value>, u64), ApiError> {
        let dataflow = dataflow.to_owned();
        self.read(move |db| {
            let found = table::newest_of(db, Kind::Job, &dataflow, skip, most)?;
            let total = table::count_of(db, Kind::Job, &dataflow)?;
            Ok((found.into_iter().map(|entry| entry.body).collect(), total))
        })
        .await
    }

    /// A job.
    ///
    /// # Errors
    /// 404000 when it is not there.
    pub async fn job(&self, id: &str) -> Result<Job, ApiError> {
        let id = id.to_owned();
        self.read(move |db| {
            let unknown = || ApiError::new(codes::NOT_FOUND, format!("There is no job {id}"));
            let status = table::get(db, Kind::Job, &id)?.ok_or_else(unknown)?.body;
            let report = table::get(db, Kind::Report, &id)?.map_or(Value::Null, |entry| entry.body);
            Ok(Job { status, report })
        })
        .await
    }

    /// Kills a job: what runs stops within a second, and it is not tried again. Whether it ran.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn kill(&self, job: &str) -> Result<bool, ApiError> {
        let id = job.to_owned();
        self.write(move |tx, now_ms| job::kill(tx, &id, now_ms)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.0.store().read(work).await
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, i64) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let now_ms = self.0.now_ms();
        self.0.store().write(move |tx| work(tx, now_ms)).await
    }
}

/// The newest version of a dataflow, with its secrets.
fn find(db: &Connection, id: &str) -> Result<Option<Dataflow>, ApiError> {
    let published = table::get(db, Kind::Dataflow, id)?;
    let draft = table::get(db, Kind::Draft, id)?;
    let (is_draft, is_published) = (draft.is_some(), published.is_some());
    Ok(draft.or(published).map(|entry| Dataflow {
        id: entry.id,
        content: dataflow::content(&entry.body),
        is_draft,
        is_published,
        updated: entry.body["updateTime"].as_str().unwrap_or_default().to_owned(),
    }))
}

/// The same as it may be shown.
fn shown(flow: Dataflow) -> Dataflow {
    let content = match mask::masked(Value::Object(flow.content)) {
        Value::Object(content) => content,
        _ => Map::new(),
    };
    Dataflow { content, ..flow }
}
