//! The persistent key ring that the Linux kernel has for each user. It needs no service, no D-Bus and no desktop, which servers
//! on which migrations run do not have. Source: keyrings(7), persistent-keyring(7).

use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};
use secrecy::{ExposeSecret as _, SecretString};

use super::Store;

pub(super) struct Kernel;

/// The ring. A thread may use what is linked to a ring of its own, so that each call links it anew; that also puts off the end of
/// its three days.
fn ring() -> Result<KeyRing, String> {
    KeyRing::get_persistent(KeyRingIdentifier::Process).map_err(said)
}

fn said(error: KeyError) -> String {
    format!("the kernel says {error:?}")
}

/// As others see it in `/proc/keys`.
fn described(name: &str) -> String {
    format!("crosswalk: {name}")
}

impl Store for Kernel {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String> {
        match ring()?.search(&described(name)) {
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
            Err(error) => Err(said(error)),
            Ok(key) => {
                let bytes = key.read_to_vec().map_err(said)?;
                String::from_utf8(bytes).map(|text| Some(text.into())).map_err(|error| error.to_string())
            }
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String> {
        ring()?.add_key(&described(name), secret.expose_secret().as_bytes()).map(drop).map_err(said)
    }

    fn forget(&self, name: &str) -> Result<(), String> {
        match ring()?.search(&described(name)) {
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(()),
            Err(error) => Err(said(error)),
            Ok(key) => key.invalidate().map_err(said),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_other_threads_and_forgotten() {
        let name = format!("test {} {}", std::process::id(), rand::random::<u64>());
        if let Err(why) = Kernel.set(&name, &SecretString::from("first")) {
            // In many containers the kernel's key rings are shut off.
            eprintln!("no round trip here: {why}");
            assert!(super::super::KeyRing::of_system().why_not().is_some(), "the page says so, too");
            return;
        }
        let found = |name: String| {
            let found = std::thread::spawn(move || Kernel.get(&name).unwrap()).join().unwrap();
            found.map(|secret| secret.expose_secret().to_owned())
        };
        assert_eq!(found(name.clone()).as_deref(), Some("first"));
        Kernel.set(&name, &SecretString::from("second")).unwrap();
        assert_eq!(found(name.clone()).as_deref(), Some("second"));
        Kernel.forget(&name).unwrap();
        assert_eq!(found(name.clone()), None);
        Kernel.forget(&name).unwrap();
    }
}
