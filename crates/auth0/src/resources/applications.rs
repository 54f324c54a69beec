//! `/api/v2/clients`: applications.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::send::Call;
use crate::{Client, Error};

const PATH: &str = "api/v2/clients";
/// Applications per page, Auth0's maximum.
const PAGE: usize = 100;

/// An application, as far as a migration looks at it. Its secret is not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Application {
    /// 32 letters and digits.
    pub client_id: String,
    /// Its name; names are not unique.
    #[serde(default)]
    pub name: String,
    /// `regular_web`, `spa`, `native`, `non_interactive`, ...; not every application has one.
    #[serde(default)]
    pub app_type: Option<String>,
    /// Whether it is the tenant's own "All Applications", which uses no connection.
    #[serde(default)]
    pub global: bool,
}

/// An application to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewApplication {
    /// Its name.
    pub name: String,
    /// `regular_web`, `spa`, `native` or `non_interactive`.
    pub app_type: String,
}

impl Client {
    /// The applications of exactly this name; several may bear one. Scope `read:clients`.
    ///
    /// # Errors
    /// As any call.
    pub async fn applications_by_name(&self, name: &str) -> Result<Vec<Application>, Error> {
        let mut found = self.applications().await?;
        found.retain(|application| application.name == name);
        Ok(found)
    }

    /// All applications, in the tenant's order. Scope `read:clients`.
    ///
    /// # Errors
    /// As any call.
    pub async fn applications(&self) -> Result<Vec<Application>, Error> {
        let mut found = Vec::new();
        for page in 0_u32.. {
            let call = Call::new(Method::GET, PATH)
                .query("page", page.to_string())
                .query("per_page", PAGE.to_string())
                .query("fields", "client_id,name,app_type,global")
                .query("include_fields", "true");
            let applications: Vec<Application> = self.send(call).await?.json("GET clients")?;
            let last = applications.len() < PAGE;
            found.extend(applications);
            if last {
                break;
            }
        }
        Ok(found)
    }

    /// An application by its id. Scope `read:clients`.
    ///
    /// # Errors
    /// As any call; [`Error::Refused`] with status 404 when there is none.
    pub async fn application(&self, client_id: &str) -> Result<Application, Error> {
        self.send(Call::new(Method::GET, PATH).at(&[client_id])).await?.json("GET clients/ID")
    }

    /// Creates an application. Scope `create:clients`.
    ///
    /// # Errors
    /// As any call.
    pub async fn create_application(&self, new: &NewApplication) -> Result<Application, Error> {
        self.send(Call::new(Method::POST, PATH).json(&json!(new))).await?.json("POST clients")
    }
}
