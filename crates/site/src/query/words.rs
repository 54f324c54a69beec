//! `contains` on texts: whole words, in a row.

/// The words of a text. All that is no letter and no digit parts them, the underscore too.
/// Source: "accounts.search REST", the operator contains.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a text is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    words: Vec<String>,
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        Self { words: words(text).map(str::to_owned).collect() }
    }

    /// Whether the words stand in the text, in this order and with none between them. Upper and lower case differ. A
    /// needle without words is found nowhere.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let Some((first, rest)) = self.words.split_first() else { return false };
        let mut haystack = words(text);
        while let Some(word) = haystack.next() {
            if word == first && rest.iter().map(String::as_str).eq(haystack.clone().take(rest.len())) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_in_a_row_are_found() {
        let text = "Loves rock_music, and good-food; naïveté";
        for needle in ["rock", "music", "rock music", "Loves", "good food", "food naïveté", "rock_music, and"]
        {
            assert!(Needle::new(needle).is_in(text), "{needle}");
        }
        for needle in ["loves", "mus", "rock and", "naïvet", "", "...", "naïveté rock"] {
            assert!(!Needle::new(needle).is_in(text), "{needle}");
        }
    }

    #[test]
    fn a_false_start_is_no_end() {
        assert!(Needle::new("a b").is_in("a a b"));
    }
}
