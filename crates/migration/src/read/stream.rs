//! Chunks of records, cut from one input after the other.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::Format;
use super::ReadOptions;
use super::buffer::Buffer;
use super::detect::{Framing, framing, packed};
use super::dsv::{Rows, no_table};
use super::elements::Elements;
use super::open::{Digest, Plain, open};
use super::wrapped::{Found, look};
use crate::run::Input;

/// Bytes that are read for one chunk: what is read, the users it becomes and the part they go into fit into a core's own
/// cache together.
const CHUNK: usize = 1 << 18;

/// A piece of an input that holds whole records.
#[derive(Debug)]
pub struct Chunk {
    /// Which input, from 0: a file, or a file in an archive.
    pub input: usize,
    /// What positions call the input.
    pub name: Arc<str>,
    /// Where the chunk starts in the (expanded) input, in bytes.
    pub offset: u64,
    /// The bytes, sealed.
    pub bytes: Buffer,
    /// Which of them are records.
    pub records: Records,
    /// Whether the records were rows of a table, whose values are texts.
    pub rows: bool,
}

/// The records of a chunk.
#[derive(Debug)]
pub enum Records {
    /// Objects one after the other; the reader of the chunk finds their ends.
    Lines,
    /// By position.
    Listed(Vec<Record>),
}

/// A record of a chunk by position.
#[derive(Debug, Clone)]
pub struct Record {
    /// First byte in the chunk.
    pub start: usize,
    /// One past its last byte in the chunk.
    pub end: usize,
    /// First byte in the input.
    pub at: u64,
    /// Why it cannot be taken: code and reason.
    pub fault: Option<(&'static str, String)>,
}

/// A container that broke: what was read before it is good, what comes after it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The input.
    pub input: String,
    /// What is wrong with it.
    pub reason: String,
}

/// All inputs, one after the other.
pub struct Stream {
    options: ReadOptions,
    waiting: VecDeque<PathBuf>,
    plains: VecDeque<Plain>,
    current: Option<Open>,
    digests: Vec<(PathBuf, Digest)>,
    names: Vec<Arc<str>>,
    troubles: Vec<Trouble>,
    spare: Vec<Buffer>,
}

/// An input that is being read.
struct Open {
    reader: Box<dyn Read + Send>,
    /// Bytes that were read and not yet given out, and where they start in the input.
    carry: Buffer,
    offset: u64,
    expanded: Option<u64>,
    ended: bool,
    broke: Option<String>,
    state: State,
}

enum State {
    /// The framing is not known yet.
    Fresh,
    Lines,
    /// Skipping a line that is too large.
    SkipLine,
    /// In an array; `wrapped` when an object stands around it. `looked` bytes of the carry were looked at.
    Array {
        elements: Elements,
        looked: usize,
        wrapped: bool,
        skipping: bool,
    },
    /// After a wrapped array: the rest of the object around it.
    Tail,
    Rows(Box<Rows>),
}

impl State {
    /// At the first element of an array.
    fn array(wrapped: bool) -> Self {
        Self::Array { elements: Elements::until(b']'), looked: 0, wrapped, skipping: false }
    }
}

