//! Amazon S3, and services that speak as it does.

use futures_util::future::BoxFuture;
use opendal::Operator;
use opendal::services::S3;

use super::{Objects, Service, client, operator};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::stores::SharedStore;

/// A bucket of Amazon S3.
#[derive(Clone, Debug)]
pub struct AmazonS3 {
    /// The bucket.
    pub bucket: String,
    /// The id of the access key.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: Secret,
    /// Its region; the service is asked for it when it is empty.
    pub region: String,
    /// The address of the service; Amazon's own when it is empty.
    pub endpoint: String,
}

impl AmazonS3 {
    /// The objects whose keys begin with `prefix`.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> SharedStore {
        Objects::shared(self, prefix)
    }

    /// Where the region of a bucket is asked for.
    fn endpoint(&self) -> &str {
        if self.endpoint.is_empty() {
            "https://s3.amazonaws.com"
        } else {
            self.endpoint.trim_end_matches('/')
        }
    }

    /// The region that a bucket is in. Any answer to a request names it, even a refusal; a service that is not Amazon's may
    /// name none and then does not care.
    /// Source: Amazon S3 API reference, `HeadBucket`.
    async fn region(&self, http: &reqwest::Client) -> Result<String, Fault> {
        if !self.region.is_empty() {
            return Ok(self.region.clone());
        }
        let asked = http.head(format!("{}/{}", self.endpoint(), self.bucket)).send().await;
        let answer = asked.map_err(|error| {
            Fault::passing(format!("{}: its region: {}", self.place(), outbound::cause(error)))
        })?;
        let named = answer.headers().get("x-amz-bucket-region").and_then(|region| region.to_str().ok());
        Ok(named.unwrap_or("us-east-1").to_owned())
    }

    async fn opened(&self) -> Result<Operator, Fault> {
        let http = client(self.endpoint())?;
        let mut builder = S3::default()
            .bucket(&self.bucket)
            .region(&self.region(&http).await?)
            .access_key_id(&self.access_key)
            .secret_access_key(self.secret_key.expose())
            .disable_config_load()
            .disable_ec2_metadata();
        if !self.endpoint.is_empty() {
            builder = builder.endpoint(&self.endpoint);
        }
        operator(builder, http)
    }
}

impl Service for AmazonS3 {
    fn place(&self) -> String {
        format!("bucket {} at {}", self.bucket, self.endpoint())
    }

    fn open(&self) -> BoxFuture<'_, Result<Operator, Fault>> {
        Box::pin(self.opened())
    }
}
