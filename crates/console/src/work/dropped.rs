//! Files that are dropped on the page: those of one kind are one run, as long as it is not ordered, so that doubles across
//! files are found before anything is written.
//!
//! A run that is given another file, or loses one, is prepared anew. A file that breaks off is left out of a run that has
//! others, until a person takes what comes before the break.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use engine::{Failure, Home};
use migration::prepare::Kind;
use migration::read::Trouble;
use migration::report::InputCounters;
use migration::run::RunFolder;

use super::stored::{Dropped, Stored};
use super::{Item, Origin, State, Work};
use crate::kind::kind_of;

/// Where the files are, in the run folder.
const FOLDER: &str = "upload";

impl Work {
    /// Takes a file that is whole at `from`: into the run of its kind that is not ordered yet, or into a new one. It is moved.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub(crate) fn take(&self, home: &Home, from: &Path, name: &str, bytes: u64) -> Result<(), Failure> {
        let kind = kind_of(from);
        // Two files that come at the same time do not begin two runs.
        let _one = self.drops.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: io::Error| Failure::stopped(format!("{name} cannot be stored: {error}"));
        let open = self.shown().into_iter().rev();
        for item in open.filter(|item| item.is_open_for(kind)) {
            if item.join(from, name, bytes).map_err(failed)? {
                self.touch();
                return Ok(());
            }
        }
        let folder = home.create_run()?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder.file(FOLDER)).map_err(failed)?;
        std::fs::rename(from, place(&folder, name)).map_err(failed)?;
        let files = vec![Dropped { name: name.to_owned(), bytes, ..Dropped::default() }];
        let item = Item::new(folder, Origin::Upload { kind, files }, State::Waiting).map_err(failed)?;
        self.add(Arc::new(item));
        Ok(())
    }

    /// Removes a run that has imported nobody, with its folder; one of the command only from the page.
    ///
    /// # Errors
    /// When it has begun to import, or cannot be removed.
    pub(crate) fn remove(&self, item: &Item) -> Result<(), Failure> {
        let _one = self.drops.lock().unwrap_or_else(PoisonError::into_inner);
        let before = item.take_away().map_err(Failure::refused)?;
        let path = item.folder().path();
        let removed = match item.origin() {
            Origin::Command { .. } => Stored::remove(item.folder()),
            _ => std::fs::remove_dir_all(path),
        };
        if let Err(error) = removed {
            item.set(before);
            return Err(Failure::stopped(format!("{}: {error}", path.display())));
        }
        self.forget(&item.name());
        Ok(())
    }

    /// Removes one file of a run; with the last one the run goes.
    ///
    /// # Errors
    /// When the run has begun to import, has no such file, or cannot be changed.
    pub(crate) fn remove_file(&self, item: &Item, name: &str) -> Result<(), Failure> {
        let one = self.drops.lock().unwrap_or_else(PoisonError::into_inner);
        let files = item.files();
        // A name comes from a form, and only one of these is a path.
        if !files.iter().any(|file| file.name == name) {
            return Err(Failure::refused("this run has no such file"));
        }
        if files.len() == 1 {
            drop(one);
            return self.remove(item);
        }
        item.edit_files(|files| files.retain(|file| file.name != name))?;
        let path = place(item.folder(), name);
        std::fs::remove_file(&path)
            .map_err(|error| Failure::stopped(format!("{}: {error}", path.display())))?;
        self.touch();
        Ok(())
    }

    /// Takes what comes before the break of a file that was left out.
    ///
    /// # Errors
    /// When the run has begun to import.
    pub(crate) fn take_file(&self, item: &Item, name: &str) -> Result<(), Failure> {
        item.edit_files(|files| {
            for file in files.iter_mut().filter(|file| file.name == name) {
                (file.broken, file.taken) = (None, true);
            }
        })?;
        self.touch();
        Ok(())
    }
}

impl State {
    /// Whether files may come and go: it is prepared or to be, and nobody has ordered it.
    pub(crate) fn takes_files(&self) -> bool {
        matches!(self, Self::Waiting | Self::Preparing | Self::Ready | Self::Cut(_) | Self::Broken(_))
    }
}

impl Item {
    /// The files that were dropped; none when it is made from something else.
    pub(crate) fn files(&self) -> Vec<Dropped> {
        match self.origin() {
            Origin::Upload { files, .. } => files,
            _ => Vec::new(),
        }
    }

    fn is_open_for(&self, wanted: Kind) -> bool {
        matches!(self.origin(), Origin::Upload { kind, .. } if kind == wanted) && self.state().takes_files()
    }

    /// Takes another file. False when it has been ordered meanwhile.
    fn join(&self, from: &Path, name: &str, bytes: u64) -> io::Result<bool> {
        let mut moved = Ok(false);
        self.change(|stored| {
            let is_open = stored.state.takes_files() && stored.orders.is_none();
            let Origin::Upload { files, .. } = &mut stored.origin else { return };
            if !is_open {
                return;
            }
            let name = free_name(files, name);
            moved = std::fs::rename(from, place(self.folder(), &name)).map(|()| true);
            if moved.is_ok() {
                files.push(Dropped { name, bytes, ..Dropped::default() });
                stored.state = State::Waiting;
            }
        });
        if let Ok(true) = moved {
            self.stop_preparing();
        }
        moved
    }