impl Stream {
    /// A stream over files in their order; `-` is standard input.
    #[must_use]
    pub fn new(files: Vec<PathBuf>, options: ReadOptions) -> Self {
        Self {
            options,
            waiting: files.into(),
            plains: VecDeque::new(),
            current: None,
            digests: Vec::new(),
            names: Vec::new(),
            troubles: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// What positions call the inputs, in order.
    #[must_use]
    pub fn input_names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Containers that broke.
    #[must_use]
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    /// The files with their size and digest, as far as they were read.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        self.digests.iter().map(|(path, digest)| digest.input(path)).collect()
    }

    /// Takes the memory of a chunk back.
    pub fn recycle(&mut self, mut bytes: Buffer) {
        bytes.truncate(0);
        if self.spare.len() < 8 {
            self.spare.push(bytes);
        }
    }

    /// The next chunk, or nothing after the last.
    ///
    /// # Errors
    /// A file that cannot be opened. An input that breaks in the middle is a [`Trouble`], not an error.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        loop {
            if self.current.is_none() && !self.advance()? {
                return Ok(None);
            }
            let Some(mut open) = self.current.take() else { continue };
            let spare = self.spare.pop().unwrap_or_default();
            match open.next(&self.options, spare) {
                Some((offset, bytes, records)) => {
                    let rows = matches!(open.state, State::Rows(_));
                    self.current = Some(open);
                    let input = self.names.len() - 1;
                    return Ok(Some(Chunk {
                        input,
                        name: self.names[input].clone(),
                        offset,
                        bytes,
                        records,
                        rows,
                    }));
                }
                None => {
                    if let Some(reason) = open.broke.take() {
                        let input = self.names.last().map(ToString::to_string).unwrap_or_default();
                        self.troubles.push(Trouble { input, reason });
                    }
                }
            }
        }
    }

    fn advance(&mut self) -> io::Result<bool> {
        while self.plains.is_empty() {
            let Some(path) = self.waiting.pop_front() else { return Ok(false) };
            let digest = Digest::default();
            let opened = open(&path, &digest);
            let named =
                |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
            let (plains, trouble) = opened.map_err(named)?;
            if let Some(reason) = trouble {
                self.troubles.push(Trouble { input: path.display().to_string(), reason });
            }
            self.plains.extend(plains);
            self.digests.push((path, digest));
        }
        if let Some(plain) = self.plains.pop_front() {
            self.names.push(plain.name.into());
            self.current = Some(Open {
                reader: plain.reader,
                carry: Buffer::default(),
                offset: 0,
                expanded: plain.expanded.then_some(self.options.limits.max_expanded),
                ended: false,
                broke: None,
                state: State::Fresh,
            });
        }
        Ok(true)
    }
}

type Piece = (u64, Buffer, Records);

impl Open {
    fn next(&mut self, options: &ReadOptions, spare: Buffer) -> Option<Piece> {
        let mut spare = Some(spare);
        loop {
            let piece = match &mut self.state {
                State::Fresh => {
                    if !self.begin(options) {
                        return None;
                    }
                    None
                }
                State::Lines => match self.lines(options, spare.take().unwrap_or_default()) {
                    Some(piece) => Some(piece),
                    None => return None,
                },
                State::SkipLine => {
                    if !self.skip_line() {
                        return None;
                    }
                    None
                }
                State::Array { .. } => match self.array(options, &mut spare) {
                    // Nothing, and still in the array: the input has ended.
                    None if matches!(self.state, State::Array { .. }) => return None,
                    piece => piece,
                },
                State::Tail => {
                    if !self.tail(options) {
                        return None;
                    }
                    None
                }
                State::Rows(rows) => match rows.next(self.offset) {
                    Some((offset, bytes, records)) => Some((offset, Buffer::from(bytes), records)),
                    None => {
                        self.broke = rows.broke.take();
                        return None;
                    }
                },
            };
            if piece.is_some() {
                return piece;
            }
        }
    }

    /// Reads up to `count` more bytes behind the carry; `false` when there are none.
    fn fill(&mut self, count: usize) -> bool {
        if self.ended {
            return false;
        }
        let (read, result) = self.carry.fill(&mut self.reader, count);
        if let Err(error) = result {
            self.ended = true;
            self.broke = Some(if error.kind() == io::ErrorKind::UnexpectedEof {
                "it is cut short".to_owned()
            } else {
                format!("it cannot be read to its end: {error}")
            });
        } else if read == 0 {
            self.ended = true;
        }
        if let Some(left) = &mut self.expanded {
            *left = left.saturating_sub(read as u64);
            if *left == 0 {
                self.ended = true;
                self.broke = Some("it expands to more than --max-expanded allows".to_owned());
            }
        }
        read > 0
    }

    fn drop_front(&mut self, count: usize) {
        self.carry.drop_front(count);
        self.offset += count as u64;
    }

    /// Has so much in the carry that a record of any allowed size is whole, or all that is left.
    fn see_ahead(&mut self, options: &ReadOptions) {
        let head = options.limits.max_record + (1 << 16);
        while self.carry.len() < head && self.fill(head - self.carry.len()) {}
    }

