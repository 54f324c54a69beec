//! Gzip, as `gunzip` reads it: one member after the other, and zero bytes behind the last, with which tapes and some stores
//! fill up their blocks.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The plain bytes of all members.
pub(crate) struct Gzipped<R> {
    member: Option<GzDecoder<R>>,
}

impl<R: BufRead> Gzipped<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { member: Some(GzDecoder::new(inner)) }
    }
}

impl<R: BufRead> Read for Gzipped<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(out)?;
            if count > 0 || out.is_empty() {
                return Ok(count);
            }
            let rest = self.member.take().map(GzDecoder::into_inner);
            self.member = rest.map(next).transpose()?.flatten();
        }
        Ok(0)
    }
}

/// The member behind zero bytes, if anything is.
fn next<R: BufRead>(mut rest: R) -> io::Result<Option<GzDecoder<R>>> {
    loop {
        let bytes = rest.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let is_member = zeros < bytes.len();
        rest.consume(zeros);
        if is_member {
            return Ok(Some(GzDecoder::new(rest)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write as _};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn plain(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        // A small buffer, so that members and zeros lie across its end.
        Gzipped::new(BufReader::with_capacity(7, bytes)).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn members_follow_each_other_and_zeros_the_last() {
        let (one, two) = (member("one "), member("two"));
        assert_eq!(plain(&one).unwrap(), "one ");
        assert_eq!(plain(&[&one[..], &two].concat()).unwrap(), "one two");
        assert_eq!(plain(&[&one[..], &two, &[0; 40]].concat()).unwrap(), "one two");
        assert_eq!(plain(&[&member("")[..], &two].concat()).unwrap(), "two");
    }

    #[test]
    fn what_is_cut_or_no_member_is_told() {
        let whole = member("a text that is long enough to be cut somewhere");
        for end in [5, 12, whole.len() - 4] {
            assert!(plain(&whole[..end]).is_err(), "{end}");
        }
        assert!(plain(&[&whole[..], b"rubbish"].concat()).is_err());
        assert!(plain(&[&whole[..], &[0; 3], b"rubbish"].concat()).is_err());
    }
}