    /// Changes its files, so that it is prepared anew.
    fn edit_files(&self, edit: impl FnOnce(&mut Vec<Dropped>)) -> Result<(), Failure> {
        let mut done = Err(Failure::refused("this run has begun to import, so its files stay as they are"));
        self.change(|stored| {
            if stored.state.takes_files()
                && stored.orders.is_none()
                && let Origin::Upload { files, .. } = &mut stored.origin
            {
                edit(files);
                done = Ok(());
                stored.state = State::Waiting;
            }
        });
        self.stop_preparing();
        done
    }

    /// What became of its preparation, when it was made from `origin`. Files that break off are left out and it is prepared
    /// again, unless there are no others.
    pub(super) fn prepared(&self, origin: &Origin, made: Result<Vec<Trouble>, State>) {
        self.change(|stored| {
            stored.state = match made {
                // Files came or went meanwhile.
                _ if stored.origin != *origin => State::Waiting,
                Err(state) => state,
                Ok(troubles) => self.judge(stored, &troubles),
            }
        });
    }

    fn judge(&self, stored: &mut Stored, troubles: &[Trouble]) -> State {
        let Some(first) = troubles.first() else { return State::Ready };
        let Origin::Upload { files, .. } = &mut stored.origin else {
            return State::Cut(first.reason.clone());
        };
        let why = |file: &Dropped| {
            let place = place(self.folder(), &file.name);
            let of_file = |trouble: &&Trouble| is_of(&trouble.input, &place);
            if file.taken {
                None
            } else {
                troubles.iter().find(of_file).map(|trouble| trouble.reason.clone())
            }
        };
        let reasons: Vec<Option<String>> = files.iter().map(why).collect();
        let Some(first) = reasons.iter().flatten().next() else { return State::Ready };
        let is_whole =
            |(file, reason): (&Dropped, &Option<String>)| file.broken.is_none() && reason.is_none();
        if !files.iter().zip(&reasons).any(is_whole) {
            return State::Cut(first.clone());
        }
        let inputs = &self.report().inputs;
        for (file, reason) in files.iter_mut().zip(reasons).filter(|(_, reason)| reason.is_some()) {
            let counted = self.counted(&file.name, inputs);
            file.empty = counted.is_none_or(|counted| counted.packed + counted.left == 0);
            file.broken = reason;
        }
        State::Waiting
    }

    /// The files of an upload that go into the run.
    pub(super) fn inputs(&self, files: &[Dropped]) -> Vec<PathBuf> {
        let whole = files.iter().filter(|file| file.broken.is_none());
        whole.map(|file| place(self.folder(), &file.name)).collect()
    }

    /// What was counted of a file, among counts by input; none when nothing of it was read.
    pub(crate) fn counted(&self, name: &str, inputs: &[InputCounters]) -> Option<InputCounters> {
        let place = place(self.folder(), name);
        let mut of_file = inputs.iter().filter(|input| is_of(&input.input, &place)).peekable();
        of_file.peek()?;
        Some(of_file.fold(InputCounters::default(), |sum, one| InputCounters {
            input: name.to_owned(),
            read: sum.read + one.read,
            set_aside: sum.set_aside + one.set_aside,
            left: sum.left + one.left,
            packed: sum.packed + one.packed,
        }))
    }
}

fn place(folder: &RunFolder, name: &str) -> PathBuf {
    folder.file(FOLDER).join(name)
}

/// Whether an input, as positions call it, is this file or one in this archive.
fn is_of(input: &str, file: &Path) -> bool {
    let rest = input.strip_prefix(&*file.to_string_lossy());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
}

/// A name that no other file of the run has: `users.json` becomes `users (2).json`.
fn free_name(files: &[Dropped], name: &str) -> String {
    let is_free = |name: &str| files.iter().all(|file| file.name != name);
    if is_free(name) {
        return name.to_owned();
    }
    let (stem, ending) = name.find('.').filter(|at| *at > 0).map_or((name, ""), |at| name.split_at(at));
    let numbered = (2_u32..).map(|number| format!("{stem} ({number}){ending}"));
    numbered.into_iter().find(|name| is_free(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once() {
        let files = |names: &[&str]| {
            let named = |name: &&str| Dropped { name: (*name).to_owned(), ..Dropped::default() };
            names.iter().map(named).collect::<Vec<_>>()
        };
        assert_eq!(free_name(&files(&[]), "users.json"), "users.json");
        assert_eq!(free_name(&files(&["users.json"]), "users.json"), "users (2).json");
        let two = files(&["users.csv.gz", "users (2).csv.gz"]);
        assert_eq!(free_name(&two, "users.csv.gz"), "users (3).csv.gz");
    }

    #[test]
    fn an_input_is_told_from_one_whose_name_begins_alike() {
        let file = Path::new("/run/upload/a.zip");
        assert!(is_of("/run/upload/a.zip", file) && is_of("/run/upload/a.zip!one.json", file));
        assert!(!is_of("/run/upload/a.zip2", file) && !is_of("/run/upload/b.zip", file));
    }
}