    /// Looks at the head of what is left and decides how to go on; `false` when nothing is left.
    fn begin(&mut self, options: &ReadOptions) -> bool {
        self.see_ahead(options);
        if self.offset == 0 && self.carry.starts_with(b"\xef\xbb\xbf") {
            self.drop_front(3);
        }
        if self.offset == 0 && (self.carry.starts_with(b"\xff\xfe") || self.carry.starts_with(b"\xfe\xff")) {
            self.broke = Some("it is UTF-16; convert it to UTF-8 first, for example with iconv".to_owned());
            return false;
        }
        if self.carry.iter().all(u8::is_ascii_whitespace) && self.ended {
            return false;
        }
        if self.offset == 0
            && let Some(reason) = packed(&self.carry)
        {
            self.broke = Some(reason);
            return false;
        }
        let (framing, start) = framing(&self.carry, options.format, options.limits.max_depth);
        if framing != Framing::Dsv {
            self.drop_front(start);
        }
        self.state = match framing {
            Framing::Lines => State::Lines,
            Framing::Array | Framing::Wrapped => State::array(framing == Framing::Wrapped),
            Framing::Dsv => {
                if options.format == Format::Auto
                    && let Some(reason) = no_table(&self.carry)
                {
                    self.broke = Some(reason);
                    return false;
                }
                let head = std::mem::take(&mut self.carry).into_vec();
                let broke = self.broke.take();
                let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
                State::Rows(Box::new(Rows::new(head, reader, options, broke)))
            }
        };
        true
    }

    fn lines(&mut self, options: &ReadOptions, mut next: Buffer) -> Option<Piece> {
        while !self.ended {
            let missing = CHUNK.saturating_sub(self.carry.len()).max(CHUNK / 4);
            self.fill(missing);
            if let Some(cut) = border(&self.carry).filter(|_| !self.ended) {
                next.extend(&self.carry[cut..]);
                self.carry.truncate(cut);
                return Some(self.give(next));
            }
            if !self.ended && self.carry.len() > options.limits.max_record + CHUNK {
                return Some(self.oversized(options, next));
            }
        }
        if self.broke.is_some() {
            // What follows the last line break was cut by the container; it is told as its trouble.
            let whole = memchr::memrchr(b'\n', &self.carry).map_or(0, |at| at + 1);
            self.carry.truncate(whole);
        }
        if self.carry.iter().all(u8::is_ascii_whitespace) { None } else { Some(self.give(next)) }
    }

    /// Gives the carry out; `next` is what is left behind it.
    fn give(&mut self, next: Buffer) -> Piece {
        let mut bytes = std::mem::replace(&mut self.carry, next);
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        bytes.seal();
        (offset, bytes, Records::Lines)
    }

    /// A record without an end in sight.
    fn oversized(&mut self, options: &ReadOptions, mut next: Buffer) -> Piece {
        let offset = self.offset;
        // Lines that were whole and only did not look like accounts go out as they are.
        if let Some(cut) = memchr::memmem::find(&self.carry, b"\n{").map(|at| at + 1) {
            next.extend(&self.carry[cut..]);
            self.carry.truncate(cut);
            return self.give(next);
        }
        let record = too_large(0, self.carry.len(), offset, options.limits.max_record);
        let bytes = Buffer::from(self.carry[..4096.min(self.carry.len())].to_vec());
        let record = Record { end: bytes.len(), ..record };
        let gone = self.carry.len();
        self.drop_front(gone);
        self.state = State::SkipLine;
        (offset, bytes, Records::Listed(vec![record]))
    }

    /// Skips to the next line that starts an object; `false` at the end.
    fn skip_line(&mut self) -> bool {
        loop {
            if let Some(at) = memchr::memmem::find(&self.carry, b"\n{") {
                self.drop_front(at + 1);
                self.state = State::Lines;
                return true;
            }
            let gone = self.carry.len().saturating_sub(1);
            self.drop_front(gone);
            if !self.fill(CHUNK) {
                return false;
            }
        }
    }

