//! Taking users out of parts: a loser's bytes are overwritten by a record from the tail, padded with JSON white space,
//! so that no other byte has to move.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;

use super::leaves::Leaves;
use super::packer::{Packed, Packer};
use crate::duplicates::{Index, Place};
use crate::run::{RunError, RunFolder};

/// Records from the tail among which the best fit for a hole is looked for.
const WINDOW: usize = 256;

/// A user that leaves its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Number of the user in the order of packing.
    pub user: u64,
}

/// The parts after it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compacted {
    /// The parts by number; one that lost all its users is not in it.
    pub parts: BTreeMap<u32, Packed>,
}

/// A record that can fill a hole.
#[derive(Debug, Clone)]
enum Filler {
    /// A user of the tail.
    Tail(u64, Place),
    /// A user that is new: several merged into one. Without bytes when only sizes are known.
    New(Vec<u8>),
}

impl Filler {
    fn len(&self) -> usize {
        match self {
            Self::Tail(_, place) => place.len as usize,
            Self::New(bytes) => bytes.len(),
        }
    }
}

/// Takes the users `removed` (in order, each once) out of the parts and puts the users `new` in.
///
/// # Errors
/// The disk.
pub fn compact(
    folder: Option<&RunFolder>,
    index: &mut Index,
    mut parts: Vec<Packed>,
    removed: &[u64],
    new: Vec<Vec<u8>>,
) -> Result<Compacted, RunError> {
    if removed.is_empty() && new.is_empty() {
        return Ok(Compacted { parts: numbered(parts) });
    }
    let mut work = Work { folder, open: HashMap::new(), dropped: BTreeMap::new() };
    let mut tail = Tail { window: new.into_iter().map(Filler::New).collect(), next: index.len() };
    let mut holes_left = Vec::new();
    for &user in removed {
        tail.fill(index, removed, user).map_err(|source| work.error(0, source))?;
        if user >= tail.next {
            break;
        }
        let hole = index.get(user).map_err(|source| work.error(0, source))?;
        match tail.best_fit(hole.len as usize) {
            Some(filler) => {
                let bytes = work.bytes(&filler)?;
                work.overwrite(&hole, bytes)?;
                if let Some(part) = parts.get_mut(hole.part as usize - 1) {
                    part.leaves.changed(hole.start as usize, hole.len as usize);
                }
            }
            None => holes_left.push(hole),
        }
    }
    for hole in holes_left {
        work.dropped.entry(hole.part).or_default().push(hole);
    }
    work.repack(index, &mut parts, tail)?;
    let mut parts = numbered(parts);
    work.drop_holes(&mut parts)?;
    Ok(Compacted { parts })
}

#[expect(clippy::cast_possible_truncation, reason = "a part number has six digits")]
fn numbered(parts: Vec<Packed>) -> BTreeMap<u32, Packed> {
    parts.into_iter().enumerate().map(|(index, part)| (index as u32 + 1, part)).collect()
}

/// Users from the end of the order of packing that have not found a new place yet.
struct Tail {
    window: Vec<Filler>,
    /// The first user of the tail; those from here on are in the window, or gone.
    next: u64,
}

impl Tail {
    fn fill(&mut self, index: &mut Index, removed: &[u64], hole: u64) -> io::Result<()> {
        while self.window.len() < WINDOW && self.next > hole + 1 {
            let from = self.next.saturating_sub(WINDOW as u64 / 4).max(hole + 1);
            let places = index.range(from, self.next)?;
            for (user, place) in (from..).zip(places) {
                if removed.binary_search(&user).is_err() {
                    self.window.push(Filler::Tail(user, place));
                }
            }
            self.next = from;
        }
        Ok(())
    }

    /// The longest record that fits.
    fn best_fit(&mut self, len: usize) -> Option<Filler> {
        let fits = self.window.iter().enumerate().filter(|(_, filler)| filler.len() <= len);
        let (best, _) = fits.max_by_key(|(_, filler)| filler.len())?;
        Some(self.window.swap_remove(best))
    }
}

struct Work<'f> {
    folder: Option<&'f RunFolder>,
    open: HashMap<u32, File>,
    dropped: BTreeMap<u32, Vec<Place>>,
}

