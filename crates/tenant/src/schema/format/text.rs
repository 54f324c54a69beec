//! What JavaScript understands by white space and by the length of a string.

/// Whether `\s` of a JavaScript regular expression matches the character (ECMAScript `WhiteSpace` and
/// `LineTerminator`; unlike Unicode's `White_Space` it has U+FEFF and has not U+0085).
pub(crate) fn is_white_space(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r'
            | ' '
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
            | '\u{feff}'
    )
}

/// `string.length` of JavaScript: UTF-16 code units.
pub(crate) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}
