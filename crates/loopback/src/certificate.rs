//! The test CA and the certificate of the server, kept in the data folder so that clients can go on trusting them.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{DataFolder, FolderError};

const CA: &str = "ca.pem";
const CERTIFICATE: &str = "server.pem";
const KEY: &str = "server-key.pem";
const NAMES: &str = "server-names";

/// The names every certificate has.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The data folder refused.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A certificate could not be made: a name is not a DNS name, for one.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// What the folder holds is not what was written there.
    #[error("cannot use the certificate in the data folder: {0}; delete server-names and start again")]
    Use(String),
}

/// The certificates of a local world.
#[derive(Debug, Clone)]
pub struct Certificates {
    /// File with the CA's certificate (PEM), which clients have to trust.
    pub ca: PathBuf,
    pub(crate) config: Arc<rustls::ServerConfig>,
}

impl Certificates {
    /// Those of the data folder; made at the first start, and again when `extra_names` (DNS names, also `*.` ones, or
    /// addresses) are not those of the last start. The key of the CA is used once and thrown away.
    ///
    /// # Errors
    /// [`CertificateError`] when they can be neither read nor made.
    pub fn load(folder: &DataFolder, extra_names: &[String]) -> Result<Self, CertificateError> {
        let names: Vec<String> =
            LOOPBACK.iter().map(ToString::to_string).chain(extra_names.iter().cloned()).collect();
        let wanted = names.join("\n");
        if folder.read(NAMES)?.as_deref() != Some(&wanted) {
            // The names last: they say that the others are whole.
            make(folder, names)?;
            folder.write(NAMES, &wanted)?;
        }
        let read = |name: &str| -> Result<String, CertificateError> {
            folder.read(name)?.ok_or_else(|| CertificateError::Use(format!("{name} is missing")))
        };
        let broken = |error: &dyn std::fmt::Display| CertificateError::Use(error.to_string());
        let certificate =
            CertificateDer::from_pem_slice(read(CERTIFICATE)?.as_bytes()).map_err(|e| broken(&e))?;
        let key = PrivateKeyDer::from_pem_slice(read(KEY)?.as_bytes()).map_err(|e| broken(&e))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
            .map_err(|e| broken(&e))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { ca: folder.file(CA), config: Arc::new(config) })
    }
}

fn make(folder: &DataFolder, names: Vec<String>) -> Result<(), CertificateError> {
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.distinguished_name.push(DnType::CommonName, "Crosswalk local test CA");
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.not_before = date_time_ymd(2024, 1, 1);
    ca.not_after = date_time_ymd(2044, 1, 1);
    let ca_key = KeyPair::generate()?;
    let ca_certificate = ca.self_signed(&ca_key)?;
    let issuer = Issuer::new(ca, ca_key);

    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "Crosswalk local world");
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.not_before = date_time_ymd(2024, 1, 1);
    server.not_after = date_time_ymd(2044, 1, 1);
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;

    folder.write(KEY, &key.serialize_pem())?;
    folder.write(CERTIFICATE, &certificate.pem())?;
    folder.write(CA, &ca_certificate.pem())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_kept_over_restarts_and_made_anew_for_other_names() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(dir.path()).unwrap();
        Certificates::load(&folder, &[]).unwrap();
        let first = folder.read(CERTIFICATE).unwrap();
        Certificates::load(&folder, &[]).unwrap();
        assert_eq!(folder.read(CERTIFICATE).unwrap(), first);
        Certificates::load(&folder, &["*.eu1.gigya.com".into()]).unwrap();
        assert_ne!(folder.read(CERTIFICATE).unwrap(), first);
    }

    #[test]
    fn a_broken_key_is_an_error_that_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(dir.path()).unwrap();
        Certificates::load(&folder, &[]).unwrap();
        folder.write(KEY, "nonsense").unwrap();
        let error = Certificates::load(&folder, &[]).unwrap_err();
        assert!(error.to_string().contains("delete server-names"), "{error}");
    }
}
