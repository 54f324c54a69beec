//! What faults a world knows beside those of any connection.

/// The faults of a world.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary {
    /// HTTP statuses and error codes that the world can answer with.
    pub codes: &'static [u32],
    /// The world's own faults; it asks for them where they can happen.
    pub named: &'static [NamedFault],
}

/// A fault of a world's own.
#[derive(Debug, Clone, Copy)]
pub struct NamedFault {
    /// Its name: small letters and hyphens.
    pub name: &'static str,
    /// What stands behind the name.
    pub takes: Takes,
    /// What happens, in a sentence for `--help`.
    pub about: &'static str,
}

/// What stands behind the name of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A whole number.
    Number,
    /// A time, such as `2s`.
    Time,
}

impl Vocabulary {
    /// All that can stand at the beginning of a rule, for an error.
    pub(super) fn known(&self) -> String {
        let codes = self.codes.iter().map(ToString::to_string);
        let general = ["reset-before", "reset-after", "slow", "cut", "hang"].map(str::to_owned);
        let named = self.named.iter().map(|fault| fault.name.to_owned());
        codes.chain(general).chain(named).collect::<Vec<_>>().join(", ")
    }

    /// The world's own faults for `--help`: a line each, and what they have in common.
    #[must_use]
    pub fn help(&self) -> String {
        let line = |fault: &NamedFault| {
            let takes = match fault.takes {
                Takes::Nothing => "",
                Takes::Number => " N",
                Takes::Time => " TIME",
            };
            format!("  {:<16} {}\n", format!("{}{takes}", fault.name), fault.about)
        };
        let mut help: String = self.named.iter().map(line).collect();
        if let Some(fault) = self.named.first() {
            let name = fault.name;
            help.push_str(&format!(
                "{:18} `on` is not for {name} and its like: they befall what they say, not requests\n",
                ""
            ));
        }
        help
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_says_that_on_is_not_for_a_fault_of_the_worlds_own() {
        let named = &[NamedFault { name: "cursor-gone", takes: Takes::Nothing, about: "a cursor is gone" }];
        let help = Vocabulary { codes: &[], named }.help();
        assert!(help.contains("cursor-gone") && help.contains("`on` is not for cursor-gone"), "{help}");
        assert_eq!(Vocabulary { codes: &[503], named: &[] }.help(), "");
    }
}
