//! Host names and IP addresses, judged as npm validator 10's `isFQDN` (with `require_tld`) and `isIP` judge them.

/// Most UTF-16 units of a label.
const LABEL_MAX: usize = 63;

/// Whether `name` is a fully qualified domain name.
pub(super) fn is_domain_name(name: &str) -> bool {
    if is_plain_domain_name(name.as_bytes()) {
        return true;
    }
    let Some((labels, tld)) = name.rsplit_once('.') else { return false };
    is_tld(tld) && labels.split('.').all(is_label)
}

/// Whether `name` is one at first sight: letters, digits and single dots, and an end of letters. Nearly all are.
fn is_plain_domain_name(name: &[u8]) -> bool {
    let (mut label, mut letters, mut dots) = (0, 0, 0);
    for &byte in name {
        if byte == b'.' {
            if label == 0 || label > LABEL_MAX {
                return false;
            }
            (label, letters, dots) = (0, 0, dots + 1);
        } else if byte.is_ascii_alphanumeric() {
            label += 1;
            letters += usize::from(byte.is_ascii_alphabetic());
        } else {
            return false;
        }
    }
    dots > 0 && (2..=LABEL_MAX).contains(&label) && letters == label
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    if bytes.is_empty() || bytes.first() == Some(&b'-') || bytes.last() == Some(&b'-') {
        return false;
    }
    if label.is_ascii() {
        return bytes.len() <= LABEL_MAX
            && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-');
    }
    label.encode_utf16().count() <= LABEL_MAX
        && label.chars().all(|c| {
            c.is_ascii_alphanumeric() || c == '-' || (c >= '\u{a1}' && !matches!(c, '\u{ff01}'..='\u{ff5e}'))
        })
}

fn is_tld(tld: &str) -> bool {
    let bytes = tld.as_bytes();
    if tld.is_ascii() {
        let letters = bytes.len() >= 2 && bytes.iter().all(u8::is_ascii_alphabetic);
        return bytes.len() <= LABEL_MAX && (letters || is_punycode(bytes));
    }
    let units: Vec<u16> = tld.encode_utf16().collect();
    (2..=LABEL_MAX).contains(&units.len())
        && units.iter().all(|&unit| unit >= 0xa1 || u8::try_from(unit).is_ok_and(|byte| byte.is_ascii_alphabetic()))
        // The library means one tag character by DB40 and DC20, and without the flag for it refuses each half.
        && !units.iter().any(|unit| matches!(unit, 0x1680 | 0x2000..=0x200b | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 | 0xfeff | 0xdb40 | 0xdc20))
}

fn is_punycode(tld: &[u8]) -> bool {
    tld.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"xn"))
        && tld.len() >= 4
        && tld.iter().skip(2).all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether `text` is an IPv4 address; leading zeros pass.
pub(super) fn is_ipv4(text: &str) -> bool {
    let mut count = 0;
    for number in text.split('.') {
        count += 1;
        let digits = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || number.parse::<u16>().is_ok_and(|number| number > 255) {
            return false;
        }
    }
    count == 4
}

fn is_ipv6_block(block: &str) -> bool {
    (1..=4).contains(&block.len()) && block.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether `text` is an IPv6 address, by the library's own steps.
pub(super) fn is_ipv6(text: &str) -> bool {
    let mut blocks: Vec<&str> = text.split(':').collect();
    let ends_in_ipv4 = blocks.last().is_some_and(|block| is_ipv4(block));
    let expected = if ends_in_ipv4 { 7 } else { 8 };
    if blocks.len() > expected {
        return false;
    }
    let mut omission = false;
    if text == "::" {
        return true;
    } else if text.starts_with("::") {
        blocks.drain(..2);
        omission = true;
    } else if text.ends_with("::") {
        blocks.truncate(blocks.len() - 2);
        omission = true;
    }
    let last = blocks.len().saturating_sub(1);
    for (index, block) in blocks.iter().enumerate() {
        if block.is_empty() && index > 0 && index < last {
            if omission {
                return false;
            }
            omission = true;
        } else if !(ends_in_ipv4 && index == last || is_ipv6_block(block)) {
            return false;
        }
    }
    if omission { !blocks.is_empty() } else { blocks.len() == expected }
}
