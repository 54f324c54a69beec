//! What a component is.
//!
//! A component is the struct of its parameters: `serde` reads them, `schemars` describes them (type, default, required,
//! secret, documentation from the doc comments), and [`Component::build`] makes a running [`Step`] of them.
//!
//! ```ignore
//! /// Gives each record a member that counts.
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(rename_all = "camelCase")]
//! pub struct Number {
//!     /// The member to set.
//!     field: Path,
//! }
//!
//! impl Component for Number {
//!     const TYPE: &'static str = "field.number";
//!     const TAKES: Kind = Kind::Records;
//!     const GIVES: Kind = Kind::Records;
//!
//!     fn build(self, _: &Setup<'_>) -> Built {
//!         let mut count = 0_u64;
//!         each(move |mut record| { count += 1; record.set(&self.field, count); Ok(Then::Pass(record)) })
//!     }
//! }
//! ```

use std::path::Path as FilePath;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::fault::Fault;
use crate::file::File;
use crate::flow::{ErrorDetails, Input, Output, place};
use record::Record;

/// What a component takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Nothing: it is an entry or an end of a flow.
    Nothing,
    /// Records.
    Records,
    /// Whole files.
    Files,
}

/// A component, by the struct of its parameters. The documentation of the struct is that of the component.
pub trait Component: DeserializeOwned + JsonSchema + Send + 'static {
    /// What a step names it by, as in `field.rename`.
    const TYPE: &'static str;
    /// What comes in.
    const TAKES: Kind;
    /// What goes out. What goes along the error path is always records.
    const GIVES: Kind;

    /// Makes a step. It is also called when a flow is only checked, so it opens, sends and writes nothing; what is wrong
    /// with the parameters beyond their types is told here.
    ///
    /// # Errors
    /// What is wrong with the parameters, as a sentence that names the parameter.
    fn build(self, setup: &Setup<'_>) -> Built;
}

/// What a step knows when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Its id.
    pub step: &'a str,
    /// The job. Expressions in the parameters are resolved already.
    pub context: &'a Context,
}

impl Setup<'_> {
    /// The local folder that stands in for the step's store (`--store STEP=DIR`).
    #[must_use]
    pub fn store(&self) -> Option<&FilePath> {
        self.context.stores.get(self.step).map(std::path::PathBuf::as_path)
    }
}

/// A step, or what is wrong with its parameters: a sentence that names the parameter.
pub type Built = Result<Box<dyn Step>, String>;

/// A component at work in a job.
pub trait Step: Send {
    /// Takes all that comes in, gives what comes of it, and returns at the end of the input. A reader finds its input
    /// ended at once. An error fails the job; one record that fails does not, it goes to [`Output::fail`].
    fn run(self: Box<Self>, input: Input, output: Output) -> BoxFuture<'static, Result<(), Fault>>;

    /// Only its change, where the step changes one record at a time and waits for nothing: it can then run in the task of
    /// the step after it. The step itself is not run any more. Nothing for all others.
    fn change(&mut self) -> Option<Change> {
        None
    }
}

/// What a step does to one record.
pub type Change = Box<dyn FnMut(Record) -> Result<Then, Fault> + Send>;

/// A step from an async function.
struct FromFn<F>(F);

impl<F, R> Step for FromFn<F>
where
    F: FnOnce(Input, Output) -> R + Send,
    R: Future<Output = Result<(), Fault>> + Send + 'static,
{
    fn run(self: Box<Self>, input: Input, output: Output) -> BoxFuture<'static, Result<(), Fault>> {
        Box::pin((self.0)(input, output))
    }
}

/// A step that reads, writes or asks: an async function of input and output.
///
/// # Errors
/// None; it returns what [`Component::build`] returns.
pub fn step<F, R>(run: F) -> Built
where
    F: FnOnce(Input, Output) -> R + Send + 'static,
    R: Future<Output = Result<(), Fault>> + Send + 'static,
{
    Ok(Box::new(FromFn(run)))
}

/// What becomes of a record.
#[derive(Debug)]
pub enum Then {
    /// It goes on.
    Pass(Record),
    /// Several go on in its place; none means that it ends here on purpose.
    Many(Vec<Record>),
    /// It takes the error path.
    Fail(Record, ErrorDetails),
}

/// A step that changes one record at a time and waits for nothing.
struct Each(Option<Change>);

impl Step for Each {
    fn run(self: Box<Self>, mut input: Input, mut output: Output) -> BoxFuture<'static, Result<(), Fault>> {
        Box::pin(async move {
            let Some(mut change) = self.0 else { return Ok(()) };
            while let Some(record) = input.record(&mut output).await? {
                match change(record)? {
                    Then::Pass(record) => output.give(record).await?,
                    Then::Many(records) => {
                        if records.is_empty() {
                            output.dropped();
                        }
                        for record in records {
                            output.give(record).await?;
                        }
                    }
                    Then::Fail(record, details) => output.fail(record, details).await?,
                }
            }
            output.flush().await
        })
    }

    fn change(&mut self) -> Option<Change> {
        self.0.take()
    }
}

/// A step that changes one record at a time and waits for nothing.
///
/// # Errors
/// None; it returns what [`Component::build`] returns.
pub fn each<F>(change: F) -> Built
where
    F: FnMut(Record) -> Result<Then, Fault> + Send + 'static,
{
    Ok(Box::new(Each(Some(Box::new(change)))))
}

/// As [`each`]. A record that fails is named in the message, as scripts name it: by its number, and by its UID where it has
/// one.
///
/// # Errors
/// None; it returns what [`Component::build`] returns.
pub(crate) fn each_named<F>(mut change: F) -> Built
where
    F: FnMut(Record) -> Result<Then, Fault> + Send + 'static,
{
    let mut position = 0;
    each(move |record| {
        position += 1;
        let mut then = change(record)?;
        if let Then::Fail(record, details) = &mut then {
            details.message = format!("{}, at {}", details.message, place(record, position));
        }
        Ok(then)
    })
}

/// A step that turns one file at a time into others, on a thread of its own since it may take long.
///
/// # Errors
/// None; it returns what [`Component::build`] returns.
pub fn each_file<F>(change: F) -> Built
where
    F: Fn(File) -> Result<Vec<File>, Fault> + Send + Sync + 'static,
{
    let change = std::sync::Arc::new(change);
    step(|mut input, mut output| async move {
        while let Some(file) = input.file(&mut output).await? {
            let change = change.clone();
            let files = tokio::task::spawn_blocking(move || change(file))
                .await
                .map_err(|error| Fault::lasting(format!("a bug of ours: {error}")))??;
            for file in files {
                output.give(file).await?;
            }
        }
        output.flush().await
    })
}
