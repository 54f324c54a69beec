//! The name that was perhaps meant.

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.75;

/// The most similar of `names`, if one is similar enough.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    names
        .into_iter()
        .map(|other| (strsim::normalized_damerau_levenshtein(&name, &other.to_lowercase()), other))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_does_not() {
        let names = ["field.rename", "field.remove", "file.format.json", "file.format.dsv"];
        assert_eq!(nearest("field.renam", names), Some("field.rename"));
        assert_eq!(nearest("File.Format.JSON", names), Some("file.format.json"));
        assert_eq!(nearest("file.fromat.dsv", names), Some("file.format.dsv"));
        assert_eq!(nearest("datasource.read.mongo", names), None);
    }
}