    fn array(&mut self, options: &ReadOptions, spare: &mut Option<Buffer>) -> Option<Piece> {
        let max = options.limits.max_record;
        let mut records = Vec::new();
        loop {
            let State::Array { elements, looked, wrapped, skipping } = &mut self.state else { return None };
            let offset = self.offset;
            let skipped = *skipping;
            let mut first = true;
            elements.look(&self.carry, *looked, |start, end| {
                let skip = std::mem::take(&mut first) && skipped;
                if skip {
                    return;
                }
                let mut record = Record { start, end, at: offset + start as u64, fault: None };
                if end - start > max {
                    record = too_large(start, end, record.at, max);
                }
                records.push(record);
            });
            *skipping = skipped && first && elements.ended.is_none();
            *looked = self.carry.len();
            if let Some(end) = elements.ended {
                let wrapped = *wrapped;
                let piece = self.cut(end, records, spare);
                self.state = if wrapped { State::Tail } else { State::Fresh };
                return piece;
            }
            if !records.is_empty() && self.carry.len() >= CHUNK {
                let keep = elements.start.unwrap_or(self.carry.len());
                elements.shift(keep);
                *looked -= keep;
                return self.cut(keep, records, spare);
            }
            if *skipping {
                let gone = self.carry.len();
                *looked = 0;
                elements.start = Some(0);
                self.drop_front(gone);
            } else if records.is_empty() && elements.inside() && self.carry.len() > max + CHUNK {
                *skipping = true;
                let start = elements.start.unwrap_or(0);
                records.push(too_large(start, self.carry.len(), offset + start as u64, max));
                *looked = 0;
                elements.start = Some(0);
                let gone = self.carry.len();
                return self.cut(gone, records, spare);
            }
            let missing = CHUNK.saturating_sub(self.carry.len()).max(CHUNK / 4);
            if !self.fill(missing) {
                self.broke.get_or_insert_with(|| "the array does not end: the file is cut short".to_owned());
                let gone = self.carry.len();
                return if records.is_empty() { None } else { self.cut(gone, records, spare) };
            }
        }
    }

    /// Gives the first `end` bytes out with their records; nothing when there are none.
    fn cut(&mut self, end: usize, records: Vec<Record>, spare: &mut Option<Buffer>) -> Option<Piece> {
        let offset = self.offset;
        if records.is_empty() {
            self.drop_front(end);
            return None;
        }
        let mut next = spare.take().unwrap_or_default();
        next.extend(&self.carry[end..]);
        let mut bytes = std::mem::replace(&mut self.carry, next);
        self.offset += end as u64;
        bytes.truncate(end);
        bytes.seal();
        Some((offset, bytes, Records::Listed(records)))
    }

    /// The rest of an object around an array, which may hold another array of accounts; `false` when the input ends. What
    /// follows it is looked at afresh.
    fn tail(&mut self, options: &ReadOptions) -> bool {
        loop {
            self.see_ahead(options);
            match look(&self.carry, 0, options.limits.max_depth).found {
                Found::Accounts(at) => {
                    self.drop_front(at);
                    self.state = State::array(true);
                    return true;
                }
                Found::End(at) => {
                    self.drop_front(at);
                    self.state = State::Fresh;
                    return true;
                }
                Found::IsAccount => {
                    // Whatever else an object around accounts says of itself, it is none.
                    if !self.skip_member() {
                        return false;
                    }
                }
                Found::Unfinished(at) => {
                    self.drop_front(at);
                    if !self.skip_member() {
                        return false;
                    }
                }
            }
        }
    }

    /// Skips a member of an object of which nothing is needed, however large; `false` when the input ends in it.
    fn skip_member(&mut self) -> bool {
        let mut members = Elements::until(b'}');
        let mut looked = 0;
        loop {
            let mut next = None;
            members.look(&self.carry, looked, |_, end| {
                next.get_or_insert(end);
            });
            if let Some(end) = next {
                self.drop_front(end);
                return true;
            }
            if let Some(end) = members.ended {
                // Nothing stood before the brace; it is left for the next look.
                self.drop_front(end - 1);
                return true;
            }
            let gone = self.carry.len();
            members.shift(gone);
            self.drop_front(gone);
            looked = 0;
            if !self.fill(CHUNK) {
                self.broke.get_or_insert_with(|| {
                    "the object around the array does not end: the file is cut short".to_owned()
                });
                return false;
            }
        }
    }
}

/// The last border between two objects: a line break after a closing brace and before an opening one.
fn border(bytes: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b'\n', bytes).find_map(|at| {
        let opens = bytes.get(at + 1) == Some(&b'{');
        let closes = || bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'}');
        (opens && closes()).then_some(at + 1)
    })
}

fn too_large(start: usize, end: usize, at: u64, max: usize) -> Record {
    let reason = format!("the record has more than {max} bytes; --max-record allows more");
    Record { start, end, at, fault: Some(("too_large", reason)) }
}
