//! Which tenant is meant, and who we are there: what was typed, what a run remembers, the environment.

use auth0::{Config, Credentials, tenant_url};
pub(crate) use engine::Target;
use migration::import::may_be_the_same;
use migration::ledger::Bound;
use migration::run::Orders;
use secrecy::SecretString;

use crate::args::{BoundArgs, TenantArgs};
use crate::exit::Failure;
use crate::home::home;
use crate::settings::Settings;

/// Default name of the connection.
const CONNECTION: &str = "gigya";

/// Connects. `known` is what a run remembers of its tenant, taken when nothing else is said.
pub(crate) async fn connect(args: &TenantArgs, known: Option<(&str, &str)>) -> Result<Target, Failure> {
    let settings = Settings::read(&args.access)?;
    let known_tenant = known.map(|(tenant, _)| tenant.to_owned()).filter(|tenant| tenant != "local");
    let to = args.to.clone().or(known_tenant).or_else(|| match known {
        Some(_) => None,
        None => settings.get("AUTH0_DOMAIN"),
    });
    let connection = args
        .connection
        .clone()
        .or_else(|| known.map(|(_, name)| name.to_owned()))
        .unwrap_or_else(|| CONNECTION.to_owned());
    match to {
        Some(to) => {
            let url = tenant_url(&to).map_err(Failure::usage)?;
            let config = Config { url, ca: settings.ca("AUTH0_CA"), credentials: credentials(&settings)? };
            Target::at(config, connection)
        }
        None => Target::local(&home(), connection).await,
    }
}

/// Whether a tenant is named anywhere; else the local one is meant.
pub(crate) fn is_named(args: &TenantArgs) -> Result<bool, Failure> {
    Ok(args.to.is_some() || Settings::read(&args.access)?.get("AUTH0_DOMAIN").is_some())
}

/// A run goes on in the connection in which it began.
pub(crate) fn check_connection(args: &BoundArgs, connection: &str) -> Result<(), Failure> {
    match &args.connection {
        Some(typed) if typed != connection => Err(Failure::refused(format!(
            "this run belongs to connection {connection}, not to {typed}; leave out --connection, or prepare a new run for \
             {typed}"
        ))),
        _ => Ok(()),
    }
}

/// Connects to the tenant of a run that has been imported, or is being. What is typed may be another address of it.
pub(crate) async fn of_run(args: &BoundArgs, bound: &Bound) -> Result<Target, Failure> {
    check_connection(args, &bound.connection)?;
    let target = connect(&any(args), Some((&bound.tenant, &bound.connection))).await?;
    if args.to.is_some()
        && let Err(failure) = is_the_same(&target, bound).await
    {
        target.close().await;
        return Err(failure);
    }
    Ok(target)
}

/// Connects to the tenant for which the import of a run was ordered. It never began, so that only names tell tenants apart.
pub(crate) async fn of_orders(args: &BoundArgs, orders: &Orders, run: &str) -> Result<Target, Failure> {
    check_connection(args, &orders.connection)?;
    if let Some(to) = &args.to {
        let url = tenant_url(to).map_err(Failure::usage)?;
        if !may_be_the_same(&orders.tenant, url.as_str()) {
            return Err(Failure::refused(format!(
                "this run was prepared for {}, not for {url}; to take it there say: crosswalk import {run} --to {to}",
                orders.tenant
            )));
        }
    }
    connect(&any(args), Some((&orders.tenant, &orders.connection))).await
}

/// A connection's id is what tells tenants apart.
async fn is_the_same(target: &Target, bound: &Bound) -> Result<(), Failure> {
    let found = target.client.connection_by_name(&bound.connection).await;
    let found = found.map_err(|error| {
        let why = format!("{} cannot be used: {error}", target.title());
        // The run has begun, and can be resumed when somebody answers again.
        if matches!(error, auth0::Error::Passing { .. }) {
            Failure::stopped(why)
        } else {
            Failure::refused(why)
        }
    })?;
    if found.is_some_and(|found| found.id == bound.connection_id) {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "this run belongs to connection {} ({}) of {}, which {} does not have; leave out --to, or prepare a new run",
        bound.connection,
        bound.connection_id,
        bound.tenant,
        target.title()
    )))
}

fn any(args: &BoundArgs) -> TenantArgs {
    TenantArgs { to: args.to.clone(), access: args.access.clone(), connection: args.connection.clone() }
}

/// Who we are at the tenant.
pub(crate) fn credentials(settings: &Settings) -> Result<Credentials, Failure> {
    if let (Some(id), Some(secret)) = (settings.get("AUTH0_CLIENT_ID"), settings.get("AUTH0_CLIENT_SECRET")) {
        return Ok(Credentials::ClientSecret { id, secret: SecretString::from(secret) });
    }
    let token = settings.get("AUTH0_ACCESS_TOKEN").ok_or_else(|| {
        Failure::usage(
            "who are we at the tenant? Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_ACCESS_TOKEN), or name a \
             file with them: --credentials FILE",
        )
    })?;
    Ok(Credentials::AccessToken(SecretString::from(token)))
}
