//! What all writers to stores do.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Place;
use crate::component::{Built, Setup, step};
use crate::components::file::numbered;
use crate::log::Level;

/// The files that a job has written, by place and name: a file that was there before the job gives way, one of its own does
/// not.
#[derive(Debug, Default)]
pub(crate) struct Written(Mutex<HashSet<(String, String)>>);

impl Written {
    /// The name under which a file is to be written: its own, unless the job has written one of that name to this place.
    fn free(&self, place: &str, name: &str) -> String {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut part = 1;
        loop {
            let free = numbered(name, part);
            if written.insert((place.to_owned(), free.clone())) {
                return free;
            }
            part += 1;
        }
    }
}

/// A step that writes every file to a store. Until a file is whole its name has `temporary` at the end, if given.
pub(super) fn write(setup: &Setup<'_>, to: Place, temporary: Option<&'static str>) -> Built {
    let written = setup.context.services.get::<Written>().unwrap_or_else(|| Arc::new(Written::default()));
    step(move |mut input, mut output| async move {
        while let Some(mut file) = input.file(&mut output).await? {
            let free = written.free(&to.name, file.name());
            let mut why = String::new();
            if free != file.name() {
                why = format!("; this job has written another {} there", file.name());
                file = file.renamed(free);
            }
            to.store.write(&file, temporary).await?;
            output.say(Level::Info, &format!("wrote {}, {} bytes{why}", file.name(), file.size()));
        }
        Ok(())
    })
}
