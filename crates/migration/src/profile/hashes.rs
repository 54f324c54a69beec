//! How a password is stored, in words that give nothing of it away.

/// Longest name of an algorithm that is kept: an export can hold any text.
const NAME: usize = 60;

/// What is said about a stored password.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Kind {
    pub(super) algorithm: String,
    pub(super) form: String,
}

/// Settings of a password, as its account has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) algorithm: Option<String>,
    pub(super) rounds: Option<String>,
    pub(super) format: Option<String>,
    pub(super) binary_format: Option<String>,
    pub(super) salt: bool,
    /// The beginning of the hash, when it is an MCF string.
    pub(super) mcf: Option<String>,
}

impl Settings {
    pub(super) fn kind(self) -> Kind {
        let algorithm = self.algorithm.unwrap_or_else(|| "unnamed".to_owned());
        let mut form = Vec::new();
        if let Some(mcf) = &self.mcf {
            form.push(prefix(mcf));
        }
        if let Some(rounds) =
            self.rounds.filter(|rounds| rounds != "1" && rounds.bytes().all(|byte| byte.is_ascii_digit()))
        {
            form.push(if rounds.len() > 9 {
                "too many rounds".to_owned()
            } else {
                format!("{rounds} rounds")
            });
        }
        if self.binary_format.is_some() {
            form.push("binary format".to_owned());
        } else if let Some(format) = &self.format {
            form.push(template(format).to_owned());
        } else if self.salt && self.mcf.is_none() {
            form.push("salted".to_owned());
        }
        Kind { algorithm: algorithm.chars().take(NAME).collect(), form: form.join(", ") }
    }
}

/// What an MCF string says before its salt: `$2a$10`, `$argon2id`.
fn prefix(mcf: &str) -> String {
    let mut steps = mcf.split('$').skip(1);
    let name = steps.next().unwrap_or_default();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    match steps.next().filter(|cost| name.starts_with('2') && cost.len() == 2 && cost.parse::<u8>().is_ok()) {
        Some(cost) => format!("${name}${cost}"),
        None => format!("${name}"),
    }
}

/// Where the salt stands, and whether there is a constant, which may be a secret itself.
fn template(format: &str) -> &'static str {
    let plain = format.replace("$password", "").replace("$salt", "").is_empty();
    let at = format.find("$password").unwrap_or(0);
    let (before, after) = (format.get(..at).unwrap_or(""), format.get(at..).unwrap_or(""));
    match (before.contains("$salt"), after.contains("$salt"), plain) {
        (false, false, true) => "no salt",
        (false, false, false) => "a constant",
        (true, false, true) => "salt before the password",
        (true, false, false) => "salt before the password, a constant",
        (false, true, true) => "salt after the password",
        (false, true, false) => "salt after the password, a constant",
        (true, true, _) => "salt on both sides",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_nothing_of_the_hash_away() {
        assert_eq!(prefix("$2a$10$C9hB01.YxRSTcn"), "$2a$10");
        assert_eq!(prefix("$argon2id$v=19$m=65536"), "$argon2id");
        assert_eq!(prefix("$S$DeeperSalt"), "$S");
        assert_eq!(prefix("$1$salt$hash"), "$1");
        assert_eq!(template("$salt$password"), "salt before the password");
        assert_eq!(template("pepper$password$salt"), "salt after the password, a constant");
        assert_eq!(template("$salt$password$salt"), "salt on both sides");
    }
}
