//! Whether the disk of the run folder has room for what an import writes there.

use super::ImportError;
use crate::run::{Manifest, RunFolder};

/// Bytes that an import writes of every user at most, beside `retry.ndjson`: a line of `id-map.csv`, and in the ledger a
/// refusal and what reading the user back has found.
const PER_USER: u64 = 512;
/// Bytes of the ledger of a run without users, its journal included.
const LEDGER: u64 = 4 << 20;

/// Refuses when the room does not suffice for sure; a sentence when it would not, were most users refused.
///
/// # Errors
/// [`ImportError::Refused`].
pub(super) fn check(folder: &RunFolder, manifest: &Manifest) -> Result<Option<String>, ImportError> {
    let Ok(disk) = rustix::fs::statvfs(folder.path()) else {
        return Ok(Some("how much room the disk of the run folder has could not be found out".to_owned()));
    };
    judge(manifest, disk.f_bavail.saturating_mul(disk.f_frsize)).map_err(|need| {
        ImportError::Refused(format!(
            "an import of this run writes {need} to {}; make room, or copy the run to another disk and import it there",
            folder.path().display()
        ))
    })
}

fn judge(manifest: &Manifest, free: u64) -> Result<Option<String>, String> {
    let users: u64 = manifest.parts.iter().map(|part| u64::from(part.users)).sum();
    let need = LEDGER + users.saturating_mul(PER_USER);
    if free < need {
        return Err(format!("up to {} MB and finds {} MB", need.div_ceil(1_000_000), free / 1_000_000));
    }
    let worst = need + manifest.parts.iter().map(|part| part.bytes).sum::<u64>();
    Ok((free < worst).then(|| {
        format!(
            "the disk of the run has {} MB; were all users refused, retry.ndjson and the ledger would need {} MB",
            free / 1_000_000,
            worst.div_ceil(1_000_000)
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Part;

    #[test]
    fn too_little_is_refused_and_scarce_is_said() {
        let part = Part { number: 1, users: 1_000_000, bytes: 2_000_000_000, blake3: String::new() };
        let manifest: Manifest = serde_json::from_value(serde_json::json!({
            "version": "0", "prepared": "", "inputs": [], "mapping": "", "parts": [part],
            "policies": {"codes": {}, "duplicates": "keep-latest", "lazy": "reset", "identifiers": ["email"]},
        }))
        .unwrap();
        assert_eq!(judge(&manifest, 500_000_000).unwrap_err(), "up to 517 MB and finds 500 MB");
        assert!(judge(&manifest, 1_000_000_000).unwrap().unwrap().contains("would need 2517 MB"));
        assert_eq!(judge(&manifest, 3_000_000_000), Ok(None));
    }

    #[test]
    fn the_disk_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        assert!(rustix::fs::statvfs(dir.path()).unwrap().f_frsize > 0);
    }
}
