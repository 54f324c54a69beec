//! URLs, judged as z-schema 3 judges `format: strict-uri`: by validator 10's `isURL`.

use super::host;
use super::is_js_space;

/// URLs have fewer UTF-16 units than this.
const URL_LIMIT: usize = 2083;

/// Whether Auth0 takes the text as a `picture`: http, https or ftp, or no scheme at all, and a public host.
#[must_use]
pub fn picture(url: &str) -> bool {
    if url.is_empty() || url.starts_with("mailto:") || url.encode_utf16().count() >= URL_LIMIT {
        return false;
    }
    if url.contains(|c| is_js_space(c) || matches!(c, '<' | '>')) {
        return false;
    }
    let url = url.split(['#', '?']).next().unwrap_or_default();
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
    let authority = rest.split('/').next().unwrap_or_default();
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
