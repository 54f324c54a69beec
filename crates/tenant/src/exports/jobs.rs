//! The table of export jobs.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use super::fields::Fields;
use crate::store::{ConnectionRow, StoreError};
use crate::time;

/// All that is known of a job, its file included, is deleted after this time (24 hours, in ms).
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

const COLUMNS: &str = "SELECT pk, id, status, connection, connection_id, connection_name, format, row_limit, fields, secret, \
    percentage, created_at FROM exports";

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// NDJSON.
    Json,
    /// CSV.
    Csv,
}

impl Format {
    /// By its name in the API; CSV when it is not said (recorded).
    pub(super) fn of(name: Option<&str>) -> Self {
        if name == Some("json") { Self::Json } else { Self::Csv }
    }

    /// Its name in the API, and the ending of the file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// An export job.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Key of the row.
    pub(super) pk: i64,
    /// `job_` and 16 alphanumerics.
    pub(super) id: String,
    status: String,
    /// Whose users; None: those of all connections.
    pub(super) of: Option<Of>,
    /// How they are written.
    pub(super) format: Format,
    /// How many users at most.
    pub(super) limit: Option<i64>,
    fields: Option<Fields>,
    /// Signs the links to the file.
    pub(super) secret: String,
    percentage: i64,
    created_at: i64,
}

/// The connection of a job, which may be gone since.
#[derive(Debug, Clone)]
pub(super) struct Of {
    /// Key of its row.
    pub(super) pk: i64,
    /// `con_` and 16 alphanumerics.
    pub(super) id: String,
    name: String,
}

/// What a new job is made of.
#[derive(Debug)]
pub(super) struct NewJob<'a> {
    pub(super) id: String,
    pub(super) connection: Option<&'a ConnectionRow>,
    pub(super) format: Format,
    pub(super) limit: Option<i64>,
    pub(super) fields: Option<&'a Fields>,
    pub(super) secret: String,
}

impl Job {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let pk: Option<i64> = row.get(3)?;
        let of = match pk {
            Some(pk) => Some(Of { pk, id: row.get(4)?, name: row.get(5)? }),
            None => None,
        };
        let fields: Option<String> = row.get(8)?;
        let fields = fields.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(8, rusqlite::types::Type::Text, Box::new(error))
        })?;
        Ok(Self {
            pk: row.get(0)?,
            id: row.get(1)?,
            status: row.get(2)?,
            of,
            format: Format::of(Some(&row.get::<_, String>(6)?)),
            limit: row.get(7)?,
            fields,
            secret: row.get(9)?,
            percentage: row.get(10)?,
            created_at: row.get(11)?,
        })
    }

    /// Whether the file is there.
    pub(super) fn is_completed(&self) -> bool {
        self.status == "completed"
    }

    /// The fields that are exported.
    pub(super) fn fields(&self) -> Fields {
        self.fields.clone().unwrap_or_else(Fields::predefined)
    }

    /// Name of the file in the folder of exports.
    pub(super) fn file_name(&self) -> String {
        format!("{}.{}.gz", self.id, self.format.name())
    }

    /// The job as the API shows it. Order and presence of the first members are as recorded; `location` and
    /// `percentage_done` come when there is something to say.
    pub(super) fn view(&self, location: Option<String>) -> Value {
        let mut view = Map::new();
        let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
        put("type", json!("users_export"));
        put("status", json!(self.status));
        if let Some(of) = &self.of {
            put("connection_id", json!(of.id));
        }
        put("format", json!(self.format.name()));
        if let Some(limit) = self.limit {
            put("limit", json!(limit));
        }
        if let Some(fields) = &self.fields {
            put("fields", json!(fields));
        }
        if let Some(of) = &self.of {
            put("connection", json!(of.name));
        }
        put("created_at", json!(time::iso(self.created_at)));
        put("id", json!(self.id));
        if self.percentage > 0 {
            put("percentage_done", json!(self.percentage));
        }
        if let Some(location) = location {
            put("location", json!(location));
        }
        Value::Object(view)
    }
}

/// Stores a new job.
pub(super) fn insert(db: &Connection, new: NewJob<'_>, now: i64) -> Result<Job, StoreError> {
    let of = new.connection.map(|row| Of { pk: row.pk, id: row.id.clone(), name: row.name.clone() });
    db.prepare_cached(
        "INSERT INTO exports (id, status, connection, connection_id, connection_name, format, row_limit, fields, secret, \
         created_at) VALUES (?1, 'pending', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        new.id,
        of.as_ref().map(|of| of.pk),
        of.as_ref().map(|of| &of.id),
        of.as_ref().map(|of| &of.name),
        new.format.name(),
        new.limit,
        new.fields.map(|fields| json!(fields).to_string()),
        new.secret,
        now,
    ])?;
    Ok(Job {
        pk: db.last_insert_rowid(),
        id: new.id,
        status: "pending".to_owned(),
        of,
        format: new.format,
        limit: new.limit,
        fields: new.fields.cloned(),
        secret: new.secret,
        percentage: 0,
        created_at: now,
    })
}

/// The job with that id, unless its time is over.
pub(super) fn by_id(db: &Connection, id: &str, now: i64) -> Result<Option<Job>, StoreError> {
    Ok(db
        .prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND created_at > ?2"))?
        .query_row(params![id, now - KEPT_MS], Job::read)
        .optional()?)
}

/// The jobs that are not done, oldest first.
pub(super) fn pending(db: &Connection) -> Result<Vec<Job>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} WHERE status = 'pending' ORDER BY pk"))?;
    let jobs = statement.query_map([], Job::read)?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

/// Notes how far a job is.
pub(super) fn advance(db: &Connection, pk: i64, percentage: i64) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE exports SET percentage = ?2 WHERE pk = ?1")?.execute([pk, percentage])?;
    Ok(())
}

/// Ends a job: its file is there, or will never be.
pub(super) fn finish(db: &Connection, pk: i64, completed: bool, now: i64) -> Result<(), StoreError> {
    let (status, percentage) = if completed { ("completed", 100) } else { ("failed", 0) };
    db.prepare_cached("UPDATE exports SET status = ?2, percentage = ?3, finished_at = ?4 WHERE pk = ?1")?
        .execute(params![pk, status, percentage, now])?;
    Ok(())
}

/// Forgets the jobs whose time is over; the names of their files.
pub(super) fn expire(db: &Connection, now: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "DELETE FROM exports WHERE created_at <= ?1 AND status <> 'pending' RETURNING id || '.' || format || '.gz'",
    )?;
    let names = statement.query_map([now - KEPT_MS], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
