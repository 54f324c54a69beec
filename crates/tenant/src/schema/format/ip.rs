//! `isIP` of validator.js 10.11.

/// Four decimal numbers of one to three digits, none above 255 (leading zeros are let pass).
pub(crate) fn is_ipv4(text: &str) -> bool {
    let mut numbers = 0;
    for part in text.split('.') {
        numbers += 1;
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !digits || part.parse::<u16>().is_ok_and(|number| number > 255) {
            return false;
        }
    }
    numbers == 4
}

/// Eight blocks of one to four hexadecimal digits, `::` once for some of them, an IPv4 address for the last two.
pub(crate) fn is_ipv6(text: &str) -> bool {
    let mut blocks: Vec<&str> = text.split(':').collect();
    let transition = blocks.last().is_some_and(|last| is_ipv4(last));
    let expected = if transition { 7 } else { 8 };
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
        } else if !((transition && index == last)
            || ((1..=4).contains(&block.len()) && block.bytes().all(|b| b.is_ascii_hexdigit())))
        {
            return false;
        }
    }
    if omission { !blocks.is_empty() } else { blocks.len() == expected }
}

/// Either of them.
pub(crate) fn is_ip(text: &str) -> bool {
    is_ipv4(text) || is_ipv6(text)
}

#[cfg(test)]
mod tests {
    use super::{is_ipv4, is_ipv6};

    #[test]
    fn addresses() {
        assert!(is_ipv4("127.0.0.1") && is_ipv4("001.2.3.4"));
        assert!(!is_ipv4("256.1.1.1") && !is_ipv4("1.2.3") && !is_ipv4("1.2.3.4.5"));
        assert!(is_ipv6("::1") && is_ipv6("::") && is_ipv6("fe80::1") && is_ipv6("::ffff:1.2.3.4"));
        assert!(!is_ipv6("1::2::3") && !is_ipv6("12345::") && !is_ipv6("") && !is_ipv6("1:2:3"));
    }
}
