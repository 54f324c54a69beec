//! The alphabet of crypt(3), least significant bits first.

/// The 64 characters in their order.
pub(super) const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What a character stands for.
pub(super) fn value(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|own| *own == character).and_then(|at| u32::try_from(at).ok())
}

/// Appends the lowest bits of a number as `count` characters.
pub(super) fn push(out: &mut String, mut bits: u32, count: usize) {
    for _ in 0..count {
        let at = usize::try_from(bits & 63).unwrap_or(0);
        out.extend(ALPHABET.get(at).map(|character| char::from(*character)));
        bits >>= 6;
    }
}
