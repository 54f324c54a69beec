//! One file per subcommand: parse, call, print.

pub(crate) mod ask;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod convert;
pub(crate) mod dataflow;
pub(crate) mod flow;
pub(crate) mod import;
pub(crate) mod lanes;
pub(crate) mod mapping;
pub(crate) mod migrate;
pub(crate) mod prove;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod retry;
pub(crate) mod runs;
pub(crate) mod sample;
pub(crate) mod serve;
pub(crate) mod site;
pub(crate) mod tenant;
