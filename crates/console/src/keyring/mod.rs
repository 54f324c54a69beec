//! The key ring of the operating system, where credentials are kept when a person asks for it. Without one, and by default, they
//! are in the memory of the process only.

#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "macos")]
mod native;

use std::sync::Arc;

use engine::Failure;
use maud::{Markup, html};
use secrecy::SecretString;

/// Something that keeps secrets by name. Errors are sentences for a person.
pub(crate) trait Store: Send + Sync {
    fn get(&self, name: &str) -> Result<Option<SecretString>, String>;
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), String>;
    /// A name that is not there is forgotten already.
    fn forget(&self, name: &str) -> Result<(), String>;
}

/// The key ring, or why there is none. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyRing(Result<Arc<dyn Store>, String>);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing").field("why_not", &self.why_not()).finish()
    }
}

/// How long what is kept stays there.
#[cfg(target_os = "linux")]
const PROMISE: &str = "In the key ring of the Linux kernel, which never writes to a disk: it outlives this process, but neither a restart of the machine nor three days in which the page was not started.";
/// The same.
#[cfg(not(target_os = "linux"))]
const PROMISE: &str = "In the key chain of the operating system, until you forget it here.";

impl KeyRing {
    /// That of the operating system, when something can be kept in it.
    pub(crate) fn of_system() -> Self {
        #[cfg(target_os = "linux")]
        let store = kernel::Kernel;
        #[cfg(target_os = "macos")]
        let store = native::Native;
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        return Self::tried(Arc::new(store));
        #[cfg(not(any(target_os = "linux", target_os = "macos")))]
        return Self(Err("the key ring of this operating system is not spoken to".to_owned()));
    }

    /// A store, when it can keep something: in containers and under some services it cannot.
    pub(crate) fn tried(store: Arc<dyn Store>) -> Self {
        const TRIAL: &str = "trial";
        let secret = SecretString::from("nothing secret");
        let tried = store.set(TRIAL, &secret).and_then(|()| match store.get(TRIAL)? {
            Some(_) => store.forget(TRIAL),
            None => Err("what is put there is not found again".to_owned()),
        });
        Self(tried.map(|()| store))
    }

    /// Why nothing can be kept; none when something can.
    pub(crate) fn why_not(&self) -> Option<&str> {
        self.0.as_ref().err().map(String::as_str)
    }

    fn store(&self) -> Result<&Arc<dyn Store>, Failure> {
        self.0.as_ref().map_err(|why| Failure::refused(format!("there is no usable key ring: {why}")))
    }

    /// What is kept under a name.
    pub(crate) fn get(&self, name: &str) -> Result<Option<SecretString>, Failure> {
        self.store()?.get(name).map_err(|why| Failure::stopped(format!("the key ring: {why}")))
    }

    /// Keeps a secret, in the place of an older one.
    pub(crate) fn set(&self, name: &str, secret: &SecretString) -> Result<(), Failure> {
        self.store()?.set(name, secret).map_err(|why| Failure::stopped(format!("the key ring: {why}")))
    }

    /// Forgets it.
    pub(crate) fn forget(&self, name: &str) -> Result<(), Failure> {
        self.store()?.forget(name).map_err(|why| Failure::stopped(format!("the key ring: {why}")))
    }

    /// The field of a form by which a person asks for it.
    pub(crate) fn field(&self, checked: bool) -> Markup {
        html! {
            @match self.why_not() {
                None => {
                    label.check { input type="checkbox" name="keep" checked[checked] aria-describedby="keep-hint"; " Keep in this machine's key ring" }
                    p.hint id="keep-hint" { (PROMISE) }
                }
                Some(why) => {
                    label.check { input type="checkbox" name="keep" disabled aria-describedby="keep-hint"; " Keep in this machine's key ring" }
                    p.hint id="keep-hint" { "There is no usable key ring here: " (why) "." }
                }
            }
        }
    }
}
