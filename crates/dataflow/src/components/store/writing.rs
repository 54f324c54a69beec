//! What all writers to stores do.

use crate::component::{Built, step};
use crate::log::Level;
use crate::stores::SharedStore;

/// A step that writes every file to a store. Until a file is whole its name has `temporary` at the end, if given.
pub(super) fn write(store: SharedStore, temporary: Option<&'static str>) -> Built {
    step(move |mut input, mut output| async move {
        while let Some(file) = input.file(&mut output).await? {
            store.write(&file, temporary).await?;
            output.say(Level::Info, &format!("wrote {}, {} bytes", file.name(), file.size()));
        }
        Ok(())
    })
}
