//! The named formats of z-schema 3 that the tenant's documents use.

mod email;
mod fqdn;
mod ip;
mod text;
mod url;

pub(crate) use text::{is_white_space, utf16_len};

/// A format, judged as z-schema 3.25 with validator.js 10.11 judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `email`
    Email,
    /// `uri`: the pattern of RFC 3986, appendix B, which matches any text (z-schema without `strictUris`).
    Uri,
    /// `strict-uri`
    StrictUri,
    /// `ipv4`
    Ipv4,
    /// `ipv6`
    Ipv6,
}

impl Format {
    /// The format of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "uri" => Self::Uri,
            "strict-uri" => Self::StrictUri,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            _ => return None,
        })
    }

    /// Its name in a document and in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Uri => "uri",
            Self::StrictUri => "strict-uri",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
        }
    }

    /// Whether the text is of the format.
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            Self::Email => email::is_email(text),
            Self::Uri => true,
            Self::StrictUri => url::is_url(text),
            Self::Ipv4 => ip::is_ipv4(text),
            Self::Ipv6 => ip::is_ipv6(text),
        }
    }
}
