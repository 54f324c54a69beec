//! `POST /export`: the form is checked and the export starts.

use auth0::ExportField;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::Failure;
use migration::users_export::{Format, UsersExport};

use super::form::{Filled, page};
use crate::app::App;
use crate::error::PageError;

/// Columns of a CSV file, at most. Source: Auth0, "Bulk User Exports".
const MAX_COLUMNS: usize = 30;

/// Starts an export, or says what is wrong with the form.
pub(super) async fn start(State(app): State<App>, body: Bytes) -> Result<Response, PageError> {
    let client = app.setup().tenant().await?.client;
    let connections = client.database_connections().await?;
    let filled = Filled::read(&body);
    let wanted = match wanted(&filled) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let page = page(&app, &connections, &filled, Some(&wrong));
            return Ok((StatusCode::BAD_REQUEST, page).into_response());
        }
    };
    let of = connections.iter().find(|connection| connection.id == filled.connection);
    let what = of.map_or("all-connections", |connection| connection.name.as_str());
    app.exports()
        .start(client, what, wanted)
        .await
        .map_err(|error| Failure::stopped(format!("the file of the export cannot be made: {error}")))?;
    Ok(Redirect::to("/export#exports").into_response())
}

fn wanted(filled: &Filled) -> Result<UsersExport, String> {
    let format = Format::ALL.into_iter().find(|(name, _)| *name == filled.format);
    let (_, format) = format.ok_or("choose one of the formats")?;
    let limit = match filled.limit.as_str() {
        "" => None,
        text => {
            let number: Option<u64> = text.parse().ok().filter(|number| *number > 0);
            Some(number.ok_or_else(|| format!("{text} is no number of users"))?)
        }
    };
    let rows = filled.rows.iter().filter(|(field, column)| !field.is_empty() || !column.is_empty());
    let mut fields = Vec::new();
    for (field, column) in rows {
        if field.is_empty() {
            return Err(format!("the column {column} has no user field"));
        }
        if field.chars().count() > 100 || column.chars().count() > 100 {
            return Err("a field and a column name have 100 characters at most".to_owned());
        }
        if format == Format::Csv && matches!(field.as_str(), "user_metadata" | "app_metadata") {
            return Err(format!(
                "CSV cannot hold {field} as a whole; name its fields, such as {field}.country, or choose JSON"
            ));
        }
        let export_as = Some(column.clone()).filter(|column| !column.is_empty() && column != field);
        fields.push(ExportField { name: field.clone(), export_as });
    }
    if fields.is_empty() {
        return Err("name at least one field, or add the default ones".to_owned());
    }
    if format == Format::Csv && fields.len() > MAX_COLUMNS {
        return Err(format!(
            "CSV takes {MAX_COLUMNS} fields, these are {}; remove some, or choose JSON",
            fields.len()
        ));
    }
    let connection_id = Some(filled.connection.clone()).filter(|id| !id.is_empty());
    Ok(UsersExport { connection_id, format, limit, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_told_before_the_tenant_is_asked() {
        let wrong = |body: &str| wanted(&Filled::read(body.as_bytes())).unwrap_err();
        assert!(wrong("format=xml&field=email").contains("format"));
        assert!(wrong("format=csv&field=email&limit=-1").contains("-1"));
        assert!(wrong("format=csv&field=app_metadata").contains("app_metadata.country"));
        assert!(wrong("format=csv&field=&column=x").contains("column x"));
        assert!(wrong("format=json&field=&column=").contains("at least one"));
        assert!(wrong(&format!("format=csv{}", "&field=a".repeat(31))).contains("these are 31"));
        assert!(wrong(&format!("format=json&field={}", "a".repeat(101))).contains("100"));
    }

    #[test]
    fn rows_become_fields() {
        let body = "connection=con_1&format=ndjson&limit=5&field=email&column=Mail&field=name&column=&field=&column=";
        let wanted = wanted(&Filled::read(body.as_bytes())).unwrap();
        assert_eq!(
            (wanted.connection_id.as_deref(), wanted.format, wanted.limit),
            (Some("con_1"), Format::Ndjson, Some(5))
        );
        let fields: Vec<(&str, Option<&str>)> =
            wanted.fields.iter().map(|field| (field.name.as_str(), field.export_as.as_deref())).collect();
        assert_eq!(fields, [("email", Some("Mail")), ("name", None)]);
    }
}
