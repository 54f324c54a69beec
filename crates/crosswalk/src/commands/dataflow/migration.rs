//! `crosswalk migrate --flow FILE`: a dataflow as the source of a migration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::dataflow::Site;
use ::dataflow::context::Context;
use ::dataflow::document::Read;
use ::dataflow::graph::Graph;
use engine::dataflows::{Recorder, WorkFolder};
use gigya::{Client, Config};
use migration::flow::{Plan, Way};
use migration::prepare::Kind;
use migration::report::Report;
use migration::run::RunFolder;
use migration::screen::Takes;

use super::{agree, outcome, speaks_to_a_site};
use crate::args::{MigrateArgs, PolicyArgs, ReadArgs};
use crate::commands::flow::interrupts;
use crate::exit::Failure;
use crate::{home, source};

/// A dataflow whose writer is the import of a migration.
pub(crate) struct FlowSource {
    file: PathBuf,
    read: Read,
    graph: Graph,
    context: Context,
    plan: Plan,
    /// Writing to a site that is not on this machine is agreed to.
    yes: bool,
    site: Option<(Config, Client)>,
    recorder: Recorder,
    _work: WorkFolder,
}

impl FlowSource {
    /// Reads and checks a dataflow. What its writer and its mapping ask for becomes part of the arguments, as far as
    /// nothing else was typed.
    pub(crate) fn read(file: &Path, args: &mut MigrateArgs) -> Result<Self, Failure> {
        let as_json = args.common.json;
        let read = super::readable(file, &args.job.set.values(), as_json)?;
        let job = format!("{}-{}", home::new_name(), std::process::id());
        let work = WorkFolder::create(&home::home(), &job)?;
        let context = Context {
            api_key: super::api_key(None, &args.target.tenant.access)?,
            limit: args.read.limit,
            ..super::job_context(&args.job, job, work.path())
        };
        let graph = super::graph(file, &read, &context, as_json)?;
        let plan =
            Plan::of(&graph).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        let users = &plan.users;
        args.policy.or(users);
        args.policy.document = Some(plan.mapping.clone());
        let target = &mut args.target;
        target.upsert |= users.upsert;
        target.tenant.connection = target.tenant.connection.take().or_else(|| users.connection.clone());
        if target.applications.is_empty() {
            target.applications.clone_from(&users.applications);
        }
        if plan.kind() == Kind::Users && (args.read.uids.is_some() || args.read.filter.is_some()) {
            return Err(Failure::usage(
                "--uids and --where look at accounts, and here users come to datasource.write.auth0.users: put \
                 record.auth0.user right before it, and the steps between them before that",
            ));
        }
        if args.policy.leaves() {
            plan.may_leave().map_err(|why| Failure::usage(format!("{}: {why}", file.display())))?;
        }
        Ok(Self {
            file: file.to_owned(),
            read,
            graph,
            context,
            plan,
            yes: args.target.yes,
            site: None,
            recorder: Recorder::default(),
            _work: work,
        })
    }

    /// Whether it has steps that need a site.
    pub(crate) fn speaks_to_a_site(&self) -> bool {
        speaks_to_a_site(&self.read.dataflow).is_some()
    }

    /// The same at a site.
    pub(crate) fn at(mut self, config: Config) -> Result<Self, Failure> {
        let site = Site::new(config.clone()).map_err(Failure::usage)?;
        let client = site.client().clone();
        self.context.services.insert(Arc::new(site));
        if self.context.api_key != config.api_key {
            // Parameters may name the site by its key.
            self.context.api_key.clone_from(&config.api_key);
            self.graph = super::checked(&self.read, &self.context)
                .graph
                .ok_or_else(|| Failure::usage(format!("{} cannot run at this site", self.file.display())))?;
        }
        self.site = Some((config, client));
        Ok(self)
    }

    /// Whether it is nothing but the export of a site.
    pub(crate) fn is_export(&self) -> bool {
        matches!(self.plan.way, Way::Export(_))
    }

    /// What its records are.
    pub(crate) fn kind(&self) -> Kind {
        self.plan.kind()
    }

    /// The client of its site.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.site.as_ref().map(|(_, client)| client)
    }

    /// Records that failed in a step that names no error step.
    pub(crate) fn unrouted(&self) -> u64 {
        self.recorder.unrouted()
    }

    /// Adds what it has noticed to a report.
    pub(crate) fn add_to(&self, report: &mut Report) {
        self.recorder.add_to(&self.file.display().to_string(), report);
    }

    /// The files that prepare reads: the export of the site where the flow is nothing else, or what the runner brings.
    pub(crate) async fn files(
        &self,
        folder: &RunFolder,
        read: &ReadArgs,
        policy: &PolicyArgs,
        takes: Option<&Takes>,
    ) -> Result<Vec<PathBuf>, Failure> {
        if let (Way::Export(options), Some(client)) = (&self.plan.way, self.client()) {
            return source::record(client, folder, source::Kept::Run, read, policy, options.clone()).await;
        }
        agree::agree(&self.graph, self.site.as_ref().map(|(config, _)| config), self.yes).await?;
        let policies = policy.policies(takes.cloned())?;
        let started = std::time::Instant::now();
        let flow = (&self.graph, &self.plan);
        let recorded = self.recorder.record(flow, &self.context, folder, policies, interrupts()).await;
        let (ended, file) = recorded?;
        super::tell_repeated(&self.context.log);
        eprintln!("{}", outcome::words(&ended, started.elapsed().as_secs_f64()).trim_end());
        match file {
            Some(file) => Ok(vec![file]),
            None => Err(outcome::status(&ended)
                .err()
                .unwrap_or_else(|| Failure::bug("a flow that has not ended"))),
        }
    }
}
