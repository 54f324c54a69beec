//! `isURL` of validator.js 10.11 with its defaults, which z-schema 3 calls for the format `strict-uri`.

use super::fqdn::is_fqdn;
use super::ip::{is_ip, is_ipv6};
use super::text::{is_white_space, utf16_len};

/// The library refuses a text of this many UTF-16 units or more.
const TOO_LONG: usize = 2083;

/// Whether the text is a URL by that judgement: `http`, `https`, `ftp` or no scheme at all, a host with a top level
/// or an IP address, a sane port, no white space and no angle brackets.
pub(crate) fn is_url(text: &str) -> bool {
    if text.is_empty()
        || utf16_len(text) >= TOO_LONG
        || text.chars().any(|c| is_white_space(c) || matches!(c, '<' | '>'))
        || text.starts_with("mailto:")
    {
        return false;
    }
    let text = text.split('#').next().unwrap_or_default();
    let text = text.split('?').next().unwrap_or_default();
    let rest = match text.split_once("://") {
        Some((scheme, rest)) => {
            if !["http", "https", "ftp"].contains(&scheme.to_lowercase().as_str()) {
                return false;
            }
            rest
        }
        None if text.starts_with("//") => return false,
        None => text,
    };
    is_authority(rest.split('/').next().unwrap_or_default())
}

/// `user:password@host:port`, of which only the host must be there.
fn is_authority(text: &str) -> bool {
    let host_and_port = match text.split_once('@') {
        Some((auth, _)) if auth.matches(':').count() > 1 => return false,
        Some((_, rest)) => rest,
        None => text,
    };
    if let Some((address, port)) = bracketed(host_and_port) {
        return port.is_none_or(is_port) && is_ipv6(address);
    }
    let (host, port) = match host_and_port.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (host_and_port, None),
    };
    port.is_none_or(is_port) && (is_ip(host) || is_fqdn(host))
}

/// `/^\[([^\]]+)\](?::([0-9]+))?$/`
fn bracketed(text: &str) -> Option<(&str, Option<&str>)> {
    let (address, after) = text.strip_prefix('[')?.split_once(']')?;
    if address.is_empty() {
        return None;
    }
    if after.is_empty() {
        return Some((address, None));
    }
    let port = after.strip_prefix(':')?;
    (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())).then_some((address, Some(port)))
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u64>().is_ok_and(|port| (1..=65_535).contains(&port))
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn pictures() {
        for good in [
            "https://x.de/a.png",
            "x.de",
            "ftp://x.de",
            "HTTP://X.de/",
            "http://1.2.3.4:80/",
            "http://[::1]:8080/a",
            "https://u:p@x.de?a=b#c",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "not a url",
            "//x.de/a",
            "data:image/png;base64,AA",
            "https://localhost/a",
            "http://x.de:0/",
            "http://x.de:99999/",
            "mailto:a@x.de",
            "https://x.de/<a>",
            "gopher://x.de",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
        assert!(!is_url(&format!("https://x.de/{}", "a".repeat(2083))));
    }
}
