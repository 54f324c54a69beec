//! The BLAKE3 digest of a part, kept in pieces: what was digested while it was packed is not read again when only some
//! of its users are replaced afterwards.

use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};

/// Bytes of one leaf: a power of two, as BLAKE3's tree wants it. Smaller ones would be read again less often, and take
/// more memory for each part.
const LEAF: usize = 1 << 15;

/// The digests of a part's leaves; those that have to be made anew are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaves(Vec<Option<ChainingValue>>);

impl Leaves {
    /// The bytes from `start` on are not what they were.
    pub(super) fn changed(&mut self, start: usize, len: usize) {
        let last = (start + len.max(1) - 1) / LEAF;
        for leaf in self.0.iter_mut().take(last + 1).skip(start / LEAF) {
            *leaf = None;
        }
    }

    /// The digest of the part, which has `len` bytes. `read` fills a buffer from an offset on, for the leaves that
    /// changed.
    ///
    /// # Errors
    /// What `read` says.
    pub fn digest<E>(
        &self,
        len: u64,
        buffer: &mut Vec<u8>,
        mut read: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
    ) -> Result<blake3::Hash, E> {
        let mut bytes = |start: u64, len: u64, buffer: &mut Vec<u8>| {
            #[expect(clippy::cast_possible_truncation, reason = "a part has at most 512,000 bytes")]
            buffer.resize(len as usize, 0);
            read(start, buffer)
        };
        if len <= LEAF as u64 {
            // The only leaf is the root, which BLAKE3 finishes in another way.
            bytes(0, len, buffer)?;
            return Ok(blake3::hash(buffer));
        }
        let mut whole = Vec::with_capacity(len.div_ceil(LEAF as u64) as usize);
        for start in (0..len).step_by(LEAF) {
            let known = self.0.get(whole.len()).copied().flatten();
            whole.push(match known {
                Some(leaf) => leaf,
                None => {
                    bytes(start, (len - start).min(LEAF as u64), buffer)?;
                    hasher(start).update(buffer).finalize_non_root()
                }
            });
        }
        let (left, right) = halves(&whole, len);
        Ok(merge_subtrees_root(&left, &right, Mode::Hash))
    }
}

/// Digests what is appended, leaf by leaf and each in one piece, since BLAKE3 is fast on whole leaves only.
#[derive(Debug, Default)]
pub(super) struct Growing {
    leaves: Vec<Option<ChainingValue>>,
    /// The beginning of the next leaf.
    begun: Vec<u8>,
}

impl Growing {
    pub(super) fn append(&mut self, mut bytes: &[u8]) {
        if !self.begun.is_empty() {
            let (now, later) = bytes.split_at((LEAF - self.begun.len()).min(bytes.len()));
            self.begun.extend_from_slice(now);
            if self.begun.len() < LEAF {
                return;
            }
            let begun = std::mem::take(&mut self.begun);
            self.leaf(&begun);
            self.begun = begun;
            self.begun.clear();
            bytes = later;
        }
        let mut whole = bytes.chunks_exact(LEAF);
        for leaf in &mut whole {
            self.leaf(leaf);
        }
        self.begun.extend_from_slice(whole.remainder());
    }

    fn leaf(&mut self, bytes: &[u8]) {
        let start = (self.leaves.len() * LEAF) as u64;
        self.leaves.push(Some(hasher(start).update(bytes).finalize_non_root()));
    }

    /// The leaves of a part that ends here. The next part starts anew.
    pub(super) fn finish(&mut self) -> Leaves {
        let begun = std::mem::take(&mut self.begun);
        // The only leaf of a small part is the root, and is digested when it is known to be one.
        if !self.leaves.is_empty() && !begun.is_empty() {
            self.leaf(&begun);
        }
        self.begun = begun;
        self.begun.clear();
        Leaves(std::mem::take(&mut self.leaves))
    }
}

fn hasher(offset: u64) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.set_input_offset(offset);
    hasher
}

/// The two children of the node over these leaves.
fn halves(leaves: &[ChainingValue], len: u64) -> (ChainingValue, ChainingValue) {
    let left = left_subtree_len(len);
    #[expect(clippy::cast_possible_truncation, reason = "a part has few leaves")]
    let (first, rest) = leaves.split_at((left / LEAF as u64) as usize);
    (node(first, left), node(rest, len - left))
}

fn node(leaves: &[ChainingValue], len: u64) -> ChainingValue {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = halves(leaves, len);
            merge_subtrees_non_root(&left, &right, Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn digest(leaves: &Leaves, text: &[u8], read: &mut u64) -> blake3::Hash {
        leaves
            .digest(text.len() as u64, &mut Vec::new(), |start, buffer| {
                *read += buffer.len() as u64;
                buffer.copy_from_slice(&text[start as usize..][..buffer.len()]);
                Ok::<_, Infallible>(())
            })
            .unwrap()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn it_is_blake3_whatever_the_pieces_and_changes(
            len in 1_usize..600_000,
            pieces in proptest::collection::vec(1_usize..200_000, 1..8),
            changes in proptest::collection::vec((0_usize..600_000, 1_usize..3000), 0..4),
        ) {
            let mut text: Vec<u8> = (0..len).map(|at| (at * 31 / 7) as u8).collect();
            let mut growing = Growing::default();
            let mut from = 0;
            for piece in pieces.iter().cycle() {
                let to = (from + piece).min(len);
                growing.append(&text[from..to]);
                from = to;
                if from == len {
                    break;
                }
            }
            let mut leaves = growing.finish();
            for (start, change) in changes {
                let start = start % len;
                let end = (start + change).min(len);
                text[start..end].fill(b' ');
                leaves.changed(start, end - start);
            }
            proptest::prop_assert_eq!(digest(&leaves, &text, &mut 0), blake3::hash(&text));
        }
    }

    #[test]
    fn only_what_changed_is_read_again() {
        let mut text = vec![7; 512_000];
        let mut growing = Growing::default();
        growing.append(&text);
        let mut leaves = growing.finish();
        let mut read = 0;
        assert_eq!(digest(&leaves, &text, &mut read), blake3::hash(&text));
        assert_eq!(read, 0);
        text[LEAF - 1..=LEAF].fill(8);
        leaves.changed(LEAF - 1, 2);
        assert_eq!(digest(&leaves, &text, &mut read), blake3::hash(&text));
        assert_eq!(read, 2 * LEAF as u64);
    }
}
