//! What the local worlds have in common: clock and faults.

use clap::Args;
use loopback::faults::Vocabulary;
use loopback::{Factor, FaultPlan};

use crate::exit::Failure;

#[derive(Debug, Args)]
pub(crate) struct WorldArgs {
    /// Run the clock so many times as fast: with 3600 an hour passes in a second. Over restarts time goes on where it stood
    #[arg(long, value_name = "FACTOR", default_value = "1")]
    pub(crate) clock: Factor,
    /// What shall go wrong, and when; a file (TOML or JSON) or rules such as "reset-after on POST /** every 3;
    /// slow 2s chance 0.1; seed 7". See below
    #[arg(long, value_name = "SPEC|FILE")]
    pub(crate) faults: Option<String>,
}

impl WorldArgs {
    /// The faults, understood.
    pub(crate) fn faults(&self, vocabulary: &Vocabulary) -> Result<FaultPlan, Failure> {
        let Some(spec) = &self.faults else { return Ok(FaultPlan::default()) };
        FaultPlan::read(spec, vocabulary).map_err(Failure::usage)
    }
}

/// The language of `--faults`, for `--help`.
pub(crate) fn faults_help(vocabulary: &Vocabulary) -> String {
    let codes = vocabulary.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "\
Faults: rules, separated by ';' or line breaks ('#' begins a comment). A rule is a fault and the words that say when:
  FAULT [on [METHOD] PATH] [after N] [every N] [chance P] [first N] [from TIME] [until TIME]
  seed N           decides for every chance; the same requests in the same order meet the same faults

  CODE             answer with {codes} in place of the request
  CODE-after       the same after the request was carried out
  reset-before     reset the connection before the request is taken
  reset-after      carry the request out, then reset the connection: the answer is lost
  slow TIME        take the request so much later
  cut              break the answer off in its middle
  hang             never answer
{}
  on [METHOD] PATH requests of that method and path; * is anything within a segment, ** any segments
  after N          of these, all after the first N
  every N          of these, every Nth
  chance P         of these, each with probability P, from 0 to 1
  first N          of these, no more than the first N
  from, until TIME only then, since the start; a TIME (250ms, 2s, 1m30s, 2h) passes by the world's clock

As TOML the same words are members: seed = 7, and [[rule]] tables such as fault = \"slow 2s\", on = \"GET /api/v2/users\",
every = 3; as JSON {{\"seed\": 7, \"rules\": [{{\"fault\": \"cut\", \"every\": 3}}]}}.",
        vocabulary.help()
    )
}
