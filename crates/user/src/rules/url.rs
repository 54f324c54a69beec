//! URLs, judged as z-schema 3 judges `format: strict-uri`: by validator 10's `isURL`.

use super::host;
use super::is_js_space;

/// URLs have fewer UTF-16 units than this.
const URL_LIMIT: usize = 2083;

/// Whether Auth0 takes the text as a `picture`: http, https or ftp, or no scheme at all, and a public host.
#[must_use]
pub fn picture(url: &str) -> bool {
    if url.is_empty() || url.starts_with("mailto:") || units(url) >= URL_LIMIT || has_strangers(url) {
        return false;
    }
    let end = url.bytes().position(|byte| matches!(byte, b'#' | b'?'));
    let url = end.and_then(|end| url.get(..end)).unwrap_or(url);
    let rest = match url.split_once("://") {
        Some((scheme, rest)) => {
            if !["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
                return false;
            }
            rest
        }
        None if url.starts_with("//") => return false,
        None => url,
    };
    let end = rest.bytes().position(|byte| byte == b'/');
    let authority = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
    let host = match authority.split_once('@') {
        Some((user, _)) if user.matches(':').count() > 1 => return false,
        Some((_, host)) => host,
        None => authority,
    };
    if let Some((address, port)) = bracketed(host) {
        return port.is_none_or(is_port) && host::is_ipv6(address);
    }
    let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    port.is_none_or(is_port) && (host::is_ipv4(host) || host::is_domain_name(host))
}

/// UTF-16 units.
fn units(url: &str) -> usize {
    if url.len() < URL_LIMIT || url.is_ascii() { url.len() } else { url.encode_utf16().count() }
}

/// White space, or a character that only markup has.
fn has_strangers(url: &str) -> bool {
    let special = |byte: u8| byte.wrapping_sub(b'\t') < 5 || matches!(byte, b' ' | b'<' | b'>' | 0x80..);
    // Without a branch in it, so that many bytes are looked at in one step.
    url.bytes().fold(false, |found, byte| found | special(byte))
        && url.contains(|c| is_js_space(c) || matches!(c, '<' | '>'))
}

/// `[address]` or `[address]:port`, the port of digits.
fn bracketed(host: &str) -> Option<(&str, Option<&str>)> {
    let (address, rest) = host.strip_prefix('[')?.split_once(']')?;
    if address.is_empty() {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((address, None)),
        Some(port) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some((address, Some(port)))
        }
        _ => None,
    }
}

fn is_port(port: &str) -> bool {
    let digits = port.trim_start_matches('0');
    port.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_as_the_library_judges_them() {
        for url in [
            "https://x.cz/a.png",
            "http://x.cz:8080/?a=b#c",
            "x.cz/a",
            "ftp://u:p@x.cz",
            "HTTPS://X.CZ",
            "http://1.2.3.4/a",
            "http://[::1]:80/a",
            "https://háčky.cz/ř",
            "x.cz:0080",
            "https://x.cz/a://b",
            "https://u@v@x.cz".trim_end_matches("@x.cz"),
        ] {
            assert_eq!(picture(url), !url.ends_with("u@v"), "{url}");
        }
        for url in [
            "",
            "a",
            "/a.png",
            "//x.cz/a",
            "data:image/png;base64,AA",
            "https://localhost/a",
            "https://x.cz/a b",
            "mailto:a@x.cz",
            "gopher://x.cz",
            "https://x.cz:0/",
            "https://x.cz:99999",
            "https://x.cz:/",
            "https://",
            "http://a:b:c@x.cz",
            "https://x_y.cz",
            "http://[::1",
            "https://x.cz/<a>",
            "http://1.2.3.256.",
            "file:///etc/passwd",
        ] {
            assert!(!picture(url), "{url}");
        }
        assert!(!picture(&format!("https://x.cz/{}", "a".repeat(2083))));
    }
}
