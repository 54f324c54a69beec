//! Which JavaScript a script was written for.

/// What an absent member of a record is, and whether records have the functions of 2017.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `ECMAScriptVersion` 5.1, or none: records came from Java, where an absent member is `null`.
    Legacy,
    /// `ECMAScriptVersion` 12: records are plain objects, an absent member is `undefined`.
    Modern,
}

impl Dialect {
    /// The dialect of a step with this `ECMAScriptVersion`.
    pub fn of(version: Option<&str>) -> Self {
        let major = version.and_then(|version| version.trim().split('.').next()?.parse::<u32>().ok());
        match major {
            Some(major) if major >= 6 => Self::Modern,
            _ => Self::Legacy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn the_version_decides() {
        assert_eq!(Dialect::of(Some("12")), Dialect::Modern);
        assert_eq!(Dialect::of(Some("5.1")), Dialect::Legacy);
        assert_eq!(Dialect::of(Some("")), Dialect::Legacy);
        assert_eq!(Dialect::of(None), Dialect::Legacy);
    }
}
