//! How deeply a text is nested, found without reading it.

/// The deepest nesting of brackets outside strings, whether the text is JSON or not.
#[must_use]
pub fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    #[test]
    fn brackets_in_strings_do_not_count() {
        assert_eq!(super::depth(br#"{"a[[": ["\"[[", 1], "b": []}"#), 2);
        assert_eq!(super::depth(b"]]["), 1);
        assert_eq!(super::depth(br#"{"a":[{"b":"[[[[\\\"{{"}],"c":[]}"#), 3);
        assert_eq!(super::depth(b"1"), 0);
    }
}
