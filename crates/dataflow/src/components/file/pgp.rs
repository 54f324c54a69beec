//! `file.encrypt.pgp`, `file.decrypt.pgp`

use std::io::BufReader;

use pgp::composed::{Deserializable, Message, MessageBuilder, SignedPublicKey, SignedSecretKey};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::types::{KeyDetails, Password};
use rand08::rngs::OsRng;
use schemars::JsonSchema;
use serde::Deserialize;

use super::compress::expand;
use crate::component::{Built, Component, Kind, Setup, each_file};
use crate::fault::Fault;
use crate::file::FileWriter;
use crate::secret::Secret;

/// Encrypts files with OpenPGP (AES-256, integrity protected); `.pgp` is added to their names.
///
/// The file is binary. All subkeys of the key that are meant for encryption can decrypt it, or the primary key if there
/// is none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EncryptPgp {
    /// The receiver's public key, armored.
    public_key: String,
}

impl Component for EncryptPgp {
    const TYPE: &'static str = "file.encrypt.pgp";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        let (key, _) = SignedPublicKey::from_reader_single(self.public_key.as_bytes())
            .map_err(|error| format!("`publicKey` is no OpenPGP public key: {error}"))?;
        let subkeys: Vec<usize> =
            (0..key.public_subkeys.len()).filter(|index| encrypts(&key, *index)).collect();
        if subkeys.is_empty() && !key.algorithm().can_encrypt() {
            return Err("`publicKey` has no key that is meant for encryption".to_owned());
        }
        each_file(move |file| {
            let broken = |error: pgp::errors::Error| {
                Fault::lasting(format!("{} cannot be encrypted: {error}", file.name()))
            };
            let mut builder = MessageBuilder::from_reader(file.name().to_owned(), file.reader())
                .seipd_v1(OsRng, SymmetricKeyAlgorithm::AES256);
            for index in &subkeys {
                builder.encrypt_to_key(OsRng, &key.public_subkeys[*index]).map_err(broken)?;
            }
            if subkeys.is_empty() {
                builder.encrypt_to_key(OsRng, &key).map_err(broken)?;
            }
            let mut writer = FileWriter::new(format!("{}.pgp", file.name()), &work);
            builder.to_writer(OsRng, &mut writer).map_err(broken)?;
            Ok(vec![writer.finish()?])
        })
    }
}

/// Whether a subkey can encrypt and is meant to. Keys without flags of use are taken at their algorithm.
fn encrypts(key: &SignedPublicKey, index: usize) -> bool {
    let subkey = &key.public_subkeys[index];
    let mut flags = subkey.signatures.iter().map(|signature| signature.key_flags());
    let meant =
        subkey.signatures.is_empty() || flags.any(|flags| flags.encrypt_comms() || flags.encrypt_storage());
    subkey.algorithm().can_encrypt() && meant
}

/// Decrypts files of OpenPGP; `.pgp`, `.gpg` or `.asc` at the end of their names goes away. A file may expand to 10 GiB.
///
/// The documentation names no parameters; they are ours. Signatures are not verified.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecryptPgp {
    /// The private key, armored.
    private_key: Secret,
    /// What protects the private key.
    #[serde(default)]
    passphrase: Option<Secret>,
}

impl Component for DecryptPgp {
    const TYPE: &'static str = "file.decrypt.pgp";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let work = setup.context.work.clone();
        let key = if self.private_key.is_given() {
            let read = SignedSecretKey::from_reader_single(self.private_key.expose().as_bytes());
            Some(read.map_err(|_| "`privateKey` is no OpenPGP private key")?.0)
        } else {
            None
        };
        let passphrase = self.passphrase.unwrap_or_default();
        each_file(move |file| {
            let key =
                key.as_ref().ok_or_else(|| Fault::lasting("`privateKey` is empty or masked; fill it in"))?;
            let broken = |error: pgp::errors::Error| {
                Fault::lasting(format!("{} cannot be decrypted: {error}", file.name()))
            };
            let source = BufReader::with_capacity(1 << 16, file.reader());
            let (message, _) = Message::from_reader(source).map_err(broken)?;
            let mut message = message.decrypt(&Password::from(passphrase.expose()), key).map_err(broken)?;
            while message.is_compressed() {
                message = message.decompress().map_err(broken)?;
            }
            let name = [".pgp", ".gpg", ".asc"].iter().find_map(|end| file.name().strip_suffix(end));
            let mut writer = FileWriter::new(name.unwrap_or(file.name()), &work);
            expand(&mut message, &mut writer, file.name())?;
            Ok(vec![writer.finish()?])
        })
    }
}
