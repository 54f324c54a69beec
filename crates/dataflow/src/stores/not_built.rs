//! A store that this program was built without.

use futures_util::future::{BoxFuture, ready};

use super::{Entry, Store};
use crate::fault::Fault;
use crate::file::{File, FileWriter};

/// Stands where a real store would; whoever uses it is told what to do.
#[derive(Clone, Debug)]
pub struct NotBuilt {
    message: String,
}

impl NotBuilt {
    /// The store of this step, of this kind: `SFTP`, say.
    #[must_use]
    pub fn new(step: &str, kind: &str) -> Self {
        let message = format!(
            "this program was built without {kind}; build it with `--features stores`, or put a folder in the place of \
             the store: --store {step:?}=DIR"
        );
        Self { message }
    }

    fn fault<T: Send + 'static>(&self) -> BoxFuture<'_, Result<T, Fault>> {
        Box::pin(ready(Err(Fault::usage(self.message.clone()))))
    }
}

impl Store for NotBuilt {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        self.fault()
    }

    fn read<'a>(&'a self, _: &'a str, _: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        self.fault()
    }

    fn write<'a>(&'a self, _: &'a File, _: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        self.fault()
    }
}