impl Work<'_> {
    fn error(&self, part: u32, source: io::Error) -> RunError {
        let path =
            self.folder.map(|folder| if part == 0 { folder.path().to_owned() } else { folder.part(part) });
        RunError::Io { path: path.unwrap_or_default(), source }
    }

    fn file(&mut self, part: u32) -> Result<Option<&File>, RunError> {
        let Some(folder) = self.folder else { return Ok(None) };
        if !self.open.contains_key(&part) {
            // Holes come in the order of the parts, and fillers from the last ones: a few open files are enough.
            if self.open.len() >= 16 {
                self.open.clear();
            }
            let opened = OpenOptions::new().read(true).write(true).open(folder.part(part));
            self.open.insert(part, opened.map_err(|source| self.error(part, source))?);
        }
        Ok(self.open.get(&part))
    }

    fn read(&mut self, place: &Place) -> Result<Vec<u8>, RunError> {
        let mut bytes = vec![0; place.len as usize];
        if let Some(file) = self.file(place.part)? {
            let result = file.read_exact_at(&mut bytes, u64::from(place.start));
            result.map_err(|source| self.error(place.part, source))?;
        }
        Ok(bytes)
    }

    fn bytes(&mut self, filler: &Filler) -> Result<Vec<u8>, RunError> {
        match filler {
            Filler::Tail(_, place) => self.read(place),
            Filler::New(bytes) => Ok(bytes.clone()),
        }
    }

    fn overwrite(&mut self, hole: &Place, mut bytes: Vec<u8>) -> Result<(), RunError> {
        bytes.resize(hole.len as usize, b' ');
        if let Some(file) = self.file(hole.part)? {
            let result = file.write_all_at(&bytes, u64::from(hole.start));
            result.map_err(|source| self.error(hole.part, source))?;
        }
        Ok(())
    }

    /// Packs what is left of the tail anew, behind the users before it.
    fn repack(&mut self, index: &mut Index, parts: &mut Vec<Packed>, tail: Tail) -> Result<(), RunError> {
        let next = tail.next;
        let mut left: Vec<(u64, Vec<u8>)> = Vec::with_capacity(tail.window.len());
        for filler in &tail.window {
            let user = if let Filler::Tail(user, _) = filler { *user } else { u64::MAX };
            left.push((user, self.bytes(filler)?));
        }
        left.sort_by_key(|(user, _)| *user);
        let (part, start) = if next < index.len() {
            let place = index.get(next).map_err(|source| self.error(0, source))?;
            (place.part, place.start)
        } else {
            // The tail was not touched: new users go behind the last.
            let last = parts.last().map(|part| part.size).unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "a part has at most 512,000 bytes")]
            (parts.len().max(1) as u32, last.bytes.max(1) as u32)
        };
        let before = u64::from(start) - 1;
        let mut text = Vec::new();
        if let Some(folder) = self.folder {
            self.open.clear();
            if before > 0 {
                text = self.read(&Place { part, start: 0, len: start - 1, ..Place::default() })?;
            }
            for number in (part as usize)..=parts.len() {
                #[expect(clippy::cast_possible_truncation, reason = "a part number has six digits")]
                let path = folder.part(number as u32);
                self.open.clear();
                match std::fs::remove_file(&path) {
                    Err(source) if source.kind() != io::ErrorKind::NotFound => {
                        return Err(RunError::Io { path, source });
                    }
                    _ => {}
                }
            }
        }
        // Users of this part before the tail; holes that stay holes are still counted here and dropped later.
        let first = self.first_of(index, part, next)?;
        #[expect(clippy::cast_possible_truncation, reason = "users of one part")]
        let users = (next - first) as u32;
        parts.truncate(part as usize - 1);
        let mut packer = Packer::resume(self.folder.cloned(), std::mem::take(parts), users, &text, before)?;
        let mut text = Vec::new();
        for (_, bytes) in &left {
            text.push(b',');
            text.extend_from_slice(bytes);
        }
        packer.add(&text, left.iter().map(|(_, bytes)| bytes.len()), |_, _| Ok(()))?;
        *parts = packer.finish()?;
        Ok(())
    }

    /// The first user of a part, looked for backwards from `next`.
    fn first_of(&self, index: &mut Index, part: u32, next: u64) -> Result<u64, RunError> {
        let mut first = next;
        while first > 0 {
            let from = first.saturating_sub(1024);
            let places = index.range(from, first).map_err(|source| self.error(0, source))?;
            match places.iter().rposition(|place| place.part != part) {
                Some(at) => return Ok(from + at as u64 + 1),
                None => first = from,
            }
        }
        Ok(0)
    }

    /// Takes users out for whom nothing fitted.
    fn drop_holes(&mut self, parts: &mut BTreeMap<u32, Packed>) -> Result<(), RunError> {
        self.open.clear();
        for (part, holes) in std::mem::take(&mut self.dropped) {
            let Some(Packed { size, leaves }) = parts.get_mut(&part) else { continue };
            *leaves = Leaves::default();
            #[expect(clippy::cast_possible_truncation, reason = "users of one part")]
            let gone = holes.len() as u32;
            size.users = size.users.saturating_sub(gone);
            size.bytes -= holes.iter().map(|hole| u64::from(hole.len) + 1).sum::<u64>().min(size.bytes);
            let empty = size.users == 0;
            if empty {
                parts.remove(&part);
            }
            let Some(folder) = self.folder else { continue };
            let path = folder.part(part);
            let io = |source| RunError::Io { path: path.clone(), source };
            if empty {
                std::fs::remove_file(&path).map_err(io)?;
                continue;
            }
            let text = std::fs::read(&path).map_err(io)?;
            let mut kept = without(&text, &holes);
            kept.extend_from_slice(b"]");
            let mut file = folder.create_file(&path)?;
            io::Write::write_all(&mut file, &kept)
                .map_err(|source| RunError::Io { path: path.clone(), source })?;
        }
        Ok(())
    }
}

/// The text of a part without some users, and without its closing bracket.
fn without(text: &[u8], holes: &[Place]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut from = 0;
    for hole in holes {
        // The bracket or comma before the user goes with it.
        let start = hole.start as usize - 1;
        kept.extend_from_slice(text.get(from..start).unwrap_or(b""));
        from = start + 1 + hole.len as usize;
    }
    let end = text.len().saturating_sub(1);
    kept.extend_from_slice(text.get(from..end).unwrap_or(b""));
    match kept.first_mut() {
        Some(first) => *first = b'[',
        None => kept.push(b'['),
    }
    kept
}
