//! Addresses, judged as npm z-schema 3 judges `format: email`: by validator 10's `isEmail` with `require_tld`.
//!
//! JavaScript looks at UTF-16 units, and its character ranges take lone halves of a pair for characters; so does this.

use super::host;

/// Most characters of an address (Auth0, "User Profile Structure"); its local part has at most 64 bytes.
pub const EMAIL_MAX: usize = 254;

/// Most bytes of the part before the `@`.
const LOCAL_MAX: usize = 64;

/// Whether Auth0 takes the address: its format and its length.
#[must_use]
pub fn email(address: &str) -> bool {
    (address.len() <= EMAIL_MAX || address.chars().count() <= EMAIL_MAX) && email_format(address)
}

/// Whether z-schema 3 takes the address as `format: email`.
#[must_use]
pub fn email_format(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    if local.len() > LOCAL_MAX || domain.len() > EMAIL_MAX {
        return false;
    }
    host::is_domain_name(domain)
        && if let Some(quoted) = local.strip_prefix('"') { is_quoted(quoted) } else { is_dotted(local) }
}

/// Atoms with dots between them.
fn is_dotted(local: &str) -> bool {
    let mut after_dot = true;
    for &byte in local.as_bytes() {
        if byte >= 0x80 {
            return local.split('.').all(|atom| !atom.is_empty() && atom.encode_utf16().all(is_atom));
        }
        match byte {
            b'.' if after_dot => return false,
            b'.' => after_dot = true,
            _ if ATOM[usize::from(byte)] => after_dot = false,
            _ => return false,
        }
    }
    !after_dot
}

/// Which ASCII bytes an atom may hold.
const ATOM: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let marks = b"!#$%&'*+-/=?^_`{|}~";
    let mut index = 0;
    while index < marks.len() {
        table[marks[index] as usize] = true;
        index += 1;
    }
    table
};

fn is_atom(unit: u16) -> bool {
    ATOM.get(usize::from(unit)).copied().unwrap_or_else(|| is_beyond_ascii(unit))
}

fn is_beyond_ascii(unit: u16) -> bool {
    matches!(unit, 0x00a0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef)
}

/// What follows an opening quotation mark. The library drops the last unit without looking whether it closes the
/// quotation, so that `"` alone passes.
fn is_quoted(rest: &str) -> bool {
    let mut units: Vec<u16> = rest.encode_utf16().collect();
    units.pop();
    let mut units = units.into_iter();
    while let Some(unit) = units.next() {
        let fits = if unit == u16::from(b'\\') {
            units.next().is_some_and(|escaped| {
                matches!(escaped, 0x01..=0x09 | 0x0b..=0x7f) || is_beyond_ascii(escaped)
            })
        } else {
            matches!(unit, 0x01..=0x21 | 0x23..=0x5b | 0x5d..=0x7f) || is_beyond_ascii(unit)
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_the_library_judges_them() {
        let long = "l".repeat(64);
        for address in [
            "a@b.cz",
            "first.last+tag@sub.example.museum",
            "žluť@háčky.cz",
            "o'neil@x-y.ie",
            "\"a b\"@x.cz",
            "\"@x.cz",
            "a@xn--e1afmkfd.xn--p1ai",
            &format!("{long}@x.cz"),
            "a@x.🐎",
            "\"a@b\"@x.cz",
            "\"\\\"\"@x.cz",
            "a@1.cz",
        ] {
            assert!(email(address), "{address}");
        }
        for address in [
            "",
            "x",
            "a@b",
            "akshay144@",
            "@x.cz",
            "a@@x.cz",
            "a..b@x.cz",
            ".a@x.cz",
            "a.@x.cz",
            "a b@x.cz",
            "a@x.c",
            "a@-x.cz",
            "a@x-.cz",
            "a@x..cz",
            "a@x.cz.",
            "a@x_y.cz",
            "a@1.2.3.4",
            "a@[1.2.3.4]",
            "🐎@x.cz",
            "A <a@x.cz>",
            "a@x.cz ",
            "a@x.cz\n",
            &format!("{long}l@x.cz"),
            "a@ｘ.cz",
            "\"a\"b\"@x.cz",
        ] {
            assert!(!email(address), "{address}");
        }
    }

    #[test]
    fn the_whole_is_bounded_too() {
        let label = "d".repeat(60);
        let address = format!("{}@{label}.{label}.{label}.cz", "l".repeat(64));
        assert_eq!((address.len(), email_format(&address), email(&address)), (250, true, true));
        let address = format!("{}@{label}.{label}.{label}.czechx", "l".repeat(64));
        assert_eq!((address.len(), email(&address)), (254, true));
        let address = format!("{}@{label}.{label}.{label}.czechxx", "l".repeat(64));
        assert_eq!((address.len(), email_format(&address), email(&address)), (255, true, false));
    }
}
