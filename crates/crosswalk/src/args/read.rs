//! How to read, and which records.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migration::read::{Format, Limits, ReadOptions};

use crate::exit::Failure;

/// Defaults (CONTRACT, "Command line").
const MAX_RECORD: usize = 1 << 20;
const MAX_DEPTH: u16 = 128;
const MAX_EXPANDED: u64 = 10 << 30;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatArg {
    Auto,
    Array,
    Ndjson,
    Wrapped,
    Dsv,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct ReadArgs {
    /// The format of the input
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) format: FormatArg,
    /// DSV: recognise numbers, booleans and null; otherwise every value is a string
    #[arg(long)]
    pub(crate) infer_types: bool,
    /// Most bytes of one record
    #[arg(long, value_name = "BYTES", default_value_t = MAX_RECORD)]
    pub(crate) max_record: usize,
    /// Deepest nesting of one record, at most 1000
    #[arg(long, value_name = "LEVELS", default_value_t = MAX_DEPTH)]
    pub(crate) max_depth: u16,
    /// Most bytes that a compressed input may expand to
    #[arg(long, value_name = "BYTES", default_value_t = MAX_EXPANDED)]
    pub(crate) max_expanded: u64,
    /// Read at most so many accounts: a pilot
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Only the accounts whose UIDs stand in this file, one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) uids: Option<PathBuf>,
    /// Only the accounts in which this path has this value
    #[arg(long = "where", value_name = "PATH=VALUE")]
    pub(crate) filter: Option<String>,
    /// Threads; default all cores
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

impl ReadArgs {
    pub(crate) fn options(&self) -> Result<ReadOptions, Failure> {
        if self.threads == Some(0) {
            return Err(Failure::usage("--threads 0: at least one"));
        }
        if self.max_depth == 0 || self.max_depth > Limits::DEEPEST {
            return Err(Failure::usage(format!(
                "--max-depth {}: from 1 to {}",
                self.max_depth,
                Limits::DEEPEST
            )));
        }
        if self.max_record == 0 || self.max_record > 1 << 30 {
            return Err(Failure::usage(format!("--max-record {}: from 1 byte to 1 GiB", self.max_record)));
        }
        Ok(ReadOptions {
            format: match self.format {
                FormatArg::Auto => Format::Auto,
                FormatArg::Array => Format::Array,
                FormatArg::Ndjson => Format::Ndjson,
                FormatArg::Wrapped => Format::Wrapped,
                FormatArg::Dsv => Format::Dsv,
            },
            infer_types: self.infer_types,
            limits: Limits {
                max_record: self.max_record,
                max_depth: self.max_depth,
                max_expanded: self.max_expanded,
            },
        })
    }

    /// The options that were typed, as far as they differ from their defaults.
    pub(crate) fn typed(&self) -> Vec<&'static str> {
        [
            ("--format", !matches!(self.format, FormatArg::Auto)),
            ("--infer-types", self.infer_types),
            ("--max-record", self.max_record != MAX_RECORD),
            ("--max-depth", self.max_depth != MAX_DEPTH),
            ("--max-expanded", self.max_expanded != MAX_EXPANDED),
            ("--limit", self.limit.is_some()),
            ("--uids", self.uids.is_some()),
            ("--where", self.filter.is_some()),
            ("--threads", self.threads.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, typed)| typed.then_some(name))
        .collect()
    }

    pub(crate) fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.threads.unwrap_or_else(cores).max(1)
    }

    /// `--where` as path and value.
    pub(crate) fn filter(&self) -> Result<Option<(&str, &str)>, Failure> {
        let Some(filter) = &self.filter else { return Ok(None) };
        let split = filter.split_once('=').filter(|(path, _)| !path.is_empty());
        split.map(Some).ok_or_else(|| Failure::usage(format!("--where {filter}: write PATH=VALUE")))
    }

    pub(crate) fn uids(&self) -> Result<Option<std::collections::HashSet<String>>, Failure> {
        let Some(path) = &self.uids else { return Ok(None) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("--uids {}: {error}", path.display())))?;
        // What a spreadsheet saves as UTF-8 begins with a mark that is no part of the first UID.
        let text = text.trim_start_matches('\u{feff}');
        Ok(Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()))
    }
}
